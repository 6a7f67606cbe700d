"""Tables of the comparison of names with the mission's note."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registration import clock
from registration.db import Base, new_id, one_of
from registration.verification.rules import Verdict


class Review(Base):
    """What the office found in one response, as a whole: one row for each response compared."""

    __tablename__ = "review"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["response_id", "state_code"], ["response.id", "response.state_code"]
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id", "state_code"], ["nomination.id", "nomination.state_code"]
        ),
        sa.UniqueConstraint("response_id"),
        sa.Index("ix_review_nomination_id", "nomination_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID]
    nomination_id: Mapped[UUID]
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    faults: Mapped[list[str]] = mapped_column(default=list, doc="values of rules.Fault")
    remark: Mapped[str] = mapped_column(default="", doc="what the State was told on returning it")
    returned_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class NameCheck(Base):
    """What comparing one name showed. A designation never changes, so its check holds for it.

    A name that the State words anew is another designation, and is compared anew.
    """

    __tablename__ = "name_check"

    designation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("designation.id"), primary_key=True)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"), index=True)
    verdict: Mapped[Verdict] = mapped_column(one_of(Verdict))
    checked_at: Mapped[datetime] = mapped_column(default=clock.now)
    checked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(
        doc="from then on it stands in the list of participants"
    )
