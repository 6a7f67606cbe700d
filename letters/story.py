"""The story of a State as a PDF: what happened between it and the office, one line for each."""

import threading
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Final

from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration

from letters import assets
from letters.conformance import refuse_doubts, refuse_foreign_fonts, refuse_lost_text
from letters.letter import DIRECTION, Language
from letters.text import set_apart

_OPTIONS: Final = {"pdf_variant": "pdf/ua-1"}
_UNKNOWN: Final = "\N{WHITE SQUARE}"

_lock = threading.Lock()


@dataclass(frozen=True)
class Told:
    """One line: when, in words; what happened; more about it; and by whom, if anybody."""

    when: str
    what: str
    detail: str
    who: str


@dataclass(frozen=True)
class PrintedStory:
    """The whole story in one language. `facts` are lines under the title.

    `columns` are the headings of when, what, detail and who.
    """

    language: Language
    title: str
    facts: tuple[str, ...]
    columns: tuple[str, str, str, str]
    lines: tuple[Told, ...]


def printed(story: PrintedStory) -> bytes:
    """The story as PDF/UA-1. The same story gives the same bytes.

    People's own words may hold any character: one that our fonts lack is printed as a white square.
    Raises LetterError where the file would not keep its promises.
    """
    direction = DIRECTION[story.language]
    page = (
        assets.templates()
        .get_template("story.html")
        .render(
            story=_printable(story),
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


def _printable(story: PrintedStory) -> PrintedStory:
    def plain(text: str) -> str:
        return "".join(each if ord(each) in known else _UNKNOWN for each in text)

    known = _known()
    return replace(
        story,
        title=plain(story.title),
        facts=tuple(plain(fact) for fact in story.facts),
        lines=tuple(
            Told(plain(each.when), plain(each.what), plain(each.detail), plain(each.who))
            for each in story.lines
        ),
    )


@cache
def _known() -> frozenset[int]:
    return assets.checked_fonts()


@cache
def _fonts_and_style() -> tuple[FontConfiguration, CSS]:
    fonts = assets.font_configuration()
    sheet = (assets.TEMPLATES / "story.css").read_text(encoding="utf-8")
    return fonts, CSS(string=sheet, font_config=fonts, url_fetcher=assets.NothingToFetch())


def _refuse_foreign_fonts(document: Document, pdf: object) -> None:
    refuse_foreign_fonts(document, assets.FAMILIES)
