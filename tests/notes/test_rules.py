"""By when a note that follows another can be answered, as days without a database."""

from datetime import date, timedelta

import pytest

from registration.notes.rules import (
    SHORTEST_TERM,
    USUAL_TERM,
    deadline_of_what_follows,
    leaves_time,
)

TODAY, DAY = date(2013, 9, 18), timedelta(days=1)


@pytest.mark.parametrize(
    ("begins", "in_time"),
    [
        (None, True),
        (TODAY + SHORTEST_TERM + DAY, True),
        (TODAY + SHORTEST_TERM, False),
        (TODAY - DAY, False),
    ],
)
def test_a_week_must_be_left_before_the_meeting(begins: date | None, in_time: bool) -> None:
    assert leaves_time(TODAY, begins) is in_time


@pytest.mark.parametrize(
    ("original", "begins", "proposed"),
    [
        (TODAY + SHORTEST_TERM, None, TODAY + SHORTEST_TERM),
        (TODAY + SHORTEST_TERM - DAY, None, TODAY + USUAL_TERM),
        (None, None, TODAY + USUAL_TERM),
        (None, TODAY + USUAL_TERM + DAY, TODAY + USUAL_TERM),
        (None, TODAY + USUAL_TERM, TODAY + USUAL_TERM - DAY),
        (None, TODAY + SHORTEST_TERM + DAY, TODAY + SHORTEST_TERM),
        (None, TODAY + SHORTEST_TERM, TODAY + USUAL_TERM),  # nobody could answer before it
    ],
)
def test_the_original_day_is_kept_where_a_week_is_left_and_else_a_new_one_ends_before_the_meeting(
    original: date | None, begins: date | None, proposed: date
) -> None:
    assert deadline_of_what_follows(original, TODAY, begins) == proposed
