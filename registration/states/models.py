"""Tables of States, their instruments, their missions, and corrections of any of these."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from letters.inflection import StateForm, inflected
from letters.letter import Language
from registration import clock
from registration.db import Base, new_id, one_of


class StateKind(StrEnum):
    """What kind of entity stands in the list."""

    MEMBER_STATE = "member_state"
    OBSERVER_STATE = "observer_state"
    NON_MEMBER_STATE = "non_member_state"
    REIO = "reio"  # regional economic integration organization


class MissionChannel(StrEnum):
    """By which road a mission wishes to get notes verbales."""

    EMAIL = "email"
    POUCH = "pouch"  # printed, and sent by the pouch or carried by hand
    PORTAL = "portal"  # nothing is sent: the State finds it on its own pages


class RegionalGroup(StrEnum):
    """Regional groups of Member States of the United Nations."""

    AFRICAN = "African"
    ASIA_PACIFIC = "Asia-Pacific"
    EASTERN_EUROPEAN = "Eastern European"
    GRULAC = "GRULAC"
    WEOG = "WEOG"
    NONE = "none"


class InstrumentKind(StrEnum):
    """What a State did towards the Convention."""

    SIGNATURE = "signature"
    RATIFICATION = "ratification"
    ACCEPTANCE = "acceptance"
    APPROVAL = "approval"
    ACCESSION = "accession"
    SUCCESSION = "succession"


class State(Base):
    """A State or regional economic integration organization, with its names in six languages."""

    __tablename__ = "state"

    code: Mapped[str] = mapped_column(primary_key=True, doc="ISO 3166-1 alpha-3, or our own")
    kind: Mapped[StateKind] = mapped_column(one_of(StateKind))
    names: Mapped[dict[str, str]] = mapped_column(doc="short name by language")
    formal_names: Mapped[dict[str, str]] = mapped_column(doc="formal name by language")
    articles: Mapped[dict[str, str]] = mapped_column(doc="article of the short name: en, fr, es")
    of_state: Mapped[dict[str, str]] = mapped_column(
        default=dict, doc="formal name after “of”, by language, where staff entered it"
    )
    to_state: Mapped[dict[str, str]] = mapped_column(
        default=dict, doc="formal name after “to”, by language, where staff entered it"
    )
    sort_key: Mapped[str] = mapped_column(doc="English order of lists")
    regional_group: Mapped[RegionalGroup] = mapped_column(one_of(RegionalGroup))
    least_developed: Mapped[bool]
    small_island: Mapped[bool | None] = mapped_column(doc="None where it does not apply")
    landlocked: Mapped[bool | None]
    proposed_language: Mapped[str] = mapped_column(
        default="en", doc="to write to its mission in, until the mission says otherwise"
    )
    time_zone: Mapped[str] = mapped_column(
        default="", doc="of its capital, e.g. Africa/Nairobi; empty where it is not known"
    )
    sources: Mapped[dict[str, str]] = mapped_column(
        doc="where a value comes from, by field; with the day as at which it was read"
    )
    remark: Mapped[str] = mapped_column(default="")
    instruments: Mapped[list["Instrument"]] = relationship(
        order_by="Instrument.kind", back_populates="state"
    )
    missions: Mapped[list["Mission"]] = relationship(back_populates="state")

    def name(self, language: str) -> str:
        """The short name in a language; all six are always there."""
        return self.names[language]

    def formal_name(self, language: str) -> str:
        """The formal name in a language; the short one where none is recorded."""
        return self.formal_names.get(language) or self.names[language]

    def inflected(self, form: StateForm, language: Language) -> str | None:
        """The formal name in running text: as staff entered it, else by rule; None without one."""
        entered = {"of_state": self.of_state, "to_state": self.to_state}.get(form, {})
        return entered.get(language) or inflected(self.formal_name(language), form, language)


class Instrument(Base):
    """A signature or an instrument of consent, with its day or, unknown, with bounds for it."""

    __tablename__ = "instrument"
    __table_args__ = (
        sa.CheckConstraint(
            "(day is not null) <> (not_before is not null and not_after is not null)",
            name="day_or_bounds",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"), index=True)
    kind: Mapped[InstrumentKind] = mapped_column(one_of(InstrumentKind))
    day: Mapped[date | None] = mapped_column(doc="day of signature or of deposit")
    not_before: Mapped[date | None]
    not_after: Mapped[date | None]
    source: Mapped[str]
    as_at: Mapped[str] = mapped_column(doc="the day, or what is known of it, of the source")
    state: Mapped[State] = relationship(back_populates="instruments")


class Mission(Base):
    """A State's Permanent Mission, or what stands in for one, and the language it is written to."""

    __tablename__ = "mission"
    __table_args__ = (
        sa.UniqueConstraint("state_code", "duty_station"),
        sa.UniqueConstraint("id", "state_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    duty_station: Mapped[str] = mapped_column(default="Vienna")
    language: Mapped[str] = mapped_column(doc="correspondence language")
    channel: Mapped[MissionChannel] = mapped_column(
        one_of(MissionChannel), default=MissionChannel.EMAIL
    )
    source: Mapped[str]
    as_at: Mapped[str]
    state: Mapped[State] = relationship(back_populates="missions")
    addresses: Mapped[list["MissionAddress"]] = relationship(
        primaryjoin="and_(Mission.id == foreign(MissionAddress.mission_id),"
        " Mission.state_code == foreign(MissionAddress.state_code),"
        " MissionAddress.ended_at.is_(None))",
        order_by="MissionAddress.email",
        back_populates="mission",
        doc="those in use: an address that has ended is never written to",
    )


class MissionAddress(Base):
    """An e-mail address of a mission."""

    __tablename__ = "mission_address"
    __table_args__ = (
        sa.UniqueConstraint("mission_id", "email"),
        sa.ForeignKeyConstraint(["mission_id", "state_code"], ["mission.id", "mission.state_code"]),
        sa.CheckConstraint(
            "(suspect_since is null) = (suspect_reason = '')", name="suspect_for_a_reason"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    mission_id: Mapped[UUID]
    state_code: Mapped[str]
    email: Mapped[str]
    source: Mapped[str]
    as_at: Mapped[str]
    ended_at: Mapped[datetime | None]
    suspect_since: Mapped[datetime | None] = mapped_column(
        doc="when a mail server said that it delivers nothing there; still written to"
    )
    suspect_reason: Mapped[str] = mapped_column(default="", doc="the mail server's words")
    mission: Mapped[Mission] = relationship(back_populates="addresses")


class Correction(Base):
    """A value that staff corrected: what it was, what it is, and on what authority."""

    __tablename__ = "correction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"), index=True)
    field: Mapped[str] = mapped_column(doc="e.g. names.fr, regional_group, instrument.signature")
    before: Mapped[str]
    after: Mapped[str]
    source: Mapped[str]
    as_at: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
