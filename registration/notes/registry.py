"""The register of numbers: which note bears which, which are void, and which nobody used."""

from dataclasses import dataclass

import sqlalchemy as sa

from registration.db import Session
from registration.documents.reference import SERIES, Reference
from registration.meetings.models import Meeting
from registration.notes import numbering
from registration.notes.models import Note, NumberSeries, VoidNumber


@dataclass(frozen=True)
class Entry:
    """A line of the register: a number with its note or its void, or a gap of one or several."""

    first: Reference
    last: Reference
    note: Note | None = None
    meeting: Meeting | None = None
    void: VoidNumber | None = None

    @property
    def is_gap(self) -> bool:
        """Whether these numbers were passed over and could still be used."""
        return self.note is None and self.void is None


def years(session: Session) -> list[int]:
    """The years in which a number was used, the last first."""
    return list(
        session.scalars(
            sa.select(NumberSeries.year)
            .where(NumberSeries.series == SERIES, NumberSeries.last > 0)
            .order_by(NumberSeries.year.desc())
        )
    )


def entries(session: Session, year: int) -> list[Entry]:
    """Every number of a year from 1 to the highest, in order; gaps are one line each."""
    taken = sorted([*_borne(session, year), *_void(session, year)], key=lambda each: each.first)
    found, expected = [], 1
    for entry in taken:
        found += _gap(year, expected, entry.first.number - 1)
        found.append(entry)
        expected = entry.first.number + 1
    return found + _gap(year, expected, numbering.last_of(session, year))


def _gap(year: int, first: int, last: int) -> list[Entry]:
    if first > last:
        return []
    return [Entry(Reference(SERIES, year, first), Reference(SERIES, year, last))]


def _borne(session: Session, year: int) -> list[Entry]:
    rows = session.execute(
        sa.select(Note, Meeting)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(Note.reference.startswith(f"{SERIES} {year}/"))
    )
    return [_entry(Reference.parse(str(note.reference)), note, meeting) for note, meeting in rows]


def _entry(reference: Reference, note: Note, meeting: Meeting) -> Entry:
    return Entry(reference, reference, note, meeting)


def _void(session: Session, year: int) -> list[Entry]:
    voids = session.scalars(
        sa.select(VoidNumber).where(VoidNumber.series == SERIES, VoidNumber.year == year)
    )
    found = []
    for void in voids:
        reference = Reference(SERIES, year, void.number)
        found.append(Entry(reference, reference, void=void))
    return found
