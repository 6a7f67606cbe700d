"""Verification codes: what they are made of, and how they may be typed."""

import pytest

from registration.notes import codes


def test_codes_hold_nothing_that_can_be_mistaken() -> None:
    made = {codes.new() for _ in range(500)}
    assert len(made) == 500
    assert not set("".join(made)) & set("01IOUL")
    assert {codes.normal(each) for each in made} == made
    assert {len(each) for each in made} == {codes.LONGEST}


@pytest.mark.parametrize(
    "typed",
    [
        " k7qf 3mxt9wpb ",
        "K7QF3MXT9WPB",
        "K7QF–3MXT–9WPB",
        "Ｋ７ＱＦ－３ＭＸＴ－９ＷＰＢ",
        "К7QF-3МХТ-9WРВ",  # К, М, Х, Т, Р and В as a Russian keyboard has them
        "K٧QF-٣MXT-٩WPB",
        "k۷qf ۳mxt ۹wpb",
    ],
)
def test_a_code_is_found_however_it_is_typed(typed: str) -> None:
    assert codes.normal(typed) == "K7QF-3MXT-9WPB"
