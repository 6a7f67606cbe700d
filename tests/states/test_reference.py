"""The seeded facts, held against figures that were counted elsewhere."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from registration import db
from registration.db import Session
from registration.journal.models import Event
from registration.meetings.models import DateStatus, Meeting, MeetingDocument
from registration.permissions import ANYBODY, system
from registration.seed import reference
from registration.states import queries, rules
from registration.states.models import Instrument, InstrumentKind, State, StateKind
from registration.states.rules import TreatyStatus
from registration.words import LANGUAGES

pytestmark = pytest.mark.reference_data


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with db.open_session(engine, system("test")) as session:
        yield session


def counts(session: Session, day: date) -> dict[str, int]:
    found = queries.count_by_status(session, day)
    return {status.value: number for status, number in found.items() if number}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2003, 12, 8), {"neither": 198}),
        (
            date(2012, 10, 22),
            {"state_party": 161, "contracting": 2, "signatory": 12, "neither": 23},
        ),
        (date(2013, 7, 1), {"state_party": 167, "signatory": 8, "neither": 23}),
        (date(2013, 11, 25), {"state_party": 168, "signatory": 8, "neither": 22}),
        (date(2020, 1, 1), {"state_party": 186, "signatory": 2, "neither": 10}),
        (
            date(2023, 6, 1),
            {"state_party": 189, "signatory": 1, "unknown": 1, "neither": 7},
        ),
        (date(2026, 1, 1), {"state_party": 192, "signatory": 1, "neither": 5}),
    ],
)
def test_how_many_have_which_status(session: Session, day: date, expected: dict[str, int]) -> None:
    assert counts(session, day) == expected


def test_the_audience_of_the_note_of_july_2013_is_175_and_of_the_opening_day_176(
    session: Session,
) -> None:
    for day, expected in ((date(2013, 7, 1), 175), (date(2013, 11, 25), 176)):
        statuses = queries.statuses_on(session, day).values()
        assert sum(status in rules.INVITED for status in statuses) == expected


def test_ecuador_deposited_as_the_thirtieth_and_so_set_the_entry_into_force(
    session: Session,
) -> None:
    deposits = session.execute(
        sa.select(Instrument.day, Instrument.state_code)
        .where(Instrument.kind != InstrumentKind.SIGNATURE, Instrument.day.is_not(None))
        .order_by(Instrument.day)
    ).all()
    thirtieth_day = date(2005, 9, 15)
    assert "ECU" in [code for day, code in deposits if day == thirtieth_day]
    before = sum(day < thirtieth_day for day, _ in deposits)
    assert before + 1 == rules.PARTIES_FOR_ENTRY_INTO_FORCE
    assert thirtieth_day + timedelta(days=90) == rules.ENTRY_INTO_FORCE


def test_every_day_since_2003_counts_198_states_and_no_status_goes_backwards(
    session: Session,
) -> None:
    order = [
        TreatyStatus.NEITHER,
        TreatyStatus.SIGNATORY,
        TreatyStatus.UNKNOWN,
        TreatyStatus.CONTRACTING,
        TreatyStatus.STATE_PARTY,
    ]
    known = {
        state.code: [queries.dated(each) for each in state.instruments]
        for state in queries.all_states(session)
    }
    before = dict.fromkeys(known, TreatyStatus.NEITHER)
    day = date(2003, 1, 1)
    while day < date(2026, 12, 31):
        now = {code: rules.status_on(instruments, day) for code, instruments in known.items()}
        assert len(now) == 198
        assert all(order.index(before[code]) <= order.index(now[code]) for code in now), day
        before, day = now, day + timedelta(days=1)


def test_the_command_prints_the_same_for_any_day(app: Flask, environment: dict[str, str]) -> None:
    runner = app.test_cli_runner(env=environment)
    result = runner.invoke(args=["states", "--on", "2013-07-01", "--json"])
    assert json.loads(result.output) == {
        "state_party": 167,
        "contracting": 0,
        "signatory": 8,
        "unknown": 0,
        "neither": 23,
    }
    assert runner.invoke(args=["states", "--on", "2013-02-30"]).exit_code == 2


def test_every_state_has_names_in_six_languages_and_a_source_for_every_value(
    session: Session,
) -> None:
    states = queries.all_states(session)
    assert Counter(state.kind for state in states) == {
        StateKind.MEMBER_STATE: 193,
        StateKind.OBSERVER_STATE: 2,
        StateKind.NON_MEMBER_STATE: 2,
        StateKind.REIO: 1,
    }
    for state in states:
        assert all(state.names[each] and state.formal_names[each] for each in LANGUAGES)
        assert all("as at" in source for source in state.sources.values()), state.code
        assert all(each.source and each.as_at for each in state.instruments), state.code
    assert sum(len(state.instruments) for state in states) == 140 + 192


def test_the_proposed_languages_use_all_six(session: Session) -> None:
    statuses = queries.statuses_on(session, date(2026, 11, 22))
    proposed = Counter(
        state.proposed_language
        for state in queries.all_states(session)
        if statuses[state.code] in rules.INVITED
    )
    assert proposed == {"ar": 23, "en": 123, "es": 20, "fr": 20, "ru": 5, "zh": 2}


def test_states_come_in_the_english_order_of_lists(session: Session) -> None:
    names = [state.name("en") for state in queries.all_states(session)]
    assert names[:3] == ["Afghanistan", "Albania", "Algeria"]
    assert names[-1] == "Zimbabwe"


def test_only_verified_meetings_have_days(session: Session) -> None:
    meetings = session.scalars(sa.select(Meeting).order_by(Meeting.number)).all()
    assert [meeting.number for meeting in meetings] == list(range(1, 15))
    assert [meeting.slug for meeting in meetings][:4] == [
        "2012-vienna",
        "2013-panama-city",
        "2014-vienna",
        "2015-st-petersburg",
    ]
    certain = {each.number for each in meetings if each.date_status is DateStatus.VERIFIED}
    assert certain == {1, 2}
    assert {each.number for each in meetings if each.begins_on} == {1, 2, 9, 10, 11, 13}
    assert all(set(each.places) == set(LANGUAGES) for each in meetings)


def test_the_six_documents_of_the_second_meeting_and_no_others(session: Session) -> None:
    rows = session.execute(sa.select(Meeting.number, MeetingDocument.symbol).join(Meeting))
    assert sorted(tuple(row) for row in rows) == [
        (2, "CAC/COSP/EG.1/2012/2"),
        (2, "CAC/COSP/EG.1/2013/1"),
        (2, "CAC/COSP/EG.1/2013/2"),
        (2, "CAC/COSP/EG.1/2013/2/Corr.1"),
        (2, "CAC/COSP/EG.1/2013/3"),
        (2, "CU 2013/175"),
    ]


def test_planting_again_adds_nothing_and_undoes_no_correction(session: Session) -> None:
    france = session.get_one(State, "FRA")
    france.names = {**france.names, "en": "Corrected"}
    session.delete(session.scalars(sa.select(MeetingDocument)).first())
    session.flush()
    events = session.scalar(sa.select(sa.func.count()).select_from(Event))
    assert list(reference.plant(session)) == [
        "0 States added",
        "0 meetings and 0 documents added",
    ]
    session.expire_all()
    assert session.get_one(State, "FRA").name("en") == "Corrected"
    assert session.scalar(sa.select(sa.func.count()).select_from(MeetingDocument)) == 5
    assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == events


def test_planting_brings_back_a_state_that_is_missing(session: Session) -> None:
    session.execute(sa.delete(Instrument).where(Instrument.state_code == "FRA"))
    session.execute(sa.delete(State).where(State.code == "FRA"))
    assert next(reference.plant(session)) == "1 States added"
    assert len(queries.by_code(session, "FRA").instruments) == 2


def test_anybody_may_read_the_facts_and_nobody_without_a_role_may_change_them(
    engine: sa.Engine,
) -> None:
    with db.open_session(engine, ANYBODY) as session:
        assert counts(session, date(2013, 7, 1))["state_party"] == 167
        session.execute(sa.update(State).values(remark="changed"))
        session.commit()
        assert not session.scalars(sa.select(State.code).where(State.remark == "changed")).all()


def test_the_files_hold_no_value_that_the_seed_cannot_read() -> None:
    for name, rows in (("states.csv", 198), ("meetings.csv", 14), ("documents.csv", 24)):
        with (reference.FOLDER / name).open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file, strict=True))) == rows


def test_the_capital_of_every_state_has_a_clock_of_its_own(session: Session) -> None:
    zones = {state.code: state.time_zone for state in session.scalars(sa.select(State))}
    assert len(zones) == 198
    assert all(ZoneInfo(zone) for zone in zones.values())
    assert (zones["AUT"], zones["KIR"]) == ("Europe/Vienna", "Pacific/Tarawa")
