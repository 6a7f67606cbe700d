"""Reads the cells of a workbook (XLSX) as text; `probe.py` runs it in a confined child process.

Like the probe it imports nothing of this project. What it answers is JSON: either `flaw`, or the
rows of the first sheet with their numbers, and where formulas, errors and merged cells stand.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

ROWS_LIMIT = 10_000  # under the row of headings
COLUMNS_LIMIT = 50
UNPACKED = 200 * 2**20
PLACES = 20  # told of each kind; the rest is found when these are mended
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:]{2,24})"')


def load() -> None:
    """Bring in what reading needs, by reading a workbook."""
    import openpyxl

    book, into = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["x", date(2013, 11, 25)])
    book.save(into)
    table(into.getvalue())


def cells(content: bytes) -> Iterator[bytes]:
    """The work of the child."""
    yield json.dumps(table(content)).encode()


def table(content: bytes) -> dict[str, Any]:
    """What stands in the first sheet. Anything may be raised where the file is broken."""
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(each.file_size for each in parts) > UNPACKED:
            return {"flaw": "bomb"}
        if any(each.filename.lower().endswith("vbaproject.bin") for each in parts):
            return {"flaw": "macros"}
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    if not book.worksheets:
        return {"flaw": "broken"}
    sheet = book.worksheets[0]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        merged = _MERGED.findall(archive.read(sheet._worksheet_path))
    return {"merged": [each.decode() for each in merged[:PLACES]], **_read(sheet)}


def _read(sheet: Any) -> dict[str, Any]:
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    rows: list[tuple[int, list[str]]] = []
    formulas: list[str] = []
    errors: list[str] = []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        for cell in row:
            wrong = {"f": formulas, "e": errors}.get(cell.data_type if cell.value else "")
            if wrong is not None and len(wrong) < PLACES:
                wrong.append(cell.coordinate)
        texts = [_text(cell.value) for cell in row]
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            rows.append((number, texts[: COLUMNS_LIMIT + 1]))
        if len(rows) > ROWS_LIMIT + 1:
            break
    return {"rows": rows, "formulas": formulas, "errors": errors}


def _text(value: Any) -> str:
    """A cell as a person reads it: whole numbers without a point, days as 2013-11-25."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if not (value.hour or value.minute or value.second):
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case _:
            return str(value)
