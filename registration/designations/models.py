"""Tables of designations: what a State is about to say, and what it has said."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registration import clock
from registration.db import Base, new_id, one_of
from registration.designations.rules import DesignationKind


class _Particulars:
    """What is recorded of an authority; of an expert, `name` is the person's."""

    name: Mapped[str]
    institution: Mapped[str] = mapped_column(default="", doc="ministry or body it belongs to")
    title: Mapped[str] = mapped_column(default="", doc="title or post of the person")
    email: Mapped[str] = mapped_column(default="")
    telephone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")


class ProposedAuthority(_Particulars, Base):
    """An authority in the answer that a State is working on for one meeting."""

    __tablename__ = "proposed_authority"
    __table_args__ = (
        sa.UniqueConstraint("id", "state_code"),
        sa.Index(
            "uq_proposed_authority_one_central",
            "state_code",
            "meeting_id",
            unique=True,
            postgresql_where=sa.text("kind = 'central_authority'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    kind: Mapped[DesignationKind] = mapped_column(one_of(DesignationKind))
    continues_line_id: Mapped[UUID | None] = mapped_column(
        doc="the line of an earlier answer that it names again"
    )
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Designation(_Particulars, Base):
    """What a State formally said, and by which response. Superseded or withdrawn, never edited."""

    __tablename__ = "designation"
    __table_args__ = (
        sa.Index("ix_designation_state_code", "state_code", "kind"),
        sa.ForeignKeyConstraint(
            ["response_id", "state_code"], ["response.id", "response.state_code"]
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_response_id", "state_code"], ["response.id", "response.state_code"]
        ),
        sa.CheckConstraint(
            "(in_force_until is null) = (ended_by_response_id is null)", name="ended_by_a_response"
        ),
        sa.Index(
            "uq_designation_one_in_force",
            "line_id",
            unique=True,
            postgresql_where=sa.text("in_force_until is null"),
        ),
        sa.Index(
            "uq_designation_one_central",
            "state_code",
            unique=True,
            postgresql_where=sa.text("kind = 'central_authority' and in_force_until is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    kind: Mapped[DesignationKind] = mapped_column(one_of(DesignationKind))
    line_id: Mapped[UUID] = mapped_column(doc="the proposed authority or delegate it was made from")
    courtesy: Mapped[str] = mapped_column(default="", doc="of an expert: Mr. or Ms.")
    head_of_delegation: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[str] = mapped_column(default="", doc="of an expert: as what he or she comes")
    printed_name: Mapped[str] = mapped_column(default="", doc="of an expert: as in a list")
    sorting_name: Mapped[str] = mapped_column(default="", doc="of an expert: as filed")
    areas: Mapped[list[str]] = mapped_column(default=list, doc="of an expert: what on")
    languages: Mapped[list[str]] = mapped_column(default=list, doc="of an expert: spoken")
    response_id: Mapped[UUID] = mapped_column(index=True, doc="its source")
    in_force_from: Mapped[datetime] = mapped_column(default=clock.now)
    in_force_until: Mapped[datetime | None] = mapped_column(doc="superseded or withdrawn then")
    ended_by_response_id: Mapped[UUID | None]

    @property
    def since(self) -> date:
        """The day at the duty station from which on it is in force."""
        return clock.day_of(self.in_force_from)
