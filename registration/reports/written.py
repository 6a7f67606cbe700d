"""The part of a State's story that tells which mail came from it."""

from collections.abc import Iterator
from functools import cache

import sqlalchemy as sa
from sqlalchemy import orm

from registration.db import Session
from registration.inbox.models import Incoming
from registration.inbox.rules import IncomingStage, Kind
from registration.meetings.models import Meeting
from registration.notes.models import Note
from registration.reports.entries import Entry, What


def written(session: Session, code: str) -> Iterator[Entry]:
    """The mails that are taken to be the State's, but for those that a person put aside."""
    for mail, note, meeting in session.execute(_mails(), {"state": code}):
        facts = {"incoming_id": mail.id, "subject": mail.subject, "sender": mail.sender}
        yield Entry(What.MAIL_RECEIVED, mail.received_at, note=note, meeting=meeting, facts=facts)


@cache
def _mails() -> sa.Select[Incoming, Note | None, Meeting | None]:
    """The texts of the mails are not read for it."""
    return (
        sa.select(Incoming, Note, Meeting)
        .outerjoin(Note, Note.id == Incoming.note_id)
        .outerjoin(Meeting, Meeting.id == Note.meeting_id)
        .where(
            Incoming.state_code == sa.bindparam("state"),
            Incoming.kind.in_((Kind.REPLY, Kind.AUTOMATIC)),
            Incoming.stage != IncomingStage.PUT_ASIDE,
        )
        .options(orm.load_only(Incoming.received_at, Incoming.subject, Incoming.sender))
    )
