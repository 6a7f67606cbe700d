"""Prints a list of participants, or a corrigendum to one, as an archivable and accessible PDF."""

import threading
import unicodedata
from functools import cache, partial
from typing import Final

import pydyf
from markupsafe import Markup, escape
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration

from letters import assets
from letters.conformance import (
    claim_accessibility,
    end_streams_clearly,
    refuse_doubts,
    refuse_foreign_fonts,
    refuse_lost_text,
)
from letters.letter import DIRECTION, Direction
from letters.long_lists import straight
from letters.participants import Entry, ListOfParticipants
from letters.text import proofread, set_apart

_COLOURS: Final = "srgb-of-the-archive"
_OPTIONS: Final = {"pdf_variant": "pdf/a-3a", "output_intent": _COLOURS}

_lock = threading.Lock()


def printed(listed: ListOfParticipants) -> bytes:
    """The list as PDF/A-3a and PDF/UA-1, tagged. The same list gives the same bytes.

    Raises LetterError, also where a name has a character that our fonts lack.
    """
    page = _page(proofread(listed, _printable()))
    with _lock, straight(), refuse_doubts():
        fonts, style, profile = _kept_ready()
        document = HTML(string=page, url_fetcher=assets.NothingToFetch()).render(
            font_config=fonts,
            stylesheets=[style],
            color_profiles={_COLOURS: assets.colours(profile)},
            **_OPTIONS,
        )
        refuse_lost_text(document)
        pdf: bytes = document.write_pdf(finisher=_finish, **_OPTIONS)
    return pdf


def _page(listed: ListOfParticipants) -> str:
    direction = DIRECTION[listed.language]
    return (
        assets.templates()
        .get_template("list_of_participants.html")
        .render(
            listed=listed,
            direction=direction,
            set_apart=partial(set_apart, direction=direction),
            line=partial(_line, direction=direction),
        )
    )


def _line(entry: Entry, direction: Direction) -> Markup:
    """A person in one run of text, without an element that is not needed: there may be thousands.

    A name or a post with a letter of the other direction is kept whole in its own.
    """
    own = [_whole(words, direction) for words in (entry.name, entry.post) if words]
    before = Markup("{} ").format(entry.before) if entry.before else ""
    after = Markup(" ({})").format(entry.after) if entry.after else ""
    return Markup("{}{}{}").format(before, Markup(", ").join(own), after)


def _whole(words: str, direction: Direction) -> Markup:
    other = ("L",) if direction == "rtl" else ("R", "AL")
    if any(unicodedata.bidirectional(each) in other for each in words):
        return Markup("<bdi>{}</bdi>").format(words)
    return escape(words)


@cache
def _printable() -> frozenset[int]:
    return assets.checked_fonts()


@cache
def _kept_ready() -> tuple[FontConfiguration, CSS, bytes]:
    fonts = assets.font_configuration()
    sheet = (assets.TEMPLATES / "list_of_participants.css").read_text(encoding="utf-8")
    style = CSS(string=sheet, font_config=fonts, url_fetcher=assets.NothingToFetch())
    return fonts, style, assets.colour_profile()


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    refuse_foreign_fonts(document, assets.FAMILIES)
    claim_accessibility(pdf)
    end_streams_clearly(pdf)
