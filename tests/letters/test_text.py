import re

import pytest
from markupsafe import Markup

from letters.letter import DIRECTION, LANGUAGES, Language, LetterError, Paragraph, Run
from letters.text import marked, proofread, set_apart

LATIN = frozenset(range(0x20, 0x250))


@pytest.mark.parametrize(
    "symbol",
    [
        "CAC/COSP/EG.1/2013/1",
        "CAC/COSP/EG.1/2013/2/Corr.1",
        "CU 2013/175",
        "CU 2013/175(A)/DTA/CEB",
    ],
)
def test_a_symbol_stays_on_one_line(symbol: str) -> None:
    assert set_apart(f"in {symbol}.", "ltr") == f'in <bdi dir="ltr" class="symbol">{symbol}</bdi>.'
    assert f'<bdi dir="ltr" class="symbol">{symbol}</bdi>،' in set_apart(f"في {symbol}، ثم", "rtl")


def test_a_symbol_is_found_between_chinese_characters() -> None:
    assert set_apart("载于CAC/COSP/EG.1/2013/1号文件", "ltr") == (
        '载于<bdi dir="ltr" class="symbol">CAC/COSP/EG.1/2013/1</bdi>号文件'
    )


def test_what_is_too_long_for_a_line_may_break() -> None:
    assert "class" not in set_apart("A/" + "A" * 60, "ltr")
    assert "class" not in set_apart("AB/" + "A" * 60, "ltr")


def test_addresses_are_set_apart_whole() -> None:
    for address in ("a.b@notes.example", "https://notes.example/verify/7K4M?x=1"):
        for direction in ("ltr", "rtl"):
            assert f'<bdi dir="ltr">{address}</bdi>' in set_apart(f"على {address}.", direction)


@pytest.mark.parametrize(
    "run", ["UNCAC", "United Nations", "UTF-8", "+43 1 26060 0", "v2.0", "Côte d’Ivoire"]
)
def test_latin_runs_are_isolated_in_arabic_and_only_there(run: str) -> None:
    assert f'<bdi dir="ltr">{run}</bdi>' in set_apart(f"من {run}، ثم", "rtl")
    assert set_apart(f"from {run}, then", "ltr").unescape() == f"from {run}, then"


def test_dates_in_arabic_are_left_to_the_paragraph() -> None:
    date = "في 25 و26 تشرين الثاني/نوفمبر 2013 في الساعة 10:00"
    assert set_apart(date, "rtl") == date


def test_markup_is_escaped_inside_and_outside_of_runs() -> None:
    assert set_apart('<b>"A&B"', "ltr") == "&lt;b&gt;&#34;A&amp;B&#34;"
    assert "<b>" not in set_apart("<b>نص</b> a@b.example <i>", "rtl")
    assert "&amp;" in set_apart("على https://notes.example/?a=1&b=2", "rtl")


def test_text_is_composed_before_it_is_printed() -> None:
    assert proofread((Paragraph("e\u0301"),), LATIN) == (Paragraph("é"),)


def test_a_line_feed_and_shaping_marks_need_no_glyph() -> None:
    text = "a\nb\u200c\u200d\u200e\u200f\u00ad\u2060"
    assert proofread(text, LATIN) == text


def test_the_first_character_without_a_glyph_is_named() -> None:
    with pytest.raises(
        LetterError, match=r"“国” \(U\+56FD, CJK UNIFIED IDEOGRAPH-56FD\)"
    ) as refused:
        proofread(Paragraph("a国际"), LATIN)
    assert refused.value.reason == str(refused.value)


# --- which language it is -------------------------------------------------------------------------

SENTENCES: dict[Language, str] = {
    "ar": "الوثيقة CAC/COSP/EG.1/2013/1 ترسل إلى a@b.example أو إلى UNODC",
    "zh": "文件CAC/COSP/EG.1/2013/1号发送至a@b.example或UNODC秘书处",
    "en": "Document CAC/COSP/EG.1/2013/1 goes to a@b.example or to UNODC",
    "fr": "Le document CAC/COSP/EG.1/2013/1 va à a@b.example ou à UNODC",
    "ru": "Документ CAC/COSP/EG.1/2013/1 направляется a@b.example или UNODC",
    "es": "El documento CAC/COSP/EG.1/2013/1 va a a@b.example o a UNODC",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_latin_words_say_their_language_in_letters_of_another_script(language: Language) -> None:
    markup = set_apart(SENTENCES[language], DIRECTION[language], language)
    foreign = re.findall(r'<bdi[^>]* lang="en">([^<]+)</bdi>', markup)
    wanted = ["CAC/COSP/EG.1/2013/1", "a@b.example", "UNODC"]
    assert foreign == (wanted if language in ("ar", "zh", "ru") else [])
    assert Markup(markup).striptags() == SENTENCES[language]


def test_a_number_is_of_no_language() -> None:
    assert "lang" not in set_apart("هاتف +43 1 26060", "rtl", "ar")


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("Zoë Ångström", "ar", "und-Latn"),
        ("Zoë Ångström", "fr", ""),
        ("Анна Иванова", "en", "und-Cyrl"),
        ("Анна Иванова", "ru", ""),
        ("سارة", "zh", "und-Arab"),
        ("王小明", "es", "und-Hani"),
        ("17", "es", ""),
    ],
)
def test_of_a_name_in_another_script_only_the_script_is_said(
    name: str, language: Language, said: str
) -> None:
    markup = marked(Paragraph((Run(name, name=True),)), DIRECTION[language], language)
    assert re.findall(r'lang="([^"]*)"', markup) == ([said] if said else [])
