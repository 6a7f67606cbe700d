"""The part of a State's story that tells who of it was at which meeting."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache

import sqlalchemy as sa

from registration.accounts.models import Account
from registration.db import Session
from registration.meetings.models import Meeting
from registration.participants.models import Presence, Representation
from registration.reports.entries import Entry, What


def attended(session: Session, code: str) -> Iterator[Entry]:
    """How many persons of the State were seen on each day of a meeting, or that it was there."""
    for meeting, day, persons, first in session.execute(_seen(), {"state": code}):
        yield Entry(What.PRESENT, first, meeting=meeting, facts={"day": day, "persons": persons})
    for marked_at, meeting, who in session.execute(_represented(), {"state": code}):
        yield Entry(What.REPRESENTED, marked_at, who=who, meeting=meeting)


@cache
def _seen() -> sa.Select[Meeting, date, int, datetime]:
    return (
        sa.select(Meeting, Presence.day, sa.func.count(), sa.func.min(Presence.marked_at))
        .join(Meeting, Meeting.id == Presence.meeting_id)
        .where(Presence.state_code == sa.bindparam("state"))
        .group_by(Meeting.id, Presence.day)
    )


@cache
def _represented() -> sa.Select[datetime, Meeting, str]:
    return (
        sa.select(Representation.marked_at, Meeting, Account.name)
        .join(Meeting, Meeting.id == Representation.meeting_id)
        .join(Account, Account.id == Representation.marked_by_id)
        .where(Representation.state_code == sa.bindparam("state"))
    )
