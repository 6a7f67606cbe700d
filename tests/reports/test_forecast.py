"""The forecast of responses: what it says, when it says nothing, and how often it holds."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from registration import clock
from registration.accounts.models import Account
from registration.db import Session, session_for
from registration.meetings.models import Meeting
from registration.notes.models import Addressee, Note
from registration.notes.rules import NoteStage
from registration.permissions import system
from registration.reports import boards, courses
from registration.reports.forecast import FEWEST, Course, forecast
from registration.responses.models import Response, ResponseChannel
from tests import builders

ISSUED = date(2013, 7, 1)


def course(*days: int, addressed: int = 100, span: int = 40) -> Course:
    """A course of so many days; States responded on these days after the issue."""
    return Course(
        ISSUED,
        ISSUED + timedelta(days=span),
        addressed,
        tuple(sorted(ISSUED + timedelta(days=day) for day in days)),
    )


def test_the_range_is_what_the_slowest_and_the_quickest_meeting_would_make_of_the_silent() -> None:
    today = ISSUED + timedelta(days=20)
    # When half of the time had passed none had responded; 10, 20, 30 and 40 of 100 did in the end.
    earlier = [course(*[30] * number) for number in (10, 20, 30, 40)]
    found = forecast(course(*[5] * 50), earlier, today)
    assert found is not None
    assert (found.low, found.high, found.meetings) == (50 + 5, 50 + 20, 4)
    assert found.confidence == 3 / 5


def test_meetings_of_another_length_are_compared_at_the_same_part_of_their_time() -> None:
    today = ISSUED + timedelta(days=20)
    # In twice the time, all responded on day 30: before the half, so the silent stayed silent.
    earlier = [course(*[30] * 50, span=80)] * FEWEST
    found = forecast(course(*[5] * 10), earlier, today)
    assert found is not None
    assert (found.low, found.high) == (10, 10)


def test_a_meeting_to_which_all_had_responded_promises_all() -> None:
    earlier = [course(*[1] * 100)] * FEWEST
    found = forecast(course(5), earlier, ISSUED + timedelta(days=20))
    assert found is not None
    assert (found.low, found.high) == (100, 100)


@given(
    st.lists(st.integers(-5, 60), max_size=40),
    st.lists(st.floats(0, 1), min_size=1, max_size=20),
)
def test_the_steps_of_a_course_are_its_shares_one_by_one(
    days: list[int], parts: list[float]
) -> None:
    found = course(*days)
    assert found.steps(parts) == [(part, found.share(part)) for part in parts]
    assert found.steps() == [(part, found.share(part)) for part, _ in found.steps()]
    assert {share for _, share in found.steps()} == {
        found.share(found.part(day)) for day in (found.begins, *found.responded_on, found.deadline)
    }


def test_too_few_meetings_give_no_range() -> None:
    earlier = [course(5, 30)] * (FEWEST - 1)
    assert forecast(course(5), earlier, ISSUED + timedelta(days=20)) is None


def test_after_the_deadline_nothing_is_forecast() -> None:
    earlier = [course(5, 30)] * FEWEST
    now = course(5)
    assert forecast(now, earlier, now.deadline) is None
    assert forecast(now, earlier, now.deadline - timedelta(days=1)) is not None


def test_a_response_after_the_deadline_counts_for_no_share() -> None:
    earlier = [course(*[50] * 60)] * FEWEST
    found = forecast(course(5), earlier, ISSUED + timedelta(days=20))
    assert found is not None
    assert (found.low, found.high) == (1, 1)


def _any_course(chance: random.Random) -> Course:
    """States of one habit: some never respond, the others any day, more of them near the end."""
    eager, span = chance.betavariate(4, 3), chance.randint(20, 90)
    days = [round(span * chance.betavariate(2, 1)) for _ in range(175) if chance.random() < eager]
    return course(*days, addressed=175, span=span)


def test_the_range_holds_as_often_as_it_says() -> None:
    chance = random.Random(2013)
    held, tried = 0, 600
    for _ in range(tried):
        *earlier, now = (_any_course(chance) for _ in range(13))
        today = now.begins + timedelta(days=round(now.days * chance.uniform(0.1, 0.9)))
        found = forecast(now, earlier, today)
        assert found is not None
        truth = sum(day <= now.deadline for day in now.responded_on)
        held += found.low <= truth <= found.high
    # 11 in 13; rounding outwards and States counted whole may only make it hold more often.
    assert 11 / 13 - 0.04 < held / tried < 0.97


STATES = ("ALB", "AND", "ARG", "AUT")


def test_a_meeting_is_judged_by_all_earlier_ones_whose_deadline_has_passed(
    engine: sa.Engine,
) -> None:
    with session_for(engine, system("test")) as session:
        for code in (*STATES, "PAN"):
            builders.a_state(session, code)
        desk = builders.anna(session), builders.otto(session)
        for number in range(1, 6):
            meeting = builders.a_meeting(session, number)
            # Meeting n heard from n States, the first of them twice, over two notes.
            for half in (1, 2):
                note = _issued(session, meeting, *desk, reference=f"CU 2013/{number}{half}")
                for place, code in enumerate(STATES):
                    addressee = builders.an_addressee(session, note, code)
                    if place < number and (half == 1 or place == 0):
                        _respond(session, note, addressee, desk[0], day=10 * half + place)
        open_note = _issued(
            session, meeting, *desk, reference="CU 2013/99", respond_by=date(2030, 1, 1)
        )
        builders.an_addressee(session, open_note, STATES[0])
    with session_for(engine, system("test")) as session:
        board = boards.board_of_meeting(session, "2013-meeting-1")
        found = courses.earlier(session, board.meeting.id)
    # The fifth is open until 2030, the first is the one in question.
    assert found == list(board.earlier)
    assert [(each.begins, each.deadline, each.addressed) for each in found] == [
        (date(2013, 7, 1), date(2013, 9, 30), 4)
    ] * 3
    assert [each.responded_on for each in found] == [
        tuple(date(2013, 7, 10 + place) for place in range(number)) for number in (2, 3, 4)
    ]


def _issued(
    session: Session, meeting: Meeting, drafter: Account, clearer: Account, **values: Any
) -> Note:
    return builders.a_note(
        session, meeting, drafter, clearer=clearer, stage=NoteStage.ISSUED, **values
    )


def _respond(
    session: Session, note: Note, addressee: Addressee, officer: Account, *, day: int
) -> None:
    session.add(
        Response(
            note_id=note.id,
            addressee_id=addressee.id,
            state_code=addressee.state_code,
            channel=ResponseChannel.PAPER,
            received_at=datetime(2013, 7, day, 12, tzinfo=clock.DUTY_STATION),
            recorded_by_id=officer.id,
        )
    )
    session.flush()
