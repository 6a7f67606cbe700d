"""Treaty status on a day: the rule of article 68, and what is not known stays unknown."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.states.rules import (
    ENTRY_INTO_FORCE,
    Dated,
    TreatyStatus,
    alphabetical,
    entry_into_force,
    is_possible,
    status_on,
)

PARTY, CONTRACTING = TreatyStatus.STATE_PARTY, TreatyStatus.CONTRACTING
SIGNATORY, UNKNOWN, NEITHER = TreatyStatus.SIGNATORY, TreatyStatus.UNKNOWN, TreatyStatus.NEITHER
BARBADOS = (
    Dated(is_consent=False, day=date(2003, 12, 10)),
    Dated(is_consent=True, not_before=date(2022, 12, 9), not_after=date(2023, 12, 31)),
)


def signed(day: date) -> Dated:
    return Dated(is_consent=False, day=day)


def deposited(day: date) -> Dated:
    return Dated(is_consent=True, day=day)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2005, 9, 14), SIGNATORY),
        (date(2005, 9, 15), CONTRACTING),
        (date(2005, 12, 13), CONTRACTING),
        (date(2005, 12, 14), PARTY),
    ],
)
def test_an_early_deposit_waits_for_the_convention_itself(day: date, status: TreatyStatus) -> None:
    assert status_on([signed(date(2003, 12, 10)), deposited(date(2005, 9, 15))], day) is status


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2013, 10, 31), NEITHER),
        (date(2013, 11, 1), CONTRACTING),
        (date(2013, 11, 30), CONTRACTING),
        (date(2013, 12, 1), PARTY),
    ],
)
def test_a_later_deposit_binds_after_thirty_days(day: date, status: TreatyStatus) -> None:
    assert status_on([deposited(date(2013, 11, 1))], day) is status


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2003, 12, 9), NEITHER),
        (date(2003, 12, 10), SIGNATORY),
        (date(2022, 12, 8), SIGNATORY),
        (date(2022, 12, 9), UNKNOWN),
        (date(2023, 12, 31), UNKNOWN),
        (date(2024, 1, 1), PARTY),
    ],
)
def test_a_deposit_on_an_unknown_day_is_unknown_within_its_bounds(
    day: date, status: TreatyStatus
) -> None:
    assert status_on(BARBADOS, day) is status


def test_bounds_before_the_entry_into_force_do_not_make_a_party_too_early() -> None:
    early = Dated(is_consent=True, not_before=date(2004, 1, 1), not_after=date(2004, 12, 31))
    assert status_on([early], date(2005, 6, 1)) is CONTRACTING
    assert status_on([early], ENTRY_INTO_FORCE) is PARTY


def test_a_signature_on_an_unknown_day_is_unknown_until_it_is_certain() -> None:
    signature = Dated(is_consent=False, not_before=date(2004, 1, 1), not_after=date(2004, 3, 1))
    assert status_on([signature], date(2003, 12, 31)) is NEITHER
    assert status_on([signature], date(2004, 2, 1)) is UNKNOWN
    assert status_on([signature], date(2004, 3, 1)) is SIGNATORY


def test_an_instrument_without_any_day_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="both bounds"):
        status_on([Dated(is_consent=True, not_before=date(2022, 1, 1))], date(2023, 1, 1))


@pytest.mark.parametrize(
    ("instrument", "possible"),
    [
        (signed(date(2003, 12, 8)), False),
        (signed(date(2003, 12, 9)), True),
        (signed(date(2005, 12, 9)), True),
        (signed(date(2005, 12, 10)), False),
        (deposited(date(2026, 11, 22)), True),
        (deposited(date(2026, 11, 23)), False),
        (Dated(True, not_before=date(2023, 1, 2), not_after=date(2023, 1, 1)), False),
    ],
)
def test_what_can_have_happened(instrument: Dated, possible: bool) -> None:
    assert is_possible(instrument, today=date(2026, 11, 22)) is possible


DAYS = st.dates(date(2003, 1, 1), date(2030, 12, 31))
ORDER = (NEITHER, SIGNATORY, UNKNOWN, CONTRACTING, PARTY)


@st.composite
def histories(draw: st.DrawFn) -> list[Dated]:
    """A signature or none, and a consent with a known day, with bounds, or none."""
    found = []
    if draw(st.booleans()):
        found.append(signed(draw(DAYS)))
    kind = draw(st.sampled_from(["none", "day", "bounds"]))
    if kind == "day":
        found.append(deposited(draw(DAYS)))
    if kind == "bounds":
        first, last = sorted((draw(DAYS), draw(DAYS)))
        found.append(Dated(is_consent=True, not_before=first, not_after=last))
    return found


@given(histories(), DAYS, st.integers(0, 4000))
def test_status_never_goes_backwards(history: list[Dated], day: date, later: int) -> None:
    before = status_on(history, day)
    after = status_on(history, day + timedelta(days=later))
    assert ORDER.index(before) <= ORDER.index(after)


@given(histories(), DAYS)
def test_the_order_of_the_instruments_does_not_matter(history: list[Dated], day: date) -> None:
    assert status_on(history, day) is status_on(history[::-1], day)


@given(DAYS)
def test_nobody_is_bound_before_the_convention_or_within_thirty_days(deposit: date) -> None:
    binding = entry_into_force(deposit)
    assert binding >= ENTRY_INTO_FORCE
    assert binding >= deposit + timedelta(days=30)
    assert binding in (ENTRY_INTO_FORCE, deposit + timedelta(days=30))


def test_names_sort_without_regard_to_case_and_accents() -> None:
    names = ["Zambie", "Îles Cook", "égypte", "Inde", "Émirats arabes unis"]
    assert sorted(names, key=alphabetical) == [
        "égypte",
        "Émirats arabes unis",
        "Îles Cook",
        "Inde",
        "Zambie",
    ]
