"""Recording an act, together with the work that follows from it, in the transaction of the act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from registration import clock
from registration.db import Session
from registration.journal.models import Event, Outbox, Tick


@dataclass(frozen=True)
class Then:
    """Work that must follow. `key` makes the promise unique: a second one like it is dropped."""

    task: str
    subject_id: UUID | str
    key: str = ""
    due_at: datetime | None = None

    @property
    def unique_key(self) -> str:
        return self.key or f"{self.task}:{self.subject_id}"


def record(
    session: Session,
    kind: str,
    subject_kind: str,
    subject_id: UUID | str,
    *,
    state_code: str | None = None,
    detail: dict[str, Any] | None = None,
    then: Iterable[Then] = (),
) -> Event:
    """Write one event for the session's actor, and an outbox row for each thing that follows.

    `detail` must be plain JSON and hold no secret: events cannot be removed.
    """
    actor = session.actor
    event = Event(
        at=clock.now(),
        actor_id=actor.id,
        actor_name=actor.name,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        state_code=state_code,
        detail=detail or {},
    )
    session.add(event)
    promise(session, then)
    session.flush()
    return event


def promise(session: Session, work: Iterable[Then]) -> None:
    """Add outbox rows; a promise with a key that exists already is left as it is."""
    rows = [
        {
            "task": each.task,
            "key": each.unique_key,
            "subject_id": str(each.subject_id),
            "due_at": each.due_at or clock.now(),
            "attempts": 0,
        }
        for each in work
    ]
    if rows:
        session.flush()
        # No index is named and nothing comes back: who may promise may not read the promises.
        session.execute(insert(Outbox).inline().on_conflict_do_nothing(), rows)


def claim_slot(session: Session, job: str, slot: datetime) -> bool:
    """Whether this caller is the first to claim that slot of a periodic job."""
    claimed = session.execute(
        insert(Tick).values(job=job, slot=slot).on_conflict_do_nothing().returning(Tick.job)
    )
    return claimed.first() is not None


def story(session: Session, subject_kind: str, subject_id: UUID | str) -> list[Event]:
    """What happened to one thing, oldest first, as far as the actor may see it."""
    return list(
        session.scalars(
            sa.select(Event)
            .where(Event.subject_kind == subject_kind, Event.subject_id == str(subject_id))
            .order_by(Event.at, Event.id)
        )
    )
