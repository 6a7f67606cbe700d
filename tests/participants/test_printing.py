"""The PDF and the Word document of a list: accessible, the same each time, in any script."""

import gc
import io

import docx
import page as page_validation
import pydyf
import pytest

from letters.letter import LANGUAGES, Language
from letters.list_of_participants import printed
from letters.long_lists import straight
from letters.participants import Entry, Group, ListOfParticipants, Section
from letters.word_document import written
from tests.participants.reading import text_of
from tests.participants.samples import a_list


def of_names(language: Language) -> ListOfParticipants:
    entries = (Entry("Zoë ØSTERGÅRD", "Director"), Entry("فاطمة الحداد", "وزارة العدل"))
    return ListOfParticipants(
        language,
        "CAC/COSP/EG.1/2013/INF/1",
        ("2013",),
        "Title",
        (),
        (Section("Section", (Group("State", entries),)),),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_is_archivable_and_accessible_in_every_language(language: Language) -> None:
    pdf = printed(a_list(60, language))
    for profile in ("3a", "ua1"):
        verdict = page_validation.validate_pdf_bytes(pdf, profile=profile)
        assert verdict.is_compliant, [failure.rule_id for failure in verdict.failures]


def test_the_same_list_gives_the_same_bytes() -> None:
    assert printed(a_list(60)) == printed(a_list(60))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_name_of_the_other_direction_is_there_whole(language: Language) -> None:
    text = text_of(printed(of_names(language)))
    assert "Zoë ØSTERGÅRD" in text
    lines = [
        each.text for each in docx.Document(io.BytesIO(written(of_names(language)))).paragraphs
    ]
    assert "فاطمة الحداد, وزارة العدل" in lines


def test_what_was_held_off_for_a_long_list_goes_on_afterwards() -> None:
    before = pydyf.PDF.page_references
    with straight():
        assert not gc.isenabled()
        assert pydyf.PDF.page_references is not before
    assert gc.isenabled()
    assert pydyf.PDF.page_references is before


def test_references_of_pages_are_those_that_pydyf_would_make() -> None:
    pdf = pydyf.PDF()
    for _ in range(3):
        pdf.add_page(pydyf.Dictionary())
        expected = pdf.page_references
        with straight():
            assert pdf.page_references == expected
            assert pdf.page_references is pdf.page_references
