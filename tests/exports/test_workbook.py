"""The workbook of the exports: every cell comes back as it was, and none is a formula."""

import io
from datetime import UTC, date, datetime

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from registration.exports.sheet import Cell, Sheet
from registration.exports.workbook import LONGEST_CELL, workbook

# What XML can hold; the office's own gate lets no control character in.
TEXT = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    min_size=1,
)
HOSTILE = st.sampled_from(
    ["=1+1", "+1", "-1", "@SUM(A1)", "http://evil.example", "007", "'=1", "=cmd"]
)
CELLS = st.one_of(
    st.none(), st.integers(-(10**9), 10**9), st.dates(date(1950, 1, 1)), TEXT, HOSTILE
)


def read(rows: list[list[Cell]], columns: list[str]) -> list[list[openpyxl.cell.Cell]]:
    content = workbook(Sheet("A sheet: [of /all]*", columns, rows, "note", "one"))
    return [list(line) for line in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].rows]


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8))
def test_every_cell_comes_back_as_it_was(rows: list[list[Cell]]) -> None:
    _, *lines = read(rows, ["One", "Two", "Three"])
    for row, line in zip(rows, lines, strict=False):
        for expected, cell in zip(row, line, strict=True):
            assert cell.data_type != "f"
            value = cell.value.date() if isinstance(cell.value, datetime) else cell.value
            assert value == expected
            if isinstance(expected, str):
                assert cell.data_type == "s"


def test_an_instant_is_written_as_of_the_duty_station() -> None:
    _, [cell] = read([[datetime(2013, 7, 1, 9, 30, tzinfo=UTC)]], ["When"])
    assert cell.value.isoformat() == "2013-07-01T11:30:00"


def test_a_text_longer_than_a_cell_is_cut_and_not_lost_whole() -> None:
    _, [cell] = read([["x" * (LONGEST_CELL + 5)]], ["Remark"])
    assert cell.value == "x" * LONGEST_CELL
