"""Document symbols and references: read, put into their one form, and filed in order."""

import contextlib
import csv
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.documents import symbols
from registration.documents.reference import Reference
from registration.documents.symbols import DocumentSymbol
from registration.errors import Refused
from registration.seed.reference import FOLDER


@pytest.mark.parametrize(
    ("typed", "proper"),
    [
        ("CAC/COSP/EG.1/2013/2/CORR.1", "CAC/COSP/EG.1/2013/2/Corr.1"),
        ("CAC/COSP/EG.1/2013/2/Corr.1", "CAC/COSP/EG.1/2013/2/Corr.1"),
        (" cac/cosp/irg/2016/9/add.1 ", "CAC/COSP/IRG/2016/9/Add.1"),
        ("CAC/COSP/EG.1/2013/2 /Corr. 1", "CAC/COSP/EG.1/2013/2/Corr.1"),
        ("CAC/COSP/2015/10*", "CAC/COSP/2015/10*"),
        ("CAC/COSP/2019/INF/1", "CAC/COSP/2019/INF/1"),
        ("CAC/COSP/2013/INF.2", "CAC/COSP/2013/INF.2"),
        ("CAC/COSP/IRG/2011/CRP.12", "CAC/COSP/IRG/2011/CRP.12"),
        ("CAC/COSP/2021/L.3/Rev.2/Add.1", "CAC/COSP/2021/L.3/Rev.2/Add.1"),
        ("CAC/COSP/2013/NGO/1", "CAC/COSP/2013/NGO/1"),
        ("CAC/COSP/WG.2/2018/6", "CAC/COSP/WG.2/2018/6"),
    ],
)
def test_a_symbol_has_one_proper_form(typed: str, proper: str) -> None:
    assert str(DocumentSymbol.parse(typed)) == proper


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "CU 2013/175",
        "CAC/COSP/EG.1/2013",
        "CAC/COSP/EG.1/13/2",
        "CAC/COSP/EG/2013/2",
        "CAC/COSP/XX.1/2013/2",
        "CAC/COSP/EG.1/2013/2/Cor.1",
        "CAC/COSP/EG.1/2013/02",
        "CAC/COSP/EG.1/2013/0",
        "CAC/COSP/EG.1/2013/2/Corr.1x",
        "CAC/COSP/EG.1/٢٠١٣/2",
        "CAC/COSP/2019/" + "9" * 5000,
        "A/RES/58/4",
    ],
)
def test_what_is_no_symbol_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        DocumentSymbol.parse(typed)
    assert refusal.value.field == "symbol"


def test_symbols_are_filed_by_number_not_by_letter() -> None:
    in_order = [
        "CU 2013/9",
        "CU 2013/175",
        "CU 2013/175(A)/DTA/CEB/CSS",
        "CAC/COSP/2009/15",
        "CAC/COSP/2019/1",
        "CAC/COSP/EG.1/2012/2",
        "CAC/COSP/EG.1/2013/1",
        "CAC/COSP/EG.1/2013/2",
        "CAC/COSP/EG.1/2013/2/Add.1",
        "CAC/COSP/EG.1/2013/2/Corr.1",
        "CAC/COSP/EG.1/2013/2/Corr.2",
        "CAC/COSP/EG.1/2013/3",
        "CAC/COSP/EG.1/2013/10",
        "CAC/COSP/EG.1/2013/CRP.2",
        "CAC/COSP/EG.1/2013/CRP.11",
        "CAC/COSP/IRG/2013/12",
    ]
    shuffled = random.Random(7).sample(in_order, len(in_order))
    filed = sorted((symbols.parse(each) for each in shuffled), key=symbols.filing_order)
    assert [str(each) for each in filed] == in_order


@pytest.mark.parametrize(
    ("typed", "proper"),
    [
        ("CU 2013/175", "CU 2013/175"),
        ("cu 2013/175", "CU 2013/175"),
        ("CU2013/175(A)/DTA/CEB/CSS", "CU 2013/175(A)/DTA/CEB/CSS"),
        ("  CU  2013/175/DTA ", "CU 2013/175/DTA"),
    ],
)
def test_a_reference_has_one_proper_form(typed: str, proper: str) -> None:
    assert str(Reference.parse(typed)) == proper
    assert str(symbols.parse(typed)) == proper


@pytest.mark.parametrize("typed", ["CU 13/175", "CU 2013/175(AB)", "CU 2013/0", "NV 2013/1", "CU"])
def test_what_is_no_reference_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        Reference.parse(typed)
    with pytest.raises(Refused) as refusal:
        symbols.parse(typed)
    assert refusal.value.field == "symbol"


def test_every_symbol_ever_seen_is_read_and_written_alike() -> None:
    with (FOLDER / "documents.csv").open(encoding="utf-8", newline="") as file:
        seen = [row["symbol"] for row in csv.DictReader(file)]
    assert len(seen) == 24
    for symbol in seen:
        assert str(symbols.parse(symbol)) == symbol.replace("CORR.", "Corr.")


# The pattern as it was handed down with the facts: a second, independent reading.
PATTERN = re.compile(
    r"^(CAC/COSP(?:/(?:IRG|EG\.\d+|WG\.\d+))?)/(\d{4})/(?:(CRP\.|INF/|INF\.|L\.|NGO/))?(\d+)"
    r"((?:/(?:Add|Corr|Rev)\.\d+)*)(\*?)$"
)
NUMBERS = st.integers(1, 99_999).map(str)
SYMBOLS = st.builds(
    lambda body, year, paper, number, parts, star: (
        f"{body}/{year}/{paper}{number}" + "".join(parts) + star
    ),
    st.sampled_from(["CAC/COSP", "CAC/COSP/IRG", "CAC/COSP/EG.1", "CAC/COSP/WG.12"]),
    st.integers(2003, 2099),
    st.sampled_from(["", "CRP.", "INF/", "INF.", "L.", "NGO/"]),
    NUMBERS,
    st.lists(
        st.builds(lambda name, n: f"/{name}.{n}", st.sampled_from(["Add", "Corr", "Rev"]), NUMBERS),
        max_size=3,
    ),
    st.sampled_from(["", "*"]),
)


@given(SYMBOLS)
def test_a_proper_symbol_stays_as_it_is_and_fits_the_pattern(symbol: str) -> None:
    assert str(DocumentSymbol.parse(symbol)) == symbol
    assert str(DocumentSymbol.parse(symbol.lower())) == symbol
    assert PATTERN.fullmatch(symbol)


@given(st.text(alphabet="CAOSPEGIRU/.*0123 ()corAdd", max_size=40))
def test_anything_typed_is_read_for_good_or_refused(typed: str) -> None:
    with contextlib.suppress(Refused):
        read = symbols.parse(typed)
        assert symbols.parse(str(read)) == read
