"""A table of persons as it comes: pasted or a file, in any encoding, honest or hostile."""

import io
import re
import zipfile
from datetime import date

import pytest

from registration.documents.cells import ROWS_LIMIT
from registration.errors import Refused
from registration.responses.imports import parsing
from registration.responses.imports.decoding import decoded
from registration.responses.imports.rules import CELL_LIMIT, Encoding
from tests.responses.tables import (
    EVA,
    HEADINGS,
    SEAN,
    a_workbook,
    from_file,
    pasted,
    with_part,
)

SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_cells_are_parted_by_whatever_parts_the_headings(separator: str) -> None:
    table = parsing.from_paste(pasted(EVA, SEAN, separator=separator))
    assert table.headings == tuple(HEADINGS)
    assert table.rows == ((2, tuple(EVA)), (3, tuple(SEAN)))


@pytest.mark.parametrize(
    ("name", "family_name"),
    [
        ("utf-8", "Nguyễn"),
        ("utf-8-sig", "חיים"),
        ("utf-16", "Ильин"),
        ("utf-16-le", "Müller"),
        ("utf-16-be", "Müller"),
        ("cp1252", "Núñez"),
        ("cp1251", "Иванов"),
        ("cp1256", "عبدالرحمن"),
    ],
)
def test_the_characters_of_a_file_are_found_out(name: str, family_name: str) -> None:
    titles = {"Иванов": "Прокурор", "عبدالرحمن": "قاض"}
    row = ["Ms.", "Eva", family_name, titles.get(family_name, "Judge"), "Court"]
    table = from_file(pasted(row, separator=";").encode(name))
    assert table.rows == ((2, tuple(row)),)


def test_an_encoding_that_is_named_is_not_guessed() -> None:
    assert decoded("Łódź".encode("cp1250"), Encoding.CENTRAL_EUROPEAN) == "Łódź"
    assert decoded("陈".encode("gb18030"), Encoding.CHINESE) == "陈"
    with pytest.raises(Refused, match="from byte 1 on"):
        decoded("Łódź".encode("cp1250"), Encoding.UTF_8)


def test_quoted_cells_keep_separators_and_lines() -> None:
    table = parsing.from_paste('Name,Institution\n"Huber, Eva","Court\nVienna"\n\n\n')
    assert table.rows == ((2, ("Huber, Eva", "Court\nVienna")),)


def test_a_table_that_we_exported_comes_back_as_it_was() -> None:
    table = parsing.from_paste("Name\tTelephone\nHuber\t'+43 1 000\n'Abd\t\n")
    assert table.rows == ((2, ("Huber", "+43 1 000")), (3, ("'Abd", "")))


def test_a_workbook_gives_days_numbers_and_ticks_as_people_read_them() -> None:
    row = ["Huber", date(2013, 11, 25), 4310000, 1.5, True, None]
    table = from_file(a_workbook(row, headings=["A", "B", "C", "D", "E", "F"]))
    assert table.rows == ((2, ("Huber", "2013-11-25", "4310000", "1.5", "yes", "")),)


def test_the_rows_of_a_workbook_keep_their_numbers_over_blank_ones() -> None:
    table = from_file(a_workbook(EVA, [None] * 5, SEAN))
    assert [number for number, _ in table.rows] == [2, 4]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b" \r\n", "This file is empty"),
        (b"Name;Title\n", "no row under its headings"),
        (b"Name;Title\nHuber;Judge;Vienna\n", "Row 2 has 3 cells, but there are only 2 headings"),
        (b"Name;Title;name\nHuber;Judge;x\n", "“name” stands twice, in columns A and C"),
        (b"Name;;Title\nHuber;x;Judge\n", "Column B has no heading"),
        (b"Name;Title\nHuber;Jud\x00ge\n", "line 2 holds a character that no text has"),
        (b"%PDF-1.4\n\x00\x01", "This is no table"),
        (b"Name;Title\nHuber;=1+1\nGruber; =A1\n", "hold formulas: B2, B3"),
        (b'Name;Title\nHuber;"Judge\n' + b"Gruber;Judge\n" * 300, "Row 2, column B"),
        (b'Name;Title\nHuber;"' + b"x" * 200_000, "A cell of this table has no end"),
        (b"Name;Title\nHuber;" + b"x" * (CELL_LIMIT + 1), "at most 2000 are possible"),
        (b"Name;Ti\x07tle\nHuber;Judge\n", "The heading of column B cannot be taken"),
        (";".join(f"c{n}" for n in range(51)).encode() + b"\nx\n", "more than 50 columns"),
        (b"Name\n" + b"Huber\n" * (ROWS_LIMIT + 1), "more than 10000 rows"),
        (b"x" * (5 * 2**20 + 1), "This file is too big"),
        (b"\xff\xfeN\x00a", "The characters of this file cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook of the old form"),
        (b"PK\x03\x04 and nothing more", "This workbook cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=re.escape(said)) as refused:
        from_file(content)
    assert refused.value.field == "file"


def test_ten_thousand_rows_are_a_table() -> None:
    assert len(parsing.from_paste("Name\n" + "Huber\n" * ROWS_LIMIT).rows) == ROWS_LIMIT


def a_bomb() -> bytes:
    return with_part(a_workbook(EVA), "xl/media/x.bin", b"\0" * (201 * 2**20))


def a_bomb_that_lies() -> bytes:
    """It says in its own table of contents that the sheet is small."""
    blown = b"<worksheet><sheetData>" + b" " * (201 * 2**20) + b"</sheetData></worksheet>"
    content = with_part(a_workbook(EVA), SHEET, blown)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(SHEET).file_size
    return content.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))


def entities() -> bytes:
    """Ten of ten of ten …: a few bytes that swell to gigabytes."""
    swelling = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
    sheet = (
        f'<!DOCTYPE x [<!ENTITY e0 "swell">{swelling}]><worksheet xmlns='
        '"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>&e10;</t></is></c></row></sheetData></worksheet>'
    )
    return with_part(a_workbook(EVA), SHEET, sheet.encode())


HOSTILE_WORKBOOKS = {
    "bomb": (a_bomb, "far larger inside than it looks"),
    "bomb that lies": (a_bomb_that_lies, "cannot be read"),
    "entities": (entities, "This"),
    "macros": (
        lambda: with_part(a_workbook(EVA), "xl/vbaProject.bin", b"x"),
        "contains macros",
    ),
    "formula": (lambda: a_workbook(["Ms.", "Eva", "=A1", "Judge", "Court"]), "formulas: C2"),
    "error": (lambda: a_workbook(["Ms.", "Eva", "#REF!", "Judge", "Court"]), "an error"),
    "merged": (lambda: a_workbook(EVA, SEAN, merged="D2:D3"), "merged: D2:D3"),
    "10,001 rows": (lambda: a_workbook(*[["x"]] * (ROWS_LIMIT + 1)), "more than 10000 rows"),
    "no sheet": (lambda: with_part(a_workbook(EVA), SHEET, b""), "cannot be read"),
    "no workbook": (lambda: with_part(a_workbook(), "xl/workbook.xml", b"<x/>"), "be read"),
}


@pytest.mark.parametrize("kind", HOSTILE_WORKBOOKS)
def test_a_hostile_workbook_is_refused_in_plain_words(kind: str) -> None:
    make, said = HOSTILE_WORKBOOKS[kind]
    with pytest.raises(Refused, match=said):
        from_file(make())
