"""A plain table as a PDF: a title, facts under it, and rows with their head on every page."""

import threading
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Final

from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration

from letters import assets
from letters.conformance import refuse_doubts, refuse_foreign_fonts, refuse_lost_text
from letters.letter import DIRECTION, Language
from letters.text import as_far_as_printable, set_apart

_OPTIONS: Final = {"pdf_variant": "pdf/ua-1"}

_lock = threading.Lock()


@dataclass(frozen=True)
class Column:
    """A heading, and the width of what stands under it in millimetres; without one, what is left.

    Figures stand at the end of their column.
    """

    heading: str
    width: int | None = None
    figures: bool = False


@dataclass(frozen=True)
class Table:
    """All that is printed, in one language. `facts` are lines under the title.

    A row has a text for each of the columns; with `room_to_write` it is tall enough for a pen.
    """

    language: Language
    title: str
    facts: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    room_to_write: bool = False


def printed(table: Table) -> bytes:
    """The table as PDF/UA-1. The same table gives the same bytes.

    People's own words may hold any character: one that our fonts lack is printed as "�".
    Raises LetterError where the file would not keep its promises.
    """
    direction = DIRECTION[table.language]
    page = (
        assets.templates()
        .get_template("table.html")
        .render(
            table=_printable(table),
            direction=direction,
            set_apart=partial(set_apart, direction=direction),
        )
    )
    with _lock, refuse_doubts():
        fonts, style = _fonts_and_style()
        document = HTML(string=page, url_fetcher=assets.NothingToFetch()).render(
            font_config=fonts, stylesheets=[style], **_OPTIONS
        )
        refuse_lost_text(document)
        pdf: bytes = document.write_pdf(finisher=_refuse_foreign_fonts, **_OPTIONS)
    return pdf


def _printable(table: Table) -> Table:
    plain = partial(as_far_as_printable, printable=_known())
    return replace(
        table,
        title=plain(table.title),
        facts=tuple(map(plain, table.facts)),
        rows=tuple(tuple(map(plain, row)) for row in table.rows),
    )


@cache
def _known() -> frozenset[int]:
    return assets.checked_fonts()


@cache
def _fonts_and_style() -> tuple[FontConfiguration, CSS]:
    fonts = assets.font_configuration()
    sheet = (assets.TEMPLATES / "table.css").read_text(encoding="utf-8")
    return fonts, CSS(string=sheet, font_config=fonts, url_fetcher=assets.NothingToFetch())


def _refuse_foreign_fonts(document: Document, pdf: object) -> None:
    refuse_foreign_fonts(document, assets.FAMILIES)
