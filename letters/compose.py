"""Makes the PDF of a letter: its master in one language, and a copy for one addressee."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import pydyf
import segno
from weasyprint import CSS, HTML, Document

from letters import assets
from letters.conformance import (
    claim_accessibility,
    end_streams_clearly,
    refuse_doubts,
    refuse_foreign_fonts,
    refuse_lost_text,
)
from letters.language import WORDS, count_of_enclosures
from letters.letter import DIRECTION, LANGUAGES, Copy, Letter, LetterError, Printed
from letters.text import proofread, set_apart

# Every QR code has the same size, so that one layout can serve all copies: version 6 with medium
# error correction holds 106 bytes. The mask is fixed because trying all eight takes longer than
# the rest of the copy mark.
_QR_VERSION: Final = 6
_QR_CORRECTION: Final = "m"
_QR_MASK: Final = 2
LONGEST_VERIFY_URL: Final = 106

_COLOURS: Final = "srgb-of-the-archive"
_OPTIONS: Final = {"pdf_variant": "pdf/a-3a", "output_intent": _COLOURS}

# Two lines of the copy mark; the longest name of a mission needs little more than one.
LONGEST_ADDRESSEE: Final = 140
LONGEST_CODE: Final = 40
# Two lines above the letterhead.
LONGEST_NOTICE: Final = 200


@dataclass(frozen=True)
class _QRCode:
    """A QR code as an SVG path, to be stroked one unit wide, in a square of `side` units.

    The quiet zone is included. Strokes take half the time that filled squares take to draw.
    """

    side: int
    path: str


class Press:
    """Prints letters; one for a process, because it keeps the fonts and the style sheet ready.

    Threads may share one; they print one after the other. Raises LetterError when it is made and
    a font of ours is missing or altered.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._printable = assets.checked_fonts()
        self._note_verbale = assets.templates().get_template("note_verbale.html")
        self._fetcher = assets.NothingToFetch()
        with refuse_doubts():
            self._fonts = assets.font_configuration()
            self._colour_profile = assets.colour_profile()
            self._style = CSS(
                string=assets.style_sheet(), font_config=self._fonts, url_fetcher=self._fetcher
            )

    def master(self, letter: Letter) -> bytes:
        """The letter without a copy mark, as a PDF.

        The file is PDF/A-3a and PDF/UA-1, tagged, with title and language. The same letter gives
        the same bytes in any process, at any time. Raises LetterError.
        """
        return self._print(letter, None)

    def copy(self, letter: Letter, copy: Copy) -> bytes:
        """One addressee's copy: the master with the copy mark at the foot of its first page.

        Raises LetterError, also when the addressee, the code or the address is too long for the
        copy mark.
        """
        _check_mark(copy)
        return self._print(letter, copy)

    def copies(self, letter: Letter, copies: Sequence[Copy]) -> Iterator[Printed]:
        """The copies of a run, in their order; one that cannot be made stops none of the others."""
        for copy in copies:
            try:
                yield Printed(copy, self.copy(letter, copy))
            except LetterError as problem:
                yield Printed(copy, None, problem)

    def _print(self, letter: Letter, copy: Copy | None) -> bytes:
        if letter.language not in LANGUAGES:
            raise LetterError(f"Letters are not written in the language “{letter.language}”.")
        _check_length("notice", letter.notice, LONGEST_NOTICE)
        page = self._page(proofread(letter, self._printable), proofread(copy, self._printable))
        with self._lock, refuse_doubts():
            document = HTML(string=page, url_fetcher=self._fetcher).render(
                font_config=self._fonts,
                stylesheets=[self._style],
                color_profiles={_COLOURS: assets.colours(self._colour_profile)},
                **_OPTIONS,
            )
            refuse_lost_text(document)
            pdf: bytes = document.write_pdf(finisher=_finish, **_OPTIONS)
        return pdf

    def _page(self, letter: Letter, copy: Copy | None) -> str:
        direction = DIRECTION[letter.language]
        return self._note_verbale.render(
            letter=letter,
            copy=copy,
            qr=_qr_code(copy.verify_url) if copy else None,
            direction=direction,
            words=WORDS[letter.language],
            count_of_enclosures=count_of_enclosures(len(letter.enclosures), letter.language),
            set_apart=partial(set_apart, direction=direction),
        )


def _check_length(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise LetterError(f"The {what} is too long for its place: over {most} characters.")


def _check_mark(copy: Copy) -> None:
    _check_length("name of the addressee", copy.addressee, LONGEST_ADDRESSEE)
    _check_length("verification code", copy.code, LONGEST_CODE)
    _check_length("verification address", copy.verify_url, LONGEST_VERIFY_URL)
    if not copy.verify_url.isascii():
        raise LetterError("The verification address has other characters than those of an address.")


def _qr_code(content: str) -> _QRCode:
    code = segno.make(
        content,
        version=_QR_VERSION,
        error=_QR_CORRECTION,
        mask=_QR_MASK,
        micro=False,
        boost_error=False,
    )
    rows = [[bool(module) for module in row] for row in code.matrix_iter(border=4)]
    runs = [
        f"M{start} {y}.5h{length}"
        for y, row in enumerate(rows)
        for start, length in _dark_runs(row)
    ]
    return _QRCode(side=len(rows), path="".join(runs))


def _dark_runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    start = 0
    for x, (dark, darkness_before) in enumerate(zip([*row, False], [False, *row], strict=True)):
        if dark and not darkness_before:
            start = x
        elif darkness_before and not dark:
            yield start, x - start


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    refuse_foreign_fonts(document, assets.FAMILIES)
    claim_accessibility(pdf)
    end_streams_clearly(pdf)
