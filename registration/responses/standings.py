"""Where States stand towards notes: two queries for however many notes, and nothing stored."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from registration.notes.models import Addressee, Note
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


class StateStanding(NamedTuple):
    """Where one addressee of a note stands. A tuple: a board of a meeting has some thousand."""

    standing: Standing
    answered_at: datetime | None = None  # first answer, by whichever road
    last_answered_at: datetime | None = None
    responses: int = 0  # of every kind
    requests: int = 0  # that wait for the office
    in_correction: bool = False  # what was answered is being changed
    extended_until: date | None = None
    lacking: tuple[Lack, ...] = ()
    is_late: bool = False
    days: int | None = None  # from the note's date to the first answer


def by_note(session: Session, notes: Iterable[Note]) -> dict[UUID, dict[str, StateStanding]]:
    """Where each addressee of some notes stands, by note and State's code. Two queries.

    Only of those that sent something there is anything to ask: silence says the same of all.
    """
    known = {note.id: note for note in notes}
    heard: dict[UUID, dict[str, StateStanding]] = {note_id: {} for note_id in known}
    rows = session.execute(_facts(), {"notes": [*known]}).all()
    for row, stands in _stand(known, rows):
        heard[row.note_id][row.state_code] = stands
    found: dict[UUID, dict[str, StateStanding]] = {note_id: {} for note_id in known}
    for note_id, codes in session.execute(_addressed(), {"notes": [*known]}):
        of_note, silent = heard[note_id], _silent(known[note_id])
        found[note_id] = {code: of_note.get(code, silent) for code in codes}
    return found


def of_addressees(session: Session, addressees: Mapping[UUID, Note]) -> dict[UUID, StateStanding]:
    """Where some addressees stand, each given with its note. One query."""
    known = {note.id: note for note in addressees.values()}
    asked = {"notes": [*known], "addressees": [*addressees]}
    rows = session.execute(_facts_of_some(), asked).all()
    heard = {row.id: stands for row, stands in _stand(known, rows)}
    return {each: heard.get(each) or _silent(note) for each, note in addressees.items()}


def counted(session: Session, notes: Iterable[Note]) -> dict[UUID, Counter[Standing]]:
    """How many addressees of each note have each standing. Two queries."""
    return {
        note_id: Counter(stands.standing for stands in of_note.values())
        for note_id, of_note in by_note(session, notes).items()
    }


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


def _silent(note: Note) -> StateStanding:
    """Where an addressee stands from which nothing came."""
    return StateStanding(rules.standing(None, clock.closing(note.last_day), clock.now()))


def _stand(notes: Mapping[UUID, Note], rows: Sequence[Any]) -> Iterator[tuple[Any, StateStanding]]:
    """Each row of `_facts` with the standing that follows from it."""
    now = clock.now()
    closes = {note.id: clock.closing(note.last_day) for note in notes.values()}
    for row in rows:
        closes_at = closes[row.note_id]
        extended_to = clock.closing(row.until) if row.until else None
        lacking: tuple[Lack, ...] = ()
        if row.said:
            lacking = rules.lacking(
                ResponseKind(row.said),
                ticked=[Lack(each) for each in (row.ticked or "").split()],
                by_portal=bool(row.by_portal),
                has_note=bool(row.has_note),
                experts=row.experts or 0,
                has_head=bool(row.has_head),
                needs_central_authority=row.needs_central_authority,
            )
        answered_at = row.first
        yield (
            row,
            StateStanding(
                standing=rules.standing(
                    answered_at, closes_at, now, extended_to=extended_to, lacking=lacking
                ),
                answered_at=answered_at,
                last_answered_at=row.last,
                responses=row.responses,
                requests=row.requests,
                in_correction=bool(row.in_correction),
                extended_until=row.until,
                lacking=lacking,
                is_late=answered_at is not None
                and rules.is_late(answered_at, closes_at, extended_to),
                days=_days(notes[row.note_id].issued_on, answered_at),
            ),
        )


# The planner takes the row policies for stricter than they are, expects one addressee, and would
# gather all that came anew for each of them.
_ONCE = ("materialized",)


# The notes that a question is about, given when it is asked: so each is composed only once.
_NOTES: sa.BindParameter[Any] = sa.bindparam("notes", expanding=True)


@cache
def _addressed() -> sa.Select[UUID, Sequence[str]]:
    """The States that each of these notes addresses, by their codes."""
    return (
        sa.select(Addressee.note_id, sa.func.array_agg(Addressee.state_code))
        .where(Addressee.note_id.in_(_NOTES))
        .group_by(Addressee.note_id)
    )


@cache
def _facts_of_some() -> sa.Select[*tuple[Any, ...]]:
    """The same of some addressees."""
    return _facts().where(Addressee.id.in_(sa.bindparam("addressees", expanding=True)))


@cache
def _facts() -> sa.Select[*tuple[Any, ...]]:
    """What is known of each addressee of these notes from which anything came."""
    heard, named = _heard(), _named()
    return (
        sa.select(
            Addressee.note_id,
            Addressee.id,
            Addressee.state_code,
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
            (
                Addressee.state_code.not_in(_with_a_central_authority())
                & sa.func.coalesce(heard.c.needs_central, sa.true())
            ).label("needs_central_authority"),
        )
        .join(heard, heard.c.addressee_id == Addressee.id)
        .outerjoin(named, named.c.addressee_id == Addressee.id)
        .where(Addressee.note_id.in_(_NOTES))
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
