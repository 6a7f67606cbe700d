"""Many persons at once: all of a table are put forward, or nobody."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
import time_machine

from registration.delegations.models import Delegate
from registration.errors import Refused
from registration.journal.models import Event
from registration.privacy import purging
from registration.responses import answering
from registration.responses.forms import importing
from registration.responses.imports import applying, keeping, mapping, parsing
from registration.responses.imports.models import UploadedTable
from registration.responses.imports.rules import Column
from tests.responses.browser import Browser, at, words
from tests.responses.conftest import World
from tests.responses.tables import (
    EVA,
    KNOWN,
    SEAN,
    a_workbook,
    from_file,
    pasted,
)

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
