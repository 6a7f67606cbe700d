"""Preview: a text as it would be printed now, as a PDF or as pictures of its pages.

What is shown comes from the press that prints the letters, so that nothing can look otherwise in
the end. The PDFs are our own: they are drawn in this process.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from letters.letter import Copy, Letter, LetterError
from registration.db import Session
from registration.errors import Refused, TooMany
from registration.notes import addressing, wording
from registration.notes.audience import Audience, play_of, printed_name
from registration.notes.models import Note
from registration.notes.paper import text_of, verify_url
from registration.notes.wording import Wording
from registration.states.models import State

if TYPE_CHECKING:
    from letters.compose import Press

# A code of the right length that belongs to no copy.
SAMPLE_CODE = "0000-0000-0000"
_DOTS_PER_INCH = 110
_COLOURS = 32  # grey text and the blue of the letterhead need few; the picture becomes small
_KEPT = 16  # pictures of the last letters seen in this process
_PATIENCE = 10  # seconds that an officer's next preview waits for the one before
# PDFium draws for one thread at a time.
_drawing = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A page as a PNG, with its size in pixels."""

    png: bytes
    width: int
    height: int


def pdf(
    session: Session,
    note: Note,
    language: str,
    state: State | None = None,
    words: Wording | None = None,
) -> bytes:
    """The PDF of a text as it is now, or as if it were these words: the master, or a State's copy.

    A draft says on every page that it is one. Raises Refused where it cannot be printed, and
    TooMany where the same officer's last preview is still being made. Loads WeasyPrint at the
    first call.
    """
    text, copy = _letter(session, note, language, state, words)
    with _one_at_a_time(session.actor.id):
        return _printed(text, copy)


def pictures(
    session: Session,
    note: Note,
    language: str,
    state: State | None = None,
    words: Wording | None = None,
) -> tuple[Picture, ...]:
    """The same, as a picture of each page."""
    text, copy = _letter(session, note, language, state, words)
    with _one_at_a_time(session.actor.id):
        return _drawn(text, copy)


def _letter(
    session: Session, note: Note, language: str, state: State | None, words: Wording | None
) -> tuple[Letter, Copy | None]:
    if state is None:
        return text_of(session, note, language, words), None
    if addressing.is_addressed(note):
        play = play_of(session, Audience.of(note.audience), state.code)
        places = addressing.places_for(state, language, play)
        words = wording.complete(words or addressing.text_in(note, language), places)
    copy = Copy(printed_name(state, language), SAMPLE_CODE, verify_url(SAMPLE_CODE))
    return text_of(session, note, language, words), copy


@lru_cache(maxsize=_KEPT)
def _printed(text: Letter, copy: Copy | None) -> bytes:
    try:
        return _press().master(text) if copy is None else _press().copy(text, copy)
    except LetterError as error:
        raise Refused("This cannot be printed: %(reason)s", reason=error.reason) from error


@lru_cache(maxsize=_KEPT)
def _drawn(text: Letter, copy: Copy | None) -> tuple[Picture, ...]:
    import pypdfium2

    printed = _printed(text, copy)
    with _drawing, pypdfium2.PdfDocument(printed) as document:
        return tuple(_picture(page) for page in document)


def _picture(page: Any) -> Picture:
    image = page.render(scale=_DOTS_PER_INCH / 72).to_pil().quantize(_COLOURS)
    into = io.BytesIO()
    image.save(into, "PNG")
    return Picture(into.getvalue(), *image.size)


@cache
def _press() -> "Press":
    from letters.compose import Press

    return Press()


_turns: dict[UUID | None, threading.Lock] = {}
_handing_out = threading.Lock()


@contextmanager
def _one_at_a_time(officer: UUID | None) -> Iterator[None]:
    """Nobody keeps the printers busy alone: an officer's previews wait for each other."""
    with _handing_out:
        turn = _turns.setdefault(officer, threading.Lock())
    if not turn.acquire(timeout=_PATIENCE):
        raise TooMany("Your last preview is still being made. Try again in a moment.")
    try:
        yield
    finally:
        turn.release()
