"""Tables of the register of competent authorities: entries, confirmations, asked corrections."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registration import clock
from registration.authorities.rules import REQUEST, Category, RequestStage
from registration.db import Base, new_id, one_of


class Authority(Base):
    """One wording of an entry, in force from a day on by a document. Superseded, never edited."""

    __tablename__ = "authority"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["document_id", "state_code"], ["document.id", "document.state_code"]
        ),
        sa.CheckConstraint(
            "(in_force_until is null) = (ended_by_id is null)", name="ended_by_somebody"
        ),
        sa.Index(
            "uq_authority_one_in_force",
            "line_id",
            unique=True,
            postgresql_where=sa.text("in_force_until is null"),
        ),
        sa.Index("ix_authority_state_code", "state_code", "category"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(doc="the entry, the same through all wordings")
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    category: Mapped[Category] = mapped_column(one_of(Category))
    name: Mapped[str]
    particulars: Mapped[dict[str, Any]] = mapped_column(doc="by the names in rules.FIELDS")
    searched: Mapped[str] = mapped_column(doc="the words under which it is found")
    in_force_from: Mapped[date]
    notified_by: Mapped[str] = mapped_column(doc="the document that says so, e.g. a note verbale")
    notified_on: Mapped[date | None] = mapped_column(doc="the day of that document")
    document_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    recorded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    in_force_until: Mapped[date | None]
    ended_by: Mapped[str] = mapped_column(default="", doc="the document that ends it")
    ended_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))


class Confirmation(Base):
    """That somebody said of an entry that it still is right."""

    __tablename__ = "authority_confirmation"
    __table_args__ = (sa.Index("ix_authority_confirmation_line_id", "line_id", "confirmed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID]
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    confirmed_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    by_the_state: Mapped[bool]
    source: Mapped[str] = mapped_column(default="", doc="the document, where staff heard it")


class CorrectionRequest(Base):
    """What a State asks to have changed, added or ended in the register."""

    __tablename__ = "authority_request"
    __table_args__ = (
        sa.Index(
            "uq_authority_request_one_open",
            "line_id",
            unique=True,
            postgresql_where=sa.text("stage = 'asked'"),
        ),
        sa.Index("ix_authority_request_state_code", "state_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(doc="the entry, or that of the one to be")
    is_new: Mapped[bool] = mapped_column(default=False)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    category: Mapped[Category] = mapped_column(one_of(Category))
    particulars: Mapped[dict[str, Any]]
    remark: Mapped[str] = mapped_column(default="")
    stage: Mapped[RequestStage] = mapped_column(one_of(RequestStage), default=REQUEST.initial)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    asked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    answer: Mapped[str] = mapped_column(default="", doc="why it was refused")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
