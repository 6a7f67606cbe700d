"""Tables of imports: what somebody uploaded and has not taken yet, and what headings meant."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registration import clock
from registration.db import Base, new_id
from registration.responses.imports.mapping import Columns
from registration.responses.imports.rules import Column, Table

EMPTY: dict[str, Any] = {"headings": [], "rows": []}


class UploadedTable(Base):
    """A table between upload and taking: of the person who uploaded it alone, for one day.

    What is kept are the cells; the file itself is read once, at the door, and not kept.
    """

    __tablename__ = "uploaded_table"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"))
    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"))
    uploaded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    cells: Mapped[dict[str, Any]] = mapped_column(doc="headings, and rows with their numbers")
    columns: Mapped[list[str]] = mapped_column(doc="values of rules.Column; empty: not taken")

    taken_at: Mapped[datetime | None] = mapped_column(doc="from then on it holds no cells")

    @property
    def table(self) -> Table:
        return Table(
            tuple(self.cells["headings"]),
            tuple((number, tuple(row)) for number, row in self.cells["rows"]),
        )

    @property
    def meanings(self) -> Columns:
        """What each column is, in the order of the headings."""
        return tuple(Column(each) if each else None for each in self.columns)


class KnownHeading(Base):
    """What a State's people said a column is, by its heading, for the next table."""

    __tablename__ = "known_heading"

    state_code: Mapped[str] = mapped_column(sa.ForeignKey("state.code"), primary_key=True)
    heading: Mapped[str] = mapped_column(primary_key=True, doc="folded, as it is compared")
    column: Mapped[str] = mapped_column(doc="a value of rules.Column; empty: not taken")
