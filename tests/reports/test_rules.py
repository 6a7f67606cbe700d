"""How a board is read: roads, what is missing, what comes next, the curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.notes.rules import LetterStage
from registration.post.rules import MessageStage
from registration.reports.forecast import Course
from registration.reports.rules import (
    TROUBLED,
    Missing,
    Road,
    Step,
    best,
    curve,
    missing,
    next_step,
    road,
)
from registration.responses.rules import Lack, Standing

START, DEADLINE = date(2013, 7, 1), date(2013, 9, 30)
LACKS = {
    Lack.NOTE: Missing.MISSION_NOTE,
    Lack.HEAD: Missing.HEAD_OF_DELEGATION,
    Lack.CENTRAL_AUTHORITY: Missing.CENTRAL_AUTHORITY,
}
DAYS = st.lists(st.dates(date(2013, 6, 25), date(2014, 1, 31)), max_size=60)


@pytest.mark.parametrize(
    ("letter", "message", "has_address", "expected"),
    [
        (LetterStage.PLANNED, None, True, Road.IN_THE_MAKING),
        (LetterStage.RENDERED, None, True, Road.ON_ITS_WAY),
        (LetterStage.RENDERED, None, False, Road.NO_ADDRESS),
        (LetterStage.PLANNED, None, False, Road.NO_ADDRESS),
        (LetterStage.PARKED, None, True, Road.NOT_MADE),
        (LetterStage.PARKED, None, False, Road.NOT_MADE),
        (LetterStage.RENDERED, MessageStage.READY, True, Road.ON_ITS_WAY),
        (LetterStage.RENDERED, MessageStage.CLAIMED, True, Road.ON_ITS_WAY),
        (LetterStage.RENDERED, MessageStage.UNCERTAIN, True, Road.IN_DOUBT),
        (LetterStage.RENDERED, MessageStage.HANDED_OVER, True, Road.HANDED_OVER),
        (LetterStage.RENDERED, MessageStage.BOUNCED, True, Road.NOT_ACCEPTED),
        (LetterStage.RENDERED, MessageStage.FAILED, True, Road.NOT_ACCEPTED),
        (LetterStage.RENDERED, MessageStage.PARKED, True, Road.NOT_ACCEPTED),
        (LetterStage.RENDERED, MessageStage.VOID, True, Road.NOT_ACCEPTED),
        (LetterStage.RENDERED, MessageStage.WITHHELD, True, Road.WITHHELD),
    ],
)
def test_the_road_of_a_copy_follows_its_letter_and_its_last_message(
    letter: LetterStage, message: MessageStage | None, has_address: bool, expected: Road
) -> None:
    assert road(letter, message, has_address=has_address) is expected


def test_a_copy_that_nobody_let_leave_is_not_on_its_way() -> None:
    made = LetterStage.RENDERED
    assert road(made, None, has_address=True, confirmed=False) is Road.UNCONFIRMED
    assert road(made, MessageStage.READY, has_address=True, confirmed=True) is Road.ON_ITS_WAY


def test_a_copy_that_goes_by_another_road_misses_no_address() -> None:
    assert road(LetterStage.RENDERED, None, has_address=False, by_mail=False) is Road.NOT_BY_MAIL


@pytest.mark.parametrize("standing", [Standing.AWAITED, Standing.EXTENDED, Standing.OVERDUE])
@pytest.mark.parametrize("of_the_copy", Road)
def test_without_a_response_the_response_is_missing_and_whatever_stopped_the_copy(
    standing: Standing, of_the_copy: Road
) -> None:
    lacking = missing(standing, of_the_copy)
    assert lacking[-1] is Missing.RESPONSE
    assert len(lacking) == (2 if of_the_copy in TROUBLED else 1)


@pytest.mark.parametrize("of_the_copy", Road)
def test_a_state_that_responded_lacks_only_what_its_answer_lacks(of_the_copy: Road) -> None:
    assert missing(Standing.LATE, of_the_copy) == ()
    assert missing(Standing.PARTIAL, of_the_copy, lacking=tuple(LACKS)) == tuple(LACKS.values())
    assert missing(
        Standing.PARTIAL, of_the_copy, lacking=[Lack.NOTE], in_correction=True, requests=1
    ) == (Missing.REPLY, Missing.CORRECTED_RESPONSE, Missing.MISSION_NOTE)


@pytest.mark.parametrize("of_the_copy", Road)
def test_a_state_that_asked_something_waits_for_us_first(of_the_copy: Road) -> None:
    lacking = missing(Standing.AWAITED, of_the_copy, requests=2)
    assert lacking == (Missing.REPLY, Missing.RESPONSE)
    assert next_step(Standing.AWAITED, of_the_copy, lacking) is Step.SETTLE_REQUEST


@pytest.mark.parametrize(
    ("standing", "of_the_copy", "expected"),
    [
        (Standing.AWAITED, Road.HANDED_OVER, Step.AWAIT_RESPONSE),
        (Standing.AWAITED, Road.ON_ITS_WAY, Step.AWAIT_HANDING_OVER),
        (Standing.AWAITED, Road.IN_THE_MAKING, Step.AWAIT_HANDING_OVER),
        (Standing.OVERDUE, Road.HANDED_OVER, Step.ASK_AGAIN),
        (Standing.OVERDUE, Road.NO_ADDRESS, Step.ENTER_ADDRESS),
        (Standing.AWAITED, Road.IN_DOUBT, Step.SETTLE_MESSAGE),
        (Standing.AWAITED, Road.NOT_ACCEPTED, Step.SETTLE_MESSAGE),
        (Standing.AWAITED, Road.NOT_MADE, Step.LOOK_AT_COPY),
        (Standing.EXTENDED, Road.HANDED_OVER, Step.AWAIT_RESPONSE),
        (Standing.EXTENDED, Road.ON_ITS_WAY, Step.AWAIT_RESPONSE),
    ],
)
def test_the_next_step_sees_to_the_first_thing_that_is_missing(
    standing: Standing, of_the_copy: Road, expected: Step
) -> None:
    assert next_step(standing, of_the_copy, missing(standing, of_the_copy)) is expected


@pytest.mark.parametrize(
    ("lack", "expected"),
    [
        (Lack.NOTE, Step.ASK_FOR_NOTE),
        (Lack.HEAD, Step.ASK_FOR_THE_REST),
        (Lack.CENTRAL_AUTHORITY, Step.ASK_FOR_THE_REST),
    ],
)
def test_what_an_answer_lacks_is_asked_for(lack: Lack, expected: Step) -> None:
    lacking = missing(Standing.PARTIAL, Road.NO_ADDRESS, lacking=[lack])
    assert next_step(Standing.PARTIAL, Road.NO_ADDRESS, lacking) is expected


def test_nothing_more_is_to_be_done_about_a_complete_response() -> None:
    assert next_step(Standing.ANSWERED, Road.HANDED_OVER, ()) is None


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        ((Standing.OVERDUE, Standing.ANSWERED), Standing.ANSWERED),
        ((Standing.LATE, Standing.AWAITED), Standing.LATE),
        ((Standing.OVERDUE, Standing.AWAITED), Standing.AWAITED),
        ((Standing.OVERDUE, Standing.OVERDUE), Standing.OVERDUE),
        ((Standing.PARTIAL, Standing.LATE), Standing.LATE),
        ((Standing.AWAITED, Standing.PARTIAL), Standing.PARTIAL),
        ((Standing.AWAITED, Standing.EXTENDED), Standing.EXTENDED),
    ],
)
def test_towards_a_meeting_the_best_standing_counts(
    standings: Sequence[Standing], expected: Standing
) -> None:
    assert best([Towards(each) for each in standings]).standing is expected


@dataclass(frozen=True)
class Towards:
    """All that choosing the best one asks of a standing."""

    standing: Standing


def course(responded_on: list[date], *, deadline: date = DEADLINE, addressed: int = 175) -> Course:
    return Course(START, deadline, addressed, tuple(sorted(responded_on)))


@given(DAYS, st.dates(date(2013, 7, 1), date(2014, 3, 1)))
def test_the_curve_rises_to_the_number_of_responses_and_stays_in_its_frame(
    responded_on: list[date], today: date
) -> None:
    drawn = curve(course(responded_on), today)
    xs = [x for x, _ in drawn.points]
    counts = [count for _, count in drawn.points]
    assert xs == sorted(xs)
    assert counts == sorted(counts)
    assert counts[0] == 0 or drawn.start in responded_on
    assert counts[-1] == len(responded_on)
    assert 0 <= xs[0] <= xs[-1] <= drawn.days
    assert drawn.start == min([START, *responded_on])
    assert all(0 <= drawn.x(day) <= drawn.days for day in drawn.ticks)
    assert drawn.deadline is None or 0 <= drawn.x(drawn.deadline) <= drawn.days
    assert drawn.today is None or 0 <= drawn.x(drawn.today) <= drawn.days


@given(DAYS)
def test_the_curve_counts_right_on_every_day(responded_on: list[date]) -> None:
    drawn = curve(course(responded_on, addressed=60), date(2014, 2, 1))
    for x, count in drawn.points:
        day = drawn.start + timedelta(days=x)
        assert drawn.day(x) == day
        if x:
            assert count == sum(1 for each in responded_on if each <= day)


def test_a_date_before_the_first_copy_is_not_drawn() -> None:
    drawn = curve(course([], deadline=date(2013, 6, 1), addressed=3), START)
    assert drawn.deadline is None
    assert drawn.points[-1] == (0, 0)


def test_a_present_far_behind_the_last_response_does_not_flatten_the_curve() -> None:
    drawn = curve(course([date(2013, 7, 3)], addressed=3), date(2026, 11, 22))
    assert drawn.today is None
    assert drawn.days == (DEADLINE - START).days


def test_an_earlier_course_is_stretched_to_the_length_and_height_of_this_one() -> None:
    # A quarter of its 40 States responded when half of its 20 days had passed.
    begins = date(2011, 3, 1)
    earlier = Course(begins, begins + timedelta(days=20), 40, (begins + timedelta(days=10),) * 10)
    now = course([], addressed=100)
    [behind] = curve(now, START, [earlier]).behind
    half, whole = now.days / 2, now.days
    assert behind == ((0, 0), (half, 25), (whole, 25))
