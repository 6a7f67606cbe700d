"""Questions about ladders: that of a note, whom its next reminder would address, what is due."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from registration import clock
from registration.db import Session
from registration.notes.audience import Addressed, Audience, Unanswered, addressed
from registration.notes.ladders.models import Ladder, Rung
from registration.notes.ladders.rules import day_of, due, is_ahead
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.states.rules import TreatyStatus

_WHATEVER_THEIR_STATUS: frozenset[TreatyStatus] = frozenset()


def of_note(session: Session, note: Note, *, lock: bool = False) -> Ladder | None:
    """The ladder of a note with its rungs, if somebody set one."""
    question = (
        sa.select(Ladder)
        .where(Ladder.note_id == note.id)
        .options(orm.selectinload(Ladder.rungs))
        .execution_options(populate_existing=True)
    )
    return session.scalar(question.with_for_update() if lock else question)


@dataclass(frozen=True)
class Line:
    """One rung as its page shows it, with the draft that it led to."""

    rung: Rung
    day: date
    is_ahead: bool
    is_due: bool  # its day has come, and the program has not taken it yet
    reminder: Note | None


def lines(session: Session, note: Note, ladder: Ladder | None) -> list[Line]:
    """The rungs of a ladder, the first day first."""
    if ladder is None or not ladder.rungs:
        return []
    wanted = [rung.reminder_id for rung in ladder.rungs if rung.reminder_id]
    drafts = {each.id: each for each in session.scalars(sa.select(Note).where(Note.id.in_(wanted)))}
    today = clock.today()
    is_issued = note.stage is NoteStage.ISSUED
    to_take = due_of(note, ladder) if is_issued else []
    return [
        Line(
            rung,
            day_of(note.last_day, rung.days_before),
            is_ahead(rung.step, last_day=note.last_day, today=today),
            rung.days_before in to_take,
            drafts.get(rung.reminder_id) if rung.reminder_id else None,
        )
        for rung in ladder.rungs
    ]


def audience(note: Note) -> Audience:
    """Whom a reminder that a ladder drafts addresses: all whose answer is not there, or not whole.

    Raises Refused for a note that was not issued.
    """
    asked = Unanswered.note(note, or_incomplete=True)
    return Audience(_WHATEVER_THEIR_STATUS, without_response_to=asked)


def whom(session: Session, note: Note) -> list[Addressed]:
    """Whom a reminder of this issued note would address today."""
    return addressed(session, audience(note), clock.today())


def due_rungs(session: Session) -> dict[UUID, list[int]]:
    """By issued note, the rungs to take today, the latest first."""
    today = clock.today()
    rows = session.execute(
        sa.select(Note, Rung)
        .join(Rung, Rung.note_id == Note.id)
        .where(Note.stage == NoteStage.ISSUED, Rung.reached_at.is_(None))
    )
    found: dict[UUID, tuple[Note, list[Rung]]] = {}
    for note, rung in rows:
        found.setdefault(note.id, (note, []))[1].append(rung)
    asked = {key: _due(note, rungs, today) for key, (note, rungs) in found.items()}
    return {key: days for key, days in asked.items() if days}


def due_of(note: Note, ladder: Ladder) -> list[int]:
    """The rungs of an issued note's ladder to take today, the latest first."""
    return _due(note, ladder.rungs, clock.today())


def _due(note: Note, rungs: list[Rung], today: date) -> list[int]:
    if note.respond_by is None or note.issued_on is None:
        return []
    steps = [rung.step for rung in rungs]
    return due(steps, last_day=note.respond_by, issued_on=note.issued_on, today=today)
