"""What goes along with a note: at its foot, in the clearance, in the mail and under its link."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from letters import letter as letters
from registration import config
from registration.documents.models import Document
from registration.documents.reference import Reference
from registration.errors import Refused
from registration.meetings.models import Meeting
from registration.notes.enclosed import Enclosure
from registration.notes.models import Note

# Mail servers often refuse more than 10 MB, and a file grows by a third on its way.
MAIL_LIMIT = 7 * 2**20
_WORDS = Path(__file__).with_name("enclosures.toml")


def printed(note: Note, language: str) -> tuple[letters.Enclosure, ...]:
    """The list at the foot of the note; a title that is still missing shows as a dash."""
    return tuple(
        letters.Enclosure(each.titles.get(language, "–"), each.symbol) for each in note.enclosures
    )


def consented(note: Note) -> list[dict[str, Any]]:
    """What a clearance covers of the enclosures: their order, titles, symbols, and every byte."""
    return [
        {
            "titles": each.titles,
            "symbol": each.symbol,
            "files": {file.language: file.document.sha256 for file in each.files},
        }
        for each in note.enclosures
    ]


def problems(note: Note, meeting: Meeting, language: str) -> list[Refused]:
    """What keeps a draft with these enclosures from being submitted, in one language."""
    listed = {each.symbol for each in meeting.documents}
    return [
        problem
        for number, each in enumerate(note.enclosures, start=1)
        for problem in _problems(number, each, listed, language)
    ]


def _problems(number: int, enclosure: Enclosure, listed: set[str], language: str) -> list[Refused]:
    found = []
    if not enclosure.titles.get(language):
        found.append(Refused("Enclosure %(number)s has no title in this language.", number=number))
    if enclosure.symbol is None and enclosure.file_in(language) is None:
        found.append(Refused("Enclosure %(number)s has no file for this language.", number=number))
    if enclosure.symbol is not None and enclosure.symbol not in listed:
        found.append(
            Refused(
                "Enclosure %(number)s is no longer among the documents of the meeting.",
                number=number,
            )
        )
    return found


def attached(note: Note, language: str) -> list[tuple[UUID, str]]:
    """The files that travel with a copy, as `post` takes them; none where they are too much."""
    if _too_big_for_mail(note, language):
        return []
    return [
        (document.id, filename(note, number))
        for number, document in enumerate(files(note, language), start=1)
        if document is not None
    ]


def filename(note: Note, number: int) -> str:
    """The name under which an enclosure travels, in ASCII: CU-2013-175-enclosure-1.pdf."""
    return f"{Reference.parse(str(note.reference)).filename}-enclosure-{number}.pdf"


def files(note: Note, language: str) -> Sequence[Document | None]:
    """The file of each enclosure for the copies in that language, in the order of the list."""
    return [each.file_in(language) for each in note.enclosures]


def _too_big_for_mail(note: Note, language: str) -> bool:
    return sum(each.size for each in files(note, language) if each is not None) > MAIL_LIMIT


def told(note: Note, language: str, *, code: str, meeting_page: str) -> str:
    """The paragraph of the mail around a copy that names what goes along; empty where nothing does.

    What is not attached has its address: the meeting's page for its documents, and for files that
    are too much for a mail a link that holds the copy's verification code.
    """
    if not note.enclosures:
        return ""
    words, linked = _words(language), _too_big_for_mail(note, language)
    lines = [words["heading"]]
    for number, each in enumerate(printed(note, language), start=1):
        form, address = words["attached"], ""
        if each.symbol is not None:
            form, address = words["linked"], meeting_page
        elif linked:
            form, address = words["linked"], file_url(code, number)
        title = f"{each.title} ({each.symbol})" if each.symbol else each.title
        lines.append(form.format(number=number, title=title, address=address))
    return "\n".join(lines)


@cache
def _words(language: str) -> dict[str, str]:
    words: dict[str, str] = tomllib.loads(_WORDS.read_text(encoding="utf-8"))[language]
    return words


def file_url(code: str, number: int) -> str:
    """Where whoever holds the copy with that code finds an enclosure."""
    return f"{config.current().base_url}/enclosures/{code}/{number}.pdf"
