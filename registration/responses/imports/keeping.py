"""Holds a table on the server between the pages: private to who uploaded it, and not for long."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from registration import clock
from registration.db import Session
from registration.errors import NotFound, Refused, TooMany
from registration.journal.service import record
from registration.permissions import Permission, demand
from registration.responses.imports import mapping
from registration.responses.imports.models import KnownHeading, UploadedTable
from registration.responses.imports.rules import KEPT_FOR, TABLES_LIMIT, Column, Table
from registration.words import sentence

GONE = sentence("This table is not kept any more. Upload it again.")


def keep(session: Session, note_id: UUID, table: Table) -> UploadedTable:
    """Keep a table for the actor alone, with what its columns seem to be. Raises TooMany."""
    demand(session.actor, Permission.ANSWER)
    state_code, account_id = session.actor.state_code or "", session.actor.id
    if account_id is None:
        raise NotFound(GONE)
    _refuse_too_many(session)
    kept = UploadedTable(
        note_id=note_id,
        state_code=state_code,
        uploaded_by_id=account_id,
        cells={"headings": table.headings, "rows": table.rows},
        columns=_values(
            mapping.guessed(
                table.headings,
                _chosen_before(session, state_code),
                [cells for _number, cells in table.rows],
            )
        ),
    )
    session.add(kept)
    session.flush()
    record(
        session,
        "table.uploaded",
        "uploaded_table",
        kept.id,
        state_code=state_code,
        detail={"rows": len(table.rows)},
    )
    return kept


def _refuse_too_many(session: Session) -> None:
    kept = session.scalar(
        sa.select(sa.func.count())
        .select_from(UploadedTable)
        .where(UploadedTable.uploaded_by_id == session.actor.id, UploadedTable.taken_at.is_(None))
    )
    if (kept or 0) >= TABLES_LIMIT:
        raise TooMany("You uploaded very many tables today. Please go on tomorrow.")


def _chosen_before(session: Session, state_code: str) -> dict[str, Column | None]:
    known = session.scalars(sa.select(KnownHeading).where(KnownHeading.state_code == state_code))
    return {each.heading: Column(each.column) if each.column else None for each in known}


def _values(columns: mapping.Columns) -> list[str]:
    return [each.value if each else "" for each in columns]


def find(session: Session, note_id: UUID, table_id: UUID) -> UploadedTable:
    """A table that the actor uploaded for the answer to that note. Raises NotFound."""
    demand(session.actor, Permission.ANSWER)
    kept = session.scalar(
        sa.select(UploadedTable).where(
            UploadedTable.id == table_id,
            UploadedTable.note_id == note_id,
            UploadedTable.uploaded_by_id == session.actor.id,
            UploadedTable.uploaded_at > clock.now() - KEPT_FOR,
        )
    )
    if kept is None:
        raise NotFound(GONE)
    return kept


def choose(session: Session, kept: UploadedTable, columns: Sequence[Column | None]) -> None:
    """Say what the columns are, for this table and, by their headings, for the next ones.

    Raises Refused, for the field `column_N` where two are the same, or where one is missing that
    every person needs.
    """
    demand(session.actor, Permission.ANSWER)
    for place in mapping.twice(columns):
        raise Refused("Another column is this already. Choose once.", field=f"column_{place}")
    for lacking in mapping.missing(tuple(columns)):
        raise Refused(MISSING[lacking])
    kept.columns = _values(tuple(columns))
    for heading, column in zip(kept.table.headings, kept.columns, strict=True):
        session.execute(
            insert(KnownHeading)
            .values(state_code=kept.state_code, heading=mapping.folded(heading), column=column)
            .on_conflict_do_update(
                index_elements=["state_code", "heading"], set_={"column": column}
            )
        )
    session.flush()


MISSING = {
    Column.COURTESY: sentence("Say which column holds the form of address (Ms. or Mr.)."),
    Column.FAMILY_NAME: sentence("Say which column holds the family name, or the whole name."),
    Column.TITLE: sentence("Say which column holds the title or post."),
    Column.INSTITUTION: sentence("Say which column holds the institution."),
}
