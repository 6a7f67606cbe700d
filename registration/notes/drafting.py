"""Drafting: a note begins with the standard text of its kind in six languages."""

from datetime import date
from typing import cast
from uuid import UUID

from registration import text as gate
from registration.db import Session
from registration.errors import Conflict, IllegalMove, Refused
from registration.journal.service import record
from registration.meetings.models import Meeting
from registration.notes import history, wording
from registration.notes.audience import Audience, refuse_impossible
from registration.notes.models import Note, NoteForm, NoteText
from registration.notes.rules import NOTE
from registration.notes.wording import Kind
from registration.permissions import Permission, demand

TITLE_LIMIT = 200


def draft(
    session: Session,
    *,
    kind: str = "invitation",
    form: NoteForm | None = None,
    meeting: Meeting,
    title: str,
    respond_by: date | None,
    audience: Audience,
) -> Note:
    """A new note about a meeting, with the standard text of its kind in every language.

    Without a `form` it has the usual one of its kind. Raises Refused for a kind that there is not,
    where the deadline is missing, is none of its kind's, or does not come before the meeting, and
    where nobody is addressed.
    """
    demand(session.actor, Permission.DRAFT_NOTE)
    return draft_for(
        session,
        cast(UUID, session.actor.id),
        kind=kind,
        form=form,
        meeting=meeting,
        title=title,
        respond_by=respond_by,
        audience=audience,
    )


def draft_for(
    session: Session,
    officer_id: UUID,
    *,
    kind: str,
    form: NoteForm | None,
    meeting: Meeting,
    title: str,
    respond_by: date | None,
    audience: Audience,
) -> Note:
    """The same in the name of an officer who asked for it before: the program itself may do it.

    That officer counts as the drafter, and never clears the note.
    """
    refuse_impossible(session, audience)
    standard = wording.kind(kind)
    note = Note(
        meeting_id=meeting.id,
        kind=standard.key,
        form=form or standard.form,
        title=_title(title),
        stage=NOTE.initial,
        respond_by=_deadline(respond_by, meeting, standard),
        audience=audience.stored(),
        drafted_by_id=officer_id,
        written_by_ids=[officer_id],
    )
    note.texts = [
        NoteText(language=language, subject=text.subject, body=text.body)
        for language, text in sorted(standard.standard(note.form).items())
    ]
    session.add(note)
    session.flush()
    for text in note.texts:
        history.begin(session, text)
    record(
        session,
        "note.drafted",
        "note",
        note.id,
        detail={"title": note.title, "kind": note.kind, "form": note.form.value},
    )
    return note


def revise(
    session: Session,
    note: Note,
    meeting: Meeting,
    *,
    title: str,
    respond_by: date | None,
    audience: Audience,
    version: int,
    form: NoteForm | None = None,
) -> Note:
    """Change what stands around the texts. `version` is that of the note when it was read.

    Without a `form` the note keeps the one it has.
    """
    refuse_unless_open(session, note)
    if note.version != version:
        raise Conflict("Somebody else changed this note while you were working on it.")
    refuse_impossible(session, audience)
    note.title = _title(title)
    note.respond_by = _deadline(respond_by, meeting, wording.kind(note.kind))
    note.audience = audience.stored()
    note.form = form or note.form
    remember_the_writer(session, note)
    record(session, "note.revised", "note", note.id)
    return note


def text_in(note: Note, language: str) -> NoteText:
    """The text in that language. Raises Refused for a language that the note has not."""
    for text in note.texts:
        if text.language == language:
            return text
    raise Refused("The note has no text in this language.")


def _title(typed: str) -> str:
    title = gate.line(typed, limit=TITLE_LIMIT)
    if not title:
        raise Refused("Write a title by which the office will know the note.", field="title")
    return title


def _deadline(day: date | None, meeting: Meeting, kind: Kind) -> date | None:
    if not kind.awaits_response:
        if day is not None:
            raise Refused(
                "A note of this kind asks for no response: leave the deadline empty.",
                field="respond_by",
            )
        return None
    if day is None:
        raise Refused("Enter the deadline.", field="respond_by")
    if meeting.begins_on is not None and day >= meeting.begins_on:
        raise Refused("The deadline must come before the meeting begins.", field="respond_by")
    return day


def refuse_unless_open(session: Session, note: Note) -> None:
    """Raise NotAllowed, or IllegalMove where the note is no longer a draft."""
    demand(session.actor, Permission.EDIT_NOTE, note)
    if note.stage is not NOTE.initial:
        raise IllegalMove(
            "Only a draft can be changed. Go back and reload the page to see where the note stands."
        )


def remember_the_writer(session: Session, note: Note) -> None:
    """Whoever wrote in a draft does not clear it."""
    writer = session.actor.id
    if writer is not None and writer not in note.written_by_ids:
        note.written_by_ids = [*note.written_by_ids, writer]
    session.flush()
