"""What follows an issued note: a reminder, a postponement, a corrigendum begin from it."""

from dataclasses import replace
from datetime import date
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.errors import IllegalMove, Refused
from registration.journal.service import record
from registration.meetings.models import Meeting
from registration.notes import drafting, wording
from registration.notes.audience import Audience, Unanswered
from registration.notes.models import Note, NoteForm
from registration.notes.rules import NoteStage, deadline_of_what_follows
from registration.permissions import Permission, demand

# A note that asks again goes to the silent; every other one to whom the original went.
ASKS_AGAIN = "reminder"
# It confirms what a State sent, and so begins from no note of ours.
_ANSWERS_A_STATE = "acknowledgement"
_NAMES_THE_ORIGINAL = "((original_reference))"


def kinds() -> tuple[str, ...]:
    """The kinds whose standard text refers to an earlier note, in the order of all kinds."""
    return tuple(
        key
        for key, kind in wording.kinds().items()
        if key != _ANSWERS_A_STATE
        and any(_NAMES_THE_ORIGINAL in text.body for text in kind.texts.values())
    )


def begin(session: Session, original: Note, kind: str, title: str) -> Note:
    """A draft of that kind which follows an issued note: same meeting, its audience, linked.

    Its deadline is the original's where that leaves time, else a proposal. While such a draft was
    not issued or withdrawn, that one is given. Raises IllegalMove for a note that was not issued,
    and Refused for a kind that refers to none or where no time is left before the meeting.
    """
    demand(session.actor, Permission.DRAFT_NOTE)
    if original.stage is not NoteStage.ISSUED:
        raise IllegalMove("Only what was issued can be followed up.")
    if kind not in kinds():
        raise Refused("A note of this kind follows no other.")
    if begun := under_way(session, original, kind):
        return begun
    officer = cast(UUID, session.actor.id)
    return begin_for(session, officer, original, kind, title, _audience(original, kind))


def begin_for(
    session: Session,
    officer_id: UUID,
    original: Note,
    kind: str,
    title: str,
    audience: Audience,
    form: NoteForm | None = None,
) -> Note:
    """The same in the name of an officer who asked for it before, to that audience.

    What `begin` refuses besides the deadline is not asked again.
    """
    meeting = session.get_one(Meeting, original.meeting_id)
    note = drafting.draft_for(
        session,
        officer_id,
        kind=kind,
        form=form,
        meeting=meeting,
        title=title[: drafting.TITLE_LIMIT],
        respond_by=_deadline(original, meeting, kind),
        audience=audience,
    )
    note.follows_id = original.id
    session.flush()
    record(
        session,
        "note.followed_up",
        "note",
        original.id,
        detail={"kind": kind, "by": str(note.id)},
    )
    return note


def of(session: Session, note: Note) -> list[Note]:
    """The notes that follow this one directly, in the order in which they were begun."""
    return list(
        session.scalars(sa.select(Note).where(Note.follows_id == note.id).order_by(Note.id))
    )


def under_way(session: Session, original: Note, kind: str) -> Note | None:
    """A note of that kind that follows this one and has not left the office."""
    return session.scalar(
        sa.select(Note)
        .where(
            Note.follows_id == original.id,
            Note.kind == kind,
            Note.stage.not_in([NoteStage.ISSUED, NoteStage.WITHDRAWN]),
        )
        .order_by(Note.id)
        .limit(1)
    )


def _deadline(original: Note, meeting: Meeting, kind: str) -> date | None:
    if not wording.kind(kind).awaits_response:
        return None
    return deadline_of_what_follows(original.respond_by, clock.today(), meeting.begins_on)


def _audience(original: Note, kind: str) -> Audience:
    if kind == ASKS_AGAIN:
        return Audience(frozenset(), without_response_to=Unanswered.note(original))
    rule = Audience.of(original.audience)
    return replace(rule, as_at=rule.as_at or original.issued_on)
