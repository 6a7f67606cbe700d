"""What a State's own record shows: its past meetings, what each response changed, its letters."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from registration import clock
from registration.db import Session
from registration.delegations.models import Nomination
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.meetings.models import Meeting
from registration.responses import times
from registration.responses.models import Acknowledgement, Response
from registration.responses.queries import Asked
from registration.states.models import State


@dataclass(frozen=True)
class Attended:
    """A meeting that is over, and whom a State had put forward for it."""

    meeting: Meeting
    nomination: Nomination


def past_meetings(session: Session, state_code: str) -> list[Attended]:
    """The meetings that are over and for which a State prepared an answer, the newest first."""
    today = clock.today()
    rows = session.execute(
        sa.select(Meeting, Nomination)
        .join(Nomination, Nomination.meeting_id == Meeting.id)
        .where(
            Nomination.state_code == state_code,
            sa.or_(Meeting.ends_on < today, Meeting.year < today.year),
        )
        .options(orm.selectinload(Nomination.delegates))
        .order_by(Meeting.year.desc(), Meeting.number.desc())
    )
    return [Attended(*row) for row in rows]


def deadline_elsewhere(session: Session, question: Asked) -> datetime | None:
    """When a note's date passes on the clocks of the State's capital, where these differ."""
    state = session.get_one(State, question.addressee.state_code)
    return times.elsewhere(question.closes_at, state.time_zone)


@dataclass(frozen=True)
class Changed:
    """What a response changed in the State's word: from what, to what; one of them may be none."""

    before: Designation | None
    after: Designation | None


def changes_by(session: Session, response: Response) -> list[Changed]:
    """What a response added, worded otherwise or took back, compared with all before it."""
    touched = session.scalars(
        sa.select(Designation)
        .where(
            Designation.state_code == response.state_code,
            sa.or_(
                Designation.response_id == response.id,
                Designation.ended_by_response_id == response.id,
            ),
        )
        .order_by(Designation.kind, Designation.id)
    ).all()
    ended = {_place(each): each for each in touched if each.ended_by_response_id == response.id}
    begun = {_place(each): each for each in touched if each.response_id == response.id}
    return [Changed(ended.get(place), begun.get(place)) for place in {**begun, **ended}]


def _place(designation: Designation) -> Hashable:
    """What a designation is compared under: a State has one central authority at a time."""
    if designation.kind is DesignationKind.CENTRAL_AUTHORITY:
        return designation.kind
    return designation.line_id


def letter_for(session: Session, response: Response) -> Acknowledgement | None:
    """The letter that confirms a response, once it was made; or why it could not be printed."""
    return session.get(Acknowledgement, response.id)
