"""Where States stand towards notes: one query for however many notes, and nothing stored."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import aggregate_order_by

from registration import clock
from registration.db import Session
from registration.delegations.models import Nomination, NominationPart
from registration.delegations.rules import NominationStage, Part
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.notes.models import Addressee, Dispatch, Note
from registration.post.models import Message
from registration.responses import rules
from registration.responses.models import Response, ResponseChannel, Settlement
from registration.responses.rules import (
    ANSWERS,
    REQUESTS,
    Lack,
    Outcome,
    ResponseKind,
    Standing,
)
from registration.states.models import State


class StateStanding(NamedTuple):
    """Where one addressee of a note stands. A tuple: a board of a meeting makes some thousand."""

    note_id: UUID
    addressee_id: UUID
    state_code: str
    language: str  # of its copy
    handed_over_at: datetime | None  # first copy that a mail server accepted
    answered_at: datetime | None  # first answer, by whichever road
    last_answered_at: datetime | None
    responses: int  # of every kind
    requests: int  # that wait for the office
    in_correction: bool  # what was answered is being changed
    extended_until: date | None
    lacking: tuple[Lack, ...]
    standing: Standing
    is_late: bool
    days: int | None  # from the note's date to the first answer


def of_note(session: Session, note: Note) -> list[tuple[State, StateStanding]]:
    """Where each addressee of a note stands, in the English order of lists. Two queries."""
    return by_note(session, [note])[note.id]


def by_note(
    session: Session, notes: Iterable[Note]
) -> dict[UUID, list[tuple[State, StateStanding]]]:
    """The same for several notes, by the note's identifier, in the order given. Two queries."""
    known = {note.id: note for note in notes}
    found: dict[UUID, dict[str, StateStanding]] = {note_id: {} for note_id in known}
    # Each State once, and not with each note to it: reading its names takes longer than the rest.
    states = {state.code: state for state in session.scalars(_addressed(), {"notes": [*known]})}
    for stands in _stand(known.values(), session.execute(_facts(), {"notes": [*known]}).all()):
        found[stands.note_id][stands.state_code] = stands
    return {
        note_id: [(state, stand[code]) for code, state in states.items() if code in stand]
        for note_id, stand in found.items()
    }


def of_addressees(
    session: Session, notes: Iterable[Note], addressee_ids: Collection[UUID]
) -> dict[UUID, StateStanding]:
    """Where some addressees of these notes stand, by the addressee. One query."""
    known = {note.id: note for note in notes}
    asked = {"notes": [*known], "addressees": [*addressee_ids]}
    rows = session.execute(_facts_of_some(), asked).all()
    return {each.addressee_id: each for each in _stand(known.values(), rows)}


def counted(session: Session, notes: Iterable[Note]) -> dict[UUID, Counter[Standing]]:
    """How many addressees of each note have each standing. One query."""
    known = {note.id: note for note in notes}
    found = {note_id: Counter[Standing]() for note_id in known}
    rows = session.execute(_facts(), {"notes": [*known]}).all()
    for stands in _stand(known.values(), rows):
        found[stands.note_id][stands.standing] += 1
    return found


def extended_until(
    addressee_id: orm.InstrumentedAttribute[UUID] | sa.ColumnElement[UUID],
) -> sa.ScalarSelect[date | None]:
    """The last day that an addressee was granted, as a column; none where it was granted none."""
    asked = orm.aliased(Response)
    return (
        sa.select(sa.func.max(Settlement.until))
        .join(asked, asked.id == Settlement.response_id)
        .where(asked.addressee_id == addressee_id)
        .scalar_subquery()
    )


def own_last_day(session: Session, note: Note, addressee_id: UUID) -> date:
    """The last day for one addressee of a note that asks for an answer."""
    until = session.scalar(
        sa.select(extended_until(Addressee.id)).where(Addressee.id == addressee_id)
    )
    return max(note.last_day, until or note.last_day)


def _stand(notes: Iterable[Note], rows: Sequence[Any]) -> Iterator[StateStanding]:
    """A standing from each row of `_facts`, its columns in their order."""
    now = clock.now()
    asked = {note.id: (note.issued_on, clock.closing(note.last_day)) for note in notes}
    for (
        note_id,
        addressee_id,
        state_code,
        language,
        handed_over_at,
        answered_at,
        last_answered_at,
        responses,
        requests,
        in_correction,
        until,
        said,
        ticked,
        by_portal,
        has_note,
        experts,
        has_head,
        needs_central_authority,
    ) in rows:
        issued_on, closes_at = asked[note_id]
        extended_to = clock.closing(until) if until else None
        lacking: tuple[Lack, ...] = ()
        if said:
            lacking = rules.lacking(
                ResponseKind(said),
                ticked=[Lack(each) for each in (ticked or "").split()],
                by_portal=bool(by_portal),
                has_note=bool(has_note),
                experts=experts or 0,
                has_head=bool(has_head),
                needs_central_authority=needs_central_authority,
            )
        yield StateStanding(
            note_id=note_id,
            addressee_id=addressee_id,
            state_code=state_code,
            language=language,
            handed_over_at=handed_over_at,
            answered_at=answered_at,
            last_answered_at=last_answered_at,
            responses=responses or 0,
            requests=requests or 0,
            in_correction=bool(in_correction),
            extended_until=until,
            lacking=lacking,
            standing=rules.standing(
                answered_at, closes_at, now, extended_to=extended_to, lacking=lacking
            ),
            is_late=answered_at is not None and rules.is_late(answered_at, closes_at, extended_to),
            days=_days(issued_on, answered_at),
        )


# The planner takes the row policies for stricter than they are, expects one addressee, and would
# gather all that came anew for each of them.
_ONCE = ("materialized",)


# The notes that a question is about, given when it is asked: so each is composed only once.
_NOTES: sa.BindParameter[Any] = sa.bindparam("notes", expanding=True)


@cache
def _addressed() -> sa.Select[State]:
    """The States that these notes address, in the English order of lists."""
    shown = (State.names, State.formal_names, State.sort_key, State.regional_group)
    whom = sa.select(Addressee.state_code).where(Addressee.note_id.in_(_NOTES))
    addressed = sa.select(State).where(State.code.in_(whom)).order_by(State.sort_key)
    return addressed.options(orm.load_only(*shown))


@cache
def _facts_of_some() -> sa.Select[*tuple[Any, ...]]:
    """The same of some addressees."""
    return _facts().where(Addressee.id.in_(sa.bindparam("addressees", expanding=True)))


@cache
def _facts() -> sa.Select[*tuple[Any, ...]]:
    """What is known of each addressee of these notes."""
    handed_over, heard, named = _handed_over(), _heard(), _named()
    return (
        sa.select(
            Addressee.note_id,
            Addressee.id,
            Addressee.state_code,
            Addressee.language,
            handed_over.c.at,
            heard.c.first,
            heard.c.last,
            heard.c.responses,
            heard.c.requests,
            heard.c.in_correction,
            heard.c.until,
            heard.c.said,
            heard.c.ticked,
            heard.c.by_portal,
            heard.c.has_note,
            named.c.experts,
            named.c.has_head,
            Addressee.state_code.not_in(_with_a_central_authority())
            & sa.func.coalesce(heard.c.needs_central, sa.true()),
        )
        .outerjoin(handed_over, handed_over.c.addressee_id == Addressee.id)
        .outerjoin(heard, heard.c.addressee_id == Addressee.id)
        .outerjoin(named, named.c.addressee_id == Addressee.id)
        .where(Addressee.note_id.in_(_NOTES))
    )


def _handed_over() -> sa.CTE:
    return (
        sa.select(Dispatch.addressee_id, sa.func.min(Message.handed_over_at).label("at"))
        .join(Message, Message.id == Dispatch.message_pk)
        .where(Dispatch.note_id.in_(_NOTES))
        .group_by(Dispatch.addressee_id)
        .cte("handed_over")
        .prefix_with(*_ONCE)
    )


def _heard() -> sa.CTE:
    """What came from each addressee, and what the office made of its requests."""
    answers = Response.kind.in_(ANSWERS)
    through_pages = Response.channel == ResponseChannel.PORTAL
    # What staff record is the mission's note itself, unless they said that it was not.
    has_note = Response.document_id.is_not(None) | (
        ~through_pages & (Lack.NOTE.value != sa.all_(Response.lacks))
    )
    waits = Response.kind.in_(REQUESTS) & Settlement.response_id.is_(None)
    needless = sa.exists().where(
        NominationPart.nomination_id == Response.nomination_id,
        NominationPart.part == Part.CENTRAL_AUTHORITY,
        NominationPart.not_needed,
    )
    in_answer = answers | (Response.kind == ResponseKind.WITHDRAWAL)
    lacks = sa.func.array_to_string(Response.lacks, " ")
    return (
        sa.select(
            Response.addressee_id,
            sa.func.min(Response.received_at).filter(answers).label("first"),
            sa.func.max(Response.received_at).filter(answers).label("last"),
            sa.func.count().label("responses"),
            sa.func.count().filter(waits).label("requests"),
            sa.func.bool_or(Nomination.stage == NominationStage.IN_CORRECTION).label(
                "in_correction"
            ),
            sa.func.max(Settlement.until)
            .filter(Settlement.outcome == Outcome.GRANTED)
            .label("until"),
            _last(Response.kind, in_answer).label("said"),
            _last(lacks, answers).label("ticked"),
            sa.func.bool_or(through_pages)
            .filter(Response.kind == ResponseKind.NOMINATION)
            .label("by_portal"),
            sa.func.bool_or(has_note).filter(answers).label("has_note"),
            sa.func.bool_and(~needless).label("needs_central"),
        )
        .outerjoin(Settlement, Settlement.response_id == Response.id)
        .outerjoin(Nomination, Nomination.id == Response.nomination_id)
        .where(Response.note_id.in_(_NOTES))
        .group_by(Response.addressee_id)
        .cte("heard")
        .prefix_with(*_ONCE)
    )


def _last(
    value: sa.ColumnElement[Any] | orm.InstrumentedAttribute[Any], which: sa.ColumnElement[bool]
) -> sa.ColumnElement[Any]:
    """The value of the last of those responses."""
    newest_first = aggregate_order_by(value, Response.received_at.desc(), Response.id.desc())
    return sa.func.array_agg(newest_first).filter(which)[1]


def _named() -> sa.CTE:
    """How many experts the answers of each addressee name now, and whether one is the head."""
    return (
        sa.select(
            Response.addressee_id,
            sa.func.count().label("experts"),
            sa.func.bool_or(Designation.head_of_delegation).label("has_head"),
        )
        .join(Designation, Designation.response_id == Response.id)
        .where(
            Response.note_id.in_(_NOTES),
            Designation.kind == DesignationKind.GOVERNMENTAL_EXPERT,
            Designation.in_force_until.is_(None),
        )
        .group_by(Response.addressee_id)
        .cte("named")
        .prefix_with(*_ONCE)
    )


def _with_a_central_authority() -> sa.Select[str]:
    return sa.select(Designation.state_code).where(
        Designation.kind == DesignationKind.CENTRAL_AUTHORITY,
        Designation.in_force_until.is_(None),
    )


def _days(issued_on: date | None, answered_at: datetime | None) -> int | None:
    if issued_on is None or answered_at is None:
        return None
    return (clock.day_of(answered_at) - issued_on).days
