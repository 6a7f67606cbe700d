"""Tables of nominations: one for each State and meeting, with the persons put forward."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration import clock
from registration.db import Base, new_id, one_of
from registration.delegations.rules import NOMINATION, NominationStage


class Courtesy(StrEnum):
    """How a person is addressed in a list of participants."""

    MR = "Mr."
    MS = "Ms."


class Nomination(Base):
    """The answer that a State is working on for one meeting; the working copy, not the record."""

    __tablename__ = "nomination"
    __table_args__ = (
        sa.UniqueConstraint("state_code", "meeting_id"),
        sa.UniqueConstraint("id", "state_code"),
        sa.ForeignKeyConstraint(
            ["mission_note_id", "state_code"], ["document.id", "document.state_code"]
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"))
    stage: Mapped[NominationStage] = mapped_column(
        one_of(NominationStage), default=NOMINATION.initial
    )
    mission_note_id: Mapped[UUID | None] = mapped_column(doc="the mission's note verbale, uploaded")
    mission_reference: Mapped[str] = mapped_column(default="")
    begun_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column()
    delegates: Mapped[list["Delegate"]] = relationship(
        order_by="Delegate.position", back_populates="nomination"
    )
    __mapper_args__ = {"version_id_col": version}


class Delegate(Base):
    """A person put forward: one of the other governmental experts, perhaps head of delegation."""

    __tablename__ = "delegate"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["nomination_id", "state_code"], ["nomination.id", "nomination.state_code"]
        ),
        sa.Index(
            "uq_delegate_one_head",
            "nomination_id",
            unique=True,
            postgresql_where=sa.text("head_of_delegation"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    nomination_id: Mapped[UUID] = mapped_column(index=True)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    position: Mapped[int] = mapped_column(doc="order of the mission's note")
    courtesy: Mapped[Courtesy] = mapped_column(one_of(Courtesy))
    given_names: Mapped[str]
    family_name: Mapped[str]
    title: Mapped[str]
    institution: Mapped[str]
    email: Mapped[str]
    head_of_delegation: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    nomination: Mapped[Nomination] = relationship(back_populates="delegates")
    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> str:
        """The name as in the passport: given names, then family name."""
        return f"{self.given_names} {self.family_name}".strip()
