"""One State in the running text of a note: article, preposition and case in six languages."""

import csv
from pathlib import Path
from typing import get_args

import pytest

from letters import inflection, language
from letters.inflection import FORMS, NEUTRAL, inflected
from letters.language import MissionKind
from letters.letter import LANGUAGES, Language
from registration.seed import reference

_FILE = Path(reference.__file__).with_name("states.csv")
STATES = list(csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(
    ("tongue", "name", "of_state", "to_state"),
    [
        (
            "en",
            "the Republic of Austria",
            "of the Republic of Austria",
            "to the Republic of Austria",
        ),
        ("en", "Ireland", "of Ireland", "to Ireland"),
        ("fr", "le Canada", "du Canada", "au Canada"),
        (
            "fr",
            "la République d'Autriche",
            "de la République d'Autriche",
            "à la République d'Autriche",
        ),
        ("fr", "l'Australie", "de l'Australie", "à l'Australie"),
        ("fr", "les Tuvalu", "des Tuvalu", "aux Tuvalu"),
        ("fr", "Antigua-et-Barbuda", "d'Antigua-et-Barbuda", "à Antigua-et-Barbuda"),
        ("fr", "Nioué", "de Nioué", "à Nioué"),
        ("es", "el Reino de España", "del Reino de España", "al Reino de España"),
        ("es", "la República Argentina", "de la República Argentina", "a la República Argentina"),
        (
            "es",
            "los Emiratos Árabes Unidos",
            "de los Emiratos Árabes Unidos",
            "a los Emiratos Árabes Unidos",
        ),
        ("es", "Barbados", "de Barbados", "a Barbados"),
        ("ar", "جمهورية النمسا", "لجمهورية النمسا", "إلى جمهورية النمسا"),
        ("ar", "المملكة المغربية", "للمملكة المغربية", "إلى المملكة المغربية"),
        ("ar", "ألبانيا", "لألبانيا", "إلى ألبانيا"),
        ("zh", "奥地利共和国", "奥地利共和国", "奥地利共和国"),
        ("ru", "Австрийская Республика", "Австрийской Республики", "Австрийской Республике"),
        ("ru", "Республика Куба", "Республики Куба", "Республике Куба"),
        (
            "ru",
            "Китайская Народная Республика",
            "Китайской Народной Республики",
            "Китайской Народной Республике",
        ),
        ("ru", "Российская Федерация", "Российской Федерации", "Российской Федерации"),
        (
            "ru",
            "Великое Герцогство Люксембург",
            "Великого Герцогства Люксембург",
            "Великому Герцогству Люксембург",
        ),
        ("ru", "Европейский союз", "Европейского союза", "Европейскому союзу"),
        ("ru", "Святой Престол", "Святого Престола", "Святому Престолу"),
        ("ru", "Япония", "Японии", "Японии"),
        ("ru", "Республика  Фиджи", "Республики Фиджи", "Республике Фиджи"),
        ("ru", "Канада", None, None),
        ("ru", "Соединенные Штаты Америки", None, None),
        ("ru", "Босния и Герцеговина", None, None),
        ("ru", "Сент-Люсия", None, None),
    ],
)
def test_a_formal_name_takes_its_form(
    tongue: Language, name: str, of_state: str | None, to_state: str | None
) -> None:
    assert inflected(name, "of_state", tongue) == of_state
    assert inflected(name, "to_state", tongue) == to_state


def test_every_state_has_its_forms_but_for_some_in_russian() -> None:
    missing = {
        (tongue, row["code"])
        for row in STATES
        for tongue in LANGUAGES
        for form in FORMS
        if inflected(row[f"formal_{tongue}"], form, tongue) is None
    }
    assert {tongue for tongue, _code in missing} == {"ru"}
    assert len(missing) == 24


@pytest.mark.parametrize("tongue", LANGUAGES)
@pytest.mark.parametrize("kind", get_args(MissionKind))
def test_a_note_greets_one_mission_and_takes_leave_of_it(
    kind: MissionKind, tongue: Language
) -> None:
    forms = {"state": "{state}", "of_state": "{of_state}", "to_state": "{to_state}"}
    greeting = inflection.opening("Office", forms, kind, tongue)
    assert "Office" in greeting
    assert ("{of_state}" in greeting) != ("{state}" in greeting)
    assert greeting != language.opening("Office", tongue)
    assert "{" not in inflection.closing(kind, tongue)
    assert (inflection.closing(kind, tongue) == language.closing(tongue)) is (tongue == "zh")
    assert "{" in inflection.mission(forms, kind, tongue)


def test_the_article_of_a_mission_is_contracted_with_its_state() -> None:
    forms = {form: inflected("les États-Unis d'Amérique", form, "fr") or "" for form in FORMS}
    assert inflection.opening("Le Secrétariat", forms, "mission", "fr").startswith(
        "Le Secrétariat présente ses compliments à la Mission permanente des États-Unis d'Amérique"
        " auprès de"
    )
    assert inflection.closing("mission", "fr").startswith(
        "Le Secrétariat saisit cette occasion pour renouveler à la Mission permanente les"
    )


def test_what_stands_for_no_state_in_particular_cannot_be_taken_for_one() -> None:
    for tongue in LANGUAGES:
        assert set(NEUTRAL[tongue]) == set(FORMS)
        assert all(said[0] + said[-1] == "[]" for said in NEUTRAL[tongue].values())
