"""References: read however they are typed, written one way, ordered as the register is."""

import pytest

from registration.documents.reference import Reference
from registration.errors import Refused


@pytest.mark.parametrize(
    "typed",
    ["CU 2013/175", "cu 2013/175", "cu2013-175", "CU 2013/0175", " CU  2013 / 175 ", "CU-2013-175"],
)
def test_a_reference_is_read_however_it_is_typed(typed: str) -> None:
    assert Reference.parse(typed) == Reference("CU", 2013, 175)
    assert str(Reference.parse(typed)) == "CU 2013/175"


def test_the_long_form_keeps_what_it_carries() -> None:
    reference = Reference.parse("cu 2013/175(a)/dta/ceb/css")
    assert str(reference) == "CU 2013/175(A)/DTA/CEB/CSS"
    assert reference.short == "CU 2013/175"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "CU",
        "CU 13/175",
        "XY 2013/175",
        "CU 2013/",
        "CU 2013/0",
        "CU 2013/175(AB)",
        "CU 2013/175; drop table note",
        "CU 2013/175/1",
        "CU 2013/123456",
    ],
)
def test_what_is_no_reference_is_refused_beside_its_field(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        Reference.parse(typed)
    assert refusal.value.field == "reference"


def test_references_are_in_the_order_of_their_numbers_not_of_their_letters() -> None:
    typed = ["CU 2013/9", "CU 2012/300", "CU 2013/175", "CU 2013/10"]
    assert [str(each) for each in sorted(map(Reference.parse, typed))] == [
        "CU 2012/300",
        "CU 2013/9",
        "CU 2013/10",
        "CU 2013/175",
    ]


def test_a_file_is_named_after_the_reference() -> None:
    assert Reference.parse("CU 2013/175(A)/DTA").filename == "CU-2013-175"
