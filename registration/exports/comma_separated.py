"""CSV in which no cell can become a formula.

A spreadsheet program takes a cell for a formula when it begins with one of a few characters. Such a
cell gets an apostrophe in front, which the program shows as text (OWASP, "CSV Injection"; ASVS 5.0,
V1.2.10). The same is done behind a semicolon, tab or line end inside a cell: in many countries the
program parts cells at semicolons, and would find a new cell there.
"""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime

from registration import clock
from registration.exports.sheet import Cell, Sheet

BYTE_ORDER_MARK = "\ufeff"  # without it, Excel reads UTF-8 as the code page of its country
LINES_AT_ONCE = 200

_LEADERS = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"  # the last four are the full-width forms
_UNSEEN = r"'\u00ad\u200b-\u200f\u2060\ufeff"  # what a program may skip before a formula
_AT_THE_START = rf"\A%s(?=[{_UNSEEN}\s]*{_LEADERS}|'*[\t\r\n])"
# Without tabs and line ends: each is looked at itself, and a long run of them costs no more time.
_INSIDE = rf"(?<=[;\t\r\n])%s(?=(?:[{_UNSEEN}]|[^\S\t\r\n])*{_LEADERS})"
_TO_ESCAPE = re.compile("|".join((_AT_THE_START % "", _INSIDE % "")))
_ESCAPED = re.compile("|".join((_AT_THE_START % "'", _INSIDE % "'")))


def escape(value: str) -> str:
    """The text with apostrophes wherever a spreadsheet program could see a formula begin."""
    return _TO_ESCAPE.sub("'", value)


def unescape(cell: str) -> str:
    """What `escape` was given."""
    return _ESCAPED.sub("", cell)


def lines(sheet: Sheet) -> Iterator[bytes]:
    """The file, in pieces of a few hundred lines. Instants are written as of the duty station."""
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([escape(column) for column in sheet.columns])
    for number, row in enumerate(sheet.rows, start=1):
        writer.writerow([_written(cell) for cell in row])
        if number % LINES_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece


def _written(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(clock.DUTY_STATION):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, int) else escape(cell)
