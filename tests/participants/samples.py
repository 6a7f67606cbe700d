"""Invented lists of participants of any length, for tests and for measuring."""

import csv

from letters.letter import Language
from letters.participants import Entry, Group, ListOfParticipants, Section
from registration.seed.reference import FOLDER

GIVEN = ("Anna Maria", "Jean-Pierre", "Olga", "Chen", "Fatima", "Carlos", "Kofi", "José", "Zoë")
FAMILY = ("GARCÍA", "MÜLLER", "IVANOVA", "OKAFOR", "NGUYỄN", "HADDAD", "ØSTERGÅRD", "KOWALSKI")
POSTS = (
    "Director, Ministry of Justice",
    "Legal Adviser, Office of the Prosecutor General",
    "First Secretary, Permanent Mission",
    "Head of Unit, National Anti-Corruption Commission",
)


def a_list(persons: int, language: Language = "en") -> ListOfParticipants:
    """So many invented persons, spread evenly over the States of the reference data."""
    with (FOLDER / "states.csv").open(encoding="utf-8", newline="") as rows:
        names = [row[f"name_{language}"] for row in csv.DictReader(rows)]
    groups = []
    for place, name in enumerate(names):
        first, last = persons * place // len(names), persons * (place + 1) // len(names)
        if last > first:
            entries = tuple(_person(number, number == first) for number in range(first, last))
            groups.append(Group(name, entries))
    half = len(groups) // 2
    return ListOfParticipants(
        language=language,
        symbol="CAC/COSP/EG.1/2013/INF/1",
        facts=("25 November 2013", "Panama City, 25–26 November 2013"),
        title="List of participants",
        remarks=("As registered by 24 November 2013.",),
        sections=(
            Section("States parties", tuple(groups[:half])),
            Section("Signatories", tuple(groups[half:])),
        ),
    )


def _person(number: int, heads: bool) -> Entry:
    return Entry(
        name=f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]}",
        post=POSTS[number % len(POSTS)],
        before="Ms." if number % 2 else "Mr.",
        after="Head of delegation" if heads else "",
    )
