"""Pages on which a note is drafted: what stands around the texts, and each text."""

from uuid import UUID

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.errors import Conflict, NotFound, Refused
from registration.meetings import queries as meetings
from registration.notes import (
    clearance,
    content,
    drafting,
    forms,
    queries,
    wording,
)
from registration.notes.forms import FrameForm, NewNoteForm, TextForm
from registration.notes.models import Note
from registration.notes.rules import NOTE
from registration.notes.views.edge import (
    STAFF,
    kind_choices,
    kind_purposes,
    meeting_label,
    pages,
)
from registration.permissions import Permission
from registration.web import see_other, session
from registration.words import LANGUAGES, OWN_NAMES


def _new_page(form: NewNoteForm) -> str:
    return render_template("notes/frame.html", form=form, note=None, kind_purposes=kind_purposes())


def _meeting_choices() -> list[tuple[str, str]]:
    return [(each.slug, meeting_label(each)) for each in meetings.series(session())]


@pages.get("/notes/new", permission=Permission.DRAFT_NOTE, scope=STAFF)
def new() -> str:
    """Asks which meeting, until when, and to whom."""
    everybody = [each.value for each in forms.STATUSES]
    return _new_page(
        NewNoteForm(
            _meeting_choices(),
            kind_choices(),
            meeting=request.args.get("meeting", ""),
            kind=request.args.get("kind", "invitation"),
            statuses=everybody,
        )
    )


@pages.post("/notes/new", permission=Permission.DRAFT_NOTE, scope=STAFF)
def create() -> AnyResponse | tuple[str, int]:
    """Begins a note with the standard text in six languages."""
    form = NewNoteForm(_meeting_choices(), kind_choices())
    if form.validate_on_submit():
        try:
            note = drafting.draft(
                session(),
                kind=form.kind.data,
                meeting=meetings.by_slug(session(), form.meeting.data),
                title=form.title.data or "",
                respond_by=form.deadline,
                audience=form.audience,
            )
            session().commit()
            flash(_("The draft holds the standard text in six languages. Adapt it."), "success")
            return see_other("notes.show", note_id=note.id)
        except Refused as error:
            session().rollback()
            form.refuse(error)
    return _new_page(form), 422


@pages.get("/notes/<uuid:note_id>/frame", permission=Permission.EDIT_NOTE, scope=STAFF)
def frame(note_id: UUID) -> str:
    """Asks for another title, deadline or audience."""
    note = queries.by_id(session(), note_id)
    return render_template("notes/frame.html", form=FrameForm.of(note), note=note)


@pages.post("/notes/<uuid:note_id>/frame", permission=Permission.EDIT_NOTE, scope=STAFF)
def revise(note_id: UUID) -> AnyResponse | tuple[str, int]:
    """Records another title, deadline or audience of a draft."""
    note, form = queries.by_id(session(), note_id, lock=True), FrameForm()
    if form.validate_on_submit():
        try:
            drafting.revise(
                session(),
                note,
                clearance.meeting_of(session(), note),
                title=form.title.data or "",
                respond_by=form.deadline,
                audience=form.audience,
                version=form.version_seen,
            )
            session().commit()
            flash(_("Saved."), "success")
            return see_other("notes.show", note_id=note_id)
        except Refused as error:
            session().rollback()
            form.refuse(error)
    return render_template("notes/frame.html", form=form, note=note), 422


def _text_page(note: Note, language: str, form: TextForm) -> str:
    meeting = clearance.meeting_of(session(), note)
    kind = wording.kind(note.kind)
    known = content.values(note, meeting, language)
    return render_template(
        "notes/text.html",
        note=note,
        text_language=language,
        form=form,
        original=drafting.text_in(note, kind.original) if language != kind.original else None,
        original_language=kind.original,
        states=content.state_of_texts(note, meeting),
        problems=content.problems(note, meeting).get(language, []),
        places=[(name, said, known[name]) for name, said in forms.PLACES.items()],
        standard=kind.texts[language],
        own_names=OWN_NAMES,
    )


def _spoken(language: str) -> str:
    if language not in LANGUAGES:
        raise NotFound("There is no such page, or it is not yours to see.")
    return language


@pages.get("/notes/<uuid:note_id>/texts/<language>", permission=Permission.EDIT_NOTE, scope=STAFF)
def text(note_id: UUID, language: str) -> str | AnyResponse:
    """The text in one language, to be written, beside the original."""
    note = queries.by_id(session(), note_id)
    if note.stage is not NOTE.initial:
        return see_other("notes.read", note_id=note_id, _anchor=language)
    form = TextForm.of(drafting.text_in(note, _spoken(language)))
    return _text_page(note, language, form)


@pages.post("/notes/<uuid:note_id>/texts/<language>", permission=Permission.EDIT_NOTE, scope=STAFF)
def write(note_id: UUID, language: str) -> AnyResponse | tuple[str, int]:
    """Keeps the text in one language."""
    note, form = queries.by_id(session(), note_id, lock=True), TextForm()
    status = 422
    if form.validate_on_submit():
        try:
            drafting.write(
                session(),
                note,
                _spoken(language),
                form.one_line,
                form.body.data or "",
                form.version_seen,
            )
            session().commit()
            flash(_("Saved."), "success")
            return see_other("notes.text", note_id=note_id, language=language)
        except Refused as error:
            session().rollback()
            form.refuse(error)
        except Conflict as error:
            session().rollback()
            form.form_errors.append(_(error.sentence))
            status = error.status
    return _text_page(queries.by_id(session(), note_id), _spoken(language), form), status
