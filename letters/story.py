"""The story of a State as a PDF: what happened between it and the office, one line for each."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from letters.letter import Language
from letters.table import Column, Table
from letters.table import printed as printed_table

_WIDTHS: Final = (32, None, None, 30)


class Told(NamedTuple):
    """One line: when, in words; what happened; more about it; and by whom, if anybody."""

    when: str
    what: str
    detail: str
    who: str


@dataclass(frozen=True)
class PrintedStory:
    """The whole story in one language. `facts` are lines under the title.

    `columns` are the headings of when, what, detail and who.
    """

    language: Language
    title: str
    facts: tuple[str, ...]
    columns: tuple[str, str, str, str]
    lines: tuple[Told, ...]


def printed(story: PrintedStory) -> bytes:
    """The story as PDF/UA-1. The same story gives the same bytes. Raises LetterError."""
    return printed_table(
        Table(
            language=story.language,
            title=story.title,
            facts=story.facts,
            columns=tuple(map(Column, story.columns, _WIDTHS)),
            rows=story.lines,
        )
    )
