"""Tables of who acts for a State: named by which note verbale, from when, and until when."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration import clock
from registration.accounts.models import Account
from registration.accounts.rules import Capacity, SuccessionStage
from registration.db import Base, new_id, one_of


class Appointment(Base):
    """That a State named a person, as its note verbale says. It is ended, never rewritten."""

    __tablename__ = "appointment"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["document_id", "state_code"], ["document.id", "document.state_code"]
        ),
        sa.Index("ix_appointment_state_code", "state_code", "begins_on"),
        sa.Index("ix_appointment_account_id", "account_id"),
        sa.CheckConstraint("ends_on is null or begins_on <= ends_on", name="ends_after_it_begins"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    capacity: Mapped[Capacity] = mapped_column(one_of(Capacity))
    note_reference: Mapped[str] = mapped_column(doc="of the note verbale that names the person")
    note_date: Mapped[date]
    document_id: Mapped[UUID] = mapped_column(doc="that note verbale")
    begins_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(doc="from this day on the person acts no longer")
    end_source: Mapped[str] = mapped_column(default="", doc="on whose word it ends")
    succeeds_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("appointment.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    recorded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    account: Mapped[Account] = relationship(foreign_keys=[account_id])

    @property
    def in_force(self) -> bool:
        """Whether the person acts for the State today."""
        return self.ends_on is None or clock.today() < self.ends_on


class Succession(Base):
    """Whom a focal point proposes to take over; it appoints nobody until staff hold the note."""

    __tablename__ = "succession"
    __table_args__ = (sa.Index("ix_succession_state_code", "state_code", "proposed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    stage: Mapped[SuccessionStage] = mapped_column(
        one_of(SuccessionStage), default=SuccessionStage.PROPOSED
    )
    capacity: Mapped[Capacity] = mapped_column(one_of(Capacity))
    name: Mapped[str]
    email: Mapped[str]
    language: Mapped[str]
    succeeds_account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    proposed_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(default="", doc="why it was declined")
    proposed_by: Mapped[Account] = relationship(foreign_keys=[proposed_by_id])
