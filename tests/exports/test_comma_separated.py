"""The CSV of the exports: no cell becomes a formula, and every cell comes back as it was."""

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.exports.comma_separated import BYTE_ORDER_MARK, escape, lines, unescape
from registration.exports.sheet import Cell, Sheet

LEADERS = "=+-@\t\r\n＝＋－＠"
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
HOSTILE = st.lists(
    st.sampled_from([*LEADERS, *"'\";, ", "\u200b", "\ufeff", "cmd", "HYPERLINK(1)", "سودان", "1"])
).map("".join)


def a_sheet(rows: list[list[Cell]], columns: list[str] | None = None) -> Sheet:
    return Sheet("A sheet", columns or ["Name"], rows, "note", "one")


def written(sheet: Sheet) -> str:
    return b"".join(lines(sheet)).decode("utf-8")


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


def as_a_program_sees_it(cell: str) -> str:
    return re.sub(r"^[\s\u00ad\u200b-\u200f\u2060\ufeff]+", "", cell)


@given(TEXT | HOSTILE)
def test_a_cell_comes_back_as_it_was(value: str) -> None:
    assert unescape(escape(value)) == value


@given(st.lists(st.tuples(TEXT | HOSTILE, TEXT | HOSTILE), max_size=8))
def test_a_whole_file_comes_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    [_, *back] = read(written(a_sheet([list(row) for row in rows], ["First", "Second"])))
    assert [tuple(unescape(cell) for cell in row) for row in back] == rows


@given(TEXT | HOSTILE)
def test_no_cell_begins_like_a_formula(value: str) -> None:
    cell = escape(value)
    assert not cell.startswith(tuple(LEADERS))
    assert not as_a_program_sees_it(cell).startswith(tuple("=+-@＝＋－＠"))


@given(st.lists(st.tuples(TEXT | HOSTILE, TEXT | HOSTILE), min_size=1, max_size=4))
def test_no_cell_begins_like_a_formula_where_semicolons_part_the_cells(
    rows: list[tuple[str, str]],
) -> None:
    text = written(a_sheet([list(row) for row in rows], ["First", "Second"]))
    for parted in re.split(r"[;\t\r\n]", text.removeprefix(BYTE_ORDER_MARK)):
        assert not as_a_program_sees_it(parted).startswith(tuple("=+-@＝＋－＠"))


@pytest.mark.parametrize(
    "value",
    [
        '=HYPERLINK("http://evil.example","click")',
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(1+1)",
        "\t=1+1",
        "\r=1+1",
        "  =1+1",
        "\u200b=1+1",
        "＝1+1",
        "'=1+1",
    ],
)
def test_known_attacks_become_text(value: str) -> None:
    assert escape(value).startswith("'")
    assert unescape(escape(value)) == value


@pytest.mark.parametrize(
    "value", ["Côte d'Ivoire", "'t Hooft", "السودان", "中国", "a - b", "", "A;b"]
)
def test_ordinary_names_are_left_as_they_are(value: str) -> None:
    assert escape(value) == value


def test_the_file_says_that_it_is_utf_8_and_keeps_arabic_as_it_is() -> None:
    raw = b"".join(lines(a_sheet([["مدينة بنما"]])))
    assert raw.startswith(b"\xef\xbb\xbf")
    assert "مدينة بنما".encode() in raw


def test_days_instants_numbers_and_nothing_are_written_plainly() -> None:
    row: list[Cell] = [date(2013, 7, 1), datetime(2013, 7, 1, 12, 5, tzinfo=UTC), -3, None]
    assert read(written(a_sheet([row], ["a", "b", "c", "d"])))[1] == [
        "2013-07-01",
        "2013-07-01 14:05",  # in Vienna
        "-3",
        "",
    ]


def test_a_long_file_leaves_in_pieces_and_whole() -> None:
    pieces = list(lines(a_sheet([[number] for number in range(1_000)])))
    assert len(pieces) > 3
    assert [row[0] for row in read(b"".join(pieces).decode())[1:]] == [str(n) for n in range(1_000)]


def test_a_filename_holds_only_plain_characters() -> None:
    sheet = Sheet("CU 2013/175 “board”\r\nX: y", [], [], "note", "one")
    assert re.fullmatch(r"cu-2013-175-board-x-y-\d{4}-\d\d-\d\d", sheet.stem)
