"""Makes the PDF of a letter: its master in one language, and a copy for one addressee."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

import pydyf
from weasyprint import CSS, HTML, Document

from letters import assets
from letters.conformance import (
    claim_accessibility,
    end_streams_clearly,
    refuse_doubts,
    refuse_foreign_fonts,
    refuse_lost_text,
)
from letters.copy_mark import check, check_address, qr_code
from letters.language import WORDS, closing, count_of_enclosures
from letters.letter import (
    DIRECTION,
    LANGUAGES,
    Copy,
    Letter,
    LetterError,
    Letterhead,
    Paragraph,
    Printed,
)
from letters.press_run import PressRun
from letters.slots import NotCopiable
from letters.tags import state_languages
from letters.text import OF_LATIN_WORDS, marked, proofread, set_apart

log = logging.getLogger(__name__)

_COLOURS: Final = "srgb-of-the-archive"
_OPTIONS: Final = {"pdf_variant": "pdf/a-3a", "output_intent": _COLOURS}

# Two lines above the letterhead.
LONGEST_NOTICE: Final = 200


@dataclass(frozen=True)
class Edition:
    """A letter in print: how to get its master, which may raise LetterError, and its copies."""

    master: Callable[[], bytes]
    copies: Iterator[Printed]


class Press:
    """Prints letters; one for a process, because it keeps the fonts and the style sheet ready.

    Threads may share one; they print one after the other. Raises LetterError when it is made and
    a font of ours is missing or altered.
    """

    def __init__(self) -> None:
        state_languages()
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

    def warm_up(self) -> None:
        """Load what the first letter of each language would wait for: shapes and hyphenation."""
        for language in LANGUAGES:
            courtesy = closing(language)
            self.master(
                Letter(
                    language=language,
                    reference="CU 2000/1",
                    subject=courtesy,
                    letterhead=Letterhead(courtesy, courtesy),
                    paragraphs=(Paragraph(courtesy),),
                    place_and_date=courtesy,
                )
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
        return self._print(letter, self._checked(copy))

    def copies(self, letter: Letter, copies: Sequence[Copy]) -> Iterator[Printed]:
        """The copies of a run, in their order; one that cannot be made stops none of the others.

        They are made from one layout where that gives what a layout of each would give, and laid
        out one by one where it does not. The same run gives the same bytes.
        """
        return self.edition(letter, copies).copies

    def edition(self, letter: Letter, copies: Sequence[Copy]) -> Edition:
        """The master and the copies of a run, from one layout where that is possible."""
        run = self._run(letter, copies)
        return Edition(partial(self._master, run, letter), self._copies(run, letter, copies))

    def _master(self, run: PressRun | None, letter: Letter) -> bytes:
        if run is None:
            return self.master(letter)
        with self._lock, refuse_doubts():
            return run.master(assets.colours(self._colour_profile))

    def _copies(
        self, run: PressRun | None, letter: Letter, copies: Sequence[Copy]
    ) -> Iterator[Printed]:
        for copy in copies:
            try:
                pdf = run.copy(self._checked(copy)) if run else None
                yield Printed(copy, pdf or self.copy(letter, copy))
            except LetterError as problem:
                yield Printed(copy, None, problem)

    def _run(self, letter: Letter, copies: Sequence[Copy]) -> PressRun | None:
        """The run of these copies, or None where each has to be laid out in full."""
        fit: list[Copy] = []
        for copy in copies:
            with suppress(LetterError):
                fit.append(self._checked(copy))
        if len(fit) < 2:
            return None
        specimen = min(fit, key=lambda copy: len(copy.addressee))
        try:
            layout = self._laid_out(letter, specimen)
            with self._lock, refuse_doubts():
                return PressRun(
                    layout,
                    specimen,
                    fit,
                    ends_at_right=DIRECTION[letter.language] == "rtl",
                    options=_OPTIONS,
                    finish=_finish,
                )
        except NotCopiable as reason:
            log.warning(
                "%s, %s: laid out copy by copy: %s", letter.reference, letter.language, reason
            )
        except LetterError:
            log.info("%s, %s: no copy can be laid out", letter.reference, letter.language)
        return None

    def _checked(self, copy: Copy) -> Copy:
        check(copy)
        return proofread(copy, self._printable)

    def _print(self, letter: Letter, copy: Copy | None) -> bytes:
        layout = self._laid_out(letter, copy)
        with self._lock, refuse_doubts():
            pdf: bytes = layout.write_pdf(finisher=_finish, **_OPTIONS)
        return pdf

    def _laid_out(self, letter: Letter, copy: Copy | None) -> Document:
        if letter.language not in LANGUAGES:
            raise LetterError(
                "Letters are not written in the language “%(language)s”.", language=letter.language
            )
        if len(letter.notice) > LONGEST_NOTICE:
            raise LetterError(
                "The notice is too long for its place: over %(most)s characters.",
                most=LONGEST_NOTICE,
            )
        for code in letter.codes:
            check_address(code.address)
        page = self._page(proofread(letter, self._printable), copy)
        with self._lock, refuse_doubts():
            layout = HTML(string=page, url_fetcher=self._fetcher).render(
                font_config=self._fonts,
                stylesheets=[self._style],
                color_profiles={_COLOURS: assets.colours(self._colour_profile)},
                **_OPTIONS,
            )
        refuse_lost_text(layout)
        return layout

    def _page(self, letter: Letter, copy: Copy | None) -> str:
        direction = DIRECTION[letter.language]
        return self._note_verbale.render(
            letter=letter,
            copy=copy,
            qr=qr_code(copy.verify_url) if copy else None,
            qr_code=qr_code,
            direction=direction,
            of_latin=OF_LATIN_WORDS.get(letter.language),
            words=WORDS[letter.language],
            count_of_enclosures=count_of_enclosures(len(letter.enclosures), letter.language),
            set_apart=partial(set_apart, direction=direction, language=letter.language),
            marked=partial(marked, direction=direction, language=letter.language),
        )


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    refuse_foreign_fonts(document, assets.FAMILIES)
    claim_accessibility(pdf)
    end_streams_clearly(pdf)
