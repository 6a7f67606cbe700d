"""Numbers of notes: counted in the transaction of the issue, unique, and never used twice."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from registration.db import Session
from registration.documents.reference import SERIES, Reference
from registration.errors import ReferenceTaken
from registration.notes.models import Note, NumberSeries


def proposed(session: Session, year: int) -> Reference:
    """The reference that the next note of the year would get; nothing is set aside for it."""
    last = session.scalar(
        sa.select(NumberSeries.last).where(NumberSeries.series == SERIES, NumberSeries.year == year)
    )
    return Reference(SERIES, year, (last or 0) + 1)


def take_next(session: Session, year: int) -> Reference:
    """The next number of the year, for the note that this transaction issues.

    Whoever asks meanwhile waits for the end of the transaction: no number is left out, and none is
    given twice.
    """
    number = _count(session, SERIES, year, NumberSeries.last + 1)
    return Reference(SERIES, year, number)


def take(session: Session, reference: Reference) -> Reference:
    """The reference that an officer typed; counting goes on from it where it is the highest.

    Raises ReferenceTaken where another note has that number.
    """
    _count(
        session,
        reference.series,
        reference.year,
        sa.func.greatest(NumberSeries.last, reference.number),
    )
    refuse_taken(session, reference)
    return reference


def refuse_taken(session: Session, reference: Reference) -> None:
    """Raise ReferenceTaken where a note has that number."""
    if holder := find(session, reference):
        raise ReferenceTaken(
            "%(reference)s belongs to another note: “%(title)s”.",
            reference=reference.short,
            title=holder.title,
        )


def find(session: Session, reference: Reference) -> Note | None:
    """The note that has that number, whatever its reference carries besides."""
    short = reference.short
    return session.scalar(
        sa.select(Note).where(
            sa.or_(
                Note.reference == short,
                Note.reference.startswith(f"{short}("),
                Note.reference.startswith(f"{short}/"),
            )
        )
    )


def _count(
    session: Session, series: str, year: int, last: sa.ColumnElement[int] | sa.Function[int]
) -> int:
    """Set the last number of a series and year; the row stays locked until the transaction ends."""
    session.execute(
        insert(NumberSeries).values(series=series, year=year, last=0).on_conflict_do_nothing()
    )
    return session.execute(
        sa.update(NumberSeries)
        .where(NumberSeries.series == series, NumberSeries.year == year)
        .values(last=last)
        .returning(NumberSeries.last)
        .execution_options(synchronize_session=False)
    ).scalar_one()
