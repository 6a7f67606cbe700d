"""Deadlines are days at the duty station; a demonstration's clock is moved for all processes."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from registration import clock


@pytest.mark.parametrize(
    ("day", "closing"),
    [
        (date(2013, 7, 1), datetime(2013, 7, 1, 16, 0, tzinfo=UTC)),  # summer time
        (date(2013, 12, 1), datetime(2013, 12, 1, 17, 0, tzinfo=UTC)),
        (date(2013, 10, 27), datetime(2013, 10, 27, 17, 0, tzinfo=UTC)),  # the day it ends
        (date(2013, 3, 31), datetime(2013, 3, 31, 16, 0, tzinfo=UTC)),  # the day it begins
    ],
)
def test_a_deadline_passes_at_six_in_the_evening_in_vienna(day: date, closing: datetime) -> None:
    assert clock.closing(day) == closing


def test_a_day_begins_at_midnight_in_vienna() -> None:
    assert clock.day_of(datetime(2013, 6, 30, 22, 0, tzinfo=UTC)) == date(2013, 7, 1)
    assert clock.day_of(datetime(2013, 6, 30, 21, 59, tzinfo=UTC)) == date(2013, 6, 30)


def test_the_real_clock_cannot_be_moved() -> None:
    clock.follow(None)
    with pytest.raises(RuntimeError):
        clock.move_to(datetime(2013, 7, 1, tzinfo=UTC))


def test_a_moved_clock_is_moved_for_all_that_follow_it(tmp_path: Path) -> None:
    clock.follow(tmp_path / "clock")
    try:
        with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False):
            assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
            clock.move_to(datetime(2013, 7, 1, tzinfo=UTC))
            assert clock.now() == datetime(2013, 7, 1, tzinfo=UTC)
        with time_machine.travel(datetime(2026, 1, 2, tzinfo=UTC), tick=False):
            assert clock.now() == datetime(2013, 7, 2, tzinfo=UTC)
    finally:
        clock.follow(None)
