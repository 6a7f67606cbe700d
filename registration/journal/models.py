"""Tables of the journal: events are only ever added; the outbox is what must happen next."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registration import clock
from registration.db import Base, new_id


class Event(Base):
    """One act: who did what to which thing. The database refuses to change or remove a row."""

    __tablename__ = "event"
    __table_args__ = (
        sa.Index("ix_event_subject", "subject_kind", "subject_id", "id"),
        sa.Index("ix_event_state_code", "state_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    kind: Mapped[str] = mapped_column(doc="e.g. note.issued")
    subject_kind: Mapped[str] = mapped_column(doc="e.g. note")
    subject_id: Mapped[str]
    state_code: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Outbox(Base):
    """One piece of background work, promised in the transaction of the act that needs it."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_open", "due_at", postgresql_where=sa.text("done_at is null")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    task: Mapped[str] = mapped_column(doc="the Celery task's name, e.g. letters.render")
    key: Mapped[str] = mapped_column(unique=True, doc="the same promise is never made twice")
    subject_id: Mapped[str] = mapped_column(doc="identifier of the row that the task is about")
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]


class Tick(Base):
    """A slot of a periodic job, claimed by whoever inserts it first."""

    __tablename__ = "tick"

    job: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
