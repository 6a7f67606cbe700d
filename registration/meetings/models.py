"""Tables of the meetings of the series and of their documents."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration.db import Base, new_id, one_of
from registration.meetings.rules import DateStatus, Funding

__all__ = ["DateStatus", "Funding", "Meeting", "MeetingDocument"]


class Meeting(Base):
    """One meeting of the series."""

    __tablename__ = "meeting"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True, doc="in addresses, e.g. 2013-panama-city")
    number: Mapped[int] = mapped_column(unique=True, doc="number in the series")
    year: Mapped[int]
    places: Mapped[dict[str, str]] = mapped_column(
        doc="city by language; en always, others if known"
    )
    country_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    date_status: Mapped[DateStatus] = mapped_column(one_of(DateStatus))
    symbol_prefix: Mapped[str]
    held_with: Mapped[str] = mapped_column(default="")
    verification: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    funding: Mapped[Funding] = mapped_column(one_of(Funding), default=Funding.NONE)
    funding_by: Mapped[date | None] = mapped_column(doc="last day to ask for funding")
    asks_passports: Mapped[bool] = mapped_column(
        default=False, doc="whether numbers of passports are asked for, e.g. for the host's visas"
    )
    version: Mapped[int] = mapped_column()
    documents: Mapped[list["MeetingDocument"]] = relationship(back_populates="meeting")
    __mapper_args__ = {"version_id_col": version}

    def place(self, language: str) -> str:
        """The city in a language, in English where its name is not known there."""
        return self.places.get(language) or self.places["en"]


class MeetingDocument(Base):
    """A document of a meeting, known by its symbol; the file itself lies elsewhere."""

    __tablename__ = "meeting_document"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "symbol"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"))
    symbol: Mapped[str] = mapped_column(doc="normalized, e.g. CAC/COSP/EG.1/2013/2/Corr.1")
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(doc="e.g. agenda, report, note verbale (generic)")
    languages: Mapped[list[str]]
    source: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    meeting: Mapped[Meeting] = relationship(back_populates="documents")
    __mapper_args__ = {"version_id_col": version}
