"""Tables of persons as focal points and their programs make them."""

import io
import zipfile
from typing import Any

import openpyxl

from registration.documents.examination import Upload
from registration.responses.imports import parsing
from registration.responses.imports.rules import Column, Encoding, Table

HEADINGS = ["Form of address", "Given names", "Family name", "Title", "Institution"]
EVA = ["Ms.", "Eva", "Huber", "Prosecutor", "Public Prosecutor's Office"]
SEAN = ["Mr.", "Seán", "O'Brien", "Judge", "Supreme Court"]
KNOWN = (
    Column.COURTESY,
    Column.GIVEN_NAMES,
    Column.FAMILY_NAME,
    Column.TITLE,
    Column.INSTITUTION,
)


def pasted(*rows: list[str], headings: list[str] = HEADINGS, separator: str = "\t") -> str:
    """Rows as a spreadsheet program puts them on the clipboard."""
    return "\n".join(separator.join(row) for row in (headings, *rows)) + "\n"


def a_workbook(*rows: list[Any], headings: list[Any] = HEADINGS, merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (headings, *rows):
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def with_part(workbook: bytes, name: str, content: bytes) -> bytes:
    """A workbook in which one part is another, or comes on top."""
    into = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, content)
    return into.getvalue()


def from_file(content: bytes, encoding: Encoding | None = None) -> Table:
    return parsing.from_file(Upload("persons", content), encoding)
