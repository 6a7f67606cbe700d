"""Tables of rehearsals: the last one of each note, cut into one run for each language."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration import clock
from registration.db import Base, new_id


class Rehearsal(Base):
    """One rehearsal of a note. A note keeps its last one; what came of earlier ones, events say."""

    __tablename__ = "rehearsal"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"), unique=True)
    content_sha256: Mapped[str] = mapped_column(doc="of what was rehearsed: content and addressees")
    day: Mapped[date] = mapped_column(doc="the day of issue that was supposed")
    addressed: Mapped[int]
    asked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, doc="found before any copy was made: addresses, texts"
    )
    runs: Mapped[list["RehearsalRun"]] = relationship(
        order_by="RehearsalRun.language", cascade="all, delete-orphan"
    )


class RehearsalRun(Base):
    """All copies of a rehearsal in one language."""

    __tablename__ = "rehearsal_run"
    __table_args__ = (sa.UniqueConstraint("rehearsal_id", "language"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    rehearsal_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rehearsal.id"))
    language: Mapped[str]
    copies: Mapped[int] = mapped_column(doc="to be made")
    made: Mapped[int | None] = mapped_column(doc="how many could be printed; null: not tried yet")
    finished_at: Mapped[datetime | None]
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
