"""Tables of the files that are kept, and of the examination of those that came from outside."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registration import clock
from registration.db import Base, new_id, one_of
from registration.documents.rules import EXAMINATION, ExaminationStage, Flaw


class DocumentKind(StrEnum):
    """Where a file comes from."""

    LETTER = "letter"  # made by us: a copy or a master of a note
    INCOMING_NOTE = "incoming_note"  # a mission's note verbale or its scan
    ENCLOSURE = "enclosure"  # what goes along with a note of ours
    LIST = "list"  # of participants, made by us
    INCOMING_FILE = "incoming_file"  # came with a mail and is no PDF


class Document(Base):
    """One file as one State (or the office) has it. The bytes lie in the store under their hash.

    Two rows may share a hash: the bytes are kept once, the rights to read them are not shared.
    """

    __tablename__ = "document"
    __table_args__ = (sa.UniqueConstraint("id", "state_code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    media_type: Mapped[str]
    filename: Mapped[str] = mapped_column(doc="label for people; never a path")
    kind: Mapped[DocumentKind] = mapped_column(one_of(DocumentKind))
    state_code: Mapped[str | None] = mapped_column(sa.ForeignKey("state.code"))
    stored_at: Mapped[datetime] = mapped_column(default=clock.now)
    stored_by: Mapped[str]


# What others sent us is shown to nobody else before it was examined.
FROM_OUTSIDE = frozenset({DocumentKind.INCOMING_NOTE, DocumentKind.INCOMING_FILE})


class Examination(Base):
    """What was found in a file from outside. Without a passed one, nobody else is given the file.

    One that is no PDF passes with as many `pages` as can be shown of it: none, unless it is a
    picture. The file itself stays under its hash as it came, whatever is found.
    """

    __tablename__ = "examination"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["document_id", "state_code"],
            ["document.id", "document.state_code"],
            name="own_document",
        ),
        sa.CheckConstraint("(flaw is null) = (stage <> 'refused')", name="refused_for_a_flaw"),
        sa.CheckConstraint("(pages is null) = (stage <> 'passed')", name="passed_has_pages"),
    )

    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"), primary_key=True)
    state_code: Mapped[str | None] = mapped_column(sa.ForeignKey("state.code"))
    uploaded_by: Mapped[str] = mapped_column(doc="the account, or the part of the program")
    stage: Mapped[ExaminationStage] = mapped_column(
        one_of(ExaminationStage), default=EXAMINATION.initial
    )
    begun_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    flaw: Mapped[Flaw | None] = mapped_column(one_of(Flaw))
    pages: Mapped[int | None]
    scanner: Mapped[str] = mapped_column(default="", doc="virus scanner and its signatures, if any")
    remark: Mapped[str] = mapped_column(default="", doc="the scanner's word, or why it is parked")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class PagePicture(Base):
    """One page of a file from outside as a picture, which can do nothing but be looked at."""

    __tablename__ = "page_picture"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["document_id", "state_code"],
            ["document.id", "document.state_code"],
            name="own_document",
        ),
    )

    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state_code: Mapped[str | None] = mapped_column(sa.ForeignKey("state.code"))
    sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
