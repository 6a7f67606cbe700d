"""An address may ask so often and no more, whatever others ask."""

from datetime import timedelta

import pytest
import time_machine

from registration import clock
from registration.allowance import Allowance
from registration.errors import TooMany

WINDOW = timedelta(minutes=15)


def test_the_question_after_the_last_one_is_refused() -> None:
    allowance = Allowance(3, WINDOW)
    for _ in range(3):
        allowance.take("192.0.2.1")
    for _ in range(2):
        with pytest.raises(TooMany):
            allowance.take("192.0.2.1")
    allowance.take("192.0.2.2")


def test_a_new_window_begins_when_the_first_question_is_old() -> None:
    allowance, now = Allowance(1, WINDOW), clock.now()
    with time_machine.travel(now, tick=False):
        allowance.take("192.0.2.1")
    a_moment_before = now + WINDOW - timedelta(seconds=1)
    with time_machine.travel(a_moment_before, tick=False), pytest.raises(TooMany):
        allowance.take("192.0.2.1")
    with time_machine.travel(now + WINDOW, tick=False):
        allowance.take("192.0.2.1")


def test_one_subscriber_does_not_ask_from_all_its_ipv6_addresses() -> None:
    allowance = Allowance(1, WINDOW)
    allowance.take("2001:db8:1:2::1")
    with pytest.raises(TooMany):
        allowance.take("2001:db8:1:2:ffff::9")
    allowance.take("2001:db8:1:3::1")
    allowance.take("unknown")
    with pytest.raises(TooMany):
        allowance.take("unknown")
