"""Questions about States: all of them, their status on a day, whom to write to."""

from collections import Counter
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from registration.db import Session
from registration.errors import NotFound
from registration.states import rules
from registration.states.models import (
    Correction,
    Instrument,
    InstrumentKind,
    Mission,
    MissionAddress,
    State,
)
from registration.states.rules import Dated, TreatyStatus

DUTY_STATION = "Vienna"


def statuses_on(session: Session, day: date) -> dict[str, TreatyStatus]:
    """The treaty status of every State on that day, by its code, in the order of lists."""
    rows = session.execute(
        sa.select(
            State.code,
            Instrument.kind,
            Instrument.day,
            Instrument.not_before,
            Instrument.not_after,
        )
        .outerjoin(Instrument, Instrument.state_code == State.code)
        .order_by(State.sort_key)
    )
    instruments: dict[str, list[Dated]] = {}
    for code, kind, *days in rows:
        known = instruments.setdefault(code, [])
        if kind is not None:
            known.append(Dated(kind is not InstrumentKind.SIGNATURE, *days))
    return {code: rules.status_on(known, day) for code, known in instruments.items()}


def count_by_status(session: Session, day: date) -> dict[TreatyStatus, int]:
    """How many States have each status on that day; every status is there, in order."""
    counted = Counter(statuses_on(session, day).values())
    return {status: counted[status] for status in TreatyStatus}


def status_of(state: State, day: date) -> TreatyStatus:
    """The treaty status of one State on that day."""
    return rules.status_on([dated(each) for each in state.instruments], day)


def dated(instrument: Instrument) -> Dated:
    """An instrument as the rules see it."""
    return Dated(
        instrument.kind is not InstrumentKind.SIGNATURE,
        instrument.day,
        instrument.not_before,
        instrument.not_after,
    )


def all_states(session: Session) -> list[State]:
    """Every State, in the English order of lists."""
    return list(session.scalars(_IN_ORDER))


def with_instruments(session: Session) -> list[State]:
    """Every State with its instruments, in the same order. Two queries."""
    return list(session.scalars(_IN_ORDER.options(orm.selectinload(State.instruments))))


_IN_ORDER = sa.select(State).order_by(State.sort_key)


def by_code(session: Session, code: str) -> State:
    """One State with its instruments. Raises NotFound."""
    state = session.get(State, code, options=[orm.selectinload(State.instruments)])
    if state is None:
        raise NotFound("There is no such State in the list.")
    return state


def instrument(session: Session, state_code: str, instrument_id: UUID) -> Instrument:
    """One instrument of that State. Raises NotFound."""
    found = session.get(Instrument, instrument_id)
    if found is None or found.state_code != state_code:
        raise NotFound("There is no such instrument.")
    return found


def missions_by_state(session: Session) -> dict[str, Mission]:
    """The mission in Vienna of every State that has one, with the addresses that are in use."""
    missions = session.scalars(
        sa.select(Mission)
        .where(Mission.duty_station == DUTY_STATION)
        .options(orm.selectinload(Mission.addresses))
    )
    return {mission.state_code: mission for mission in missions}


def mission_of(session: Session, state_code: str) -> Mission | None:
    """The mission in Vienna of one State, with the addresses that are in use."""
    return session.scalar(
        sa.select(Mission)
        .where(Mission.state_code == state_code, Mission.duty_station == DUTY_STATION)
        .options(orm.selectinload(Mission.addresses))
    )


def ended_addresses(session: Session, mission: Mission) -> list[MissionAddress]:
    """The addresses of a mission that are no longer written to, newest end first."""
    return list(
        session.scalars(
            sa.select(MissionAddress)
            .where(MissionAddress.mission_id == mission.id, MissionAddress.ended_at.is_not(None))
            .order_by(MissionAddress.ended_at.desc())
        )
    )


def corrections(session: Session, state_code: str) -> list[Correction]:
    """What staff corrected about a State, newest first."""
    return list(
        session.scalars(
            sa.select(Correction)
            .where(Correction.state_code == state_code)
            .order_by(Correction.made_at.desc(), Correction.id.desc())
        )
    )
