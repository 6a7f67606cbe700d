"""The covering list of a print run: which copies lie below, and where each is signed for."""

import threading
from dataclasses import dataclass
from functools import cache, partial

from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration

from letters import assets
from letters.conformance import refuse_doubts, refuse_foreign_fonts, refuse_lost_text
from letters.letter import DIRECTION, Language
from letters.text import set_apart

_lock = threading.Lock()


@dataclass(frozen=True)
class ListedCopy:
    """A line: for whom the copy is, in which language (by its own name), and how long it is."""

    addressee: str
    language: str
    pages: int


@dataclass(frozen=True)
class CoveringList:
    """What is printed before a run, in the words of the office's language.

    `columns` are the headings of number, addressee, language, pages, date and receiver; `facts`
    are lines under the title.
    """

    language: Language
    title: str
    facts: tuple[str, ...]
    columns: tuple[str, str, str, str, str, str]
    copies: tuple[ListedCopy, ...]


def printed(listed: CoveringList) -> bytes:
    """The list as a PDF. The same list gives the same bytes. Raises LetterError."""
    direction = DIRECTION[listed.language]
    page = (
        assets.templates()
        .get_template("covering_list.html")
        .render(
            listed=listed, direction=direction, set_apart=partial(set_apart, direction=direction)
        )
    )
    with _lock, refuse_doubts():
        fonts, style = _fonts_and_style()
        document = HTML(string=page, url_fetcher=assets.NothingToFetch()).render(
            font_config=fonts, stylesheets=[style]
        )
        refuse_lost_text(document)
        pdf: bytes = document.write_pdf(finisher=_refuse_foreign_fonts)
    return pdf


@cache
def _fonts_and_style() -> tuple[FontConfiguration, CSS]:
    fonts = assets.font_configuration()
    sheet = (assets.TEMPLATES / "covering_list.css").read_text(encoding="utf-8")
    return fonts, CSS(string=sheet, font_config=fonts, url_fetcher=assets.NothingToFetch())


def _refuse_foreign_fonts(document: Document, pdf: object) -> None:
    refuse_foreign_fonts(document, assets.FAMILIES)
