"""Emphasis, links and lists in a letter: printed and tagged, and linked to nothing but pages."""

import io
from dataclasses import replace

import page as page_validation
import pikepdf
import pytest

from letters.compose import Press
from letters.letter import LANGUAGES, Language, Letter, LetterError, Paragraph, Run
from tests.letters.reading import fonts, structure, texts
from tests.letters.samples import a_copy, a_letter

MARKED = (
    Run("See "),
    Run("the registration system", link="https://meetings.example/reg_x"),
    Run(", "),
    Run("for", emphasis=True),
    Run(" and "),
    Run("both", emphasis=True, strong=True),
    Run(" of CAC/COSP/EG.1/2013/1, or write to "),
    Run("office@meetings.example", link="mailto:office@meetings.example"),
    Run(" العربية 中文 слово", emphasis=True),
)


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def a_marked_letter(language: Language = "en") -> Letter:
    letter = a_letter(language)
    marked = (
        Paragraph(MARKED),
        Paragraph(MARKED, number=9),
        Paragraph("First item", bullet=True),
        Paragraph(MARKED, bullet=True),
        Paragraph("After the list"),
    )
    return replace(letter, paragraphs=(letter.paragraphs[0], *marked, letter.paragraphs[-1]))


def linked(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        notes = [note for page in opened.pages for note in page.get("/Annots", [])]
        return [str(note.A.URI) for note in notes]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_with_marks_conforms_in_every_language(press: Press, language: Language) -> None:
    pdf = press.copy(a_marked_letter(language), a_copy("Austria"))
    for profile in ("3a", "ua1"):
        verdict = page_validation.validate_pdf_bytes(pdf, profile=profile)
        assert verdict.is_compliant, [failure.rule_id for failure in verdict.failures]
    assert set(linked(pdf)) == {"https://meetings.example/reg_x", "mailto:office@meetings.example"}


def test_an_address_can_be_read_on_paper_behind_the_words_that_link_it(press: Press) -> None:
    printed = " ".join(" ".join(texts(press.master(a_marked_letter()))).split())
    assert "See the registration system (https://meetings.example/reg_x)," in printed
    assert "or write to office@meetings.example" in printed
    assert "(office@" not in printed


def test_emphasis_leans_and_a_list_is_a_list(press: Press) -> None:
    pdf = press.master(a_marked_letter())
    assert any("Italic" in name for name, _ in fonts(pdf))
    kinds = structure(pdf)
    assert [kinds.count(kind) for kind in ("L", "LI")] == [1, 2]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//x.example", "#x"],
)
def test_a_letter_with_another_link_is_not_printed(press: Press, address: str) -> None:
    letter = replace(a_letter("en"), paragraphs=(Paragraph((Run("x", link=address),)),))
    with pytest.raises(LetterError, match="something else than a page"):
        press.master(letter)
