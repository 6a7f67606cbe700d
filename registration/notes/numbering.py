"""Numbers of notes: counted in the transaction of the issue, never used twice, void ones kept."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from registration import text as gate
from registration.db import Session
from registration.documents.reference import LAST, SERIES, Reference
from registration.errors import ReferenceTaken, Refused
from registration.journal.service import record
from registration.notes.models import NUMBER, Note, NumberSeries, VoidNumber
from registration.permissions import Permission, demand

REASON_LIMIT = 300


def proposed(session: Session, year: int) -> Reference | None:
    """The reference that the next note of the year would get; nothing is set aside for it.

    None where the last number of the year is given out: an officer types one that is free.
    """
    last = last_of(session, year)
    return Reference(SERIES, year, last + 1) if last < LAST else None


def last_of(session: Session, year: int) -> int:
    """The highest number of the year, borne by a note or void; 0 where there is none."""
    last = session.scalar(
        sa.select(NumberSeries.last).where(NumberSeries.series == SERIES, NumberSeries.year == year)
    )
    return last or 0


def take_next(session: Session, year: int) -> Reference:
    """The next number of the year, for the note that this transaction issues.

    Whoever asks meanwhile waits for the end of the transaction: no number is left out, and none is
    given twice. Raises Refused where the last number of the year is given out.
    """
    number = _count(session, SERIES, year, NumberSeries.last + 1)
    if number > LAST:
        raise Refused(
            "The last number of the year, %(last)s, is given out. Type one that is free.",
            field="reference",
            last=Reference(SERIES, year, LAST).short,
        )
    return Reference(SERIES, year, number)


def take(session: Session, reference: Reference) -> Reference:
    """The reference that an officer typed; counting goes on from it where it is the highest.

    Raises ReferenceTaken where another note has that number, or it is void.
    """
    _count_up_to(session, reference)
    refuse_taken(session, reference)
    return reference


def make_void(session: Session, reference: Reference, reason: str) -> VoidNumber:
    """Take a number out of use for good, e.g. because the central registry gave it elsewhere.

    Only numbers up to the next one can be void: nobody was given a later one yet. Raises Refused
    and ReferenceTaken.
    """
    demand(session.actor, Permission.VOID_NUMBER)
    reason = gate.line(reason, limit=REASON_LIMIT)
    if not reason:
        raise Refused("Say why this number is void.", field="reason")
    following = proposed(session, reference.year)
    if following is not None and reference.number > following.number:
        raise Refused(
            "This number was not reached yet. The next one is %(next)s.",
            field="reference",
            next=following.short,
        )
    take(session, reference)
    void = VoidNumber(
        series=reference.series,
        year=reference.year,
        number=reference.number,
        reason=reason,
        voided_by_id=session.actor.id,
    )
    session.add(void)
    session.flush()
    detail = {"reference": reference.short, "reason": reason}
    record(session, "number.voided", "number", reference.short, detail=detail)
    return void


def refuse_taken(session: Session, reference: Reference) -> None:
    """Raise ReferenceTaken where a note has that number, or it is void."""
    key = (reference.series, reference.year, reference.number)
    if void := session.get(VoidNumber, key):
        raise ReferenceTaken(
            "%(reference)s is void: “%(reason)s”.", reference=reference.short, reason=void.reason
        )
    if holder := find(session, reference):
        raise ReferenceTaken(
            "%(reference)s belongs to another note: “%(title)s”.",
            reference=reference.short,
            title=holder.title,
        )


def find(session: Session, reference: Reference) -> Note | None:
    """The note that has that number, whatever its reference carries besides."""
    return session.scalar(
        sa.select(Note).where(sa.literal_column(NUMBER, sa.Text()) == reference.short)
    )


def _count_up_to(session: Session, reference: Reference) -> None:
    highest = sa.func.greatest(NumberSeries.last, reference.number)
    _count(session, reference.series, reference.year, highest)


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
