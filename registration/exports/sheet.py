"""A table to take away: what is in it, and the record that it was taken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from registration import clock
from registration.db import Session
from registration.journal.service import record
from registration.permissions import Permission, demand

Cell = str | int | date | datetime | None


@dataclass(frozen=True)
class Sheet:
    """A table to export: what it is called, its columns in words, and its rows."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    subject_kind: str
    subject_id: UUID | str
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """A name that every file system takes, with the day of the export; no ending yet."""
        plain = re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")
        return f"{plain or 'export'}-{clock.today():%Y-%m-%d}"


def begin(session: Session) -> None:
    """Let everything that the export reads be of one moment. Before the session's first query."""
    demand(session.actor, Permission.EXPORT)
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def log(session: Session, sheet: Sheet, format_: str) -> None:
    """Record that this table leaves the house: who took it, what it is about, how many rows."""
    demand(session.actor, Permission.EXPORT)
    record(
        session,
        "export.made",
        sheet.subject_kind,
        sheet.subject_id,
        detail={"name": sheet.name, "rows": len(sheet.rows), "format": format_, **sheet.detail},
    )
