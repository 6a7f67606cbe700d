"""The words of a note: its standard texts, and the places in them that are filled in."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from letters.letter import Language, Letterhead, Paragraph
from registration.errors import Refused
from registration.notes import markup
from registration.notes.models import NoteForm

_HERE = Path(__file__).resolve().parent

# What an officer may write between double brackets in the text of a note.
PLACES = frozenset(
    {
        "opening",
        "closing",
        "series",
        "meeting_number",
        "meeting_number_genitive",
        "dates",
        "first_day",
        "place",
        "deadline",
        "original_reference",
        "original_date",
        "symbols",
        "address",
        "portal",
        "meeting_page",
    }
)
# What an addressed note may say besides, in each copy of its own State, and what it says otherwise.
STATE_OF_PLAY = "state_of_play"
ADDRESSED_PLACES = frozenset({"state", "of_state", "to_state", "mission", STATE_OF_PLAY})
OWN_PLACES = ADDRESSED_PLACES | {"opening", "closing"}
# What the mail that carries a copy may say besides.
COVER_PLACES = PLACES | {"secretariat", "reference", "issued_on", "code", "verify_url"}

_GAP = re.compile(r"\[…[^\]\n]*\]")
_PLACE = re.compile(r"\(\(([^()\n]*)\)\)")

# A place without a value holds None.
Values = Mapping[str, str | None]


@dataclass(frozen=True)
class Wording:
    """A text in one language: one line of subject; paragraphs that blank lines part."""

    subject: str
    body: str


@dataclass(frozen=True)
class Kind:
    """What the folder of a kind of note says: its names, its rules and its standard texts."""

    key: str
    names: Mapping[str, str]
    purposes: Mapping[str, str]
    awaits_response: bool
    form: NoteForm
    original: str
    needs_native_check: frozenset[str]
    texts: Mapping[str, Wording]
    addressed_texts: Mapping[str, Wording]  # where it says something else to each mission by name
    covers: Mapping[str, Wording]

    def standard(self, form: NoteForm) -> Mapping[str, Wording]:
        """The standard texts of a note of that form."""
        own = self.addressed_texts if form is NoteForm.ADDRESSED else {}
        return own or self.texts


@dataclass(frozen=True)
class Office:
    """Who writes, in one language; `place_and_date` holds the place {date}."""

    letterhead: Letterhead
    secretariat: str
    article: str
    place_and_date: str
    draft: str
    demonstration: str


def kind(key: str) -> Kind:
    """The kind of that name. Raises Refused where there is none."""
    try:
        return kinds()[key]
    except KeyError:
        raise Refused("Choose what kind of note it is.", field="kind") from None


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of note, in the order in which an officer chooses: the folders are the list."""
    found = [
        (tomllib.loads(file.read_text(encoding="utf-8")), file.parent)
        for file in (_HERE / "kinds").glob("*/kind.toml")
    ]
    found.sort(key=lambda each: each[0]["place"])
    return {folder.name: _kind(about, folder) for about, folder in found}


def _kind(about: Mapping[str, Any], folder: Path) -> Kind:
    cover = "awaiting" if about["awaits_response"] else "informing"
    return Kind(
        key=folder.name,
        names=about["name"],
        purposes=about["purpose"],
        awaits_response=about["awaits_response"],
        form=NoteForm(about["form"]),
        original=about["original"],
        needs_native_check=frozenset(about["needs_native_check"]),
        texts=_texts(folder),
        addressed_texts=_texts(folder / "addressed"),
        covers=_texts(_HERE / "covers" / cover),
    )


def _texts(folder: Path) -> dict[str, Wording]:
    return {file.stem: _read(file) for file in folder.glob("*.txt")}


def _read(file: Path) -> Wording:
    subject, _, body = file.read_text(encoding="utf-8").partition("\n")
    return Wording(subject.strip(), body.strip())


@dataclass(frozen=True)
class StandardParagraph:
    """A paragraph that notes of any kind may take up, in six languages."""

    key: str
    names: Mapping[str, str]
    texts: Mapping[str, str]


@cache
def paragraphs_to_insert() -> Mapping[str, StandardParagraph]:
    """Every standard paragraph, in the order in which a note says these things."""
    files = (_HERE / "paragraphs").glob("*.toml")
    found = [(tomllib.loads(file.read_text(encoding="utf-8")), file.stem) for file in files]
    found.sort(key=lambda each: each[0]["place"])
    return {key: StandardParagraph(key, about["name"], about["text"]) for about, key in found}


def paragraph(key: str) -> StandardParagraph:
    """The standard paragraph of that name. Raises Refused where there is none."""
    try:
        return paragraphs_to_insert()[key]
    except KeyError:
        raise Refused("Choose the paragraph.", field="paragraph") from None


@cache
def office(language: str) -> Office:
    """The names of the office and the fixed words around a note, in that language."""
    words = tomllib.loads((_HERE / "office.toml").read_text(encoding="utf-8"))[language]
    return Office(
        letterhead=Letterhead(words["organization"], words["office"]),
        secretariat=words["secretariat"],
        article=words.get("article", ""),
        place_and_date=words["place_and_date"],
        draft=words["draft"],
        demonstration=words["demonstration"],
    )


def places_of(form: NoteForm) -> frozenset[str]:
    """What may be written in a note of that form: a generic one names no State."""
    return PLACES | ADDRESSED_PLACES if form is NoteForm.ADDRESSED else PLACES


def refuse_unknown_places(wording: Wording, known: frozenset[str] = PLACES) -> None:
    """Raise Refused, naming the paragraph, where double brackets hold a name that is not listed."""
    for name in _unknown(wording.subject, known):
        raise Refused("There is nothing to fill in for ((%(name)s)).", field="subject", name=name)
    for number, paragraph in enumerate(markup.blocks(wording.body), start=1):
        for name in _unknown(paragraph, known):
            raise Refused(
                "Paragraph %(paragraph)s: there is nothing to fill in for ((%(name)s)).",
                field="body",
                paragraph=number,
                name=name,
            )


def _unknown(text: str, known: frozenset[str]) -> list[str]:
    return [name for name in _PLACE.findall(text) if name.strip() not in known]


def gaps(wording: Wording) -> list[str]:
    """What a standard text leaves to its drafter: “[… words]”, each once."""
    return list(dict.fromkeys(_GAP.findall(f"{wording.subject}\n{wording.body}")))


def without_value(wording: Wording, values: Values) -> list[str]:
    """The places of a text that cannot be filled in, each once, in the order of the text."""
    names = (name.strip() for name in _PLACE.findall(f"{wording.subject}\n{wording.body}"))
    return list(dict.fromkeys(name for name in names if values.get(name) is None))


def complete(wording: Wording, values: Values, *, plain: bool = False) -> Wording:
    """The text with its places filled in, once: a value is text, whatever it looks like.

    A place without a value stays as it was written. The body of a note carries marks; a mail,
    which is `plain`, carries none.
    """
    body = _filled(wording.body, values, quote=str if plain else markup.as_words)
    return Wording(_filled(wording.subject, values, quote=str), body)


def _filled(text: str, values: Values, *, quote: Callable[[str], str]) -> str:
    def value_of(place: re.Match[str]) -> str:
        value = values.get(place[1].strip())
        return place[0] if value is None else quote(" ".join(value.split()))

    return _PLACE.sub(value_of, text)


def paragraphs(body: str, language: Language) -> tuple[Paragraph, ...]:
    """The paragraphs as they are printed, with their marks (`markup`)."""
    return tuple(_typeset(each, language) for each in markup.read(body).paragraphs)


def _typeset(paragraph: Paragraph, language: Language) -> Paragraph:
    if isinstance(paragraph.text, str):
        return replace(paragraph, text=typeset(paragraph.text, language))
    runs = (replace(run, text=typeset(run.text, language)) for run in paragraph.text)
    return replace(paragraph, text=tuple(runs))


def typeset(text: str, language: Language) -> str:
    """The text with the spaces and apostrophes of French print, which no keyboard offers."""
    if language != "fr":
        return text
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    return re.sub(r" (?=[:;!?»])|(?<=«) ", "\N{NO-BREAK SPACE}", text)
