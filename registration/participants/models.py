"""Tables of the list of participants, of observers, and of who is present at a meeting."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration import clock
from registration.db import Base, new_id, one_of
from registration.delegations import rules as naming
from registration.delegations.models import Courtesy
from registration.participants.rules import FileForm, ListKind, OrganizationKind


class ListVersion(Base):
    """One version of a meeting's list: what was confirmed at one moment. It never changes."""

    __tablename__ = "list_version"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "number"),
        sa.CheckConstraint(
            "(kind = 'corrigendum') = (corrects_id is not null)", name="corrects_another"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"))
    number: Mapped[int] = mapped_column(doc="1, 2, 3 … of the meeting")
    kind: Mapped[ListKind] = mapped_column(one_of(ListKind))
    corrects_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("list_version.id"))
    symbol: Mapped[str] = mapped_column(doc="e.g. CAC/COSP/EG.1/2013/INF/1")
    dated: Mapped[date]
    delegations: Mapped[list[dict[str, Any]]] = mapped_column(
        postgresql.JSONB, doc="fields of rules.Delegation, as they were"
    )
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    files: Mapped[list["ListFile"]] = relationship(order_by="ListFile.id")

    @property
    def count(self) -> int:
        """How many persons it names."""
        return sum(len(each["persons"]) for each in self.delegations)


class ListFile(Base):
    """A version in one language and form: awaited, made, or parked with what was in the way."""

    __tablename__ = "list_file"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "language", "form"),
        sa.CheckConstraint("document_id is null or problem = ''", name="made_or_parked"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("list_version.id"))
    language: Mapped[str]
    form: Mapped[FileForm] = mapped_column(one_of(FileForm))
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))
    problem: Mapped[str] = mapped_column(
        default="", doc="why it could not be made: an English sentence of the catalogues"
    )
    problem_values: Mapped[dict[str, Any]] = mapped_column(
        postgresql.JSONB, default=dict, doc="what stands in the places of `problem`"
    )


class Organization(Base):
    """Something besides a State that sends observers, e.g. a specialized agency."""

    __tablename__ = "organization"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[OrganizationKind] = mapped_column(one_of(OrganizationKind))
    names: Mapped[dict[str, str]] = mapped_column(doc="by language; English is always there")
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    entered_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    def name(self, language: str) -> str:
        """The name in a language; in English where nobody typed it in that one."""
        return self.names.get(language) or self.names["en"]


class Observer(Base):
    """A person whom an organization sends to a meeting, as staff entered it."""

    __tablename__ = "observer"
    __table_args__ = (sa.Index("ix_observer_meeting_id", "meeting_id", "organization_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"))
    organization_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organization.id"))
    courtesy: Mapped[Courtesy] = mapped_column(one_of(Courtesy))
    given_names: Mapped[str]
    family_name: Mapped[str] = mapped_column(doc="or the whole name, where it is not parted")
    printed_name: Mapped[str] = mapped_column(default="", doc="empty: as `printed` says")
    title: Mapped[str] = mapped_column(default="")
    head_of_delegation: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    entered_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    version: Mapped[int] = mapped_column()
    organization: Mapped[Organization] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @property
    def printed(self) -> str:
        """The name as it is printed in a list of participants."""
        return self.printed_name or naming.printed(self.given_names, self.family_name)

    @property
    def sorting(self) -> str:
        """The name under which the person is filed."""
        return naming.sorting(self.given_names, self.family_name)


class Presence(Base):
    """That a person was seen at a meeting on a day. Taken back, it is gone; the journal knows."""

    __tablename__ = "presence"
    __table_args__ = (
        sa.Index("ix_presence_meeting_id", "meeting_id", "day"),
        sa.CheckConstraint("(state_code is null) <> (organization_id is null)", name="for_one"),
    )

    line_id: Mapped[UUID] = mapped_column(
        primary_key=True, doc="the line of the designation, or the observer"
    )
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    state_code: Mapped[str | None] = mapped_column(sa.ForeignKey("state.code"))
    organization_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organization.id"))
    marked_at: Mapped[datetime] = mapped_column(default=clock.now)
    marked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))


class Representation(Base):
    """That a State was represented at a meeting though none of its persons was registered."""

    __tablename__ = "representation"

    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"), primary_key=True)
    marked_at: Mapped[datetime] = mapped_column(default=clock.now)
    marked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))


class OrganizationRepresentation(Base):
    """That an organization was represented at a meeting though it named no observer."""

    __tablename__ = "organization_representation"

    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("organization.id"), primary_key=True
    )
    marked_at: Mapped[datetime] = mapped_column(default=clock.now)
    marked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
