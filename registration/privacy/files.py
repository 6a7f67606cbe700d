"""Files that are kept no longer: pictures of pages, and uploads that no answer holds.

The bytes go before the rows: where the transaction fails, the rows are still there, and the next
purge does both again. Bytes that another row means stay.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.db import Base, Session
from registration.delegations.models import Nomination
from registration.documents.models import (
    FROM_OUTSIDE,
    Document,
    Examination,
    PagePicture,
)
from registration.documents.service import the_store, wait_for_puts
from registration.inbox.models import Incoming
from registration.meetings.models import Meeting
from registration.responses.models import Response

ALL: Final = sa.true()
# They belong to a file and go with it.
_OF_THE_FILE: Final = {Examination.__table__, PagePicture.__table__}


def page_pictures(session: Session, before: datetime) -> int:
    """Take away the pictures of files whose examination ended before an instant."""
    old = sa.select(Examination.document_id).where(Examination.ended_at < before)
    of_old = PagePicture.document_id.in_(old)
    digests = set(session.scalars(sa.select(PagePicture.sha256).where(of_old)))
    forget(session, digests, pictures=~of_old)
    gone = session.execute(sa.delete(PagePicture).where(of_old).returning(PagePicture.document_id))
    return len(gone.all())


def drafts(session: Session, before: datetime) -> int:
    """Let answers that were never sent lose their note, where the meeting ended before a day.

    The file itself is then one that no answer holds, and goes with those.
    """
    over = sa.select(Meeting.id).where(Meeting.ends_on < clock.day_of(before))
    was_sent = sa.exists().where(Response.document_id == Nomination.mission_note_id)
    changed = session.execute(
        sa.update(Nomination)
        .where(Nomination.mission_note_id.is_not(None), Nomination.meeting_id.in_(over), ~was_sent)
        .values(mission_note_id=None)
        .returning(Nomination.id),
        execution_options={"synchronize_session": False},
    )
    return len(changed.all())


def replaced_files(session: Session, before: datetime) -> int:
    """Take away files from outside that came before an instant and to which nothing refers."""
    found = session.execute(
        sa.select(Document.id, Document.sha256).where(
            Document.kind.in_(FROM_OUTSIDE),
            Document.stored_at < before,
            *(~sa.exists().where(column == Document.id) for column in _references()),
        )
    ).all()
    files: list[UUID] = [each.id for each in found]
    if not files:
        return 0
    of_these = PagePicture.document_id.in_(files)
    digests = {each.sha256 for each in found}
    digests |= set(session.scalars(sa.select(PagePicture.sha256).where(of_these)))
    others = Document.id.not_in(files)
    forget(session, digests, documents=others, pictures=~of_these)
    return session.scalar(sa.select(sa.func.forget_files(files))) or 0


def _references() -> Iterator[sa.Column[UUID]]:
    """Every column, of whatever table, that refers to a file."""
    for table in Base.metadata.sorted_tables:
        if table not in _OF_THE_FILE:
            yield from (
                key.parent for key in table.foreign_keys if key.column is Document.__table__.c.id
            )


def forget(
    session: Session,
    digests: set[str],
    *,
    documents: sa.ColumnElement[bool] = ALL,
    pictures: sa.ColumnElement[bool] = ALL,
    mails: sa.ColumnElement[bool] = ALL,
) -> None:
    """Take the bytes with some hashes out of the store, but for those that a row still means.

    The rows asked are those of each kind that meet its condition: not the ones that go themselves.
    Whoever stores the same bytes meanwhile waits, and writes them anew.
    """
    wait_for_puts(session)
    as_it_came = Incoming.raw_gone_at.is_(None)
    meant = sa.union(
        sa.select(Document.sha256).where(Document.sha256.in_(digests), documents),
        sa.select(PagePicture.sha256).where(PagePicture.sha256.in_(digests), pictures),
        sa.select(Incoming.sha256).where(Incoming.sha256.in_(digests), as_it_came, mails),
    )
    for digest in digests - set(session.scalars(meant)):
        the_store().forget(digest)
