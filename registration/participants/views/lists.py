"""The list of participants of a meeting: its versions, their files, and another one."""

from uuid import UUID

from flask import Response, flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import clock
from registration.meetings import queries as meetings
from registration.participants import forms, printing, queries, service
from registration.participants.forms import ListForm
from registration.participants.models import ListVersion
from registration.participants.rules import ListKind
from registration.participants.views.edge import called, pages
from registration.permissions import Permission, Scope
from registration.responses.views.edge import as_file
from registration.web import found, see_other, session, tried
from registration.words import OWN_NAMES

READ, KEEP, STAFF = Permission.READ_REGISTER, Permission.KEEP_PARTICIPANTS, Scope.STAFF


@pages.get("/meetings/<slug>/participants", permission=READ, scope=STAFF)
def show(slug: str) -> str:
    """The versions of the list, newest first, and a form for another."""
    versions = queries.versions(session(), meetings.by_slug(session(), slug).id)
    return _page(slug, _form(slug, versions), versions)


def _form(slug: str, versions: list[ListVersion]) -> ListForm:
    """The form for the next version, filled with what it most likely will be."""
    last = versions[0] if versions else None
    form = ListForm(printing.kinds_possible(versions))
    if not form.is_submitted():
        form.symbol.data = last.symbol if last else f"{_prefix(slug)}INF/1"
        form.dated.data = clock.today()
        form.version.data = str(last.number if last else 0)
    return form


def _prefix(slug: str) -> str:
    return meetings.by_slug(session(), slug).symbol_prefix


def _page(slug: str, form: ListForm, versions: list[ListVersion]) -> str:
    meeting = meetings.by_slug(session(), slug)
    return render_template(
        "participants/list.html",
        meeting=meeting,
        called=called(meeting),
        form=form,
        versions=versions,
        forms=forms,
        own_names=OWN_NAMES,
        is_waiting=any(
            not each.document_id and not each.problem for one in versions for each in one.files
        ),
    )


@pages.post("/meetings/<slug>/participants", permission=KEEP, scope=STAFF)
def make(slug: str) -> AnyResponse | tuple[str, int]:
    """Freezes who is confirmed now as another version, whose files are made meanwhile."""
    meeting = meetings.by_slug(session(), slug)
    versions = queries.versions(session(), meeting.id)
    form = _form(slug, versions)
    status = tried(
        form,
        lambda: service.make_list(
            session(),
            meeting,
            ListKind(form.kind.data),
            symbol=form.symbol.data,
            dated=form.day,
            languages=form.languages.data or [],
            seen=form.version_seen,
        ),
    )
    if status != 303:
        versions = queries.versions(session(), meetings.by_slug(session(), slug).id)
        return _page(slug, form, versions), status
    flash(_("The version is kept. Its files are being made."), "success")
    return see_other("participants.show", slug=slug)


@pages.get("/meetings/<slug>/participants/<uuid:file_id>", permission=READ, scope=STAFF)
def file(slug: str, file_id: UUID) -> Response:
    """One file of a version, to be saved."""
    meeting = meetings.by_slug(session(), slug)
    return as_file(found(queries.file_of(session(), meeting.id, file_id).document_id))
