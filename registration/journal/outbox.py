"""The other half of a promise: publishing it, taking it up, finishing it, giving it up.

A row is open while `done_at` is null. Redis may forget a published row; the row itself stays open
until the transaction that did the work closes it, so it is published again.

When work is due is a matter of the office's clock (`registration.clock`, which a demonstration
moves). How long ago a row was published is a matter of the database's, which runs evenly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.journal.models import Outbox, Tick
from registration.journal.service import claim_slot

# The longest slot is a day of 25 hours, at the end of summer time: claimed twice, it mails twice.
SLOTS_KEPT = timedelta(days=2)
KEPT = timedelta(days=30)  # done promises, so that an officer's question can still be answered


@dataclass(frozen=True)
class Due:
    """One promise that is to be published."""

    id: int
    task: str


def claim_due(
    session: Session, *, limit: int, again_after: timedelta, quiet_tasks: Sequence[str]
) -> list[Due]:
    """Mark due rows as published and return them; those that never were come first.

    A row published longer than `again_after` ago is due again if its task is among `quiet_tasks`:
    those whose queue is empty, so that the wake-up must have got lost. Rows that somebody works on
    are locked, and passed over.
    """
    chosen = (
        sa.select(Outbox.id)
        .where(
            Outbox.done_at.is_(None),
            Outbox.due_at <= clock.now(),
            sa.or_(
                Outbox.published_at.is_(None),
                sa.and_(
                    Outbox.published_at < sa.func.now() - again_after,
                    Outbox.task.in_(quiet_tasks),
                ),
            ),
        )
        .order_by(Outbox.published_at.nulls_first(), Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    rows = session.execute(
        sa.update(Outbox)
        .where(Outbox.id.in_(sa.select(chosen.c.id)))
        .values(published_at=sa.func.now())
        .returning(Outbox.id, Outbox.task)
    )
    return sorted((Due(*row) for row in rows), key=lambda due: due.id)


def unpublish(session: Session, ids: Sequence[int]) -> None:
    """Take back the mark of rows that the queue did not get after all."""
    session.execute(
        sa.update(Outbox)
        .where(Outbox.id.in_(ids), Outbox.done_at.is_(None))
        .values(published_at=None)
    )


def next_due(session: Session) -> datetime | None:
    """When the earliest row that was never published becomes due."""
    return session.scalar(
        sa.select(sa.func.min(Outbox.due_at)).where(
            Outbox.done_at.is_(None), Outbox.published_at.is_(None)
        )
    )


def take(session: Session, outbox_id: int, task: str) -> Outbox | None:
    """The open row, locked until the transaction ends.

    None where it is done or gone, belongs to another task, is not due yet, or is in other hands.
    """
    return session.scalar(
        sa.select(Outbox)
        .where(
            Outbox.id == outbox_id,
            Outbox.task == task,
            Outbox.done_at.is_(None),
            Outbox.due_at <= clock.now(),
        )
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def look_up(
    session: Session, task: str, subject_ids: sa.Select[str], *, limit: int
) -> list[tuple[int, str]]:
    """The oldest open and due rows of a task about some subjects: (number, subject), not locked."""
    rows = session.execute(
        sa.select(Outbox.id, Outbox.subject_id)
        .where(
            Outbox.task == task,
            Outbox.done_at.is_(None),
            Outbox.due_at <= clock.now(),
            Outbox.subject_id.in_(subject_ids),
        )
        .order_by(Outbox.id)
        .limit(limit)
    )
    return [(number, subject_id) for number, subject_id in rows]


def finish(session: Session, outbox_id: int, *, problem: str | None = None) -> None:
    """Close a row in the transaction that did what it promised, or that gave it up."""
    session.execute(
        sa.update(Outbox)
        .where(Outbox.id == outbox_id)
        .values(done_at=sa.func.now(), problem=problem)
        .execution_options(synchronize_session=False)
    )


def put_off(
    session: Session, outbox_id: int, *, wait: timedelta, problem: str, counts: bool
) -> None:
    """Leave a row open for a later try. `counts` is False where the row was not to blame."""
    session.execute(
        sa.update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.done_at.is_(None))
        .values(
            due_at=clock.now() + wait,
            published_at=None,
            problem=problem,
            attempts=Outbox.attempts if counts else Outbox.attempts - 1,
        )
    )


def wake_at(row: Outbox, at: datetime) -> None:
    """Leave a row that was taken for a later time: it is nobody's fault, and no try of it."""
    row.due_at, row.published_at = at, None


def waiting_since(session: Session, patience: timedelta) -> datetime | None:
    """Since when the oldest due row waits, where that is longer than `patience`; else None."""
    return session.scalar(
        sa.select(sa.func.min(Outbox.due_at)).where(
            Outbox.done_at.is_(None), Outbox.due_at < clock.now() - patience
        )
    )


def claim_this_slot(session: Session, job: str, length: timedelta) -> bool:
    """Whether this caller is the first to do a periodic job in the present slot of that length."""
    slots = session.scalars(
        sa.select(sa.func.date_bin(length, sa.func.now(), sa.func.to_timestamp(0)))
    )
    return claim_slot(session, job, slots.one())


def sweep(session: Session) -> None:
    """Remove what nobody will ask for: done promises after 30 days, old slots of periodic jobs."""
    session.execute(sa.delete(Outbox).where(Outbox.done_at < sa.func.now() - KEPT))
    # The slots of some jobs are days of the office's clock, of others minutes of the database's.
    earlier_clock = min(clock.now(), clock.on_peoples_devices())
    session.execute(sa.delete(Tick).where(Tick.slot < earlier_clock - SLOTS_KEPT))
