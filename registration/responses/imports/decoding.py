"""Makes text of the bytes of a file, whichever program wrote them."""

import codecs
import re

from registration.errors import Refused
from registration.responses.imports.rules import Encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_RUNS = re.compile(rb"[\x80-\xff]+")
_AMONG_LATIN = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]+|[\x80-\xff]+(?=[A-Za-z])")
_ARABIC_LETTER = re.compile(r"[\u0600-\u06ff]")
_CYRILLIC_LETTER = re.compile(r"[\u0400-\u04ff]")
_CAPITAL_INSIDE = re.compile(r"(?<=[\u0430-\u044f])[\u0410-\u042f]")


def decoded(content: bytes, encoding: Encoding | None = None) -> str:
    """The text of a file. Where nobody says in which encoding it is, that is found out.

    Raises Refused for the field `file` where it is not written in the encoding that was named.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strictly(content, name)
    return _strictly(content, encoding or guessed(content))


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(
            "The characters of this file cannot be read (from byte %(place)s on). Save it as CSV in"
            " UTF-8, or as a workbook (.xlsx), and upload that.",
            field="file",
            place=error.start + 1,
        ) from None


def guessed(content: bytes) -> Encoding | str:
    """The encoding of a file without a mark of it: what its bytes allow, then what they resemble.

    UTF-8 is recognized with near certainty. Between the code pages of Windows a guess remains; the
    person sees the names before anything is written, and can name the encoding.
    """
    if (wide := _without_a_mark(content)) is not None:
        return wide
    if _allows(content, "utf-8"):
        return Encoding.UTF_8
    # In Latin script what is beyond ASCII stands among its letters; others have whole words of it.
    if 2 * len(_AMONG_LATIN.findall(content)) >= len(_RUNS.findall(content)):
        return Encoding.WESTERN
    likeness = {
        Encoding.ARABIC: _as_arabic(content),
        Encoding.CYRILLIC: _as_cyrillic(content),
    }
    return max(likeness, key=lambda each: likeness[each])


def _allows(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _without_a_mark(content: bytes) -> str | None:
    """UTF-16 without its mark: half of the bytes of separators and line ends are nought."""
    start = content[:2_000]
    if start[1::2].count(0) > len(start) // 8 and not start[::2].count(0):
        return "utf-16-le"
    if start[::2].count(0) > len(start) // 8 and not start[1::2].count(0):
        return "utf-16-be"
    return None


def _as_arabic(content: bytes) -> float:
    return _share(_ARABIC_LETTER, content, Encoding.ARABIC)


def _as_cyrillic(content: bytes) -> float:
    text = content.decode(Encoding.CYRILLIC, "replace")
    capitals = len(_CAPITAL_INSIDE.findall(text)) + len(re.findall("[\u0410-\u042f]{2,}", text))
    return _share(_CYRILLIC_LETTER, content, Encoding.CYRILLIC) - capitals / max(len(text), 1)


def _share(letters: re.Pattern[str], content: bytes, encoding: str) -> float:
    """How many of the characters beyond ASCII are letters of the script."""
    text = content.decode(encoding, "replace")
    beyond = sum(character > "\x7f" for character in text)
    return len(letters.findall(text)) / max(beyond, 1)
