"""Pages of a note's way through the office: read, submitted, cleared, returned, withdrawn."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from letters.letter import Language
from registration import clock
from registration.db import Session
from registration.notes import (
    clearance,
    content,
    followups,
    forms,
    native,
    queries,
    timeline,
    wording,
)
from registration.notes.audience import Audience
from registration.notes.forms import RemarkForm
from registration.notes.ladders import queries as ladders
from registration.notes.models import Note
from registration.notes.rehearsal import queries as rehearsals
from registration.notes.rehearsal.rules import Standing
from registration.notes.rules import NOTE, NoteAction, NoteStage
from registration.notes.views import office_forms
from registration.notes.views.edge import READ, STAFF, meeting_label, pages
from registration.notes.views.whom import listed
from registration.permissions import Permission
from registration.web import actor, page_language, see_other, session
from registration.words import LANGUAGES, OWN_NAMES

STORY_SHOWN = 60


@pages.get("/notes/<uuid:note_id>", permission=READ, scope=STAFF)
def show(note_id: UUID) -> str:
    """One note: its stage, what comes next, its texts, its copies, what happened."""
    note = queries.by_id(session(), note_id)
    meeting = clearance.meeting_of(session(), note)
    story = timeline.tell(session(), note)
    return render_template(
        "notes/show.html",
        note=note,
        meeting=meeting,
        meeting_label=meeting_label(meeting),
        audience=Audience.of(note.audience),
        states=content.state_of_texts(session(), note, meeting),
        progress=queries.progress(session(), note),
        masters={each.language: each for each in queries.masters(session(), note)},
        story=story[:STORY_SHOWN],
        remark=_remark(note, story),
        people=queries.names(session(), note),
        actions=_possible(note),
        standing=rehearsals.standing_of(session(), note) if _goes_on(note) else None,
        void=clearance.is_void(session(), note),
        rungs=ladders.lines(session(), note, ladders.of_note(session(), note)),
        following=followups.kinds() if note.stage is NoteStage.ISSUED else (),
        kinds=wording.kinds(),
        words=office_forms,
        own_names=OWN_NAMES,
        forms=forms,
    )


def _goes_on(note: Note) -> bool:
    return note.stage not in (NoteStage.ISSUED, NoteStage.WITHDRAWN)


def _possible(note: Note) -> list[NoteAction]:
    """What this person may do with the note at its stage."""
    return [
        action
        for action in NOTE.actions(note.stage)
        if actor().may(clearance.PERMISSION[action], note)
    ]


def _remark(note: Note, story: list[timeline.Moment]) -> timeline.Moment | None:
    """The moment in which a draft last came back, where it says why."""
    moves = ("note.submitted", "note.returned", "note.reopened")
    last = next((each for each in story if each.kind in moves), None)
    if last is None or note.stage is not NOTE.initial:
        return None
    return last if last.detail.keys() & {"remark", "reason"} else None


@pages.get("/notes/<uuid:note_id>/progress", permission=READ, scope=STAFF)
def progress(note_id: UUID) -> str:
    """The figures of the copies alone, for the part of the page that fetches itself anew."""
    note = queries.by_id(session(), note_id)
    return render_template(
        "notes/_progress.html", note=note, progress=queries.progress(session(), note)
    )


@pages.get("/notes/<uuid:note_id>/read", permission=READ, scope=STAFF)
def read(note_id: UUID) -> str:
    """All texts one below the other, with what an officer who may clear does about them."""
    return _reading_page(queries.by_id(session(), note_id), RemarkForm())


def _reading_page(note: Note, form: RemarkForm) -> str:
    meeting = clearance.meeting_of(session(), note)
    kind = wording.kind(note.kind)
    texts = content.completed(note, meeting)
    found = rehearsals.whom(session(), note, clock.today()) if _goes_on(note) else []
    order = [kind.original, *(each for each in LANGUAGES if each != kind.original)]
    return render_template(
        "notes/read.html",
        note=note,
        form=form,
        meeting_label=meeting_label(meeting),
        audience=Audience.of(note.audience),
        texts=[
            (each, texts[each].subject, wording.paragraphs(texts[each].body, cast(Language, each)))
            for each in order
            if each in texts
        ],
        **listed(found),
        needs_native_check=native.unread(session(), note),
        problems=content.problems(note, meeting) if note.stage is not NoteStage.ISSUED else {},
        digest=content.digest(note, meeting),
        actions=_possible(note),
        standing=rehearsals.standing_of(session(), note) if _goes_on(note) else None,
        words=office_forms,
        own_names=OWN_NAMES,
        forms=forms,
    )


def _act(
    note_id: UUID, action: NoteAction, do: Callable[[Session, Note], Note], said: str
) -> AnyResponse:
    """One move of the workflow; a second click on the same button shows what the first one did."""
    note = queries.by_id(session(), note_id, lock=True)
    if note.stage not in {at for at, possible in NOTE.moves if possible is action} and (
        note.stage in {to for (_at, possible), to in NOTE.moves.items() if possible is action}
    ):
        flash(_("This was done already."), "information")
        return see_other("notes.show", note_id=note_id)
    do(session(), note)
    session().commit()
    flash(said, "success")
    return see_other("notes.show", note_id=note_id)


@pages.get("/notes/<uuid:note_id>/submit", permission=Permission.SUBMIT_NOTE, scope=STAFF)
def ask_to_submit(note_id: UUID) -> str | AnyResponse:
    """Says what it means to submit a note that was not rehearsed well, and asks once."""
    note = queries.by_id(session(), note_id)
    standing = rehearsals.standing_of(session(), note)
    if note.stage is not NOTE.initial or standing is Standing.CLEAN:
        return see_other("notes.show", note_id=note_id)
    return render_template("notes/submit.html", note=note, standing=standing, words=office_forms)


def _rehearsed(note: Note) -> bool:
    return rehearsals.standing_of(session(), note) is Standing.CLEAN


@pages.post("/notes/<uuid:note_id>/submit", permission=Permission.SUBMIT_NOTE, scope=STAFF)
def submit(note_id: UUID) -> AnyResponse:
    """Puts a draft before a clearing officer."""
    said = _("The note is with the clearing officers now.")
    unrehearsed = request.form.get("unrehearsed") == "yes"
    note = queries.by_id(session(), note_id)
    if note.stage is NOTE.initial and not unrehearsed and not _rehearsed(note):
        return see_other("notes.ask_to_submit", note_id=note_id)
    return _act(
        note_id,
        NoteAction.SUBMIT,
        lambda db, note: clearance.submit(db, note, unrehearsed=unrehearsed),
        said,
    )


@pages.post("/notes/<uuid:note_id>/clear", permission=Permission.CLEAR_NOTE, scope=STAFF)
def clear(note_id: UUID) -> AnyResponse:
    """Consents to what the page showed."""
    seen, whom_seen = request.form.get("digest", ""), request.form.get("audience")
    said = _("The note is cleared. It can be issued.")
    return _act(
        note_id,
        NoteAction.CLEAR,
        lambda db, note: clearance.clear(
            db, note, seen=seen, whom_seen=None if whom_seen is None else whom_seen.split()
        ),
        said,
    )


@pages.post("/notes/<uuid:note_id>/return", permission=Permission.RETURN_NOTE, scope=STAFF)
def send_back(note_id: UUID) -> AnyResponse | tuple[str, int]:
    """Gives a note back to its drafter with a remark."""
    form = RemarkForm()
    if not form.validate_on_submit():
        return _reading_page(queries.by_id(session(), note_id), form), 422
    said = _("The note is back with its drafter, with your remark.")
    return _act(
        note_id,
        NoteAction.RETURN,
        lambda db, note: clearance.return_(db, note, form.remark.data or ""),
        said,
    )


@pages.post("/notes/<uuid:note_id>/reopen", permission=Permission.REOPEN_NOTE, scope=STAFF)
def reopen(note_id: UUID) -> AnyResponse:
    """Makes a cleared note a draft again."""
    said = _("The note is a draft again. It needs another clearance.")
    return _act(note_id, NoteAction.REOPEN, clearance.reopen, said)


@pages.get("/notes/<uuid:note_id>/withdraw", permission=Permission.WITHDRAW_NOTE, scope=STAFF)
def ask_to_withdraw(note_id: UUID) -> str:
    """Says what a withdrawal means, and asks once."""
    return render_template("notes/withdraw.html", note=queries.by_id(session(), note_id))


@pages.post("/notes/<uuid:note_id>/withdraw", permission=Permission.WITHDRAW_NOTE, scope=STAFF)
def withdraw(note_id: UUID) -> AnyResponse:
    """Ends a note that was not issued."""
    said = _("The note is withdrawn. It stays in the register.")
    return _act(note_id, NoteAction.WITHDRAW, clearance.withdraw, said)


@pages.post("/notes/<uuid:note_id>/follow", permission=Permission.DRAFT_NOTE, scope=STAFF)
def follow(note_id: UUID) -> AnyResponse:
    """Begins a note that follows this one."""
    original = queries.by_id(session(), note_id, lock=True)
    kind = wording.kind(request.form.get("kind", ""))
    title = f"{kind.names[page_language()]}: {original.title}"
    note = followups.begin(session(), original, kind.key, title)
    session().commit()
    flash(
        _("This draft follows %(ref)s. Check its deadline and its texts.", ref=original.reference),
        "success",
    )
    return see_other("notes.show", note_id=note.id)
