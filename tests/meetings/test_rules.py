"""What a meeting is called in addresses, and which days may stand beside how much certainty."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.meetings.rules import (
    WITH_DAYS,
    DateStatus,
    Funding,
    days_fit,
    may_ask_for_funding,
    slug,
)

FIRST, LAST = date(2013, 11, 25), date(2013, 11, 26)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("Panama City", "2013-panama-city"),
        ("St. Petersburg", "2013-st-petersburg"),
        ("  São Paulo ", "2013-sao-paulo"),
        ("Вена", "2013"),
        ("a/b?c#d", "2013-a-b-c-d"),
    ],
)
def test_an_address_is_made_of_the_year_and_the_city(place: str, expected: str) -> None:
    assert slug(2013, place) == expected


@given(st.integers(2011, 2100), st.text(max_size=60))
def test_an_address_needs_no_quoting_whatever_the_city(year: int, place: str) -> None:
    made = slug(year, place)
    assert made.startswith(str(year))
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize("status", DateStatus)
def test_days_stand_only_where_they_are_known_at_least_to_the_week(status: DateStatus) -> None:
    assert days_fit(status, 2013, FIRST, LAST) == (status in WITH_DAYS)
    assert days_fit(status, 2013, None, None) == (status not in WITH_DAYS)
    assert not days_fit(status, 2013, FIRST, None)
    assert not days_fit(status, 2013, None, LAST)


def test_days_stand_in_order_and_in_the_year_of_the_meeting() -> None:
    assert days_fit(DateStatus.VERIFIED, 2013, FIRST, FIRST)
    assert not days_fit(DateStatus.VERIFIED, 2013, LAST, FIRST)
    assert not days_fit(DateStatus.VERIFIED, 2014, FIRST, LAST)


def test_a_meeting_over_new_year_is_of_the_year_in_which_it_begins() -> None:
    begins_on, ends_on = date(2013, 12, 31), date(2014, 1, 2)
    assert days_fit(DateStatus.VERIFIED, 2013, begins_on, ends_on)
    assert not days_fit(DateStatus.VERIFIED, 2014, begins_on, ends_on)


@pytest.mark.parametrize(
    ("funding", "least_developed", "may"),
    [
        (Funding.NONE, True, False),
        (Funding.LEAST_DEVELOPED, True, True),
        (Funding.LEAST_DEVELOPED, False, False),
        (Funding.ALL, False, True),
    ],
)
def test_travel_is_paid_for_those_whom_the_meeting_names(
    funding: Funding, least_developed: bool, may: bool
) -> None:
    assert may_ask_for_funding(funding, least_developed=least_developed) is may
