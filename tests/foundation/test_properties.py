"""How properties are tested: without a clock, and with the same examples at every run."""

from hypothesis import settings


def test_no_property_depends_on_the_clock_or_on_chance() -> None:
    house = settings()
    assert house.deadline is None
    assert house.derandomize
