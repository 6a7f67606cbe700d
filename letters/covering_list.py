"""The covering list of a print run: which copies lie below, and where each is signed for."""

from dataclasses import dataclass

from letters.letter import Language
from letters.table import Column, Table
from letters.table import printed as printed_table


@dataclass(frozen=True)
class ListedCopy:
    """A line: for whom the copy is, in which language (by its own name), and how long it is."""

    addressee: str
    language: str
    pages: int


@dataclass(frozen=True)
class CoveringList:
    """What is printed before a run, in the words of the office's language.

    `columns` are the headings of number, addressee, language, pages, date and receiver; `facts`
    are lines under the title.
    """

    language: Language
    title: str
    facts: tuple[str, ...]
    columns: tuple[str, str, str, str, str, str]
    copies: tuple[ListedCopy, ...]


def printed(listed: CoveringList) -> bytes:
    """The list as PDF/UA-1. The same list gives the same bytes. Raises LetterError."""
    number, addressee, language, pages, delivered_on, receiver = listed.columns
    return printed_table(
        Table(
            language=listed.language,
            title=listed.title,
            facts=listed.facts,
            columns=(
                Column(number, 9, figures=True),
                Column(addressee),
                Column(language, 20),
                Column(pages, 14, figures=True),
                Column(delivered_on, 27),
                Column(receiver, 46),
            ),
            rows=tuple(
                (str(position), copy.addressee, copy.language, str(copy.pages), "", "")
                for position, copy in enumerate(listed.copies, start=1)
            ),
            room_to_write=True,
        )
    )
