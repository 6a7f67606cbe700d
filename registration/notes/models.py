"""Tables of notes verbales: texts, addressees frozen at issue, letters and dispatches."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration import clock
from registration.db import Base, new_id, one_of
from registration.notes.enclosed import Enclosure
from registration.notes.rules import LETTER, NOTE, LetterStage, NoteStage
from registration.states.models import MissionChannel

# The part of a reference that counts, as the database reads it: CU 2013/175.
NUMBER = "\"substring\"(reference, '^[A-Z]+ [0-9]+/[0-9]+')"


class NoteForm(StrEnum):
    """To whom the text speaks: to all missions at once, or to one."""

    GENERIC = "generic"
    ADDRESSED = "addressed"


class Channel(StrEnum):
    """By which road a copy leaves."""

    EMAIL = "email"
    BY_HAND = "by_hand"  # the pouch, or somebody who carries it


class Note(Base):
    """One note verbale with its texts in several languages under one reference."""

    __tablename__ = "note"
    __table_args__ = (
        sa.CheckConstraint(
            "cleared_by_id <> drafted_by_id and cleared_by_id <> all (written_by_ids)",
            name="drafter_never_clears",
        ),
        sa.CheckConstraint(
            "stage <> 'issued' or (reference is not null and issued_on is not null"
            " and cleared_by_id is not null and content_sha256 is not null)",
            name="issued_is_complete",
        ),
        sa.CheckConstraint(
            "stage not in ('cleared', 'issued') or cleared_by_id is not null",
            name="cleared_by_somebody",
        ),
        # Two notes never share a number, whatever their references carry besides.
        sa.Index("uq_note_number", sa.text(f"({NUMBER})"), unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    follows_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("note.id"), index=True, doc="the issued note that this one follows up"
    )
    kind: Mapped[str] = mapped_column(doc="a folder of registration/notes/kinds")
    form: Mapped[NoteForm] = mapped_column(one_of(NoteForm), default=NoteForm.GENERIC)
    title: Mapped[str] = mapped_column(doc="what the office calls it")
    stage: Mapped[NoteStage] = mapped_column(one_of(NoteStage), default=NOTE.initial)
    respond_by: Mapped[date | None] = mapped_column(
        doc="last day for responses, at the duty station; empty where none is awaited"
    )
    audience: Mapped[dict[str, Any]] = mapped_column(
        JSONB, doc="the rule, as `audience.Audience` stores it"
    )
    drafted_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    written_by_ids: Mapped[list[UUID]] = mapped_column(
        sa.ARRAY(sa.Uuid()), default=list, doc="everybody who changed the draft: none may clear it"
    )
    drafted_at: Mapped[datetime] = mapped_column(default=clock.now)
    submitted_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    cleared_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    cleared_at: Mapped[datetime | None]
    content_sha256: Mapped[str | None] = mapped_column(doc="of what was cleared, and is sent")
    cleared_for: Mapped[list[str] | None] = mapped_column(
        doc="codes of the States that the rule found when the note was cleared"
    )
    reference: Mapped[str | None] = mapped_column(unique=True, doc="e.g. CU 2013/175")
    issued_on: Mapped[date | None] = mapped_column(doc="the note's date")
    issued_at: Mapped[datetime | None]
    issued_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    version: Mapped[int] = mapped_column()
    texts: Mapped[list["NoteText"]] = relationship(
        order_by="NoteText.language", back_populates="note"
    )
    follows: Mapped["Note | None"] = relationship(remote_side=[id])
    enclosures: Mapped[list[Enclosure]] = relationship(order_by=[Enclosure.place, Enclosure.id])
    __mapper_args__ = {"version_id_col": version}

    @property
    def last_day(self) -> date:
        """`respond_by` of a note that awaits responses; to ask another one is a mistake of ours."""
        if self.respond_by is None:
            raise ValueError(f"note {self.id} awaits no response")
        return self.respond_by


class NoteText(Base):
    """The text of a note in one language: paragraphs parted by blank lines, with placeholders."""

    __tablename__ = "note_text"

    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    body: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    version: Mapped[int] = mapped_column()
    note: Mapped[Note] = relationship(back_populates="texts")
    __mapper_args__ = {"version_id_col": version}


class TextRevision(Base):
    """A text of a note as one person left it; what was saved by itself within minutes is one."""

    __tablename__ = "text_revision"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["note_id", "language"], ["note_text.note_id", "note_text.language"]
        ),
        sa.Index("ix_text_revision_of_text", "note_id", "language", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    note_id: Mapped[UUID]
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    version: Mapped[int] = mapped_column(doc="of the text, when it was last written here")
    written_by_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), doc="empty for what was there before a history was kept"
    )
    begun_at: Mapped[datetime] = mapped_column(default=clock.now)
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    automatic: Mapped[bool] = mapped_column(doc="whether it may go on growing by itself")
    restored_from_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("text_revision.id"))


class CheckedWording(Base):
    """A wording that a native reader of its language has read, wherever it is used."""

    __tablename__ = "checked_wording"

    language: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True, doc="of the subject and the body")
    checked_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    checked_at: Mapped[datetime] = mapped_column(default=clock.now)


class VoidNumber(Base):
    """A number of the register that no note bears nor ever will, and why."""

    __tablename__ = "void_number"

    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(doc="the officer's own words")
    voided_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    voided_at: Mapped[datetime] = mapped_column(default=clock.now)


class NumberSeries(Base):
    """The last number used in a series and year; counted in the transaction of the issue."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Addressee(Base):
    """A State to which a note was addressed, as it stood at the issue."""

    __tablename__ = "addressee"
    __table_args__ = (
        sa.UniqueConstraint("note_id", "state_code"),
        sa.UniqueConstraint("id", "state_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"))
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"), index=True)
    status: Mapped[str] = mapped_column(doc="treaty status on the day of the audience")
    language: Mapped[str] = mapped_column(doc="correspondence language at the issue")
    name: Mapped[str] = mapped_column(doc="name of the State in that language, as printed")
    recipients: Mapped[list[str]] = mapped_column(doc="addresses of the mission at the issue")
    channel: Mapped[MissionChannel] = mapped_column(
        one_of(MissionChannel), default=MissionChannel.EMAIL, doc="the mission's wish at the issue"
    )
    reason: Mapped[str] = mapped_column(default="", doc="why it was added to the rule's States")
    places: Mapped[dict[str, str]] = mapped_column(
        default=dict, doc="what stands in the places of an addressed note, in its language"
    )


class Letter(Base):
    """One PDF of a note: an addressee's copy, or the master of a language (no addressee)."""

    __tablename__ = "letter"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["addressee_id", "state_code"], ["addressee.id", "addressee.state_code"]
        ),
        sa.CheckConstraint("(addressee_id is null) = (code is null)", name="copies_have_a_code"),
        sa.UniqueConstraint("addressee_id"),
        sa.Index(
            "uq_letter_one_master",
            "note_id",
            "language",
            unique=True,
            postgresql_where=sa.text("addressee_id is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"), index=True)
    addressee_id: Mapped[UUID | None]
    state_code: Mapped[str | None]
    language: Mapped[str]
    code: Mapped[str | None] = mapped_column(unique=True, doc="verification code on the copy")
    stage: Mapped[LetterStage] = mapped_column(one_of(LetterStage), default=LETTER.initial)
    attempts: Mapped[int] = mapped_column(default=0)
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))
    rendered_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(
        doc="why it is parked: an English sentence of the catalogues, with its places"
    )
    problem_values: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, doc="what stands in the places of `problem`"
    )
    sealed_with: Mapped[str | None] = mapped_column(
        sa.ForeignKey("seal_certificate.sha256"), doc="certificate of the seal on the file, if any"
    )

    @property
    def reason(self) -> str:
        """Why it is parked, in English; empty for a letter that is not."""
        return (self.problem or "") % self.problem_values


class SealCertificate(Base):
    """A certificate under which letters were sealed. It stays, so that old seals can be known."""

    __tablename__ = "seal_certificate"

    sha256: Mapped[str] = mapped_column(primary_key=True, doc="of its DER, 64 hexadecimal digits")
    der: Mapped[bytes] = mapped_column(sa.LargeBinary())
    first_used_at: Mapped[datetime] = mapped_column(default=clock.now)


class Dispatch(Base):
    """One act of sending a copy by one channel: a message, or a delivery that somebody recorded.

    The stage of one by e-mail is that of its message. A copy may be sent again on purpose: then
    `reason` says why, and the last dispatch is the one that counts.
    """

    __tablename__ = "dispatch"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["addressee_id", "state_code"], ["addressee.id", "addressee.state_code"]
        ),
        sa.CheckConstraint(
            "(channel = 'email') = (message_pk is not null)"
            " and (channel = 'by_hand') = (delivered_on is not null)",
            name="by_one_road",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"), index=True)
    addressee_id: Mapped[UUID] = mapped_column(index=True)
    state_code: Mapped[str]
    letter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("letter.id"))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    message_pk: Mapped[UUID | None] = mapped_column(sa.ForeignKey("message.id"), unique=True)
    delivered_on: Mapped[date | None] = mapped_column(doc="by hand: the day at the duty station")
    received_by: Mapped[str] = mapped_column(default="", doc="by hand: who took it, as told")
    reason: Mapped[str] = mapped_column(default="", doc="why it was sent again")
    planned_at: Mapped[datetime] = mapped_column(default=clock.now)
