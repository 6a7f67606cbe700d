"""Pages on which a note begins: its title, its deadline, and whom it will address."""

from uuid import UUID

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import clock
from registration.errors import Refused
from registration.meetings import queries as meetings
from registration.notes import clearance, drafting, forms, queries
from registration.notes.audience import Addressed, addressed, refuse_impossible
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.notes.views.edge import STAFF, kind_choices, kind_purposes, meeting_label, pages
from registration.notes.views.frame_forms import Choices, FrameForm, NewNoteForm
from registration.notes.views.whom import listed
from registration.permissions import Permission
from registration.states import queries as states
from registration.web import page_language, see_other, session, tried
from registration.words import OWN_NAMES

EVERYBODY = [each.value for each in forms.STATUSES]


def _choices() -> Choices:
    language = page_language()
    asked = queries.register(session(), stage=NoteStage.ISSUED)
    return Choices(
        [(each.code, each.name(language)) for each in states.all_states(session())],
        [note for note, _meeting in asked if note.respond_by is not None],
    )


def _meeting_choices() -> list[tuple[str, str]]:
    return [(each.slug, meeting_label(each)) for each in meetings.series(session())]


def _new_form(**values: object) -> NewNoteForm:
    return NewNoteForm(_meeting_choices(), kind_choices(), _choices(), **values)


def _page(form: FrameForm, note: Note | None) -> str:
    return render_template(
        "notes/frame.html",
        form=form,
        note=note,
        kind_purposes=kind_purposes() if note is None else {},
        **_listed(form),
    )


def _listed(form: FrameForm) -> dict[str, object]:
    """Whom the audience on the form would address today, or why that cannot be said."""
    found: list[Addressed] = []
    why_not = ""
    try:
        if form.audience_is_sound:
            form.audience.stored()
            refuse_impossible(session(), form.audience)
            found = addressed(session(), form.audience, clock.today())
        else:
            why_not = _("The list appears once what is wrong above is mended.")
    except Refused as error:
        why_not = _(error.sentence, **error.values)
    return {**listed(found, why_not), "own_names": OWN_NAMES}


@pages.get("/notes/new", permission=Permission.DRAFT_NOTE, scope=STAFF)
def new() -> str:
    """Asks what kind of note, for which meeting, until when, and to whom."""
    form = _new_form(
        meeting=request.args.get("meeting", ""),
        kind=request.args.get("kind", "invitation"),
        statuses=EVERYBODY,
    )
    return _page(form, None)


@pages.post("/notes/new", permission=Permission.DRAFT_NOTE, scope=STAFF)
def create() -> AnyResponse | tuple[str, int] | str:
    """Begins a note with the standard text in six languages."""
    form = _new_form()
    if _only_looks():
        return _shown(form, None)
    begun: list[Note] = []
    status = tried(
        form,
        lambda: begun.append(
            drafting.draft(
                session(),
                kind=form.kind.data,
                meeting=meetings.by_slug(session(), form.meeting.data),
                title=form.title.data or "",
                respond_by=form.deadline,
                audience=form.audience,
                form=form.note_form,
            )
        ),
    )
    if status != 303:
        return _page(form, None), status
    flash(_("The draft holds the standard text in six languages. Adapt it."), "success")
    return see_other("notes.show", note_id=begun[0].id)


def _only_looks() -> bool:
    """Whether the officer only asks whom the audience would find."""
    return "look" in request.form


def _shown(form: FrameForm, note: Note | None) -> str:
    form.offer_blank_rows()
    return _page(form, note)


@pages.get("/notes/<uuid:note_id>/frame", permission=Permission.EDIT_NOTE, scope=STAFF)
def frame(note_id: UUID) -> str:
    """Asks for another title, deadline or audience."""
    note = queries.by_id(session(), note_id)
    return _page(FrameForm.of(note, _choices()), note)


@pages.post("/notes/<uuid:note_id>/frame", permission=Permission.EDIT_NOTE, scope=STAFF)
def revise(note_id: UUID) -> AnyResponse | tuple[str, int] | str:
    """Records another title, deadline or audience of a draft."""
    note, form = queries.by_id(session(), note_id, lock=True), FrameForm(_choices())
    if _only_looks():
        return _shown(form, note)
    status = tried(
        form,
        lambda: drafting.revise(
            session(),
            note,
            clearance.meeting_of(session(), note),
            title=form.title.data or "",
            respond_by=form.deadline,
            audience=form.audience,
            version=form.version_seen,
            form=form.note_form,
        ),
    )
    if status != 303:
        return _page(form, queries.by_id(session(), note_id)), status
    flash(_("Saved."), "success")
    return see_other("notes.show", note_id=note_id)


@pages.post("/notes/audience", permission=Permission.DRAFT_NOTE, scope=STAFF)
def audience() -> str:
    """Whom the audience on a form would address today: the part of its page that keeps up with it.

    Changes nothing; it is sent like the form, so that no address of a page holds what was typed.
    """
    return render_template("notes/_audience.html", **_listed(FrameForm(_choices())))
