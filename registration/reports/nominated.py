"""The part of a State's story about its delegations: begun, compared, confirmed, returned."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from registration.db import Session
from registration.delegations.models import Nomination
from registration.journal.models import Event
from registration.meetings.models import Meeting
from registration.reports.entries import Entry, What

_TOLD = {
    "nomination.note_received": What.MISSION_NOTE_RECEIVED,
    "nomination.verified": What.NAMES_COMPARED,
    "nomination.confirmed": What.NAMES_CONFIRMED,
    "nomination.returned": What.NOMINATION_RETURNED,
}


def nominated(session: Session, code: str) -> Iterator[Entry]:
    """Each nomination when it was begun, and what the office did with it, as the journal has it."""
    rows = session.execute(
        sa.select(Nomination, Meeting)
        .join(Meeting, Meeting.id == Nomination.meeting_id)
        .where(Nomination.state_code == code)
        .options(orm.selectinload(Nomination.delegates))
    )
    meetings: dict[str, Meeting] = {}
    for nomination, meeting in rows:
        meetings[str(nomination.id)] = meeting
        facts = {"nomination": nomination}
        yield Entry(What.NOMINATION_BEGUN, nomination.begun_at, meeting=meeting, facts=facts)
    events = session.scalars(
        sa.select(Event).where(Event.state_code == code, Event.kind.in_(_TOLD))
    )
    for event in events:
        meeting = meetings[event.subject_id]
        yield Entry(_TOLD[event.kind], event.at, who=event.actor_name, meeting=meeting)
