"""Tables of designations: what a State is about to say, and what it has said."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registration import clock
from registration.db import Base, new_id, one_of


class DesignationKind(StrEnum):
    """As what a State names an authority or a person (Conference resolution 4/2)."""

    CENTRAL_AUTHORITY = "central_authority"
    LOCAL_AUTHORITY = "local_authority"
    GOVERNMENTAL_EXPERT = "governmental_expert"


class _Particulars:
    """What is recorded of an authority; of an expert, `name` is the person's."""

    name: Mapped[str]
    institution: Mapped[str] = mapped_column(default="", doc="ministry or institution it belongs to")
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
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)


class Designation(_Particulars, Base):
    """What a State formally said, and by which response. Superseded or withdrawn, never edited."""

    __tablename__ = "designation"
    __table_args__ = (sa.Index("ix_designation_state_code", "state_code", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    kind: Mapped[DesignationKind] = mapped_column(one_of(DesignationKind))
    line_id: Mapped[UUID] = mapped_column(doc="the proposed authority or delegate it was made from")
    response_id: Mapped[UUID] = mapped_column(sa.ForeignKey("response.id"), doc="its source")
    in_force_from: Mapped[datetime] = mapped_column(default=clock.now)
    in_force_until: Mapped[datetime | None] = mapped_column(doc="superseded or withdrawn then")
    ended_by_response_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("response.id"))
