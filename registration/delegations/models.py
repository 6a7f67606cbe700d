"""Tables of nominations: one for each State and meeting, with the persons put forward."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration import clock
from registration.db import Base, new_id, one_of
from registration.delegations import rules
from registration.delegations.rules import (
    LINK,
    NOMINATION,
    Capacity,
    LinkStage,
    NominationStage,
    Part,
)
from registration.encrypted import Encrypted


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
    parts: Mapped[list["NominationPart"]] = relationship(back_populates="nomination")
    __mapper_args__ = {"version_id_col": version}

    def part(self, part: Part) -> "NominationPart | None":
        """What was said in a part of the answer, or about it; None where nothing was yet."""
        return next((each for each in self.parts if each.part is part), None)


class NominationPart(Base):
    """One part of an answer: what is said in it besides names, or that it is not needed.

    Its version is the step's own, so that two people can work on two parts at once.
    """

    __tablename__ = "nomination_part"
    __table_args__ = (
        sa.UniqueConstraint("nomination_id", "part"),
        sa.ForeignKeyConstraint(
            ["nomination_id", "state_code"], ["nomination.id", "nomination.state_code"]
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    nomination_id: Mapped[UUID]
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    part: Mapped[Part] = mapped_column(one_of(Part))
    not_needed: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[dict[str, str]] = mapped_column(
        default=dict, doc="what was written, by the name of the question"
    )
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column()
    nomination: Mapped[Nomination] = relationship(back_populates="parts")
    __mapper_args__ = {"version_id_col": version}


class Delegate(Base):
    """A person put forward: one of the other governmental experts, perhaps head of delegation.

    A person has three names: as in the passport, as printed, and for sorting. The passport decides
    whether a name has two parts; the other two follow from it unless they are written down.
    """

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
    family_name: Mapped[str] = mapped_column(doc="or the whole name, where it is not parted")
    printed_name: Mapped[str] = mapped_column(default="", doc="empty: as `printed` says")
    sorting_name: Mapped[str] = mapped_column(default="", doc="empty: as `sorting` says")
    title: Mapped[str]
    institution: Mapped[str]
    capacity: Mapped[Capacity] = mapped_column(one_of(Capacity), default=Capacity.EXPERT)
    areas: Mapped[list[str]] = mapped_column(default=list, doc="values of rules.Area")
    languages: Mapped[list[str]] = mapped_column(default=list, doc="official languages spoken")
    email: Mapped[str]
    telephone: Mapped[str] = mapped_column(default="")
    head_of_delegation: Mapped[bool] = mapped_column(default=False)
    passport_number: Mapped[str | None] = mapped_column(
        Encrypted, doc="where the meeting asks for it, and until it is over"
    )
    wants_funding: Mapped[bool] = mapped_column(default=False)
    wants_visa_letter: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    nomination: Mapped[Nomination] = relationship(back_populates="delegates")
    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> str:
        """The name as in the passport: given names, then family name."""
        return f"{self.given_names} {self.family_name}".strip()

    @property
    def printed(self) -> str:
        """The name as it is printed in a list of participants."""
        return self.printed_name or rules.printed(self.given_names, self.family_name)

    @property
    def sorting(self) -> str:
        """The name under which the person is filed."""
        return self.sorting_name or rules.sorting(self.given_names, self.family_name)


class ExpertLink(Base):
    """A page of one's own, sent to an expert: to fill in the own particulars and nothing else.

    Who holds the link reaches this one row; the focal point accepts or returns what it says.
    """

    __tablename__ = "expert_link"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["nomination_id", "state_code"], ["nomination.id", "nomination.state_code"]
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    nomination_id: Mapped[UUID] = mapped_column(index=True)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"), index=True)
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"))
    name: Mapped[str] = mapped_column(doc="whom the focal point means")
    email: Mapped[str] = mapped_column(doc="to which the link was sent")
    language: Mapped[str] = mapped_column(doc="of the mail and of the page")
    holder: Mapped[UUID] = mapped_column(
        unique=True, doc="half of the SHA-256 of the link's secret: as whom its holder acts"
    )
    stage: Mapped[LinkStage] = mapped_column(one_of(LinkStage), default=LINK.initial)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    asked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    answer_to: Mapped[str] = mapped_column(doc="address that is told when it is filled in")
    answer_in: Mapped[str] = mapped_column(doc="language in which that is told")
    expires_at: Mapped[datetime]
    particulars: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="what the expert wrote")
    filled_at: Mapped[datetime | None]
    fillings: Mapped[int] = mapped_column(default=0)
    remark: Mapped[str] = mapped_column(default="", doc="what the focal point wants changed")
    delegate_id: Mapped[UUID | None] = mapped_column(doc="whom it became")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
