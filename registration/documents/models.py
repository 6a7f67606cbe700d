"""Table of the files that are kept."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registration import clock
from registration.db import Base, new_id, one_of


class DocumentKind(StrEnum):
    """Where a file comes from."""

    LETTER = "letter"  # made by us: a copy or a master of a note
    INCOMING_NOTE = "incoming_note"  # a mission's note verbale or its scan
    ENCLOSURE = "enclosure"  # what goes along with a note of ours


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
