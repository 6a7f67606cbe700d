"""Names that may be one person's, and names that are not."""

import csv
import random
from pathlib import Path

import pytest

from registration.seed import invented
from registration.verification.likeness import Likeness, alike

ROOT = Path(__file__).resolve().parents[2]
SAME, OTHER = Likeness.SAME, Likeness.SPELLED_DIFFERENTLY


@pytest.mark.parametrize(
    ("one", "another", "likeness"),
    [
        ("José García", "JOSE GARCIA", SAME),
        ("José García", "García, José", SAME),
        ("Nguyễn Văn An", "Nguyen Van An", SAME),
        ("Сергей Щербаков", "Sergey Shcherbakov", SAME),
        ("Anna-Maria Müller", "Anna Maria Muller", SAME),
        ("Anna Müller", "Anna Mueller", OTHER),
        ("Ahmed Al-Masri", "Ahmad El Masry", OTHER),
        ("محمد المصري", "Muhammad Al-Masri", OTHER),
        ("محمد المصري", "Mohamed El Masry", OTHER),
        ("فاطمة الزهراء حداد", "Fatima Zahra Haddad", OTHER),
        ("Дмитрий Кузнецов", "Dmitry Kuznetsov", OTHER),
        ("Мухаммад Иванов", "Muhammad Ivanov", OTHER),
        ("王小明", "Wang Xiaoming", OTHER),
        ("Eva Huber", "Eva Hubér", SAME),
    ],
)
def test_one_person_in_two_spellings_is_found_from_both_sides(
    one: str, another: str, likeness: Likeness
) -> None:
    assert [each.likeness for each in alike(one, {1: another})] == [likeness]
    assert [each.likeness for each in alike(another, {1: one})] == [likeness]


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("Eva Huber", "Eva Gruber"),
        ("John Smith", "Jane Smith"),
        ("Anna Müller", "Ian Miller"),
        ("محمد المصري", "Eva Huber"),
        ("Иван Петров", "Sergey Shcherbakov"),
        ("王小明", "李小龙"),
        ("", "Eva Huber"),
        ("Eva Huber", ""),
        ("…", "?"),
    ],
)
def test_two_persons_are_not_taken_for_one(one: str, another: str) -> None:
    assert alike(one, {1: another}) == []


def test_the_likest_stands_first() -> None:
    others = {1: "Eva Hubere", 2: "Somebody Else", 3: "HUBER Eva"}
    assert [each.key for each in alike("Eva Huber", others)] == [3, 1]


def test_a_name_finds_its_like_among_thousands_and_nobody_else() -> None:
    chance = random.Random(7)
    syllables = ("ka", "re", "mo", "li", "sun", "dor", "vek", "ta", "nim", "bu")
    others = {
        number: " ".join("".join(chance.choices(syllables, k=3)).title() for _ in range(2))
        for number in range(5_000)
    }
    others[9_999] = "Huber, Éva"
    assert [each.key for each in alike("Eva Huber", others)] == [9_999]


def test_the_invented_experts_of_the_demonstration_are_told_apart() -> None:
    with (ROOT / "registration/seed/states.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    names = {
        (code, number): f"{person.given_names} {person.family_name}"
        for code in codes
        for number, person in ((each, invented.expert(code, each)) for each in range(4))
    }
    some = list(names.values())[::7]
    assert max(len(alike(name, names)) - 1 for name in some) <= 3
