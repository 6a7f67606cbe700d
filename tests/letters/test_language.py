import csv
from datetime import date
from pathlib import Path

import pytest

from letters import language as tongue
from letters.letter import LANGUAGES, Language
from tests.letters.reading import words

STATES = Path(__file__).parents[2] / "registration" / "seed" / "states.csv"

OPENING_DAY, CLOSING_DAY = date(2013, 11, 25), date(2013, 11, 26)


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("ar", "25 تشرين الثاني/نوفمبر 2013"),
        ("zh", "2013年11月25日"),
        ("en", "25 November 2013"),
        ("fr", "25 novembre 2013"),
        ("ru", "25 ноября 2013 года"),
        ("es", "25 de noviembre de 2013"),
    ],
)
def test_dates_are_written_in_full(language: Language, printed: str) -> None:
    assert tongue.long_date(OPENING_DAY, language) == printed


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    assert tongue.long_date(date(2013, 7, 1), "fr") == "1er juillet 2013"


@pytest.mark.parametrize(
    ("language", "two_days", "one_week", "two_months", "two_years"),
    [
        (
            "ar",
            "25 و26 تشرين الثاني/نوفمبر 2013",
            "25-29 تشرين الثاني/نوفمبر 2013",
            "25 تشرين الثاني/نوفمبر – 2 كانون الأول/ديسمبر 2013",
            "25 تشرين الثاني/نوفمبر 2013 – 2 كانون الثاني/يناير 2014",
        ),
        (
            "zh",
            "2013年11月25日至26日",
            "2013年11月25日至29日",
            "2013年11月25日至12月2日",
            "2013年11月25日至2014年1月2日",
        ),
        (
            "en",
            "25–26 November 2013",
            "25–29 November 2013",
            "25 November – 2 December 2013",
            "25 November 2013 – 2 January 2014",
        ),
        (
            "fr",
            "25 et 26 novembre 2013",
            "25-29 novembre 2013",
            "25 novembre – 2 décembre 2013",
            "25 novembre 2013 – 2 janvier 2014",
        ),
        (
            "ru",
            "25–26 ноября 2013 года",
            "25–29 ноября 2013 года",
            "25 ноября – 2 декабря 2013 года",
            "25 ноября 2013 года – 2 января 2014 года",
        ),
        (
            "es",
            "25 y 26 de noviembre de 2013",
            "25 a 29 de noviembre de 2013",
            "25 de noviembre a 2 de diciembre de 2013",
            "25 de noviembre de 2013 a 2 de enero de 2014",
        ),
    ],
)
def test_ranges_of_dates_say_nothing_twice(
    language: Language, two_days: str, one_week: str, two_months: str, two_years: str
) -> None:
    assert tongue.date_range(OPENING_DAY, CLOSING_DAY, language) == two_days
    assert tongue.date_range(OPENING_DAY, date(2013, 11, 29), language) == one_week
    assert tongue.date_range(OPENING_DAY, date(2013, 12, 2), language) == two_months
    assert tongue.date_range(OPENING_DAY, date(2014, 1, 2), language) == two_years
    assert tongue.date_range(OPENING_DAY, OPENING_DAY, language) == tongue.long_date(
        OPENING_DAY, language
    )


def test_a_meeting_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before"):
        tongue.date_range(CLOSING_DAY, OPENING_DAY, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_is_asked_for_by_a_full_date(language: Language) -> None:
    assert tongue.long_date(CLOSING_DAY, language) in tongue.reply_by(CLOSING_DAY, language)


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (1, "الأول 第一次 first première первое primera"),
        (2, "الثاني 第二次 second deuxième второе segunda"),
        (3, "الثالث 第三次 third troisième третье tercera"),
        (10, "العاشر 第十次 tenth dixième десятое décima"),
        (11, "الحادي+عشر 第十一次 eleventh onzième одиннадцатое undécima"),
        (12, "الثاني+عشر 第十二次 twelfth douzième двенадцатое duodécima"),
        (14, "الرابع+عشر 第十四次 fourteenth quatorzième четырнадцатое decimocuarta"),
        (20, "العشرون 第二十次 twentieth vingtième двадцатое vigésima"),
        (
            21,
            "الحادي+والعشرون 第二十一次 twenty-first vingt+et+unième двадцать+первое "
            "vigésima+primera",
        ),
        (
            23,
            "الثالث+والعشرون 第二十三次 twenty-third vingt-troisième двадцать+третье "
            "vigésima+tercera",
        ),
        (30, "الثلاثون 第三十次 thirtieth trentième тридцатое trigésima"),
        (
            31,
            "الحادي+والثلاثون 第三十一次 thirty-first trente+et+unième тридцать+первое "
            "trigésima+primera",
        ),
        (40, "الأربعون 第四十次 fortieth quarantième сороковое cuadragésima"),
        (
            55,
            "الخامس+والخمسون 第五十五次 fifty-fifth cinquante-cinquième пятьдесят+пятое "
            "quincuagésima+quinta",
        ),
    ],
)
def test_meetings_are_counted_in_words(number: int, printed: str) -> None:
    expected = [word.replace("+", " ") for word in printed.split()]
    assert [tongue.ordinal(number, language) for language in LANGUAGES] == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_meetings_have_the_same_ordinal(language: Language) -> None:
    numbers = range(1, tongue.LAST_ORDINAL + 1)
    assert len({tongue.ordinal(number, language) for number in numbers}) == len(numbers)


def test_ordinals_are_inflected_where_the_language_does() -> None:
    assert tongue.ordinal(2, "ru", "prepositional") == "втором"
    assert tongue.ordinal(3, "ru", "genitive") == "третьего"
    assert tongue.ordinal(23, "ru", "dative") == "двадцать третьему"
    assert tongue.ordinal(40, "ru", "instrumental") == "сороковым"
    assert tongue.ordinal(21, "ar", "genitive") == "الحادي والعشرين"
    assert tongue.ordinal(2, "ar", "genitive") == "الثاني"


@pytest.mark.parametrize("number", [0, -1, tongue.LAST_ORDINAL + 1])
def test_an_ordinal_that_has_no_word_here_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        tongue.ordinal(number, "fr")


@pytest.mark.parametrize(
    ("name", "article", "language", "printed"),
    [
        ("Bahamas", "the", "en", "of the Bahamas"),
        ("Cuba", "", "en", "of Cuba"),
        ("Pérou", "le", "fr", "du Pérou"),
        ("France", "la", "fr", "de la France"),
        ("Afghanistan", "l'", "fr", "de l'Afghanistan"),
        ("Bahamas", "les", "fr", "des Bahamas"),
        ("Cuba", "", "fr", "de Cuba"),
        ("Haïti", "", "fr", "d'Haïti"),
        ("Oman", "", "fr", "d'Oman"),
        ("El Salvador", "", "fr", "d'El Salvador"),
        ("Perú", "el", "es", "del Perú"),
        ("El Salvador", "", "es", "de El Salvador"),
        ("Argentina", "la", "es", "de la Argentina"),
        ("Emiratos Árabes Unidos", "los", "es", "de los Emiratos Árabes Unidos"),
    ],
)
def test_a_state_takes_the_article_of_its_language(
    name: str, article: str, language: tongue.ArticleLanguage, printed: str
) -> None:
    assert tongue.of_state(name, article, language) == printed


def test_a_name_with_its_article_reads_as_one() -> None:
    assert tongue.with_article("Bahamas", "the", "en") == "the Bahamas"
    assert tongue.with_article("Afghanistan", "l'", "fr") == "l'Afghanistan"
    assert tongue.with_article("Cuba", "", "es") == "Cuba"


@pytest.mark.parametrize(
    ("kind", "name", "language", "printed"),
    [
        (
            "mission",
            "the Islamic Republic of Afghanistan",
            "en",
            "Permanent Mission of the Islamic Republic of Afghanistan",
        ),
        ("mission", "Japan", "en", "Permanent Mission of Japan"),
        ("mission", "le Royaume du Maroc", "fr", "Mission permanente du Royaume du Maroc"),
        ("mission", "el Reino de España", "es", "Misión Permanente del Reino de España"),
        (
            "mission",
            "Республика Албания",
            "ru",
            "Постоянное представительство (Республика Албания)",
        ),
        ("mission", "جمهورية ألبانيا", "ar", "البعثة الدائمة (جمهورية ألبانيا)"),
        ("mission", "日本国", "zh", "日本国常驻代表团"),
        ("observer", "the Holy See", "en", "Permanent Observer Mission of the Holy See"),
        ("observer", "le Saint-Siège", "fr", "Mission permanente d'observation du Saint-Siège"),
        ("delegation", "l'Union européenne", "fr", "Délégation de l'Union européenne"),
        ("delegation", "欧洲联盟", "zh", "欧洲联盟代表团"),
    ],
)
def test_a_mission_is_named_after_its_state(
    kind: tongue.MissionKind, name: str, language: Language, printed: str
) -> None:
    assert tongue.mission_name(name, language, kind) == printed


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_formal_name_of_the_table_can_follow_of(language: tongue.ArticleLanguage) -> None:
    with STATES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            article, name = tongue.split_article(row[f"formal_{language}"], language)
            after = tongue.of_formal(row[f"formal_{language}"], language)
            assert after.endswith(name)
            assert name[0].isupper(), name
            assert not after.startswith(("de le ", "de les ", "de el ")), after
            assert not article or article in ("the", "le", "la", "les", "l'", "el", "los", "las")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_begins_and_ends_with_its_courtesies(language: Language) -> None:
    opening = tongue.opening("ΣΕΝΔΕΡ", language)
    assert "ΣΕΝΔΕΡ" in opening
    assert "{" not in opening
    assert tongue.closing(language).endswith(("。", "."))
    assert tongue.NOTE_VERBALE[language]


def test_braces_in_a_name_are_only_braces() -> None:
    assert "{missions}" in tongue.opening("{missions}", "en")
    assert tongue.mission_name("{name}", "zh") == "{name}常驻代表团"


def test_enclosures_are_counted_in_six_languages() -> None:
    assert [tongue.count_of_enclosures(2, language) for language in LANGUAGES] == [
        "المرفقات: 2",
        "附件：2",
        "Enclosure(s): 2",
        "Pièce(s) jointe(s)\N{NO-BREAK SPACE}: 2",
        "Приложения: 2",
        "Anexo(s): 2",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fixed_word_is_there(language: Language) -> None:
    fixed = vars(tongue.WORDS[language])
    assert all(words(text) for name, text in fixed.items() if name != "gap")
