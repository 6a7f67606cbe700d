"""Pages of the meetings: what a stranger may read, and what staff enter."""

from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from registration.documents import symbols
from registration.meetings import forms, queries, series, service
from registration.meetings.forms import DocumentForm, MeetingForm
from registration.meetings.models import Meeting, MeetingDocument
from registration.permissions import Permission, Scope
from registration.states import queries as states
from registration.web import Pages, page_language, see_other, session, tried
from registration.words import OWN_NAMES

pages = Pages("meetings", __name__)

READ, EDIT = Permission.READ_PUBLIC, Permission.EDIT_MEETING


@pages.get("/meetings", permission=READ, scope=Scope.PUBLIC)
def index() -> str:
    """The series, newest first."""
    return render_template(
        "meetings/index.html",
        meetings=queries.series(session()),
        name=series.heading(page_language()),
        forms=forms,
    )


@pages.get("/meetings/<slug>", permission=READ, scope=Scope.PUBLIC)
def show(slug: str) -> str:
    """What anybody may know of a meeting."""
    meeting = queries.by_slug(session(), slug)
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        country=states.by_code(session(), meeting.country_code),
        documents=_filed(meeting),
        name=series.heading(page_language()),
        mandate=series.MANDATE,
        economy_notice=series.ECONOMY_NOTICE,
        forms=forms,
        own_names=OWN_NAMES,
    )


def _filed(meeting: Meeting) -> list[MeetingDocument]:
    """The documents in the order of their symbols."""
    return sorted(
        meeting.documents, key=lambda each: symbols.filing_order(symbols.parse(each.symbol))
    )


def _countries() -> list[tuple[str, str]]:
    language = page_language()
    return [(state.code, state.name(language)) for state in states.all_states(session())]


def _meeting_page(form: MeetingForm, meeting: Meeting | None = None) -> str:
    hints = {status.value: hint for status, hint in forms.CERTAINTY_HINTS.items()}
    return render_template("meetings/edit.html", form=form, meeting=meeting, hints=hints)


@pages.get("/meetings/new", permission=EDIT, scope=Scope.STAFF)
def new() -> str:
    """Asks for everything about another meeting of the series."""
    latest = queries.series(session())[:1]
    number = latest[0].number + 1 if latest else 1
    return _meeting_page(MeetingForm(_countries(), number=number))


@pages.post("/meetings/new", permission=EDIT, scope=Scope.STAFF)
def add() -> Response | tuple[str, int]:
    """Adds a meeting to the series."""
    form, added = MeetingForm(_countries()), []
    status = tried(form, lambda: added.append(service.open_meeting(session(), form.facts)))
    if status != 303:
        return _meeting_page(form), status
    flash(_("The meeting is in the series. Its page can be read by anybody."), "success")
    return see_other("meetings.show", slug=added[0].slug)


@pages.get("/meetings/<slug>/edit", permission=EDIT, scope=Scope.STAFF)
def edit(slug: str) -> str:
    """Asks for other facts about a meeting."""
    meeting = queries.by_slug(session(), slug)
    return _meeting_page(MeetingForm.of(meeting, _countries()), meeting)


@pages.post("/meetings/<slug>/edit", permission=EDIT, scope=Scope.STAFF)
def save(slug: str) -> Response | tuple[str, int]:
    """Records other facts about a meeting."""
    meeting = queries.by_slug(session(), slug)
    form = MeetingForm(_countries())
    status = tried(
        form,
        lambda: service.change_meeting(session(), meeting, form.facts, form.version_seen),
    )
    if status != 303:
        return _meeting_page(form, meeting), status
    flash(_("Saved."), "success")
    return see_other("meetings.show", slug=slug)


def _document_page(
    meeting: Meeting, form: DocumentForm, document: MeetingDocument | None = None
) -> str:
    return render_template("meetings/document.html", meeting=meeting, form=form, document=document)


@pages.get("/meetings/<slug>/documents/new", permission=EDIT, scope=Scope.STAFF)
def new_document(slug: str) -> str:
    """Asks for another document of a meeting."""
    meeting = queries.by_slug(session(), slug)
    return _document_page(meeting, DocumentForm(symbol=meeting.symbol_prefix))


@pages.post("/meetings/<slug>/documents/new", permission=EDIT, scope=Scope.STAFF)
def add_document(slug: str) -> Response | tuple[str, int]:
    """Lists a document at a meeting."""
    meeting, form = queries.by_slug(session(), slug), DocumentForm()
    status = tried(form, lambda: service.add_document(session(), meeting, form.facts))
    return _listed(meeting, form) if status == 303 else (_document_page(meeting, form), status)


def _listed(meeting: Meeting, form: DocumentForm) -> Response:
    symbol = Markup('<bdi dir="ltr">{}</bdi>').format(symbols.parse(form.facts.symbol))
    flash(_("Saved: %(symbol)s.", symbol=symbol), "success")
    return see_other("meetings.show", slug=meeting.slug)


@pages.get("/meetings/<slug>/documents/<uuid:document_id>", permission=EDIT, scope=Scope.STAFF)
def edit_document(slug: str, document_id: UUID) -> str:
    """Asks for other facts about a document."""
    meeting = queries.by_slug(session(), slug)
    document = service.document_of(session(), meeting, document_id)
    return _document_page(meeting, DocumentForm.of(document), document)


@pages.post("/meetings/<slug>/documents/<uuid:document_id>", permission=EDIT, scope=Scope.STAFF)
def save_document(slug: str, document_id: UUID) -> Response | tuple[str, int]:
    """Records other facts about a document."""
    meeting = queries.by_slug(session(), slug)
    document = service.document_of(session(), meeting, document_id)
    form = DocumentForm()
    status = tried(
        form,
        lambda: service.change_document(
            session(), meeting, document, form.facts, form.version_seen
        ),
    )
    if status == 303:
        return _listed(meeting, form)
    return _document_page(meeting, form, document), status


@pages.get(
    "/meetings/<slug>/documents/<uuid:document_id>/remove", permission=EDIT, scope=Scope.STAFF
)
def ask_to_remove_document(slug: str, document_id: UUID) -> str:
    """Says what follows when a document leaves the list, and asks once."""
    meeting = queries.by_slug(session(), slug)
    document = service.document_of(session(), meeting, document_id)
    return render_template("meetings/remove_document.html", meeting=meeting, document=document)


@pages.post(
    "/meetings/<slug>/documents/<uuid:document_id>/remove", permission=EDIT, scope=Scope.STAFF
)
def remove_document(slug: str, document_id: UUID) -> Response:
    """Takes a document off the list."""
    meeting = queries.by_slug(session(), slug)
    document = service.document_of(session(), meeting, document_id)
    service.remove_document(session(), meeting, document)
    session().commit()
    flash(_("The document is no longer in the list."), "success")
    return see_other("meetings.show", slug=slug)
