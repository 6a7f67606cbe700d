"""What a table of persons says: which column is what, and every mistake by row and column."""

import pytest
from flask import Flask
from flask_babel import force_locale

from registration.delegations.models import Courtesy
from registration.delegations.rules import Area, Capacity
from registration.errors import Refused
from registration.responses.forms import importing
from registration.responses.imports import keeping, mapping, parsing, preview
from registration.responses.imports.rules import Column
from registration.words import LANGUAGES
from tests.responses.conftest import World
from tests.responses.tables import EVA, HEADINGS, KNOWN, SEAN, pasted


def mistakes_in(*rows: list[str], headings: list[str] = HEADINGS) -> list[tuple[int, str, str]]:
    """Each mistake as its row, the heading of its column, and what is said."""
    table = parsing.from_paste(pasted(*rows, headings=headings))
    found = preview.read(table, mapping.guessed(headings, {}))
    return [(each.row, each.heading, each.sentence % each.values) for each in found.mistakes]


# What its columns are


def test_headings_are_recognized_in_six_languages(app: Flask) -> None:
    for language in LANGUAGES:
        with app.test_request_context(), force_locale(language):
            labels = {column: str(label) for column, label in importing.COLUMNS.items()}
            assert mapping.guessed(labels.values(), {}) == tuple(labels), language


def test_what_our_pages_say_can_be_written_is_understood(app: Flask) -> None:
    for language in LANGUAGES:
        with app.test_request_context(), force_locale(language):
            for column, choices in importing.CHOICES.items():
                for each in map(str, choices):
                    assert mapping.folded(each) in mapping.values_of(column), (language, each)


def test_every_value_that_is_recognized_can_be_kept() -> None:
    assert set(mapping.values_of(Column.COURTESY).values()) == set(Courtesy)
    assert set(mapping.values_of(Column.CAPACITY).values()) == set(Capacity)
    assert set(mapping.values_of(Column.AREAS).values()) == set(Area)
    assert set(mapping.values_of(Column.LANGUAGES).values()) == set(LANGUAGES)


def test_marks_of_direction_and_capitals_hide_no_heading() -> None:
    headings = ["\u200fالاسم الأول\u200f", "FAMILY  NAME:", "Shoe size"]
    assert mapping.guessed(headings, {}) == (Column.GIVEN_NAMES, Column.FAMILY_NAME, None)


def test_a_column_of_mr_and_ms_is_the_form_of_address_whatever_its_heading() -> None:
    headings, rows = ["Title", "Name", "Post"], [("Ms.", "Huber", ""), ("Dr", "Gruber", "Judge")]
    by_cells = (Column.COURTESY, Column.FAMILY_NAME, Column.TITLE)
    assert mapping.guessed(headings, {}, [*rows, ("السيد", "M", "Prosecutor")]) == by_cells
    assert mapping.guessed(headings, {}, rows)[0] is Column.TITLE  # as many are none
    chosen: dict[str, Column | None] = {"title": None}
    assert mapping.guessed(headings, chosen, rows[:1])[0] is None


def test_what_was_chosen_for_a_heading_is_remembered(world: World) -> None:
    odd = [*HEADINGS[:4], "Where from"]
    with world.acting(world.austria) as session:
        kept = keeping.keep(session, world.note_id, parsing.from_paste(pasted(EVA, headings=odd)))
        assert kept.meanings[-1] is None
        with pytest.raises(Refused, match="which column holds the institution"):
            keeping.choose(session, kept, kept.meanings)
        keeping.choose(session, kept, KNOWN)
        session.commit()
    for account, last in ((world.colleague, Column.INSTITUTION), (world.niue, None)):
        with world.acting(account) as session:
            table = parsing.from_paste(pasted(SEAN, headings=odd))
            assert keeping.keep(session, world.note_id, table).meanings[-1] is last


def test_two_columns_cannot_be_the_same(world: World) -> None:
    with world.acting(world.austria) as session:
        kept = keeping.keep(session, world.note_id, parsing.from_paste(pasted(EVA)))
        with pytest.raises(Refused, match="Another column is this already") as refused:
            keeping.choose(session, kept, (*KNOWN[:4], Column.TITLE))
        assert refused.value.field == "column_4"


# What would be written


def test_every_mistake_is_named_by_row_and_column() -> None:
    headings = [*HEADINGS, "E-mail", "Head of delegation", "Areas"]
    assert mistakes_in(
        ["Ms.", "Eva", "Huber", "Judge", "Court", "eva@justice.example", "yes", "Prevention"],
        ["Dr.", "Eva", "", "Judge", "Court", "eva at home", "", ""],
        ["Mr.", "Otto", "Gruber", "Judge", "Court", "", "x", "Prevention; Dancing"],
        ["Mr.", "Otto", "Gru\u202eber", "Judge", "Court", "", "", ""],
        ["Mr.", "Otto", "Maier", "Judge", "Court", "", "yes", ""],
        ["Ms.", "Eva", "Huber", "Judge", "Court", "EVA@justice.example", "", "prevention"],
        ["Mr.", "x" * 201, "Bauer", "Judge", "Court", "", "", ""],
        headings=headings,
    ) == [
        (3, "Form of address", "“Dr.” is no form of address here: write Ms. or Mr."),
        (3, "Family name", "Enter the family name, or the whole name where it is not parted."),
        (3, "E-mail", "Please enter one e-mail address, like name@mfa.example.org."),
        (4, "Areas", f"“Dancing” {UNKNOWN}"),
        (
            5,
            "Family name",
            "Character 4 turns the direction of the text around. Please retype it.",
        ),
        (6, "Head of delegation", "Row 2 is head of delegation already."),
        (7, "Family name", "This person stands in row 2 already."),
        (8, "Given names", "This has 201 characters; at most 200 are possible."),
    ]


UNKNOWN = "is not known here. What can be written stands under the template."


def test_a_person_is_read_with_everything_that_is_said() -> None:
    table = parsing.from_paste(
        "Civilité\tPrénoms\tNom\tFonction\tOrganisme\tQualité\tLangues\tDomaines\n"
        "Mme\tAnne-Marie\tL’Écuyer d'Artagnan\tJuge\tCour\tconseillère\tfrançais, anglais\t"
        "entraide judiciaire; Prévention\n"
    )
    found = preview.read(table, mapping.guessed(table.headings, {}))
    (person,) = found.new
    assert found.mistakes == ()
    assert (person.courtesy, person.capacity) == (Courtesy.MS, Capacity.ADVISER)
    assert person.family_name == "L’Écuyer d'Artagnan"
    assert (person.areas, person.languages) == (
        ("mutual_legal_assistance", "prevention"),
        ("en", "fr"),
    )


def test_right_to_left_marks_in_a_name_stay() -> None:
    name = "عبد\u200fالرحمن"
    table = parsing.from_paste(pasted(["السيد", "خوسيه", name, "Judge", "Court"]))
    (person,) = preview.read(table, KNOWN).persons
    assert (person.courtesy, person.family_name) == (Courtesy.MR, name)


def test_a_delegation_is_not_filled_beyond_its_limit() -> None:
    rows = [["Ms.", "Eva", f"Huber {n}", "Judge", "Court"] for n in range(502)]
    assert mistakes_in(*rows) == [(502, "", "A delegation has at most 500 persons here.")]
