"""On which days reminders are due, and who sets them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.errors import Conflict, IllegalMove, NotAllowed, Refused
from registration.notes import (
    clearance,
)
from registration.notes.ladders import queries as ladders
from registration.notes.ladders.rules import Step, due, proposed
from registration.notes.models import Note
from tests.notes.desk import DAY, Desk
from tests.notes.ladders.mornings import LAST, at, morning_of, set_days


def step(days_before: int, *, added_on: date = DAY, reached: bool = False) -> Step:
    return Step(days_before, added_on, reached)


@pytest.mark.parametrize(
    ("today", "taken", "found"),
    [
        (date(2013, 9, 8), [], []),
        (date(2013, 9, 9), [], [21]),
        (date(2013, 9, 9), [21], []),
        (date(2013, 9, 15), [], [21]),
        (date(2013, 9, 23), [21], [7]),
        (date(2013, 9, 25), [], [7, 21]),
        (date(2013, 10, 3), [], [-3, 7, 21]),
    ],
)
def test_a_rung_is_due_from_its_day_until_it_is_taken(
    today: date, taken: list[int], found: list[int]
) -> None:
    steps = [step(days, reached=days in taken) for days in (21, 7, -3)]
    assert due(steps, last_day=LAST, issued_on=DAY, today=today) == found


def test_what_passed_before_the_note_was_issued_or_the_rung_was_added_is_never_due() -> None:
    day = date(2013, 9, 9)
    late = [step(21), step(7, added_on=date(2013, 9, 23))]
    assert due(late, last_day=LAST, issued_on=day, today=date(2013, 9, 29)) == []


def test_only_days_that_are_still_to_come_are_proposed() -> None:
    assert proposed(LAST, date(2013, 7, 1)) == [21, 7, -3]
    assert proposed(LAST, date(2013, 9, 9)) == [7, -3]
    assert proposed(LAST, date(2013, 10, 3)) == []


@given(
    st.sets(st.integers(-60, 180), max_size=6),
    st.lists(st.integers(0, 300), min_size=1, max_size=30),
)
def test_each_rung_is_taken_once_however_the_clock_jumps(
    days: set[int], mornings: list[int]
) -> None:
    taken: list[int] = []
    for morning in mornings:
        steps = [step(each, reached=each in taken) for each in days]
        today = DAY + timedelta(days=morning)
        taken += due(steps, last_day=LAST, issued_on=DAY, today=today)
    assert len(taken) == len(set(taken))
    latest = DAY + timedelta(days=max(mornings))
    assert set(taken) == {d for d in days if DAY < LAST - timedelta(days=d) <= latest}


def test_there_is_no_ladder_unless_somebody_sets_one(desk: Desk, asked: Note) -> None:
    with desk.program() as session, morning_of(LAST + timedelta(days=3)):
        assert ladders.of_note(session, asked) is None
        assert ladders.due_rungs(session) == {}


def test_a_ladder_is_set_changed_and_taken_away(desk: Desk, asked: Note) -> None:
    with at(10, DAY):
        version = set_days(desk, asked, 21, 7, -3)
        version = set_days(desk, asked, 14, 7, version=version)
        with desk.program() as session:
            ladder = ladders.of_note(session, asked)
            assert ladder is not None
            assert [rung.days_before for rung in ladder.rungs] == [14, 7]
        set_days(desk, asked, version=version)
        with desk.program() as session:
            ladder = ladders.of_note(session, asked)
            assert ladder is not None
            assert ladder.rungs == []


def test_two_officers_do_not_overwrite_each_others_days(desk: Desk, asked: Note) -> None:
    with at(10, DAY):
        set_days(desk, asked, 21)
        with pytest.raises(Conflict):
            set_days(desk, asked, 7)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([100], "has come already"),
        ([200], "at most 180"),
        ([-61], "at most 180"),
        ([1, 2, 3, 4, 5, 6, 7], "at most 6"),
    ],
)
def test_days_that_cannot_be_meant_are_refused(
    desk: Desk, asked: Note, days: list[int], sentence: str
) -> None:
    with at(10, DAY), pytest.raises(Refused, match=sentence):
        set_days(desk, asked, *days)


def test_only_who_drafts_sets_a_ladder_and_only_where_an_answer_is_awaited(
    desk: Desk, asked: Note
) -> None:
    with at(10, DAY):
        for person in (desk.rosa, desk.otto):
            with pytest.raises(NotAllowed):
                set_days(desk, asked, 7, who=person)
        withdrawn = desk.do(desk.anna, desk.draft(), clearance.withdraw)
        with pytest.raises(IllegalMove):
            set_days(desk, withdrawn, 7)
