"""What a translation is compared with its original for, and how differences are shown."""

import pytest

from registration.notes import arranging, comparison, differences, wording
from registration.notes.differences import Change
from registration.notes.wording import Wording
from registration.words import LANGUAGES

ORIGINAL = Wording(
    "Subject ((deadline))",
    "See CAC/COSP/EG.1/2013/1 of 24 to 28 October 2011.\n\n1. [Here](https://a.example).",
)
DAYS = {
    "en": "held from 24 to 28 October 2011, 25–26 November 2013, on 1 May",
    "fr": "tenue du 24 au 28 octobre 2011, 25 et 26 novembre 2013, le 1er mai",
    "es": "celebrada del 24 al 28 de octubre de 2011, 25 y 26 de noviembre de 2013, el 1 de mayo",
    "ru": "состоявшейся 24–28 октября 2011 года, 25–26 ноября 2013 года, 1 мая",
    "ar": "من 24 إلى 28 تشرين الأول/أكتوبر 2011، 25 و26 تشرين الثاني/نوفمبر 2013، 1 أيار/مايو",
    "zh": "2011年10月24日至28日，2013年11月25日至26日，5月1日",
}


def said(text: Wording, language: str = "fr") -> list[str]:
    return [
        each.sentence % each.values for each in comparison.doubts(ORIGINAL, text, ("en", language))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_is_the_same_however_its_language_writes_it(language: str) -> None:
    found = comparison.dates(Wording("", DAYS[language]), language)
    assert found == {"24.10.", "28.10.", "25.11.", "26.11.", "1.5.", "2011", "2013"}


def test_digits_of_another_script_are_digits() -> None:
    assert comparison.dates(Wording("", "٢٤ تشرين الأول/أكتوبر ٢٠١١"), "ar") == {"24.10.", "2011"}


def test_a_faithful_translation_raises_no_doubt() -> None:
    faithful = Wording(
        "Objet ((deadline))",
        "Voir CAC/COSP/EG.1/2013/1 du 24 au 28 octobre 2011.\n\n1. [Ici](https://a.example).",
    )
    assert said(faithful) == []


def test_each_difference_is_said() -> None:
    other = Wording(
        "Objet",
        "Voir CAC/COSP/EG.1/2013/2 du 25 octobre 2012.\n\n1. [Ici](https://b.example).\n\nFin.",
    )
    assert said(other) == [
        "The original has 2 paragraphs, this text has 3.",
        "Dates that only the original has: 2011, 24.10., 28.10.",
        "Dates that the original does not have: 2012, 25.10.",
        "Symbols that only the original has: CAC/COSP/EG.1/2013/1",
        "Symbols that the original does not have: CAC/COSP/EG.1/2013/2",
        "Only the original fills in: ((deadline))",
        "Links that only the original has: https://a.example",
        "Links that the original does not have: https://b.example",
    ]


@pytest.mark.parametrize("key", wording.kinds())
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_standard_texts_raise_no_doubt(key: str, language: str) -> None:
    kind = wording.kind(key)
    texts = kind.texts[kind.original], kind.texts[language]
    assert comparison.doubts(*texts, (kind.original, language)) == []


def shown(before: str, after: str) -> list[list[tuple[str, str]]]:
    return [
        [(piece.change.value, piece.text) for piece in pieces]
        for pieces in differences.between(before, after)
    ]


def test_a_changed_word_is_shown_among_the_words_that_stayed() -> None:
    assert shown("One.\n\nHeld in Vienna.", "One.\n\nHeld in Panama City.") == [
        [("kept", "One.")],
        [("kept", "Held in "), ("gone", "Vienna"), ("new", "Panama City"), ("kept", ".")],
    ]


def test_chinese_is_compared_character_by_character() -> None:
    assert shown("会议在维也纳举行", "会议在巴拿马城举行") == [
        [("kept", "会议在"), ("gone", "维也纳"), ("new", "巴拿马城"), ("kept", "举行")]
    ]


def test_a_paragraph_that_came_and_one_that_went_are_shown_whole() -> None:
    assert shown("A b.\n\nC d.", "A b.\n\nX y.\n\nC d.") == [
        [("kept", "A b.")],
        [("new", "X y.")],
        [("kept", "C d.")],
    ]
    assert shown("A b.", "") == [[("gone", "A b.")]]


def test_both_texts_can_be_read_from_their_difference() -> None:
    before, after = "The meeting of 2013, in Vienna.", "A second meeting of 2014 in Vienna!"
    (pieces,) = differences.between(before, after)
    assert "".join(p.text for p in pieces if p.change is not Change.NEW) == before
    assert "".join(p.text for p in pieces if p.change is not Change.GONE) == after


def test_a_flood_of_one_word_is_not_compared_word_by_word() -> None:
    assert len(shown("a " * 9_000, "a " * 9_001 + "b")[0]) == 2


def test_paragraphs_are_moved_taken_out_and_numbered_anew() -> None:
    typed = ["Opening", "1. First", "2. Second", "Closing"]
    assert arranging.moved(typed, 2, -1) == ["Opening", "2. Second", "1. First", "Closing"]
    assert arranging.moved(typed, 0, -1) == typed
    assert arranging.moved(typed, 3, 1) == typed
    assert arranging.without(typed, 1) == ["Opening", "2. Second", "Closing"]
    assert arranging.numbered(["2. b", "c", "9. a", "2013 was"]) == [
        "1. b",
        "c",
        "2. a",
        "2013 was",
    ]
    assert arranging.with_number(typed, 3) == [*typed[:3], "3. Closing"]
    assert arranging.with_number(typed, 1) == ["Opening", "First", "1. Second", "Closing"]
    assert arranging.with_one(typed, 99, "X")[-1] == "X"
