"""How long codes and sign-ins hold."""

from datetime import UTC, datetime, timedelta

import pytest

from registration.accounts import rules

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("age", "used", "wrong_tries", "is_open"),
    [
        (timedelta(0), False, 0, True),
        (rules.CODE_LIFE - SECOND, False, rules.WRONG_TRIES - 1, True),
        (rules.CODE_LIFE, False, 0, False),
        (timedelta(0), True, 0, False),
        (timedelta(0), False, rules.WRONG_TRIES, False),
    ],
)
def test_a_code_works_once_for_ten_minutes_and_five_tries(
    age: timedelta, used: bool, wrong_tries: int, is_open: bool
) -> None:
    assert (
        rules.code_is_open(
            expires_at=NOW - age + rules.CODE_LIFE,
            used_at=NOW if used else None,
            wrong_tries=wrong_tries,
            at=NOW,
        )
        is is_open
    )


@pytest.mark.parametrize(
    ("age", "wrong_tries", "is_open"),
    [
        (timedelta(0), 0, True),
        (rules.HALF_LIFE - SECOND, rules.WRONG_TRIES - 1, True),
        (rules.HALF_LIFE, 0, False),
        (timedelta(0), rules.WRONG_TRIES, False),
    ],
)
def test_a_second_factor_can_be_shown_for_a_quarter_of_an_hour_and_five_tries(
    age: timedelta, wrong_tries: int, is_open: bool
) -> None:
    assert (
        rules.half_sign_in_is_open(begun_at=NOW - age, wrong_tries=wrong_tries, at=NOW) is is_open
    )


@pytest.mark.parametrize(
    ("begun", "seen", "ended", "is_open"),
    [
        (timedelta(0), timedelta(0), False, True),
        (timedelta(hours=11), rules.IDLE_LIMIT - SECOND, False, True),
        (timedelta(hours=2), rules.IDLE_LIMIT, False, False),
        (rules.ABSOLUTE_LIMIT, timedelta(0), False, False),
        (timedelta(0), timedelta(0), True, False),
    ],
)
def test_a_sign_in_ends_when_idle_when_old_and_when_ended(
    begun: timedelta, seen: timedelta, ended: bool, is_open: bool
) -> None:
    assert (
        rules.sign_in_is_open(
            begun_at=NOW - begun,
            last_seen_at=NOW - seen,
            ended_at=NOW if ended else None,
            at=NOW,
        )
        is is_open
    )


def test_a_day_of_guessing_reaches_a_hundred_codes_in_a_million() -> None:
    assert rules.CODES_PER_EMAIL_A_DAY * rules.WRONG_TRIES <= 100
