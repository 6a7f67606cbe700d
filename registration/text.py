"""What people type: one gate for all of it, before anything is stored, printed or mailed.

The rules follow Unicode: NFC, no control characters or non-characters, no bidirectional overrides,
at most eight combining marks on one base. Joiners and directional marks stay, because Arabic,
Persian and Indic names need them.
"""

import re
import unicodedata

from registration.errors import Refused

LINE_LIMIT = 300
TEXT_LIMIT = 20_000
_MARKS_LIMIT = 8
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SPACES = re.compile(r"[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff\u2060\u180e]+")
_LINE_ENDS = re.compile(r"\r\n?|\u0085|\u2028|\u2029")


def line(value: str, *, limit: int = LINE_LIMIT) -> str:
    """One line of text, clean. Raises Refused with a sentence that says what is wrong and where."""
    _refuse_what_cannot_be_stored(value, also="\n\r\u0085\u2028\u2029")
    return _within(limit, _SPACES.sub(" ", unicodedata.normalize("NFC", value)).strip())


def paragraphs(value: str, *, limit: int = TEXT_LIMIT) -> str:
    """Several lines of text, clean; line ends become one kind, outer blank lines go."""
    value = _LINE_ENDS.sub("\n", value)
    _refuse_what_cannot_be_stored(value.replace("\n", " "))
    lines = (
        _SPACES.sub(" ", each).strip() for each in unicodedata.normalize("NFC", value).split("\n")
    )
    return _within(limit, "\n".join(lines).strip("\n"))


def _within(limit: int, value: str) -> str:
    if len(value) > limit:
        raise Refused(
            "This has %(length)s characters; at most %(limit)s are possible.",
            length=len(value),
            limit=limit,
        )
    return value


def _refuse_what_cannot_be_stored(value: str, also: str = "") -> None:
    marks = 0
    for position, character in enumerate(value, start=1):
        if character in _OVERRIDES:
            raise Refused(
                "Character %(position)s turns the direction of the text around. Please retype it.",
                position=position,
            )
        if _is_unstorable(character) or character in also:
            raise Refused(
                "Character %(position)s cannot be stored. Please retype it.", position=position
            )
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _MARKS_LIMIT:
            raise Refused(
                "Character %(position)s carries too many accents. Please retype it.",
                position=position,
            )


def _is_unstorable(character: str) -> bool:
    if character == "\t":
        return False
    point = ord(character)
    return (
        unicodedata.category(character) in ("Cc", "Cs")
        or 0xFDD0 <= point <= 0xFDEF
        or point & 0xFFFE == 0xFFFE
    )


_ATOM = r"[a-z0-9!#$&'*+/=^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(
    rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{2,59}})"
)


def email(value: str) -> str:
    """One e-mail address in lower case, its domain in ASCII. Raises Refused.

    Quoted local parts, comments, lists and address literals are refused: no mission uses them,
    and each has served to smuggle a second recipient.
    """
    value = value.strip().lower()
    local, at, domain = value.rpartition("@")
    try:
        ascii_form = f"{local}@{domain.encode('idna').decode('ascii')}" if at else ""
    except UnicodeError:
        ascii_form = ""
    if len(ascii_form) > 254 or len(local) > 64 or not _EMAIL.fullmatch(ascii_form):
        raise Refused("Please enter one e-mail address, like name@mfa.example.org.")
    return ascii_form
