"""The management list of a meeting: everybody whom States put forward, and where each stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from registration.db import Session
from registration.delegations.models import Nomination
from registration.delegations.rules import NominationStage
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.notes.models import Note
from registration.responses.models import Response
from registration.states.models import State
from registration.verification.models import NameCheck


class Order(StrEnum):
    """By what the list is sorted."""

    STATE = "state"
    NAME = "name"
    STAGE = "stage"
    SENT = "sent"


@dataclass(frozen=True)
class Choice:
    """What of the list is looked at, and in which order; what is empty chooses nothing."""

    words: str = ""
    state_code: str = ""
    stage: NominationStage | None = None
    confirmed: bool | None = None
    order: Order = Order.STATE
    descending: bool = False


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the list shows him or her. `stage` is that of the State's nomination."""

    line_id: UUID
    nomination_id: UUID | None
    state_code: str
    state: str
    courtesy: str
    name: str
    title: str
    institution: str
    capacity: str
    head: bool
    email: str
    sent_at: datetime
    stage: NominationStage | None
    confirmed_at: datetime | None


def states(session: Session, language: str) -> list[tuple[str, str]]:
    """All States to choose from, by code and name, in English order."""
    found = sa.select(State.code, State.names[language].astext).order_by(State.sort_key)
    return [(code, name) for code, name in session.execute(found)]


def count(session: Session, meeting_id: UUID, choice: Choice, language: str) -> int:
    """How many persons the choice finds."""
    standing = _standing(meeting_id)
    found = _chosen(sa.select(sa.func.count()), standing, meeting_id, choice, language)
    return session.scalar(found) or 0


def rows(session: Session, meeting_id: UUID, choice: Choice, language: str) -> list[PersonRow]:
    """The persons that the choice finds. One query, however many there are."""
    return [PersonRow(*row) for row in session.execute(_rows(meeting_id, choice, language))]


@dataclass(frozen=True)
class Page:
    """Some of the persons that a choice finds: which page it is, of how many, and all counted."""

    rows: list[PersonRow]
    number: int
    last: int
    count: int


def page(
    session: Session, meeting_id: UUID, choice: Choice, language: str, *, number: int, size: int
) -> Page:
    """One page of the persons that the choice finds; the last one, where there are not so many.

    The rows come with their count in one query.
    """
    counted = _rows(meeting_id, choice, language).add_columns(sa.func.count().over())
    found = session.execute(counted.limit(size).offset((number - 1) * size)).all()
    if not found and number > 1:
        last = max(-(-count(session, meeting_id, choice, language) // size), 1)
        return page(session, meeting_id, choice, language, number=last, size=size)
    total = found[0][-1] if found else 0
    persons = [PersonRow(*row[:-1]) for row in found]
    return Page(persons, number, max(-(-total // size), 1), total)


def _rows(meeting_id: UUID, choice: Choice, language: str) -> sa.Select[Any]:
    standing = _standing(meeting_id)
    columns: sa.Select[Any] = sa.select(
        Designation.line_id,
        Response.nomination_id,
        Designation.state_code,
        State.names[language].astext,
        Designation.courtesy,
        _NAME,
        Designation.title,
        Designation.institution,
        Designation.capacity,
        Designation.head_of_delegation,
        Designation.email,
        Response.received_at,
        standing.c.stage,
        NameCheck.confirmed_at,
    )
    found = _chosen(columns, standing, meeting_id, choice, language)
    return found.order_by(*_order(choice, standing))


_NAME = sa.func.coalesce(sa.func.nullif(Designation.printed_name, ""), Designation.name)
_SORTING = sa.func.coalesce(sa.func.nullif(Designation.sorting_name, ""), Designation.name)


def _standing(meeting_id: UUID) -> sa.CTE:
    """Where each nomination of the meeting stands, looked up once.

    PostgreSQL cannot guess how many rows its own policies let through, takes them for very few,
    and would otherwise ask them again for each person.
    """
    found = sa.select(Nomination.id, Nomination.stage).where(Nomination.meeting_id == meeting_id)
    return found.cte("standing").prefix_with("MATERIALIZED")


def _order(choice: Choice, standing: sa.CTE) -> list[sa.ColumnElement[Any]]:
    keys: dict[Order, Any] = {
        Order.STATE: State.sort_key,
        Order.NAME: _SORTING,
        Order.STAGE: standing.c.stage,
        Order.SENT: Response.received_at,
    }
    first = keys[choice.order]
    head = Designation.head_of_delegation.desc()
    return [
        first.desc() if choice.descending else first.asc(),
        State.sort_key,
        head,
        _SORTING,
        Designation.id,
    ]


def _chosen(
    query: sa.Select[Any], standing: sa.CTE, meeting_id: UUID, choice: Choice, language: str
) -> sa.Select[Any]:
    query = (
        query.select_from(Designation)
        .join(State, State.code == Designation.state_code)
        .join(Response, Response.id == Designation.response_id)
        .join(Note, Note.id == Response.note_id)
        .outerjoin(standing, standing.c.id == Response.nomination_id)
        .outerjoin(NameCheck, NameCheck.designation_id == Designation.id)
        .where(
            Note.meeting_id == meeting_id,
            Designation.kind == DesignationKind.GOVERNMENTAL_EXPERT,
            Designation.in_force_until.is_(None),
        )
    )
    if choice.state_code:
        query = query.where(Designation.state_code == choice.state_code)
    if choice.stage:
        query = query.where(standing.c.stage == choice.stage)
    if choice.confirmed is not None:
        query = query.where(NameCheck.confirmed_at.is_not(None) == choice.confirmed)
    said = (Designation.name, Designation.printed_name, Designation.title, Designation.institution)
    where = sa.func.folded(sa.func.concat_ws(" ", *said, State.names[language].astext))
    for word in choice.words.split():
        query = query.where(sa.func.strpos(where, sa.func.folded(word)) > 0)
    return query
