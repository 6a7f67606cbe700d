"""Where a State stands towards a note, and what its answer lacks."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from registration import clock
from registration.responses.rules import BARS, Lack, Standing, lacks, standing

CLOSES = clock.closing(date(2013, 9, 30))
BEFORE, AFTER = CLOSES - timedelta(microseconds=1), CLOSES + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("received", "now", "expected"),
    [
        (None, BEFORE, Standing.AWAITED),
        (None, CLOSES, Standing.AWAITED),
        (None, AFTER, Standing.OVERDUE),
        (BEFORE, BEFORE, Standing.ANSWERED),
        (BEFORE, AFTER, Standing.ANSWERED),
        (CLOSES, AFTER, Standing.ANSWERED),
        (AFTER, AFTER, Standing.LATE),
        (AFTER, BEFORE, Standing.LATE),
    ],
)
def test_a_state_stands_where_the_table_says(
    received: datetime | None, now: datetime, expected: Standing
) -> None:
    assert standing(received, CLOSES, now) is expected


@pytest.mark.parametrize(
    ("last_day", "closes"),
    [
        (date(2013, 9, 30), datetime(2013, 9, 30, 16, tzinfo=UTC)),  # summer time
        (date(2013, 10, 26), datetime(2013, 10, 26, 16, tzinfo=UTC)),  # its last evening
        (date(2013, 10, 27), datetime(2013, 10, 27, 17, tzinfo=UTC)),  # the clocks went back
        (date(2014, 3, 29), datetime(2014, 3, 29, 17, tzinfo=UTC)),
        (date(2014, 3, 30), datetime(2014, 3, 30, 16, tzinfo=UTC)),  # the clocks went forward
    ],
)
def test_the_date_passes_at_six_in_the_evening_in_vienna_also_when_clocks_change(
    last_day: date, closes: datetime
) -> None:
    closing = clock.closing(last_day)
    assert closing == closes
    assert standing(closes, closing, closes) is Standing.ANSWERED
    assert standing(closes + timedelta(seconds=1), closing, closes) is Standing.LATE


@pytest.mark.parametrize(
    ("has_central", "experts", "has_head", "has_note"),
    [
        (central, experts, head and experts > 0, note)
        for central, experts, head, note in product(
            (True, False), (0, 1, 3), (True, False), (True, False)
        )
    ],
)
def test_an_answer_can_be_sent_with_an_authority_or_a_headed_delegation(
    has_central: bool, experts: int, has_head: bool, has_note: bool
) -> None:
    found = lacks(
        has_central_authority=has_central, experts=experts, has_head=has_head, has_note=has_note
    )
    assert (Lack.NAMES in found) is (not has_central and experts == 0)
    assert (Lack.HEAD in found) is (experts > 0 and not has_head)
    assert (Lack.NOTE in found) is (not has_note)


def test_a_missing_note_verbale_is_marked_but_bars_nothing() -> None:
    assert frozenset({Lack.NAMES, Lack.HEAD}) == BARS
