"""The part of a State's story about its delegations: begun, compared, confirmed, returned."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from uuid import UUID

import sqlalchemy as sa

from registration.db import Session
from registration.delegations.models import Delegate, Nomination
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
    meetings: dict[str, Meeting] = {}
    for nomination_id, begun_at, persons, meeting in session.execute(_begun(), {"state": code}):
        meetings[str(nomination_id)] = meeting
        facts = {"persons": persons}
        yield Entry(What.NOMINATION_BEGUN, begun_at, meeting=meeting, facts=facts)
    for event in session.scalars(_told(), {"state": code}):
        meeting = meetings[event.subject_id]
        yield Entry(_TOLD[event.kind], event.at, who=event.actor_name, meeting=meeting)


@cache
def _begun() -> sa.Select[UUID, datetime, int, Meeting]:
    persons = (
        sa.select(sa.func.count()).where(Delegate.nomination_id == Nomination.id).scalar_subquery()
    )
    return (
        sa.select(Nomination.id, Nomination.begun_at, persons, Meeting)
        .join(Meeting, Meeting.id == Nomination.meeting_id)
        .where(Nomination.state_code == sa.bindparam("state"))
    )


@cache
def _told() -> sa.Select[Event]:
    return sa.select(Event).where(Event.state_code == sa.bindparam("state"), Event.kind.in_(_TOLD))
