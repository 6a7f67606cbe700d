"""The fields of the register, and when an entry is stale."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import registration.authorities
from registration.authorities.fields import clean
from registration.authorities.forms import (
    CATEGORIES,
    FIELD_NAMES,
    FORMATS,
    GROUPS,
    REQUEST_STAGES,
    REQUEST_TONES,
)
from registration.authorities.rules import (
    FIELDS,
    Category,
    Format,
    Group,
    RequestStage,
    Shape,
    changed,
    fields_of,
    is_stale,
    missing,
)
from registration.errors import Refused

# Fields of the list that are no particulars: the category, the source and the confirmations have
# places of their own, and who sees the register is no choice.
ELSEWHERE = {"category", "designated_on", "notified_by", "last_confirmed_on", "visibility"}
# A name in English beside the original, and the remark of "bool + note", are each one field more.
MORE = {"authority_name_en", "uncac_as_legal_basis_note"}
MLA = Category.MUTUAL_LEGAL_ASSISTANCE


def test_the_fields_are_those_of_the_list() -> None:
    path = Path(registration.authorities.__file__).with_name("fields.csv")
    with path.open(newline="", encoding="utf-8") as file:
        listed = {row["field"]: row for row in csv.DictReader(file)}
    assert {each.name for each in FIELDS} - MORE == set(listed) - ELSEWHERE
    for each in FIELDS:
        if each.name not in MORE:
            assert each.group.value == listed[each.name]["group"]
            assert each.is_expected == (listed[each.name]["required"] == "yes"), each.name
    assert all(each.value in listed["category"]["type"] for each in Category)


def test_everything_has_its_words() -> None:
    assert set(FIELD_NAMES) == {each.name for each in FIELDS}
    assert set(CATEGORIES) == set(Category)
    assert set(GROUPS) == set(Group)
    assert set(FORMATS) == set(Format)
    assert set(REQUEST_STAGES) == set(REQUEST_TONES) == set(RequestStage)


def test_what_concerns_one_category_is_asked_of_no_other() -> None:
    networks = {each for each in Category if "asset_recovery_networks" in _names(each)}
    assert networks == {Category.ASSET_RECOVERY}
    areas = {each for each in Category if "prevention_assistance_areas" in _names(each)}
    assert areas == {Category.PREVENTION}


def _names(category: Category) -> set[str]:
    return {each.name for each in fields_of(category)}


@pytest.mark.parametrize(
    ("said", "today", "stale"),
    [
        (date(2012, 9, 2), date(2013, 9, 1), False),
        (date(2012, 9, 2), date(2013, 9, 2), True),
        (date(2012, 2, 28), date(2013, 2, 27), False),
        (date(2012, 2, 29), date(2013, 2, 28), False),
        (date(2011, 2, 28), date(2012, 2, 29), True),
        (date(2013, 9, 1), date(2013, 9, 2), False),
    ],
)
def test_an_entry_is_stale_after_twelve_months(said: date, today: date, stale: bool) -> None:
    assert is_stale(said, today) is stale


def test_what_is_expected_and_empty_is_missing() -> None:
    said = {"authority_name": "A", "email": ["a@b.example"], "address": "C"}
    assert missing(MLA, said) == (
        "organization_ministry",
        "telephone",
        "languages_accepted",
        "uncac_as_legal_basis",
    )


def test_nothing_and_empty_are_the_same() -> None:
    assert changed({"unit": ""}, {}) == ()
    assert changed({"unit": "A", "fax": "1"}, {"unit": "B", "fax": "1"}) == ("unit",)


ENTRY: dict[str, Any] = {"authority_name": " Ministry  of Justice ", "email": "A@B.example"}


def test_what_is_typed_is_cleaned() -> None:
    typed = {
        **ENTRY,
        "telephone": "+43 1 0\n\n +43 1 1 ",
        "formats_accepted": ["email", "pigeon", "post"],
        "website": ["https://a.example"],
        "accepts_interpol_channel": "perhaps",
        "asset_recovery_networks": "CARIN",
        "nonsense": "x",
    }
    assert clean(MLA, typed) == {
        "authority_name": "Ministry of Justice",
        "email": ["a@b.example"],
        "telephone": ["+43 1 0", "+43 1 1"],
        "formats_accepted": ["post", "email"],
        "website": ["https://a.example"],
    }


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"authority_name": ""}, "authority_name"),
        ({"email": ""}, "email"),
        ({"email": "no address"}, "email"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"national_law_links": "https://a.example\nfile:///etc/passwd"}, "national_law_links"),
        ({"unit": "a\u202eb"}, "unit"),
        ({"telephone": "\n".join("1" * 30)}, "telephone"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(typed: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        clean(MLA, {**ENTRY, **typed})
    assert refused.value.field == field


def test_every_shape_is_used() -> None:
    assert {each.shape for each in FIELDS} == set(Shape)
