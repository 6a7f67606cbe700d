import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import page as page_validation
import pikepdf
import pytest
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import PdfFileReader

from letters import compose
from letters.compose import Press
from letters.letter import LANGUAGES, Copy, Language, Letter, Paragraph, Printed
from tests.letters.identity import differences
from tests.letters.reading import fonts, qr_codes
from tests.letters.samples import a_letter, copies_for, formal_names

ROOT = Path(__file__).parents[2]
each_language = pytest.mark.parametrize("language", LANGUAGES)

# Twice as much as most lines of a copy mark hold.
TWO_LINES: dict[Language, str] = {
    "ar": "البعثة الدائمة لدولة من الدول " * 4 + "اسمها طويل",
    "zh": "某个国名极长的国家常驻代表团" * 5,
    "en": "Permanent Mission of a State with a long name " * 2 + "Ltd.",
    "fr": "Mission permanente d'un État au nom très long " * 2 + "et plus",
    "ru": "Постоянное представительство государства " * 2 + "с названием",
    "es": "Misión Permanente de un Estado de nombre largo " * 2 + "y más",
}


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def sample(language: Language) -> list[Copy]:
    """The States with the shortest and the longest names, and some between."""
    copies = sorted(copies_for(language), key=lambda copy: (len(copy.addressee), copy.addressee))
    return [*copies[:2], copies[len(copies) // 2], *copies[-3:]]


def made(press: Press, letter: Letter, copies: Sequence[Copy]) -> list[bytes]:
    printed = list(press.copies(letter, copies))
    assert [each.copy for each in printed] == list(copies)
    assert [each.problem for each in printed] == [None] * len(copies)
    return [each.pdf for each in printed if each.pdf]


# --- one layout -------------------------------------------------------------------------------


@each_language
def test_a_copy_of_a_run_is_what_a_layout_of_its_own_gives(
    press: Press, language: Language
) -> None:
    letter, copies = a_letter(language), sample(language)
    for copy, pdf in zip(copies, made(press, letter, copies), strict=True):
        assert differences(pdf, press.copy(letter, copy)) == [], copy.addressee


def test_a_copy_of_several_pages_is_what_a_layout_of_its_own_gives(press: Press) -> None:
    letter, copies = a_letter("fr", rounds=6), sample("fr")[-2:]
    for copy, pdf in zip(copies, made(press, letter, copies), strict=True):
        assert differences(pdf, press.copy(letter, copy)) == [], copy.addressee


@each_language
def test_a_run_lays_its_letter_out_once(
    press: Press, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a new version of WeasyPrint does otherwise inside, shows here first."""
    layouts = []

    class Counting(compose.HTML):  # type: ignore[misc]  # WeasyPrint ships no types
        def render(self, *arguments: Any, **options: Any) -> Any:
            layouts.append(self)
            return super().render(*arguments, **options)

    monkeypatch.setattr(compose, "HTML", Counting)
    made(press, a_letter(language), sample(language)[:3])
    assert len(layouts) == 1


@each_language
def test_a_name_that_takes_two_lines_is_laid_out_by_itself(
    press: Press, language: Language
) -> None:
    letter, others = a_letter(language), copies_for(language)[:2]
    long = replace(others[0], addressee=TWO_LINES[language])
    first, middle, last = made(press, letter, [others[0], long, others[1]])
    assert middle == press.copy(letter, long)
    assert differences(first, press.copy(letter, others[0])) == []
    assert differences(last, press.copy(letter, others[1])) == []


@pytest.mark.parametrize(
    "name", ["A,B", "A  B", " A", "A\nB", "A ", "<b>&amp;", "Ä (B) \\ C", "A\xa0B"]
)
def test_no_name_is_printed_otherwise_in_a_run(press: Press, name: str) -> None:
    letter, other = a_letter("en"), copies_for("en")[0]
    odd = replace(other, addressee=name)
    _, pdf = made(press, letter, [other, odd])
    assert differences(pdf, press.copy(letter, odd)) == []


def test_the_layouts_own_text_in_the_letter_confuses_nothing(press: Press) -> None:
    copies = copies_for("en")[:2]
    said = tuple(Paragraph(text) for text in (copies[0].code, copies[0].addressee, copies[0].code))
    letter = replace(a_letter("en"), paragraphs=said)
    for copy, pdf in zip(copies, made(press, letter, copies), strict=True):
        assert differences(pdf, press.copy(letter, copy)) == []


@each_language
def test_the_master_of_an_edition_is_the_master_itself(press: Press, language: Language) -> None:
    for rounds in (1, 6):
        letter = a_letter(language, rounds=rounds)
        edition = press.edition(letter, sample(language)[:2])
        assert edition.master() == press.master(letter)


def test_copies_are_the_same_before_and_after_the_master(press: Press) -> None:
    letter, copies = a_letter("ar"), sample("ar")[:2]
    edition = press.edition(letter, copies)
    edition.master()
    assert [each.taken() for each in edition.copies] == made(press, letter, copies)


def test_the_master_of_an_edition_without_copies_is_made(press: Press) -> None:
    assert press.edition(a_letter("zh"), []).master() == press.master(a_letter("zh"))


# --- what cannot be made ----------------------------------------------------------------------


def test_a_copy_that_cannot_be_made_stops_no_other(press: Press) -> None:
    good, bad, also_good = copies_for("en")[:3]
    bad = replace(bad, addressee="Republic of \N{THAI CHARACTER KO KAI}")
    too_long = replace(bad, addressee="x" * 141)
    printed = list(press.copies(a_letter("en"), [bad, good, too_long, also_good]))
    assert [each.pdf is None for each in printed] == [True, False, True, False]
    assert "THAI CHARACTER" in str(printed[0].problem)
    assert "too long" in str(printed[2].problem)


def test_a_letter_that_cannot_be_printed_is_refused_for_each_copy(press: Press) -> None:
    letter = replace(a_letter("en"), paragraphs=(Paragraph("Never \x00 printed."),))
    printed = list(press.copies(letter, copies_for("en")[:3]))
    assert all(each.pdf is None and "U+0000" in str(each.problem) for each in printed)


def test_a_run_of_none_makes_nothing(press: Press) -> None:
    assert list[Printed](press.copies(a_letter("en"), [])) == []


# --- what a reader and an archive need --------------------------------------------------------


@each_language
def test_the_copies_of_a_run_can_be_archived_and_read_aloud(
    press: Press, language: Language
) -> None:
    for pdf in made(press, a_letter(language), sample(language)[:3]):
        for profile in ("3a", "ua1"):
            verdict = page_validation.validate_pdf_bytes(pdf, profile=profile)
            assert verdict.is_compliant, [failure.rule_id for failure in verdict.failures]
        assert all(embedded for _name, embedded in fonts(pdf))


def test_a_strict_reader_opens_every_object_of_every_copy(press: Press) -> None:
    """With so many copies, some streams end in a carriage return, which readers stumble over."""
    for pdf in made(press, a_letter("es"), copies_for("es")):
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        size = int(reader.trailer["/Size"])
        own = [reader.get_object(Reference(number, 0, reader)) for number in range(size - 5, size)]
        assert len(own) == 5


def test_each_copy_says_in_its_metadata_for_whom_it_is(press: Press) -> None:
    letter, copies = a_letter("ar"), sample("ar")
    for copy, pdf in zip(copies, made(press, letter, copies), strict=True):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            with document.open_metadata() as metadata:
                assert metadata["pdf:Keywords"] == f"{letter.reference}, {copy.addressee}"
            assert str(document.docinfo.Keywords) == f"{letter.reference}, {copy.addressee}"
            assert str(document.docinfo.Title) == f"{letter.reference} – {letter.subject}"


def test_each_copy_bears_its_own_qr_code(press: Press) -> None:
    copies = copies_for("zh")[:5]
    for copy, pdf in zip(copies, made(press, a_letter("zh"), copies), strict=True):
        assert [content for content, _place in qr_codes(pdf)] == [copy.verify_url]


def test_no_two_files_have_the_same_identifier(press: Press) -> None:
    identifiers = set()
    for pdf in made(press, a_letter("en"), copies_for("en")):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            identifiers.add(bytes(document.trailer.ID[0]))
    assert len(identifiers) == len(formal_names("en"))


# --- the same run, the same bytes -------------------------------------------------------------

_PRINT_RUNS = """
import hashlib, json
from letters.compose import Press
from letters.letter import LANGUAGES
from tests.letters.samples import a_letter, copies_for
press = Press()
digests = {}
for language in reversed(LANGUAGES):
    run = hashlib.sha256()
    for printed in press.copies(a_letter(language), copies_for(language)[:20]):
        run.update(printed.pdf)
    digests[language] = run.hexdigest()
print(json.dumps(digests))
"""


def test_the_same_run_gives_the_same_bytes_anywhere(press: Press) -> None:
    here = {}
    for language in LANGUAGES:
        run = made(press, a_letter(language), copies_for(language)[:20])
        here[language] = hashlib.sha256(b"".join(run)).hexdigest()
    elsewhere = {
        "TZ": "Pacific/Auckland",
        "PYTHONHASHSEED": "7",
        "LC_ALL": "C",
        "FONTCONFIG_FILE": "/nowhere",
        "SOURCE_DATE_EPOCH": "1",
    }
    printed = subprocess.run(
        [sys.executable, "-c", _PRINT_RUNS],
        cwd=ROOT,
        env={**os.environ, **elsewhere},
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(printed.stdout) == here
