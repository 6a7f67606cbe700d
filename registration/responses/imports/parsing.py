"""Makes a table of what was pasted or uploaded, or says in plain words why it is none."""

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from registration import text
from registration.documents import confinement
from registration.documents.cells import COLUMNS_LIMIT, PLACES, ROWS_LIMIT
from registration.documents.confinement import Ended
from registration.documents.examination import Upload
from registration.errors import Refused
from registration.exports.comma_separated import unescape
from registration.responses.imports.decoding import decoded
from registration.responses.imports.rules import CELL_LIMIT, SIZE_LIMIT, Encoding, Table
from registration.words import sentence

Rows = list[tuple[int, list[str]]]

_FLAWS = {
    "bomb": sentence(
        "This workbook is far larger inside than it looks. Copy the rows into a new workbook, and"
        " upload that."
    ),
    "macros": sentence("This workbook contains macros. Save it as .xlsx without them."),
    "broken": sentence(
        "This workbook cannot be read. Open it, save it anew as .xlsx, and upload that."
    ),
}
_SEPARATORS = ("\t", ";", ",")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


def from_paste(pasted: str) -> Table:
    """The table that somebody pasted. Raises Refused for the field `pasted`."""
    return _table(_rows_of(pasted, "pasted"), "pasted")


def as_pasted(table: Table) -> str:
    """A table as its rows would come from a spreadsheet, to be corrected where they were pasted."""
    into = io.StringIO()
    write = csv.writer(into, delimiter="\t", lineterminator="\n").writerow
    for cells in (table.headings, *(cells for _, cells in table.rows)):
        write(cells)
    return into.getvalue()


def from_file(upload: Upload, encoding: Encoding | None = None) -> Table:
    """The table in a CSV file or in the first sheet of a workbook, told apart by what is inside.

    Raises Refused for the field `file`.
    """
    if not upload.content.strip():
        raise Refused("This file is empty.", field="file")
    if len(upload.content) > SIZE_LIMIT:
        raise Refused(
            "This file is too big: a table may have %(limit)s MB.",
            field="file",
            limit=SIZE_LIMIT // 2**20,
        )
    if upload.content.startswith(_OLD_WORKBOOK):
        raise Refused(
            "This is a workbook of the old form (.xls), or one with a password. Save it as .xlsx"
            " without a password, and upload that.",
            field="file",
        )
    if upload.content.startswith(b"PK\x03\x04"):
        return _table(_rows_in_workbook(upload.content), "file")
    return _table(_rows_of(decoded(upload.content, encoding), "file"), "file")


def _rows_in_workbook(content: bytes) -> Rows:
    said = confinement.cells_read(content)
    if said.ended is Ended.TOO_SLOW:
        raise Refused("Reading this workbook takes too long. Try again, or save it as CSV.", "file")
    try:
        found: dict[str, Any] = (
            json.loads(said.words) if said.ended is Ended.DONE else {"flaw": "broken"}
        )
    except ValueError:
        found = {"flaw": "broken"}
    if "flaw" in found:
        flaw = _FLAWS[found["flaw"]]
        raise Refused(flaw, field="file")
    _refuse_what_is_no_value(found)
    return [(number, [str(cell) for cell in row]) for number, row in found["rows"]]


def _refuse_what_is_no_value(found: dict[str, Any]) -> None:
    if found["formulas"]:
        _refuse_formulas(found["formulas"], "file")
    if found["errors"]:
        raise Refused(
            "These cells hold an error instead of a value: %(cells)s. Correct them.",
            field="file",
            cells=", ".join(found["errors"]),
        )
    if found["merged"]:
        raise Refused(
            "These cells are merged: %(cells)s. Unmerge them, so that each row is one person.",
            field="file",
            cells=", ".join(found["merged"]),
        )


def _refuse_formulas(places: list[str], field: str) -> None:
    raise Refused(
        "These cells hold formulas: %(cells)s. Put their results there as values.",
        field=field,
        cells=", ".join(places[:PLACES]),
    )


def _rows_of(written: str, field: str) -> Rows:
    if "\x00" in written:
        raise Refused(
            "This is no table: line %(row)s holds a character that no text has. Save the table as"
            " CSV or as a workbook (.xlsx).",
            field=field,
            row=written[: written.index("\x00")].count("\n") + 1,
        )
    separator = max(_SEPARATORS, key=lambda each: _width(written, each))
    try:
        rows = list(_parted(written, separator))
    except csv.Error:
        raise Refused(
            "A cell of this table has no end: look for a quotation mark that stands alone.",
            field=field,
        ) from None
    formulas = [
        f"{_letters(place)}{number}"
        for number, row in rows
        for place, cell in enumerate(row)
        if cell.lstrip().startswith("=")
    ]
    if formulas:
        _refuse_formulas(formulas, field)
    return [(number, [unescape(cell) for cell in row]) for number, row in rows]


def _parted(written: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with their numbers; no more than are needed to see too many."""
    count = 0
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=separator)
    for number, row in enumerate(reader, start=1):
        while row and not row[-1].strip():
            row.pop()
        if row:
            yield number, row
            count += 1
        if count > ROWS_LIMIT + 1:
            return


def _width(written: str, separator: str) -> int:
    """How many columns the first row has, if cells are parted by this."""
    try:
        return len(next(_parted(written, separator), (0, []))[1])
    except csv.Error:
        return 0


def _letters(place: int) -> str:
    """The name that spreadsheet programs give a column, counted from 0."""
    return (_letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _table(rows: Rows, field: str) -> Table:
    """The first row as headings and the others under them. Raises Refused."""
    if len(rows) < 2:
        raise Refused(
            "This table has no row under its headings. The first row names the columns, each"
            " further row is one person.",
            field=field,
        )
    if len(rows) > ROWS_LIMIT + 1:
        raise Refused(
            "This table has more than %(limit)s rows. Take it in parts.",
            field=field,
            limit=ROWS_LIMIT,
        )
    headings = [_heading(each, place, field) for place, each in enumerate(rows[0][1])]
    _refuse_headings(headings, field)
    return Table(
        tuple(headings),
        tuple((number, _in_columns(number, row, headings, field)) for number, row in rows[1:]),
    )


def _heading(cell: str, place: int, field: str) -> str:
    """A heading as one clean line; line breaks inside count as spaces."""
    try:
        return text.line(" ".join(cell.split()))
    except Refused as error:
        raise Refused(
            "The heading of column %(column)s cannot be taken: %(problem)s",
            field=field,
            column=_letters(place),
            problem=str(error),
        ) from None


def _refuse_headings(headings: list[str], field: str) -> None:
    if len(headings) > COLUMNS_LIMIT:
        raise Refused(
            "This table has more than %(limit)s columns. Leave out those that are not needed.",
            field=field,
            limit=COLUMNS_LIMIT,
        )
    seen: dict[str, int] = {}
    for place, heading in enumerate(headings):
        if not heading:
            raise Refused(
                "Column %(column)s has no heading. Name it in the first row, or take it out.",
                field=field,
                column=_letters(place),
            )
        if heading.casefold() in seen:
            raise Refused(
                "The heading “%(heading)s” stands twice, in columns %(one)s and %(other)s. Each"
                " column needs a name of its own.",
                field=field,
                heading=heading[:100],
                one=_letters(seen[heading.casefold()]),
                other=_letters(place),
            )
        seen[heading.casefold()] = place


def _in_columns(number: int, row: list[str], headings: list[str], field: str) -> tuple[str, ...]:
    if len(row) > len(headings):
        raise Refused(
            "Row %(row)s has %(cells)s cells, but there are only %(columns)s headings. Look for a"
            " separator inside a name, or for a heading that is missing.",
            field=field,
            row=number,
            cells=len(row),
            columns=len(headings),
        )
    for place, cell in enumerate(row):
        if _UNSTORABLE.search(cell):
            raise Refused(
                "Row %(row)s, column %(column)s: this cell holds a character that no text has.",
                field=field,
                row=number,
                column=_letters(place),
            )
        if len(cell) > CELL_LIMIT:
            raise Refused(
                "Row %(row)s, column %(column)s: this cell has %(length)s characters; at most"
                " %(limit)s are possible. Look for a quotation mark that stands alone.",
                field=field,
                row=number,
                column=_letters(place),
                length=len(cell),
                limit=CELL_LIMIT,
            )
    return (*row, *[""] * (len(headings) - len(row)))
