"""Tables of ladders: who set one for a note, and what became of each of its rungs."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration import clock
from registration.db import Base, one_of
from registration.notes.ladders.rules import EARLIEST, LATEST, Outcome, Step


class Ladder(Base):
    """That reminders of a note are drafted by themselves, in the name of whoever set it last."""

    __tablename__ = "ladder"

    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"), primary_key=True)
    set_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    set_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column()
    rungs: Mapped[list["Rung"]] = relationship(
        order_by="Rung.days_before.desc()", cascade="all, delete-orphan"
    )
    __mapper_args__ = {"version_id_col": version}


class Rung(Base):
    """One day of a ladder. What was reached stays, with what came of it."""

    __tablename__ = "rung"
    __table_args__ = (
        sa.CheckConstraint(
            f"days_before between {LATEST} and {EARLIEST}", name="within_half_a_year"
        ),
        sa.CheckConstraint("(reached_at is null) = (outcome is null)", name="reached_with_outcome"),
        sa.CheckConstraint(
            "coalesce(outcome in ('drafted', 'waiting'), false) = (reminder_id is not null)",
            name="has_its_draft",
        ),
    )

    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ladder.note_id"), primary_key=True)
    days_before: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, doc="the last day for responses; negative: after it"
    )
    added_on: Mapped[date] = mapped_column(default=clock.today, doc="at the duty station")
    reached_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome))
    reminder_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("note.id"))

    @property
    def step(self) -> Step:
        """The rung as its rule sees it."""
        return Step(self.days_before, self.added_on, self.reached_at is not None)
