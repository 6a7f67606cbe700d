"""What the columns of a table are: guessed from headings and cells, or as chosen before."""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from registration.responses.imports.rules import NEEDED, Column
from registration.words import LANGUAGES, say

_WORDS = Path(__file__).with_name("words.toml")

Columns = tuple[Column | None, ...]  # as many as the table has headings; None: not taken


def folded(words: str) -> str:
    """Words as they are compared: without capitals, full stops, spaces, or marks of direction."""
    plain = unicodedata.normalize("NFKC", words).casefold().replace("’", "'")
    return "".join(
        each for each in plain if each not in ".:*" and unicodedata.category(each)[0] not in "CZ"
    )


@cache
def _headings() -> Mapping[str, Column]:
    return {words: Column(name) for words, name in _known(_table()["headings"]).items()}


@cache
def values_of(column: Column) -> Mapping[str, str]:
    """What stands in a column of few values, by the folded words for it; empty for any other."""
    return _known(_table()["values"].get(column.value, {}))


def _table() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text("utf-8"))


def _known(table: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Names by their folded words; what our own pages call a thing goes before other words."""
    listed = {folded(words): name for name, many in table.items() for words in many}
    own = {
        folded(say(language, many[0])): name
        for name, many in table.items()
        for language in LANGUAGES
    }
    return listed | own


def guessed(
    headings: Iterable[str],
    chosen_before: Mapping[str, Column | None],
    rows: Sequence[Sequence[str]] = (),
) -> Columns:
    """What each column is, each thing once; `chosen_before` is by folded heading and goes first.

    In many tables “Title” stands over Mr. and Ms., so that for these the cells decide.
    """
    taken: set[Column] = set()
    found: list[Column | None] = []
    for place, heading in enumerate(headings):
        key = folded(heading)
        column = _headings().get(key)
        if key in chosen_before:
            column = chosen_before[key]
        elif _are_forms_of_address([row[place] for row in rows]):
            column = Column.COURTESY
        found.append(None if column in taken else column)
        taken |= {column} if column else set()
    return tuple(found)


def _are_forms_of_address(cells: Sequence[str]) -> bool:
    """Whether most of what stands in a column is Mr. or Ms., in whatever language."""
    filled = [folded(each) for each in cells if each.strip()]
    known = values_of(Column.COURTESY)
    return 2 * sum(each in known for each in filled) > len(filled)


def missing(columns: Columns) -> list[Column]:
    """What every person needs and no column holds."""
    return [each for each in NEEDED if each not in columns]


def twice(columns: Sequence[Column | None]) -> list[int]:
    """The places of columns that are what an earlier one is already."""
    return [
        place
        for place, column in enumerate(columns)
        if column is not None and column in columns[:place]
    ]
