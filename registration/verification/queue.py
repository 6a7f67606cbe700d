"""The nominations that wait to be compared, the one that was sent first at the top."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from registration import clock
from registration.db import Session
from registration.delegations.models import Nomination
from registration.delegations.rules import NominationStage
from registration.designations.models import Designation
from registration.meetings.models import Meeting
from registration.notes.models import Note
from registration.responses.models import Response
from registration.responses.standings import extended_until
from registration.states.models import RegionalGroup, State
from registration.verification.models import NameCheck, Review
from registration.verification.rules import WAITING, Verdict


@dataclass(frozen=True)
class Choice:
    """What of the queue is looked at; what is None or False chooses nothing."""

    meeting: str | None = None
    group: RegionalGroup | None = None
    stage: NominationStage | None = None
    flagged: bool = False


@dataclass(frozen=True)
class Waiting:
    """One nomination of the queue."""

    nomination: Nomination
    state: State
    meeting: Meeting
    note: Note
    sent_at: datetime
    extended_until: date | None  # the State's own last day, where it was granted one
    names: int
    compared: int
    flagged: int
    faults: int

    @property
    def is_late(self) -> bool:
        last_day = max(self.note.last_day, self.extended_until or self.note.last_day)
        return self.sent_at > clock.closing(last_day)

    @property
    def has_note(self) -> bool:
        return self.nomination.mission_note_id is not None


def queue(session: Session, choice: Choice) -> list[Waiting]:
    """The nominations that wait, the one that was sent first at the top. One query."""
    last, named = _last_responses(), _counts()
    query = (
        sa.select(
            Nomination,
            State,
            Meeting,
            Note,
            last.c.received_at,
            extended_until(last.c.addressee_id),
            sa.func.coalesce(named.c.names, 0),
            sa.func.coalesce(named.c.compared, 0),
            sa.func.coalesce(named.c.flagged, 0),
            sa.func.coalesce(sa.func.cardinality(Review.faults), 0),
        )
        .join(State, State.code == Nomination.state_code)
        .join(Meeting, Meeting.id == Nomination.meeting_id)
        .join(last, last.c.nomination_id == Nomination.id)
        .join(Note, Note.id == last.c.note_id)
        .outerjoin(named, named.c.nomination_id == Nomination.id)
        .outerjoin(Review, Review.response_id == last.c.id)
        .order_by(last.c.received_at, Nomination.id)
    )
    stages = (choice.stage,) if choice.stage else WAITING
    query = query.where(Nomination.stage.in_(stages))
    if choice.meeting:
        query = query.where(Meeting.slug == choice.meeting)
    if choice.group:
        query = query.where(State.regional_group == choice.group)
    if choice.flagged:
        query = query.where(sa.or_(named.c.flagged > 0, sa.func.cardinality(Review.faults) > 0))
    return [Waiting(*row) for row in session.execute(query)]


def _last_responses() -> sa.Subquery:
    return (
        sa.select(
            Response.id,
            Response.nomination_id,
            Response.note_id,
            Response.addressee_id,
            Response.received_at,
        )
        .where(Response.nomination_id.is_not(None))
        .ext(distinct_on(Response.nomination_id))
        .order_by(Response.nomination_id, Response.received_at.desc(), Response.id.desc())
        .subquery()
    )


def _counts() -> sa.Subquery:
    """Of what each nomination names now: how much there is, was compared, and does not match."""
    return (
        sa.select(
            Response.nomination_id,
            sa.func.count().label("names"),
            sa.func.count(NameCheck.verdict).label("compared"),
            sa.func.count(NameCheck.verdict)
            .filter(NameCheck.verdict != Verdict.MATCHES)
            .label("flagged"),
        )
        .select_from(Designation)
        .join(Response, Response.id == Designation.response_id)
        .outerjoin(NameCheck, NameCheck.designation_id == Designation.id)
        .where(Designation.in_force_until.is_(None), Response.nomination_id.is_not(None))
        .group_by(Response.nomination_id)
        .subquery()
    )
