"""What text a letter can print, and how runs of another direction are set apart in it."""

import re
import unicodedata
from collections.abc import Callable, Container, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any, Final, TypeVar

from markupsafe import Markup, escape

from letters.letter import Direction, Language, LetterError, Paragraph, Run

Thing = TypeVar("Thing")

# Marks without a shape of their own, which shaping and line breaking need and no font has to draw:
# soft hyphen, Arabic letter mark, zero-width non-joiner and joiner, the two direction marks and the
# word joiner.
_UNSEEN: Final = frozenset("\u00ad\u061c\u200c\u200d\u200e\u200f\u2060")
# Controls, surrogates, private use and unassigned: some fonts map a few of them to an empty shape.
_SHAPELESS: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Overrides and isolates can print a text in another order than the one that was cleared.
_REORDERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"

_STRONG: Final = frozenset({"L", "R", "AL"})

_SEGMENT: Final = r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*(?:\([A-Z]\))?"
# "CAC/COSP/EG.1/2013/1", "CU 2013/175(A)/DTA".
_SYMBOL: Final = re.compile(
    rf"(?<![A-Za-z0-9/])[A-Z]{{2,}}(?: \d{{4}})?(?:/{_SEGMENT})+(?![A-Za-z0-9])"
)
_ADDRESS: Final = r"[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+[A-Za-z0-9]|https?://[!-~]*[A-Za-z0-9/]"
_SYMBOL_OR_ADDRESS: Final = re.compile(rf"{_ADDRESS}|{_SYMBOL.pattern}")

_LETTER: Final = "A-Za-z\u00c0-\u024f"
_TOKEN: Final = rf"[0-9{_LETTER}]+(?:[-./@:_%?=&#+~'’]+[0-9{_LETTER}]+|\([0-9{_LETTER}]+\))*"
_WORD: Final = rf"(?=[0-9]*[{_LETTER}]){_TOKEN}"
_NUMBER_OF_REFERENCE: Final = rf"\d+(?:/{_SEGMENT})+"
_WORDS: Final = rf"{_WORD}(?: (?:{_WORD}|{_NUMBER_OF_REFERENCE}))*"
_TELEPHONE: Final = r"\+\d[\d -]*\d"
_LATIN_RUN: Final = re.compile(rf"{_ADDRESS}|(?<!\w){_WORDS}|{_TELEPHONE}")
# Between Chinese characters there are no spaces.
_LATIN_WORDS: Final = re.compile(rf"{_SYMBOL_OR_ADDRESS.pattern}|(?<![0-9{_LETTER}]){_WORDS}")
# What Latin words are in a letter of another script: ours, in the Secretariat's working language.
OF_LATIN_WORDS: Final[Mapping[Language, str]] = dict.fromkeys(("ar", "ru", "zh"), "en")
# Of a name only the script is known (BCP 47: a language that is not determined).
_OF_A_NAME: Final[Mapping[str, str]] = {
    "LATIN": "und-Latn",
    "ARABIC": "und-Arab",
    "CYRILLIC": "und-Cyrl",
    "CJK": "und-Hani",
}
_SCRIPT: Final[Mapping[Language, str]] = {
    "ar": "ARABIC",
    "zh": "CJK",
    "en": "LATIN",
    "fr": "LATIN",
    "ru": "CYRILLIC",
    "es": "LATIN",
}
# A symbol is kept on one line; something this long is no symbol, and must be free to break.
_LONGEST_SYMBOL: Final = 48


def proofread(thing: Thing, printable: Container[int]) -> Thing:
    """The same dataclass, tuple or string with all its text in NFC, once every character can print.

    `printable` holds the code points of our fonts. Raises LetterError naming the first character
    that cannot be printed, or that would print a text in another order than it reads.
    """
    value: Any = thing
    if isinstance(value, str):
        value = _proofread_text(value, printable)
    elif isinstance(value, tuple):
        value = tuple(proofread(part, printable) for part in value)
    elif is_dataclass(value) and not isinstance(value, type):
        value = replace(
            value, **{f.name: proofread(getattr(value, f.name), printable) for f in fields(value)}
        )
    return value  # type: ignore[no-any-return]


def _proofread_text(text: str, printable: Container[int]) -> str:
    composed = unicodedata.normalize("NFC", text)
    for character in composed:
        if character in _REORDERING:
            raise LetterError(
                "The text contains the character %(character)s, which changes the order of what is"
                " read.",
                character=_named(character),
            )
        if not _can_print(character, printable):
            raise LetterError(
                "The letters' fonts cannot print the character %(character)s.",
                character=_named(character),
            )
    return composed


def as_far_as_printable(text: str, printable: Container[int]) -> str:
    """The text in NFC, with "�" in the place of what `proofread` would refuse."""
    return "".join(
        each if each not in _REORDERING and _can_print(each, printable) else _UNKNOWN
        for each in unicodedata.normalize("NFC", text)
    )


def _can_print(character: str, printable: Container[int]) -> bool:
    if character == "\n" or character in _UNSEEN:
        return True
    return ord(character) in printable and unicodedata.category(character) not in _SHAPELESS


def _named(character: str) -> str:
    shown = f"“{character}” " if character.isprintable() else ""
    name = unicodedata.name(character, "without a name")
    return f"{shown}(U+{ord(character):04X}, {name})"


def set_apart(text: str, direction: Direction, language: Language | None = None) -> Markup:
    """The text as markup, with what must keep its own direction, or its line, in an element.

    Document symbols and references never break across lines, addresses are never hyphenated. In
    right-to-left text every run of Latin letters is isolated besides, or "CAC/COSP/EG.1/2013/1"
    would come apart at its slashes. With the `language` of the text given, Latin words in another
    script say which language they are.
    """
    return _set_apart(text, direction, language, escape)


def _set_apart(
    text: str,
    direction: Direction,
    language: Language | None,
    written: Callable[[str], Markup],
) -> Markup:
    of_latin = OF_LATIN_WORDS.get(language, "") if language else ""
    pattern = _SYMBOL_OR_ADDRESS
    if direction == "rtl" or of_latin:
        pattern = _LATIN_RUN if direction == "rtl" else _LATIN_WORDS
    pieces: list[Markup] = []
    end = 0
    for run in pattern.finditer(text):
        pieces += (written(text[end : run.start()]), _isolated(run.group(), of_latin, written))
        end = run.end()
    pieces.append(written(text[end:]))
    return Markup("").join(pieces)


def marked(paragraph: Paragraph, direction: Direction, language: Language | None = None) -> Markup:
    """The words of a paragraph as markup: what is emphasized, and what is linked.

    On paper nobody can follow a link: its address stands behind the words, unless they are it.
    Raises LetterError for a link to anything but a page of the web or a mailbox.
    """
    pieces: list[Markup] = []
    for link, runs in groupby(paragraph.runs, key=lambda run: run.link):
        linked = tuple(runs)
        pieces += (_emphasized(run, direction, language) for run in linked)
        address = link.removeprefix("mailto:")
        if address and address != "".join(run.text for run in linked):
            pieces.append(Markup(" ({})").format(set_apart(address, direction, language)))
    return Markup("").join(pieces)


def _emphasized(run: Run, direction: Direction, language: Language | None) -> Markup:
    written = partial(_linked, run.link) if run.link else escape
    if run.name:
        own, said = _own_direction(run.text), _lang(_of_name(run.text, language))
        words = Markup('<bdi dir="{}"{}>{}</bdi>').format(own, said, written(run.text))
    else:
        words = _set_apart(run.text, direction, language, written)
    if run.emphasis:
        words = Markup("<em>{}</em>").format(words)
    return Markup("<strong>{}</strong>").format(words) if run.strong else words


def _own_direction(text: str) -> Direction:
    """The direction of the first letter that has one."""
    kinds = (unicodedata.bidirectional(each) for each in text)
    return "rtl" if next((kind for kind in kinds if kind in _STRONG), "L") in ("R", "AL") else "ltr"


def _of_name(name: str, language: Language | None) -> str:
    """What is said of a name in another script than the letter's; nothing of one in its own."""
    scripts = (unicodedata.name(each, "").partition(" ")[0] for each in name if each.isalpha())
    script = next(scripts, "")
    if language is None or script == _SCRIPT[language]:
        return ""
    return _OF_A_NAME.get(script, "")


def _lang(language: str) -> Markup:
    return Markup(' lang="{}"').format(language) if language else Markup("")


def _linked(link: str, words: str) -> Markup:
    """The innermost element: one that stood in a link would be taken for a second link."""
    if not link.startswith(("http://", "https://", "mailto:")):
        raise LetterError(
            "The letter has a link to something else than a page: %(link)s", link=link
        )
    return Markup('<a href="{}">{}</a>').format(link, words) if words else Markup("")


def _isolated(run: str, language: str, written: Callable[[str], Markup]) -> Markup:
    said = _lang(language if any(each.isalpha() for each in run) else "")
    is_symbol = len(run) <= _LONGEST_SYMBOL and _SYMBOL.fullmatch(run)
    kind = Markup(' class="symbol"') if is_symbol else Markup("")
    return Markup('<bdi dir="ltr"{}{}>{}</bdi>').format(kind, said, written(run))
