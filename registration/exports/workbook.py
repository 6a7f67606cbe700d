"""XLSX of one sheet, written row by row: text is text, days are days, and nothing is a formula."""

import io
from datetime import date, datetime
from typing import Any

import xlsxwriter

from registration import clock
from registration.exports.sheet import Cell, Sheet

LONGEST_CELL = 32_767  # characters; what Excel takes
_WIDEST = 60
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook(sheet: Sheet) -> bytes:
    """The whole file. Instants are written as of the duty station; Excel knows no time zones."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {**_OPTIONS, "in_memory": True}) as book:
        book.set_properties({"title": sheet.name, "created": clock.now().replace(tzinfo=None)})
        page = book.add_worksheet(_tab(sheet.name))
        forms = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        }
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, len(sheet.rows), max(len(sheet.columns) - 1, 0))
        for place, width in enumerate(_widths(sheet)):
            page.set_column(place, place, width)
        for place, column in enumerate(sheet.columns):
            page.write_string(0, place, column[:LONGEST_CELL], forms["head"])
        for line, row in enumerate(sheet.rows, start=1):
            for place, cell in enumerate(row):
                _write(page, line, place, cell, forms)
    return file.getvalue()


def _write(page: Any, line: int, place: int, cell: Cell, forms: dict[str, Any]) -> None:
    match cell:
        case None:
            return
        case datetime():
            local = cell.astimezone(clock.DUTY_STATION).replace(tzinfo=None)
            page.write_datetime(line, place, local, forms["moment"])
        case date():
            page.write_datetime(line, place, cell, forms["day"])
        case int():
            page.write_number(line, place, cell)
        case str():
            page.write_string(line, place, cell[:LONGEST_CELL])


def _widths(sheet: Sheet) -> list[int]:
    """A width for each column, judged by its heading and the first rows."""
    shown = [sheet.columns, *sheet.rows[:50]]
    return [
        min(max(len(str(row[place] or "")) for row in shown if place < len(row)) + 2, _WIDEST)
        for place in range(len(sheet.columns))
    ]


def _tab(name: str) -> str:
    """A name that Excel takes for a sheet: 31 characters, none of them special."""
    return "".join(" " if each in "[]:*?/\\'" else each for each in name).strip()[:31] or "Sheet1"
