"""Tables of what goes along with a note."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration.db import Base, new_id
from registration.documents.models import Document

ALL_LANGUAGES = "all"


class Enclosure(Base):
    """A paper that goes along with a note: uploaded, or a document of the meeting by its symbol."""

    __tablename__ = "enclosure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"), index=True)
    place: Mapped[int] = mapped_column(doc="where it stands in the list; gaps mean nothing")
    titles: Mapped[dict[str, str]] = mapped_column(doc="by language, as printed")
    symbol: Mapped[str | None] = mapped_column(doc="of a document of the meeting; it has no files")
    version: Mapped[int] = mapped_column()
    files: Mapped[list["EnclosureFile"]] = relationship(
        order_by="EnclosureFile.language", lazy="selectin", cascade="all, delete-orphan"
    )
    __mapper_args__ = {"version_id_col": version}

    def file_in(self, language: str) -> Document | None:
        """What goes with the copies in that language: its own file, or the one for all."""
        files = {each.language: each.document for each in self.files}
        return files.get(language) or files.get(ALL_LANGUAGES)


class EnclosureFile(Base):
    """The file of an enclosure for the copies in one language, or for those without their own."""

    __tablename__ = "enclosure_file"

    enclosure_id: Mapped[UUID] = mapped_column(sa.ForeignKey("enclosure.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True, doc='or "all"')
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"), index=True)
    document: Mapped[Document] = relationship(lazy="joined", innerjoin=True)
