"""The rows of the tables that can be exported: values and the words for them, no headings."""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from registration.accounts.models import Account
from registration.db import Session
from registration.designations.models import Designation
from registration.exports.sheet import Cell
from registration.reports.boards import Line
from registration.responses.models import Response, Settlement
from registration.states.models import Instrument, InstrumentKind, State
from registration.states.queries import missions_by_state, status_of, with_instruments

Words = Callable[[StrEnum], str]


def of_board(lines: Iterable[Line], language: str, words: Words) -> list[list[Cell]]:
    """Code, State, group, language, copy, standing and its days, what is missing, what is next."""
    return [
        [
            line.state.code,
            line.state.name(language),
            words(line.state.regional_group),
            line.language,
            words(line.road),
            line.handed_over_at,
            words(line.standing),
            line.extended_until,
            line.answered_at,
            line.days,
            "; ".join(words(each) for each in line.missing),
            words(line.next_step) if line.next_step else None,
        ]
        for line in lines
    ]


def of_responses(session: Session, note_id: UUID, language: str, words: Words) -> list[list[Cell]]:
    """Code, State, kind, channel, when, by whom, reference, date, note kept, what became of it."""
    rows = session.execute(
        sa.select(Response, State, Account.name, Settlement)
        .join(State, State.code == Response.state_code)
        .join(Account, Account.id == Response.recorded_by_id)
        .outerjoin(Settlement, Settlement.response_id == Response.id)
        .where(Response.note_id == note_id)
        .order_by(State.sort_key, Response.received_at, Response.id)
    )
    return [
        [
            state.code,
            state.name(language),
            words(response.kind),
            words(response.channel),
            response.received_at,
            response.recorded_at,
            recorded_by,
            response.mission_reference,
            response.mission_note_date,
            "1" if response.document_id else "0",
            response.asked_until,
            *_settled(settlement, words),
            response.remark,
        ]
        for response, state, recorded_by, settlement in rows
    ]


def _settled(settlement: Settlement | None, words: Words) -> list[Cell]:
    """Outcome, day and reason."""
    if settlement is None:
        return [None, None, None]
    return [words(settlement.outcome), settlement.until, settlement.reason]


def of_designations(
    session: Session, note_id: UUID, language: str, words: Words
) -> list[list[Cell]]:
    """Code, State, kind, name, title, institution, how to reach it, in force from and until."""
    rows = session.execute(
        sa.select(Designation, State)
        .join(State, State.code == Designation.state_code)
        .join(Response, Response.id == Designation.response_id)
        .where(Response.note_id == note_id)
        .order_by(State.sort_key, Designation.kind, Designation.id)
    )
    return [
        [
            state.code,
            state.name(language),
            words(designation.kind),
            designation.name,
            designation.title,
            designation.institution,
            designation.email,
            designation.telephone,
            designation.address,
            designation.in_force_from,
            designation.in_force_until,
        ]
        for designation, state in rows
    ]


def of_states(session: Session, day: date, language: str, words: Words) -> list[list[Cell]]:
    """Code, names, kind, group, development, status on the day, instruments, language."""
    missions = missions_by_state(session)
    return [
        [
            state.code,
            state.name(language),
            state.formal_name(language),
            words(state.kind),
            words(state.regional_group),
            int(state.least_developed),
            _known(state.small_island),
            _known(state.landlocked),
            words(status_of(state, day)),
            _day(_first(state, signature=True)),
            words(consent.kind) if (consent := _first(state, signature=False)) else None,
            _day(consent),
            missions[state.code].language if state.code in missions else None,
        ]
        for state in with_instruments(session)
    ]


def _known(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _first(state: State, *, signature: bool) -> Instrument | None:
    """The State's signature, or its instrument of consent."""
    return next(
        (
            each
            for each in state.instruments
            if (each.kind is InstrumentKind.SIGNATURE) == signature
        ),
        None,
    )


def _day(instrument: Instrument | None) -> Cell:
    """The day of an instrument; where it is not known, both bounds."""
    if instrument is None:
        return None
    if instrument.day is not None:
        return instrument.day
    return f"{instrument.not_before} … {instrument.not_after}"
