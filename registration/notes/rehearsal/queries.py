"""Questions about rehearsals: the last one of a note, and whether it still speaks of that note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import orm

from registration.db import Session
from registration.meetings.models import Meeting
from registration.notes import content
from registration.notes.audience import Addressed, Audience, addressed, printed_name
from registration.notes.models import Note
from registration.notes.rehearsal.models import Rehearsal
from registration.notes.rehearsal.rules import Problem, Standing, standing


@dataclass(frozen=True)
class Last:
    """The last rehearsal of a note, with what it found."""

    rehearsal: Rehearsal
    standing: Standing
    problems: tuple[Problem, ...]

    @property
    def made(self) -> int:
        """How many copies could be printed so far."""
        return sum(run.made or 0 for run in self.rehearsal.runs)


def last(session: Session, note: Note) -> Last | None:
    """The last rehearsal of the note, or None where it was never rehearsed."""
    rehearsal = session.scalar(
        sa.select(Rehearsal)
        .where(Rehearsal.note_id == note.id)
        .options(orm.selectinload(Rehearsal.runs))
        .execution_options(populate_existing=True)
    )
    if rehearsal is None:
        return None
    stored = [*rehearsal.problems, *(each for run in rehearsal.runs for each in run.problems)]
    found = tuple(Problem.of(each) for each in stored)
    now = fingerprint(session, note, whom(session, note, rehearsal.day))
    return Last(
        rehearsal,
        standing(
            fresh=now == rehearsal.content_sha256,
            finished=[run.finished_at is not None for run in rehearsal.runs],
            problems=found,
        ),
        found,
    )


def standing_of(session: Session, note: Note) -> Standing:
    """How the note stands with its rehearsal."""
    found = last(session, note)
    return found.standing if found else Standing.NONE


def whom(session: Session, note: Note, day: date) -> list[Addressed]:
    """Whom the note would address if it were issued on that day."""
    return addressed(session, Audience.of(note.audience), day)


def fingerprint(session: Session, note: Note, whom: Sequence[Addressed]) -> str:
    """The SHA-256 of what a rehearsal tries: the content, and the line of each addressee."""
    lines = [
        [each.state.code, each.language, printed_name(each.state, each.language), *each.recipients]
        for each in whom
    ]
    meeting = session.get_one(Meeting, note.meeting_id)
    tried = {"content": content.digest(note, meeting), "addressees": lines}
    return sha256(content.canonical(tried)).hexdigest()
