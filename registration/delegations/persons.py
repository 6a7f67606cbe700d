"""What is said of a person whom a State puts forward, as plain words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from registration import text
from registration.delegations.models import Courtesy, Delegate
from registration.delegations.rules import Area, Capacity
from registration.words import LANGUAGES, sentence

NEEDED = {
    "family_name": sentence("Enter the family name, or the whole name where it is not parted."),
    "title": sentence("Enter the title or post."),
    "institution": sentence("Enter the institution."),
}


@dataclass(frozen=True)
class Person:
    """Somebody whom a State puts forward. Given names are empty where a passport shows one name.

    `printed_name` and `sorting_name` are empty where they follow from the passport's name; `areas`
    are values of `rules.Area`, `languages` codes of official languages.
    """

    courtesy: Courtesy
    family_name: str
    given_names: str
    title: str
    institution: str
    email: str = ""
    head_of_delegation: bool = False
    capacity: Capacity = Capacity.EXPERT
    printed_name: str = ""
    sorting_name: str = ""
    telephone: str = ""
    areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


def person_of(delegate: Delegate) -> Person:
    """What is said of a delegate, to be offered again or compared."""
    said = {each.name: getattr(delegate, each.name) for each in fields(Person)}
    return Person(**{**said, "areas": tuple(said["areas"]), "languages": tuple(said["languages"])})


def known_by(person: Person) -> Person:
    """What somebody is known again by: all that is said, but for who heads the delegation."""
    return replace(person, head_of_delegation=False)


def cleaned(person: Person) -> Person:
    """The same words as they are kept. Raises Refused where the gate of all text refuses them."""
    lines: dict[str, Any] = {name: text.line(getattr(person, name)) for name in _LINES}
    return replace(
        person,
        **lines,
        courtesy=Courtesy(person.courtesy),
        capacity=Capacity(person.capacity),
        email=text.email(person.email) if person.email else "",
        areas=_known(person.areas, [area.value for area in Area]),
        languages=_known(person.languages, LANGUAGES),
    )


_LINES = (
    "given_names",
    "family_name",
    "printed_name",
    "sorting_name",
    "title",
    "institution",
    "telephone",
)


def _known(chosen: Iterable[str], possible: Sequence[str]) -> tuple[str, ...]:
    """What was chosen, in the order of the table, so that the same choice is the same value."""
    return tuple(each for each in possible if each in set(chosen))
