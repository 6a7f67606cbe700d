"""Tables of responses: what a State sent back and when, and what the office made of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from registration import clock
from registration.db import Base, new_id, one_of
from registration.responses.rules import Outcome, ResponseKind


class ResponseChannel(StrEnum):
    """By which road a response came."""

    PORTAL = "portal"
    EMAIL = "email"
    PAPER = "paper"


class Response(Base):
    """One response of one State to one note. Later ones stand beside it; none is edited."""

    __tablename__ = "response"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["addressee_id", "state_code"], ["addressee.id", "addressee.state_code"]
        ),
        sa.ForeignKeyConstraint(
            ["document_id", "state_code"], ["document.id", "document.state_code"]
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id", "state_code"], ["nomination.id", "nomination.state_code"]
        ),
        sa.UniqueConstraint("id", "state_code"),
        sa.CheckConstraint("asked_until is null or kind = 'extension'", name="asked_by_extension"),
        sa.CheckConstraint("lacks = '{}' or kind = 'nomination'", name="lacks_of_a_nomination"),
        sa.Index("ix_response_note_id", "note_id", "state_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"))
    addressee_id: Mapped[UUID]
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    channel: Mapped[ResponseChannel] = mapped_column(one_of(ResponseChannel))
    kind: Mapped[ResponseKind] = mapped_column(
        one_of(ResponseKind), default=ResponseKind.NOMINATION
    )
    received_at: Mapped[datetime] = mapped_column(
        doc="when it came; for paper and e-mail noon of the day that staff entered, or sooner"
    )
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    recorded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    mission_reference: Mapped[str] = mapped_column(default="")
    mission_note_date: Mapped[date | None]
    document_id: Mapped[UUID | None] = mapped_column(doc="the mission's note, or its scan")
    nomination_id: Mapped[UUID | None] = mapped_column(doc="where it came through the portal")
    remark: Mapped[str] = mapped_column(default="")
    besides: Mapped[dict[str, Any]] = mapped_column(
        default=dict,
        doc="what the State said besides names: funding, visa letters, questionnaire, a reason",
    )
    asked_until: Mapped[date | None] = mapped_column(
        doc="of an extension: the last day that is asked for; none where the State named no day"
    )
    lacks: Mapped[list[str]] = mapped_column(
        default=list, doc="values of Lack: what staff found missing in what they recorded"
    )

    @property
    def received_on(self) -> date:
        """The day at the duty station on which it came."""
        return clock.day_of(self.received_at)


class Acknowledgement(Base):
    """The letter that confirms a response, with the names as registered; made in the background."""

    __tablename__ = "acknowledgement"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["response_id", "state_code"], ["response.id", "response.state_code"]
        ),
        sa.ForeignKeyConstraint(
            ["document_id", "state_code"], ["document.id", "document.state_code"]
        ),
        sa.CheckConstraint("(document_id is null) <> (problem = '')", name="made_or_parked"),
    )

    response_id: Mapped[UUID] = mapped_column(primary_key=True)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    language: Mapped[str]
    document_id: Mapped[UUID | None]
    problem: Mapped[str] = mapped_column(
        default="", doc="why it could not be printed: an English sentence of the catalogues"
    )
    problem_values: Mapped[dict[str, Any]] = mapped_column(
        postgresql.JSONB, default=dict, doc="what stands in the places of `problem`"
    )
    made_at: Mapped[datetime] = mapped_column(default=clock.now)


class Settlement(Base):
    """What the office made of a request: once, and for good. A later request stands beside it."""

    __tablename__ = "settlement"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["response_id", "state_code"], ["response.id", "response.state_code"]
        ),
        sa.CheckConstraint("(outcome = 'granted') = (until is not null)", name="granted_until"),
    )

    response_id: Mapped[UUID] = mapped_column(primary_key=True)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome))
    until: Mapped[date | None] = mapped_column(doc="of an extension: the State's own last day")
    reason: Mapped[str] = mapped_column(doc="why, or what was answered; the State reads it")
    settled_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
