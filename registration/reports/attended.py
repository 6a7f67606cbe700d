"""The part of a State's story that tells who of it was at which meeting."""

from collections.abc import Iterator

import sqlalchemy as sa

from registration.accounts.models import Account
from registration.db import Session
from registration.meetings.models import Meeting
from registration.participants.models import Presence, Representation
from registration.reports.entries import Entry, What


def attended(session: Session, code: str) -> Iterator[Entry]:
    """How many persons of the State were seen on each day of a meeting, or that it was there."""
    days = session.execute(
        sa.select(Meeting, Presence.day, sa.func.count(), sa.func.min(Presence.marked_at))
        .join(Meeting, Meeting.id == Presence.meeting_id)
        .where(Presence.state_code == code)
        .group_by(Meeting.id, Presence.day)
    )
    for meeting, day, persons, first in days:
        yield Entry(What.PRESENT, first, meeting=meeting, facts={"day": day, "persons": persons})
    represented = session.execute(
        sa.select(Representation.marked_at, Meeting, Account.name)
        .join(Meeting, Meeting.id == Representation.meeting_id)
        .join(Account, Account.id == Representation.marked_by_id)
        .where(Representation.state_code == code)
    )
    for marked_at, meeting, who in represented:
        yield Entry(What.REPRESENTED, marked_at, who=who, meeting=meeting)
