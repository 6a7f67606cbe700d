import hashlib
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import page as page_validation
import pikepdf
import pytest
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import PdfFileReader
from weasyprint.text.fonts import FontConfiguration

from letters import assets
from letters.compose import Press
from letters.copy_mark import LONGEST_VERIFY_URL
from letters.language import WORDS, count_of_enclosures, mission_name
from letters.letter import (
    LANGUAGES,
    Copy,
    Enclosure,
    Language,
    Letter,
    LetterError,
    Letterhead,
    Paragraph,
)
from tests.letters.reading import (
    descriptions,
    fonts,
    languages,
    lines_as_seen,
    marks,
    qr_codes,
    structure,
    texts,
    where,
    words,
)
from tests.letters.samples import a_copy, a_letter, formal_names

ROOT = Path(__file__).parents[2]
A4_WIDTH, MARGIN = 595.3, 70.9
FOOT = 842 / 4

each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def longest_names(language: Language, count: int = 3) -> list[str]:
    return sorted(formal_names(language), key=len)[-count:]


# --- what a copy says -------------------------------------------------------------------------


@each_language
def test_a_copy_can_be_read_in_its_language(press: Press, language: Language) -> None:
    letter = a_letter(language)
    printed = " ".join(texts(press.copy(letter, a_copy("…"))))
    if language == "zh":
        printed_letters = "".join(words(printed))
        for paragraph in letter.paragraphs:
            assert "".join(words(paragraph.text)) in printed_letters
        return
    # A hyphen at the end of a line comes out as a noncharacter, as itself or as nothing.
    printed_words = set(
        words(printed.replace("\ufffe\n", "").replace("-\n", "").replace("\xad\n", ""))
    )
    wanted = [word for paragraph in letter.paragraphs for word in words(paragraph.text)]
    found = [word for word in wanted if word in printed_words]
    assert len(found) >= 0.95 * len(wanted), set(wanted) - printed_words


@each_language
def test_a_copy_names_its_addressee(press: Press, language: Language) -> None:
    for name in longest_names(language):
        addressee = mission_name(name, language)
        first_page = texts(press.copy(a_letter(language), a_copy(addressee)))[0]
        printed = "".join(words(first_page))
        assert all(word in printed for word in words(addressee))
        assert words(WORDS[language].copy_for)[0] in words(first_page)


@each_language
def test_the_longest_names_leave_the_copy_mark_whole(press: Press, language: Language) -> None:
    for name in longest_names(language):
        pdf = press.copy(a_letter(language), a_copy(mission_name(name, language)))
        code = where(pdf, 0, "7K4M-92QX-HD3T")
        assert code.bottom > 25
        assert code.top < where(pdf, 0, words(count_of_enclosures(2, language))[0]).bottom
        assert len(texts(pdf)) == len(texts(press.master(a_letter(language))))


@each_language
def test_the_qr_code_leads_to_the_verification_page(press: Press, language: Language) -> None:
    short = a_copy("…")
    long = replace(short, verify_url="https://notes.example/".ljust(LONGEST_VERIFY_URL, "x"))
    [(first, first_place)] = qr_codes(press.copy(a_letter(language), short))
    [(second, second_place)] = qr_codes(press.copy(a_letter(language), long))
    assert (first, second) == (short.verify_url, long.verify_url)
    assert first_place == second_place


@each_language
def test_a_master_is_the_copy_without_its_mark(press: Press, language: Language) -> None:
    letter = a_letter(language, rounds=6)
    master, copy = texts(press.master(letter)), texts(press.copy(letter, a_copy("…")))
    assert master[1:] == copy[1:]
    assert "7K4M" in copy[0]
    assert "7K4M" not in master[0]
    assert not qr_codes(press.master(letter))


@each_language
def test_foreign_words_state_their_language_in_the_structure(
    press: Press, language: Language
) -> None:
    letter, copy = a_letter(language), a_copy("…")
    words_of_ours = {"en"} if language in ("ar", "ru", "zh") else set()
    assert set(languages(press.master(letter))) == words_of_ours
    whole = languages(press.copy(letter, copy))
    assert set(whole) == words_of_ours
    assert [languages(each.taken()) for each in press.copies(letter, [copy])] == [whole]


# --- how its pages stand ----------------------------------------------------------------------


@each_language
def test_a_short_letter_has_one_page_and_a_long_one_three(press: Press, language: Language) -> None:
    assert len(texts(press.copy(a_letter(language, rounds=0), a_copy("…")))) == 1
    assert len(texts(press.copy(a_letter(language, rounds=6), a_copy("…")))) == 3


@each_language
def test_pages_are_numbered_from_the_second(press: Press, language: Language) -> None:
    pages = texts(press.copy(a_letter(language, rounds=6), a_copy("…")))
    assert [[n for n in "123" if n in page.split("\n")] for page in pages] == [[], ["2"], ["3"]]


@each_language
def test_enclosures_are_counted_at_the_foot_of_the_last_page(
    press: Press, language: Language
) -> None:
    count_word = words(count_of_enclosures(2, language))[0]
    for rounds in (0, 6):
        pdf = press.master(a_letter(language, rounds=rounds))
        counts = [count_word in words(text) for text in texts(pdf)]
        assert counts == [False] * (len(counts) - 1) + [True]
        assert where(pdf, len(counts) - 1, count_word).bottom < FOOT


def test_enclosures_are_not_left_alone_on_a_page(press: Press) -> None:
    letter = a_letter("en", rounds=0)
    counts = set()
    for lines in range(12, 26):
        filled = replace(letter, paragraphs=(Paragraph("\n".join("x" * lines)), *letter.paragraphs))
        pages = texts(press.master(filled))
        counts.add(len(pages))
        assert "The Secretariat avails itself" in pages[-1]
        assert "Vienna, 1 July 2013" in pages[-1]
        assert "Enclosure(s): 2" in pages[-1]
    assert counts == {1, 2}


def test_the_letterhead_stands_on_the_first_page_only(press: Press) -> None:
    pages = texts(press.master(a_letter("en", rounds=6)))
    assert ["Secretariat of the Meetings" in page for page in pages] == [True, False, False]


@each_language
def test_the_notice_stands_on_every_page(press: Press, language: Language) -> None:
    letter = a_letter(language, rounds=6)
    notice = words(letter.notice)
    with_notice = [words(text) for text in texts(press.master(letter))]
    without = [words(text) for text in texts(press.master(replace(letter, notice="")))]
    assert len(with_notice) == len(without) == 3
    assert all(notice[-1] in page and notice[0] in page for page in with_notice)
    assert not any(notice[-1] in page for page in without)


@each_language
def test_the_date_ends_the_last_line_away_from_the_reference(
    press: Press, language: Language
) -> None:
    pdf = press.master(replace(a_letter(language, rounds=0), enclosures=(), notice=""))
    reference, initials = where(pdf, 0, "CU 2013/175"), where(pdf, 0, "DO1/do2")
    last_line = [mark for mark in marks(pdf, 0) if mark.bottom < initials.top]
    left, right = min(m.left for m in last_line), max(m.right for m in last_line)
    assert (left, right) == pytest.approx((MARGIN, A4_WIDTH - MARGIN), abs=3)
    assert (reference.right > A4_WIDTH - MARGIN - 150) is (language == "ar")
    assert (initials.left > A4_WIDTH / 2) is (language == "ar")


def test_numbered_paragraphs_hang_from_their_numbers(press: Press) -> None:
    pdf = press.master(a_letter("en"))
    number, text = where(pdf, 0, "2."), where(pdf, 0, "The resolution calls")
    next_line = where(pdf, 0, "and, as appropriate")
    assert number.right < text.left
    assert abs(text.left - next_line.left) < 1


# --- Arabic -----------------------------------------------------------------------------------


def test_symbols_and_addresses_keep_their_order_in_arabic(press: Press) -> None:
    lines = lines_as_seen(press.copy(a_letter("ar"), a_copy("…")), 0)
    for run in ("CU2013/175", "CAC/COSP/EG.1/2013/1", "meetings@secretariat.example", "7K4M-92QX"):
        assert any(run in line for line in lines), run


def test_arabic_is_shaped_and_runs_from_right_to_left(press: Press) -> None:
    pdf = press.master(a_letter("ar"))
    organization = where(pdf, 0, "أمانة الاجتماعات")
    assert organization.right > A4_WIDTH / 2
    first, second = where(pdf, 0, "أمانة"), where(pdf, 0, "الاجتماعات")
    assert first.left > second.left


# --- what a reader and an archive need --------------------------------------------------------


@each_language
def test_all_fonts_are_ours_and_embedded(press: Press, language: Language) -> None:
    found = list(fonts(press.copy(a_letter(language), a_copy("…"))))
    families = tuple(f"+{family.replace(' ', '-')}" for family in assets.FAMILIES)
    assert found
    assert all(embedded and any(f in name for f in families) for name, embedded in found)


@each_language
def test_title_and_language_are_set(press: Press, language: Language) -> None:
    letter = a_letter(language)
    with pikepdf.open(io.BytesIO(press.copy(letter, a_copy("…")))) as pdf:
        assert str(pdf.Root.Lang) == language
        assert str(pdf.docinfo.Title) == f"{letter.reference} – {letter.subject}"
        assert str(pdf.docinfo.Author) == letter.letterhead.organization
        assert pdf.Root.ViewerPreferences.DisplayDocTitle


@each_language
def test_a_copy_is_tagged_and_its_pictures_are_described(press: Press, language: Language) -> None:
    pdf = press.copy(a_letter(language), a_copy("…"))
    kinds = structure(pdf)
    assert kinds.count("H1") == 1
    assert kinds.count("P") >= len(a_letter(language).paragraphs)
    assert sorted(descriptions(pdf)) == sorted((WORDS[language].emblem, WORDS[language].qr_code))


@each_language
def test_a_letter_can_be_archived_and_read_aloud(press: Press, language: Language) -> None:
    letter = a_letter(language, rounds=6)
    for pdf in (press.master(letter), press.copy(letter, a_copy("…"))):
        for profile in ("3a", "ua1"):
            verdict = page_validation.validate_pdf_bytes(pdf, profile=profile)
            assert verdict.is_compliant, [failure.rule_id for failure in verdict.failures]


@each_language
def test_a_strict_reader_opens_every_object(press: Press, language: Language) -> None:
    reader = PdfFileReader(io.BytesIO(press.copy(a_letter(language), a_copy("…"))), strict=True)
    size = int(reader.trailer["/Size"])
    read = [reader.get_object(Reference(number, 0, reader)) for number in range(1, size - 1)]
    assert len(read) > 50


# --- the same letter, the same bytes ----------------------------------------------------------

_PRINT_ALL = """
import hashlib, json
from letters.compose import Press
from letters.letter import LANGUAGES
from tests.letters.samples import a_copy, a_letter
press = Press()
print(json.dumps({
    language: hashlib.sha256(press.copy(a_letter(language), a_copy("…"))).hexdigest()
    for language in reversed(LANGUAGES)
}))
"""


def test_the_same_letter_gives_the_same_bytes_anywhere(press: Press) -> None:
    here = {
        language: hashlib.sha256(press.copy(a_letter(language), a_copy("…"))).hexdigest()
        for language in LANGUAGES
    }
    elsewhere = {
        "TZ": "Pacific/Auckland",
        "PYTHONHASHSEED": "7",
        "LC_ALL": "C",
        "FONTCONFIG_FILE": "/nowhere",
        "SOURCE_DATE_EPOCH": "1",
    }
    printed = subprocess.run(
        [sys.executable, "-c", _PRINT_ALL],
        cwd=ROOT,
        env={**os.environ, **elsewhere},
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(printed.stdout) == here


def test_printing_leaves_the_environment_alone(press: Press) -> None:
    before = dict(os.environ)
    Press().master(a_letter("en"))
    assert dict(os.environ) == before


def test_the_values_of_a_letter_do_without_the_layout_engine() -> None:
    code = "import sys, letters.letter, letters.language; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# --- right or not at all ----------------------------------------------------------------------

HOSTILE = (
    '<img src="file:///etc/passwd"><link rel="attachment" href="file:///etc/hostname">',
    "<style>@import url(http://192.0.2.1/x.css); p { display: none }</style>",
    '</p><script>alert(1)</script><iframe src="http://192.0.2.1/">',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://192.0.2.1/x.png"/></svg>',
    '<a href="javascript:alert(1)">x</a><base href="http://192.0.2.1/">',
    "{{ 7 * 7 }} {% include '/etc/passwd' %} {0.__class__} %s ((name)) &lt;b&gt; &#60;",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(press: Press, text: str) -> None:
    letter = Letter(
        language="en",
        reference=text,
        subject=text,
        letterhead=Letterhead(text, text),
        paragraphs=(Paragraph(text), Paragraph(text, number=1)),
        place_and_date=text,
        initials=text,
        enclosures=(Enclosure(text, text),),
        notice=text,
    )
    pdf = press.copy(letter, Copy(text, "{{ 7 * 7 }}<b>", "https://notes.example/?a=1&lt;"))
    printed = "".join("".join(texts(pdf)).split()).replace("\ufffe", "").replace("\xad", "")
    assert printed.count("".join(text.split())) >= 11
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "/Names" not in document.Root
        assert all("/Annots" not in page for page in document.pages)


def test_hostile_text_stays_text_in_arabic(press: Press) -> None:
    letter = replace(a_letter("ar"), paragraphs=tuple(Paragraph(text) for text in HOSTILE))
    seen = "".join(lines_as_seen(press.master(letter), 0))
    assert "javascript:alert" in seen
    assert "49" not in seen


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("🏛", "CLASSICAL BUILDING"),
        ("ก", "THAI CHARACTER KO KAI"),
        ("\x00", "U+0000"),
        ("\t", "U+0009"),
        ("\ud800", "U+D800"),
        ("\ue000", "U+E000"),
        ("\u202e", "RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "LEFT-TO-RIGHT ISOLATE"),
    ],
)
def test_a_character_that_cannot_be_printed_is_named(
    press: Press, character: str, name: str
) -> None:
    letter = a_letter("en")
    faulty = replace(letter, enclosures=(Enclosure(f"Guide {character}"),))
    with pytest.raises(LetterError, match=re.escape(name)):
        press.master(faulty)
    with pytest.raises(LetterError, match=re.escape(name)):
        press.copy(letter, a_copy(f"Mission {character}"))


@pytest.mark.parametrize(
    ("copy", "what"),
    [
        (Copy("x" * 141, "1", "https://notes.example"), "name of the addressee"),
        (Copy("x", "1" * 41, "https://notes.example"), "verification code"),
        (Copy("x", "1", "https://notes.example/" + "x" * 90), "verification address"),
        (Copy("x", "1", "https://nötes.example/"), "verification address"),
    ],
)
def test_what_does_not_fit_the_copy_mark_is_refused(press: Press, copy: Copy, what: str) -> None:
    with pytest.raises(LetterError, match=what):
        press.copy(a_letter("en"), copy)


def test_text_is_never_lost_beyond_the_paper(press: Press) -> None:
    letter = a_letter("en")
    many = tuple(Enclosure(f"Paper number {number}") for number in range(100))
    assert texts(press.master(replace(letter, enclosures=many[:40])))[-1].count("Paper") == 40
    with pytest.raises(LetterError, match="does not fit on the page"):
        press.master(replace(letter, enclosures=many))


def test_a_long_word_is_broken_and_not_lost(press: Press) -> None:
    pdf = press.master(replace(a_letter("en"), subject="x" * 400, initials="y" * 200))
    printed = "".join(texts(pdf))
    assert printed.count("x") >= 400
    assert printed.count("y") >= 200
    assert max(mark.right for mark in marks(pdf, 0)) < A4_WIDTH - MARGIN + 1


def test_a_notice_that_would_cover_the_letterhead_is_refused(press: Press) -> None:
    with pytest.raises(LetterError, match="notice is too long"):
        press.master(replace(a_letter("en"), notice="demonstration " * 20))


def test_a_letter_in_another_language_is_refused(press: Press) -> None:
    with pytest.raises(LetterError, match="de"):
        press.master(replace(a_letter("en"), language="de"))  # type: ignore[arg-type]


def test_a_foreign_font_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "font_configuration", FontConfiguration)
    with pytest.raises(LetterError, match="foreign font"):
        Press().master(a_letter("en"))


def test_a_missing_template_is_an_error_and_not_an_empty_letter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assets, "TEMPLATES", tmp_path)
    with pytest.raises(LetterError, match="missing"):
        Press()
