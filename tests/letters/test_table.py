"""Plain tables as PDF: whatever people wrote is printed, in order, under a head on every page."""

import io

import pikepdf
import pytest

from letters.covering_list import CoveringList, ListedCopy
from letters.covering_list import printed as printed_list
from letters.letter import Language
from letters.story import PrintedStory, Told
from letters.story import printed as printed_story
from letters.table import Column, Table, printed
from tests.letters.reading import texts

HEADINGS = ("When", "What", "Details", "By whom")


def a_story(language: Language, detail: str, lines: int = 1) -> PrintedStory:
    return PrintedStory(
        language,
        "Story",
        ("Everything",),
        HEADINGS,
        (Told("1 July", "Note", detail, "Anna"),) * lines,
    )


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_what_our_fonts_lack_is_printed_as_unknown_and_the_rest_as_it_is(
    language: Language,
) -> None:
    pdf = printed_story(a_story(language, "Before \N{GRINNING FACE}\x07\u202e after"))
    (page,) = texts(pdf)
    assert page.count("\ufffd") == 3
    assert {"Before", "after"} < set(page.split())


def test_words_of_several_lines_and_of_composed_characters_are_printed_whole() -> None:
    text = " ".join(texts(printed_story(a_story("fr", "Cafe\u0301\nau lait"))))
    assert "Café au lait" in text


def test_the_head_stands_on_every_page() -> None:
    pages = texts(printed_story(a_story("en", "Something happened", lines=120)))
    assert len(pages) > 2
    assert all("By whom" in page for page in pages)


def test_a_table_is_tagged_in_its_language_and_the_same_every_time() -> None:
    story = a_story("ru", "text")
    pdf = printed_story(story)
    assert pdf == printed_story(story)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "ru"


def test_copies_are_numbered_in_the_order_of_the_list() -> None:
    copies = (ListedCopy("Austria", "English", 2), ListedCopy("Belgium", "Français", 3))
    headings = ("No.", "State", "Language", "Pages", "Delivered on", "Received by")
    (page,) = texts(printed_list(CoveringList("en", "List", ("2 copies",), headings, copies)))
    said = " ".join(page.split())
    assert "1 Austria English 2" in said
    assert "2 Belgium Français 3" in said


def test_a_table_to_be_signed_leaves_room_for_a_pen() -> None:
    rows = (("a",),) * 60
    table = Table("en", "Title", (), (Column("Heading"),), rows)
    roomy = Table("en", "Title", (), (Column("Heading"),), rows, room_to_write=True)
    assert len(texts(printed(roomy))) > len(texts(printed(table)))
