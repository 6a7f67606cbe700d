"""Preview: a text as it would be printed now, as a PDF or as pictures of its pages."""

from functools import cache
from typing import TYPE_CHECKING

from letters.letter import LetterError
from registration.db import Session
from registration.errors import Refused
from registration.notes.models import Note
from registration.notes.paper import text_of

if TYPE_CHECKING:
    from letters.compose import Press


def pdf(session: Session, note: Note, language: str) -> bytes:
    """The PDF of a text as it is now; a draft says on every page that it is one.

    Raises Refused where it cannot be printed. Loads WeasyPrint at the first call.
    """
    try:
        return _press().master(text_of(session, note, language))
    except LetterError as error:
        raise Refused("This cannot be printed: %(reason)s", reason=error.reason) from error


@cache
def _press() -> "Press":
    from letters.compose import Press

    return Press()
