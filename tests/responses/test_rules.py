"""Where a State stands towards a note, and what its answer lacks."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration import clock
from registration.responses.rules import (
    ANSWERED,
    ANSWERS,
    BARS,
    OUTCOMES,
    REQUESTS,
    Lack,
    ResponseKind,
    Standing,
    is_late,
    lacking,
    lacks,
    standing,
)

CLOSES = clock.closing(date(2013, 9, 30))
BEFORE, AFTER = CLOSES - timedelta(microseconds=1), CLOSES + timedelta(microseconds=1)
LATER = clock.closing(date(2013, 10, 10))
AFTER_LATER = LATER + timedelta(microseconds=1)
INSTANTS = st.timedeltas(timedelta(days=-60), timedelta(days=60)).map(lambda gap: CLOSES + gap)
LACKS = st.sets(st.sampled_from([Lack.NOTE, Lack.HEAD, Lack.CENTRAL_AUTHORITY]))


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
    ("received", "now", "expected"),
    [
        (None, BEFORE, Standing.EXTENDED),
        (None, AFTER, Standing.EXTENDED),
        (None, LATER, Standing.EXTENDED),
        (None, AFTER_LATER, Standing.OVERDUE),
        (BEFORE, AFTER, Standing.ANSWERED),
        (AFTER, AFTER, Standing.ANSWERED),
        (LATER, AFTER_LATER, Standing.ANSWERED),
        (AFTER_LATER, AFTER_LATER, Standing.LATE),
    ],
)
def test_a_state_with_a_later_day_is_measured_by_it(
    received: datetime | None, now: datetime, expected: Standing
) -> None:
    assert standing(received, CLOSES, now, extended_to=LATER) is expected


@pytest.mark.parametrize("received", [BEFORE, AFTER])
@pytest.mark.parametrize("lack", [Lack.NOTE, Lack.HEAD, Lack.CENTRAL_AUTHORITY])
def test_an_answer_that_lacks_something_is_partial_in_time_or_late(
    received: datetime, lack: Lack
) -> None:
    assert standing(received, CLOSES, AFTER, lacking=[lack]) is Standing.PARTIAL
    assert is_late(received, CLOSES, None) is (received is AFTER)


@given(
    received=st.none() | INSTANTS,
    now=INSTANTS,
    extended_to=st.none() | INSTANTS,
    missing=LACKS,
)
def test_a_standing_follows_from_what_is_known_whatever_it_is(
    received: datetime | None, now: datetime, extended_to: datetime | None, missing: set[Lack]
) -> None:
    found = standing(received, CLOSES, now, extended_to=extended_to, lacking=missing)
    assert (found in ANSWERED) is (received is not None)
    assert (found is Standing.PARTIAL) is (received is not None and bool(missing))
    if received is None:
        last = max(CLOSES, extended_to or CLOSES)
        assert (found is Standing.OVERDUE) is (now > last)
        assert (found is Standing.EXTENDED) is (now <= last and last > CLOSES)
    # Nobody stands worse for having been given more time.
    plain = standing(received, CLOSES, now, lacking=missing)
    worse = {Standing.LATE, Standing.OVERDUE}
    assert found not in worse or plain in worse


NOMINATION = ResponseKind.NOMINATION


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, ()),
        ({"has_note": False}, (Lack.NOTE,)),
        ({"experts": 2, "has_head": False}, (Lack.HEAD,)),
        ({"experts": 0, "has_head": False}, ()),
        ({"needs_central_authority": True}, (Lack.CENTRAL_AUTHORITY,)),
        ({"ticked": [Lack.HEAD, Lack.CENTRAL_AUTHORITY]}, ()),
        ({"by_portal": False, "experts": 0, "has_head": False}, ()),
        ({"by_portal": False, "needs_central_authority": True}, ()),
        ({"by_portal": False, "ticked": [Lack.HEAD]}, (Lack.HEAD,)),
        ({"by_portal": False, "ticked": [Lack.CENTRAL_AUTHORITY]}, ()),
        (
            {
                "by_portal": False,
                "ticked": [Lack.CENTRAL_AUTHORITY],
                "needs_central_authority": True,
            },
            (Lack.CENTRAL_AUTHORITY,),
        ),
        (
            {"has_note": False, "has_head": False, "needs_central_authority": True},
            (Lack.NOTE, Lack.HEAD, Lack.CENTRAL_AUTHORITY),
        ),
    ],
)
def test_what_an_answer_lacks_follows_from_what_came(
    known: dict[str, object], expected: tuple[Lack, ...]
) -> None:
    whole = {
        "ticked": [],
        "by_portal": True,
        "has_note": True,
        "experts": 3,
        "has_head": True,
        "needs_central_authority": False,
    }
    assert lacking(NOMINATION, **{**whole, **known}) == expected


@pytest.mark.parametrize("said", [None, *(kind for kind in ResponseKind if kind != NOMINATION)])
def test_only_a_nomination_can_be_incomplete(said: ResponseKind | None) -> None:
    assert not lacking(
        said,
        ticked=list(Lack),
        by_portal=True,
        has_note=False,
        experts=1,
        has_head=False,
        needs_central_authority=True,
    )


def test_a_kind_answers_or_asks_or_does_neither() -> None:
    assert not ANSWERS & REQUESTS
    assert OUTCOMES.keys() == REQUESTS
    neither = set(ResponseKind) - ANSWERS - REQUESTS
    assert neither == {ResponseKind.WITHDRAWAL, ResponseKind.ACKNOWLEDGES}


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
