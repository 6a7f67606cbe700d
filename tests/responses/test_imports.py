"""Many persons at once: whatever table comes, all of it is put forward, or nothing."""

import io
import re
import zipfile
from datetime import date, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask_babel import force_locale

from registration.delegations.models import Courtesy, Delegate
from registration.delegations.rules import Area, Capacity
from registration.documents.cells import ROWS_LIMIT
from registration.documents.examination import Upload
from registration.errors import Refused
from registration.journal.models import Event
from registration.privacy import purging
from registration.responses import answering
from registration.responses.forms import importing
from registration.responses.imports import applying, keeping, mapping, parsing, preview
from registration.responses.imports.decoding import decoded
from registration.responses.imports.models import UploadedTable
from registration.responses.imports.rules import CELL_LIMIT, Column, Encoding, Table
from registration.words import LANGUAGES
from tests.responses.browser import Browser, at, words
from tests.responses.conftest import World
from tests.responses.tables import EVA, HEADINGS, SEAN, a_workbook, pasted, with_part

KNOWN = (
    Column.COURTESY,
    Column.GIVEN_NAMES,
    Column.FAMILY_NAME,
    Column.TITLE,
    Column.INSTITUTION,
)
SHEET = "xl/worksheets/sheet1.xml"


def from_file(content: bytes, encoding: Encoding | None = None) -> Table:
    return parsing.from_file(Upload("persons", content), encoding)


def mistakes_in(*rows: list[str], headings: list[str] = HEADINGS) -> list[tuple[int, str, str]]:
    """Each mistake as its row, the heading of its column, and what is said."""
    table = parsing.from_paste(pasted(*rows, headings=headings))
    found = preview.read(table, mapping.guessed(headings, {}))
    return [(each.row, each.heading, each.sentence % each.values) for each in found.mistakes]


# What came


@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_cells_are_parted_by_whatever_parts_the_headings(separator: str) -> None:
    table = parsing.from_paste(pasted(EVA, SEAN, separator=separator))
    assert table.headings == tuple(HEADINGS)
    assert table.rows == ((2, tuple(EVA)), (3, tuple(SEAN)))


@pytest.mark.parametrize(
    ("name", "family_name"),
    [
        ("utf-8", "Nguyễn"),
        ("utf-8-sig", "חיים"),
        ("utf-16", "Ильин"),
        ("utf-16-le", "Müller"),
        ("utf-16-be", "Müller"),
        ("cp1252", "Núñez"),
        ("cp1251", "Иванов"),
        ("cp1256", "عبدالرحمن"),
    ],
)
def test_the_characters_of_a_file_are_found_out(name: str, family_name: str) -> None:
    titles = {"Иванов": "Прокурор", "عبدالرحمن": "قاض"}
    row = ["Ms.", "Eva", family_name, titles.get(family_name, "Judge"), "Court"]
    table = from_file(pasted(row, separator=";").encode(name))
    assert table.rows == ((2, tuple(row)),)


def test_an_encoding_that_is_named_is_not_guessed() -> None:
    assert decoded("Łódź".encode("cp1250"), Encoding.CENTRAL_EUROPEAN) == "Łódź"
    assert decoded("陈".encode("gb18030"), Encoding.CHINESE) == "陈"
    with pytest.raises(Refused, match="from byte 1 on"):
        decoded("Łódź".encode("cp1250"), Encoding.UTF_8)


def test_quoted_cells_keep_separators_and_lines() -> None:
    table = parsing.from_paste('Name,Institution\n"Huber, Eva","Court\nVienna"\n\n\n')
    assert table.rows == ((2, ("Huber, Eva", "Court\nVienna")),)


def test_a_table_that_we_exported_comes_back_as_it_was() -> None:
    table = parsing.from_paste("Name\tTelephone\nHuber\t'+43 1 000\n'Abd\t\n")
    assert table.rows == ((2, ("Huber", "+43 1 000")), (3, ("'Abd", "")))


def test_a_workbook_gives_days_numbers_and_ticks_as_people_read_them() -> None:
    row = ["Huber", date(2013, 11, 25), 4310000, 1.5, True, None]
    table = from_file(a_workbook(row, headings=["A", "B", "C", "D", "E", "F"]))
    assert table.rows == ((2, ("Huber", "2013-11-25", "4310000", "1.5", "yes", "")),)


def test_the_rows_of_a_workbook_keep_their_numbers_over_blank_ones() -> None:
    table = from_file(a_workbook(EVA, [None] * 5, SEAN))
    assert [number for number, _ in table.rows] == [2, 4]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b" \r\n", "This file is empty"),
        (b"Name;Title\n", "no row under its headings"),
        (b"Name;Title\nHuber;Judge;Vienna\n", "Row 2 has 3 cells, but there are only 2 headings"),
        (b"Name;Title;name\nHuber;Judge;x\n", "“name” stands twice, in columns A and C"),
        (b"Name;;Title\nHuber;x;Judge\n", "Column B has no heading"),
        (b"Name;Title\nHuber;Jud\x00ge\n", "line 2 holds a character that no text has"),
        (b"%PDF-1.4\n\x00\x01", "This is no table"),
        (b"Name;Title\nHuber;=1+1\nGruber; =A1\n", "hold formulas: B2, B3"),
        (b'Name;Title\nHuber;"Judge\n' + b"Gruber;Judge\n" * 300, "Row 2, column B"),
        (b'Name;Title\nHuber;"' + b"x" * 200_000, "A cell of this table has no end"),
        (b"Name;Title\nHuber;" + b"x" * (CELL_LIMIT + 1), "at most 2000 are possible"),
        (b"Name;Ti\x07tle\nHuber;Judge\n", "The heading of column B cannot be taken"),
        (";".join(f"c{n}" for n in range(51)).encode() + b"\nx\n", "more than 50 columns"),
        (b"Name\n" + b"Huber\n" * (ROWS_LIMIT + 1), "more than 10000 rows"),
        (b"x" * (5 * 2**20 + 1), "This file is too big"),
        (b"\xff\xfeN\x00a", "The characters of this file cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook of the old form"),
        (b"PK\x03\x04 and nothing more", "This workbook cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=re.escape(said)) as refused:
        from_file(content)
    assert refused.value.field == "file"


def test_ten_thousand_rows_are_a_table() -> None:
    assert len(parsing.from_paste("Name\n" + "Huber\n" * ROWS_LIMIT).rows) == ROWS_LIMIT


def a_bomb() -> bytes:
    return with_part(a_workbook(EVA), "xl/media/x.bin", b"\0" * (201 * 2**20))


def a_bomb_that_lies() -> bytes:
    """It says in its own table of contents that the sheet is small."""
    blown = b"<worksheet><sheetData>" + b" " * (201 * 2**20) + b"</sheetData></worksheet>"
    content = with_part(a_workbook(EVA), SHEET, blown)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(SHEET).file_size
    return content.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))


def entities() -> bytes:
    """Ten of ten of ten …: a few bytes that swell to gigabytes."""
    swelling = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
    sheet = (
        f'<!DOCTYPE x [<!ENTITY e0 "swell">{swelling}]><worksheet xmlns='
        '"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>&e10;</t></is></c></row></sheetData></worksheet>'
    )
    return with_part(a_workbook(EVA), SHEET, sheet.encode())


HOSTILE_WORKBOOKS = {
    "bomb": (a_bomb, "far larger inside than it looks"),
    "bomb that lies": (a_bomb_that_lies, "cannot be read"),
    "entities": (entities, "This"),
    "macros": (
        lambda: with_part(a_workbook(EVA), "xl/vbaProject.bin", b"x"),
        "contains macros",
    ),
    "formula": (lambda: a_workbook(["Ms.", "Eva", "=A1", "Judge", "Court"]), "formulas: C2"),
    "error": (lambda: a_workbook(["Ms.", "Eva", "#REF!", "Judge", "Court"]), "an error"),
    "merged": (lambda: a_workbook(EVA, SEAN, merged="D2:D3"), "merged: D2:D3"),
    "10,001 rows": (lambda: a_workbook(*[["x"]] * (ROWS_LIMIT + 1)), "more than 10000 rows"),
    "no sheet": (lambda: with_part(a_workbook(EVA), SHEET, b""), "cannot be read"),
    "no workbook": (lambda: with_part(a_workbook(), "xl/workbook.xml", b"<x/>"), "be read"),
}


@pytest.mark.parametrize("kind", HOSTILE_WORKBOOKS)
def test_a_hostile_workbook_is_refused_in_plain_words(kind: str) -> None:
    make, said = HOSTILE_WORKBOOKS[kind]
    with pytest.raises(Refused, match=said):
        from_file(make())


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


# Taking it


def kept_table(world: World, *rows: list[str]) -> UploadedTable:
    with world.acting(world.austria) as session:
        kept = keeping.keep(session, world.note_id, parsing.from_paste(pasted(*rows)))
        session.commit()
        return kept


def named(world: World) -> list[str]:
    with world.office() as session:
        return list(session.scalars(sa.select(Delegate.family_name).order_by(Delegate.position)))


def test_nothing_is_written_where_one_row_is_wrong(world: World) -> None:
    kept = kept_table(world, EVA, SEAN[:3])
    with world.acting(world.austria) as session:
        nomination = answering.begin(session, world.note_id)
        with pytest.raises(Refused, match="Nothing was added"):
            applying.take(session, nomination, keeping.find(session, world.note_id, kept.id))
    assert named(world) == []


def test_all_persons_of_a_table_come_with_one_event_and_it_is_emptied(world: World) -> None:
    kept = kept_table(world, EVA, SEAN)
    for added in (2, 0):  # a second click
        with world.acting(world.austria) as session:
            nomination = answering.begin(session, world.note_id)
            found = keeping.find(session, world.note_id, kept.id)
            assert len(applying.take(session, nomination, found)) == added
            session.commit()
    assert named(world) == ["Huber", "O'Brien"]
    with world.office() as session:
        changes = session.scalars(sa.select(Event).where(Event.kind == "nomination.changed")).all()
        assert [each.detail["count"] for each in changes] == [2]
        assert "Huber" not in str(session.get_one(UploadedTable, kept.id).cells)


def test_a_table_is_seen_by_who_uploaded_it_alone_and_for_a_day(
    world: World, clock_of_summer: time_machine.Traveller
) -> None:
    kept = kept_table(world, EVA)

    def rows(account: object) -> int:
        with world.acting(account) as session:  # type: ignore[arg-type]
            return len(session.scalars(sa.select(UploadedTable)).all())

    people = (world.austria, world.colleague, world.niue, world.anna)
    assert [rows(each) for each in people] == [1, 0, 0, 0]
    clock_of_summer.shift(timedelta(hours=24))
    with (
        world.acting(world.austria) as session,
        pytest.raises(Exception, match="not kept any more"),
    ):
        keeping.find(session, world.note_id, kept.id)
    clock_of_summer.shift(timedelta(minutes=1))
    with world.office() as session:
        assert purging.purge(session)["uploaded_tables"] == 1


# On the pages


def test_a_focal_point_pastes_looks_and_takes(world: World, browser: Browser) -> None:
    first = at(world.note_id, "experts/table")
    sent = browser.post(first, {"pasted": pasted(EVA, SEAN), "encoding": ""})
    assert sent.status_code == 303
    columns = sent.location
    assert "Eva · Seán" in browser.page(columns)
    chosen = {f"column_{place}": each.value for place, each in enumerate(KNOWN)}
    check = browser.post(columns, chosen).location
    seen = browser.page(check)
    assert "2 persons would be added" in seen
    assert "Seán O'Brien" in seen
    assert named(world) == []
    for _ in range(2):  # a second click is harmless
        assert browser.send(check, {"csrf_token": browser.token()}).status_code == 303
        assert named(world) == ["Huber", "O'Brien"]
    assert browser.get(check).status_code == 303


def test_a_file_with_mistakes_is_shown_row_by_row_and_nothing_is_written(
    world: World, browser: Browser
) -> None:
    content = a_workbook(EVA, ["Dr.", *SEAN[1:]])
    sent = browser.post(
        at(world.note_id, "experts/table"),
        {"file": (io.BytesIO(content), "persons.xlsx"), "encoding": ""},
    )
    seen = browser.page(sent.location + "/check")
    assert "1 mistake is in the table" in seen
    assert "Row Column What is wrong 3 Form of address “Dr.” is no form of address" in seen
    refused = browser.send(sent.location + "/check", {"csrf_token": browser.token()})
    assert refused.status_code == 422
    assert "Nothing was added" in words(refused)
    assert named(world) == []
    again = re.search(r'href="([^"]+again=[^"]+)"', browser.get(sent.location + "/check").text)
    assert again is not None
    page = browser.get(again[1]).text
    held = unescape(re.search(r"<textarea[^>]*>\r?\n?(.*?)</textarea>", page, re.DOTALL)[1])
    corrected = held.replace("Dr.", "Mr.")
    sent = browser.post(at(world.note_id, "experts/table"), {"pasted": corrected, "encoding": ""})
    assert "2 persons would be added" in browser.page(sent.location + "/check")


def test_a_table_comes_back_as_it_was_to_be_corrected() -> None:
    table = parsing.from_paste(pasted([*EVA[:4], 'Court "of\nLaw";\tand more'], SEAN))
    assert parsing.from_paste(parsing.as_pasted(table)) == table


def test_what_was_pasted_stays_where_it_is_refused(world: World, browser: Browser) -> None:
    sent = browser.post(at(world.note_id, "experts/table"), {"pasted": "Name\n", "encoding": ""})
    assert sent.status_code == 422
    assert "no row under its headings" in words(sent)
    assert ">\r\nName" in sent.get_data(as_text=True) or "Name\n</textarea>" in sent.get_data(True)


@pytest.mark.parametrize("asked", ["", "?format=csv"])
def test_the_template_is_a_table_whose_columns_are_all_known(
    world: World, browser: Browser, asked: str
) -> None:
    content = browser.get(at(world.note_id, f"experts/table/template{asked}")).data
    with pytest.raises(Refused, match="no row under its headings"):
        from_file(content)
    if asked:
        table = from_file(content + b'"Ms."\r\n')
        assert mapping.guessed(table.headings, {}) == tuple(Column[each] for each in ORDER)


ORDER = [each.name for each in importing.COLUMNS]


def test_the_pages_of_a_table_are_closed_to_a_colleague(
    world: World, browser: Browser, colleague: Browser
) -> None:
    kept = kept_table(world, EVA)
    address = at(world.note_id, f"experts/table/{kept.id}")
    assert browser.get(address).status_code == 200
    for each in (address, f"{address}/check"):
        assert colleague.get(each).status_code == 404
        assert colleague.send(each, {"csrf_token": colleague.token()}).status_code == 404
