"""In what order names of States are filed, as words without a database."""

import pytest

from registration.participants.rules import name_order


@pytest.mark.parametrize(
    ("language", "filed"),
    [
        ("ar", ["الأردن", "بلجيكا", "الجزائر", "عمان"]),  # the article is not counted
        ("fr", ["Autriche", "Égypte", "Équateur", "Finlande"]),
        ("es", ["Alemania", "Ángola", "Austria"]),
        ("ru", ["Австрия", "Бельгия", "Япония"]),
    ],
)
def test_names_are_filed_as_a_dictionary_of_the_language_does(
    language: str, filed: list[str]
) -> None:
    keys = [name_order(name, "", language) for name in filed]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_english_and_chinese_follow_the_order_of_the_register(language: str) -> None:
    assert name_order("中国", "China", language) == "China"
