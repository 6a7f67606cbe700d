"""The message catalogues: whole, of today, and safe to fill in."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import registration.app  # noqa: F401
import workers.post  # noqa: F401  (between them they know every refusal)
from letters.letter import LetterError
from registration.delegations.persons import NEEDED
from registration.documents.examination import SENTENCES
from registration.errors import DomainError
from registration.responses.saying import BARRED
from workshop.catalogues import (
    SENTENCES_OF_ERRORS,
    TRANSLATED,
    TRANSLATIONS,
    gather,
    untranslated,
)

# What the program fills in: %(name)s, the places of a note like ((deadline)), and tags.
HELD = re.compile(r"%\(\w+\)[a-z]|\(\((?:[a-z_]+|%\(\w+\)s)\)\)|</?[a-z][^>]*>")
FINISHED = ("ar", "es", "fr", "ru", "zh")


def catalogue(language: str) -> Catalog:
    with _file(language).open("rb") as file:
        return read_po(file, locale=language)


def _file(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def forms(entry: Message) -> Iterator[tuple[str, str]]:
    """Each translated form of an entry, with the English that it must agree with."""
    if isinstance(entry.id, str):
        yield entry.id, str(entry.string or "")
    else:
        singular, plural = entry.id
        translated = list(entry.string or ())
        for number, form in enumerate(translated):
            yield (singular if number == 0 and len(translated) > 1 else plural), form


def held(words: str, *, counts: bool) -> set[str]:
    """What is filled in; where an entry counts, a form may say its number in words."""
    return set(HELD.findall(words)) - ({"%(num)s"} if counts else set())


class _Anything(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return name


@pytest.fixture(scope="module")
def source() -> Catalog:
    return gather()


@pytest.mark.parametrize("language", FINISHED)
def test_a_finished_language_says_everything(language: str) -> None:
    assert untranslated()[language] == []


def test_a_request_is_refused_in_other_words_than_a_mail(source: Catalog) -> None:
    mail, request = source.get("Refused"), source.get("Refused", context="a request")
    assert mail is not None
    assert request is not None
    assert mail is not request


@pytest.mark.parametrize("language", FINISHED)
def test_a_finished_language_guesses_nothing(language: str) -> None:
    assert [entry.id for entry in catalogue(language) if entry.id and entry.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_what_is_filled_in(language: str) -> None:
    wrong = [
        (english, form)
        for entry in catalogue(language)
        if entry.id
        for english, form in forms(entry)
        if form
        and held(english, counts=entry.pluralizable) != held(form, counts=entry.pluralizable)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_can_be_filled_in(language: str) -> None:
    for entry in catalogue(language):
        for _english, form in forms(entry) if entry.id else ():
            assert "%(" not in form % _Anything()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_the_lines_of_the_source(language: str) -> None:
    wrong = [
        (english, form)
        for entry in catalogue(language)
        if entry.id
        for english, form in forms(entry)
        if form and (english.count("\n"), _ends(english)) != (form.count("\n"), _ends(form))
    ]
    assert wrong == []


def _ends(words: str) -> tuple[bool, bool]:
    return words.startswith((" ", "\n")), words.endswith((" ", "\n"))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_what_the_source_says_and_no_more(language: str, source: Catalog) -> None:
    said = {entry.id for entry in source if entry.id}
    assert {entry.id for entry in catalogue(language) if entry.id} == said


def test_what_the_macros_say_is_gathered(source: Catalog) -> None:
    folders = {file.rpartition("/")[0] for entry in source for file, _line in entry.locations}
    assert "templates/_macros" in folders


def test_french_sets_its_spaces_and_apostrophes() -> None:
    wrong = re.compile(r"[^\W\d]'\w| [:;?!»]|« |[\w)][;?!»](?:\s|$)|[\w)]:\s")
    assert [
        form
        for entry in catalogue("fr")
        if entry.id
        for _english, form in forms(entry)
        if wrong.search(form)
    ] == []


def kinds_of(error: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in error.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def test_the_sentence_of_every_refusal_is_gathered(source: Catalog) -> None:
    ours = {each.__name__ for each in kinds_of(DomainError) if "registration" in each.__module__}
    assert {*ours, LetterError.__name__} == set(SENTENCES_OF_ERRORS)
    for sentence in (*SENTENCES.values(), *BARRED.values(), *NEEDED.values()):
        assert source.get(sentence) is not None, sentence
