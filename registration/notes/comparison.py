"""Where a translation says something else than the original, as far as a program can see it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

from letters import language as grammar
from letters.letter import Language
from registration.notes import markup
from registration.notes.wording import Wording
from registration.words import sentence

_PLACE: Final = re.compile(r"\(\(\s*([a-z_]+?)(?:_genitive)?\s*\)\)")
_SYMBOL: Final = re.compile(
    r"(?<![A-Za-z0-9/])[A-Z]{2,}(?: \d{4})?(?:/[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*)+"
)
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CHINESE_DAY: Final = re.compile(r"(\d{1,2})月(\d{1,2})日(?:[至、和—–-]+(\d{1,2})日)?")
# "24 to 28 <10>", "25 y 26 de <11>", "1er <7>": the name of the month is its number by then.
_TO: Final = r"\s*(?:[–—-]|to|and|au|et|al|a|y|إلى|و|по|и)\s*"
_DAY: Final = re.compile(rf"(?<!\d)(\d{{1,2}})(?:er)?(?:{_TO}(\d{{1,2}}))?(?:er)? (?:de )?<(\d+)>")


@dataclass(frozen=True)
class Doubt:
    """Something to look at; `sentence` holds `%(name)s` places for the `values`."""

    sentence: str
    values: dict[str, Any] = field(default_factory=dict)


_PARAGRAPHS: Final = sentence("The original has %(there)s paragraphs, this text has %(here)s.")
# What only the original has, and what only the translation has.
_SAID: Final = {
    "dates": (
        sentence("Dates that only the original has: %(them)s"),
        sentence("Dates that the original does not have: %(them)s"),
    ),
    "symbols": (
        sentence("Symbols that only the original has: %(them)s"),
        sentence("Symbols that the original does not have: %(them)s"),
    ),
    "places": (
        sentence("Only the original fills in: %(them)s"),
        sentence("The original does not fill in: %(them)s"),
    ),
    "links": (
        sentence("Links that only the original has: %(them)s"),
        sentence("Links that the original does not have: %(them)s"),
    ),
}


def doubts(original: Wording, text: Wording, languages: tuple[str, str]) -> list[Doubt]:
    """What differs between the original and a text; `languages` are those of the two, in order."""
    there, here = len(markup.blocks(original.body)), len(markup.blocks(text.body))
    counted = [Doubt(_PARAGRAPHS, {"there": there, "here": here})] if there != here else []
    return counted + list(_of_things(original, text, languages))


def _of_things(original: Wording, text: Wording, languages: tuple[str, str]) -> Iterator[Doubt]:
    find: dict[str, Callable[[Wording, str], set[str]]] = {
        "dates": dates,
        "symbols": lambda each, _: set(_SYMBOL.findall(_whole(each))),
        "places": lambda each, _: {f"(({name}))" for name in _PLACE.findall(_whole(each))},
        "links": lambda each, _: set(markup.links(markup.read(each.body).paragraphs)),
    }
    for what, found_in in find.items():
        there, here = found_in(original, languages[0]), found_in(text, languages[1])
        for said, them in zip(_SAID[what], (there - here, here - there), strict=True):
            if them:
                yield Doubt(said, {"them": ", ".join(sorted(them))})


def _whole(text: Wording) -> str:
    return f"{text.subject}\n{text.body}"


def dates(text: Wording, language: str) -> set[str]:
    """The days that a text names ("24.10.") and the years, however its language writes them."""
    words = "".join(_western(each) for each in _whole(text))
    return {*_YEAR.findall(words), *_days(words, cast(Language, language))}


def _western(character: str) -> str:
    """A digit of any script as ours; anything else as it is."""
    return str(unicodedata.decimal(character, character))


def _days(words: str, language: Language) -> Iterator[str]:
    if language == "zh":
        for month, first, last in _CHINESE_DAY.findall(words):
            yield from _written((first, last), month)
        return
    for number, names in enumerate(grammar.month_names(language), start=1):
        for name in names:
            words = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", f"<{number}>", words)
    for first, last, month in _DAY.findall(words):
        yield from _written((first, last), month)


def _written(days: Iterable[str], month: str) -> Iterator[str]:
    return (f"{int(day)}.{int(month)}." for day in days if day)
