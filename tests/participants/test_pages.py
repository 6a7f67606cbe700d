"""The pages of participants: from a click to a file, at the entrance, and the management list."""

import io
import json
from collections.abc import Callable

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from letters.compose import Press
from registration.responses import confirming
from registration.responses.models import Response
from registration.responses.queries import named_in
from tests.letters import reading
from tests.participants.test_attendance import the_person
from tests.participants.test_lists import SYMBOL, confirm, print_all
from tests.responses.browser import SITE, Browser
from tests.responses.conftest import World
from tests.verification.conftest import Answer

MEETING = "/meetings/2013-meeting-91"


@pytest.fixture
def otto(app: Flask, world: World) -> Browser:
    return Browser(app, world.engine, world.otto)


@pytest.fixture
def queries_of(world: World) -> Callable[[Callable[[], object]], int]:
    """How many questions the database is asked meanwhile."""

    def counted(act: Callable[[], object]) -> int:
        asked: list[str] = []

        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            asked.append(statement)

        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
        return len(asked)

    return counted


def test_a_version_is_made_by_a_click_and_its_file_is_taken_away(
    world: World, answer: Answer, otto: Browser
) -> None:
    confirm(world, answer())
    form = {
        "kind": "provisional",
        "symbol": SYMBOL,
        "dated": "20/11/2013",
        "languages": ["en"],
        "version": "0",
    }
    assert otto.post(f"{MEETING}/participants", form).status_code == 303
    assert otto.post(f"{MEETING}/participants", form).status_code == 409
    assert "Being made" in otto.get(f"{MEETING}/participants").text
    print_all(world)
    page = otto.get(f"{MEETING}/participants").text
    link = page.split(f'href="{MEETING}/participants/')[1].split('"')[0]
    answered = otto.get(f"{MEETING}/participants/{link}")
    assert answered.data.startswith(b"%PDF")
    assert "CAC-COSP-EG.1-2013-INF-1-en.pdf" in answered.headers["Content-Disposition"]


def test_a_wrong_symbol_is_said_beside_its_field(
    world: World, answer: Answer, otto: Browser
) -> None:
    confirm(world, answer())
    form = {"kind": "final", "symbol": "nothing", "dated": "20/11/2013", "languages": ["en"]}
    answered = otto.post(f"{MEETING}/participants", {**form, "version": "0"})
    assert answered.status_code == 422
    assert "Enter a symbol like" in answered.text


def test_a_code_at_the_entrance_leads_to_one_button_for_staff_alone(
    world: World, answer: Answer, otto: Browser, browser: Browser
) -> None:
    confirm(world, answer())
    line = the_person(world)
    page = otto.get(f"/present/{line}").text
    assert "Mark as present" in page
    assert browser.get(f"/present/{line}").status_code in (303, 403, 404)
    answered = otto.post(f"{MEETING}/attendance/{line}/present?day=2013-11-26", {})
    assert answered.status_code == 303
    assert "26 November 2013" in otto.get(f"{MEETING}/attendance?day=2013-11-26").text
    report = otto.get(f"{MEETING}/attendance/report?in=fr").text
    assert "State AUT (fr)" in report
    saved = otto.get(f"{MEETING}/attendance/report/fr.txt")
    assert "State AUT (fr)" in saved.data.decode()


def test_a_state_is_marked_as_represented_and_taken_back(world: World, otto: Browser) -> None:
    assert otto.post(f"{MEETING}/attendance/states", {"state": ""}).status_code == 422
    assert otto.post(f"{MEETING}/attendance/states", {"state": "NIU"}).status_code == 303
    assert "State NIU (en)" in otto.get(f"{MEETING}/attendance/report").text
    gone = otto.post(f"{MEETING}/attendance/states/NIU/remove", {})
    assert gone.status_code == 303
    assert "State NIU (en)" not in otto.get(f"{MEETING}/attendance/report").text


def test_the_management_list_is_filtered_sorted_and_taken_away(
    world: World, answer: Answer, otto: Browser
) -> None:
    confirm(world, answer(names=("Huber", "Gruber")), unmatched="Gruber")
    answer(world.niue, names=("=Talagi()",))
    page = otto.get(f"{MEETING}/persons").text
    assert page.index("HUBER") < page.index("GRUBER") < page.index("TALAGI")
    page = otto.get(f"{MEETING}/persons?sort=name").text
    assert page.index("TALAGI") < page.index("GRUBER") < page.index("HUBER")
    confirmed = json.loads(otto.get(f"{MEETING}/persons.json?confirmed=1").text)
    assert [each["name"] for each in confirmed["persons"]] == ["Eva HUBER"]
    assert "GRUBER" in otto.get(f"{MEETING}/persons?words=gruber").text
    assert "3 persons" in otto.page(f"{MEETING}/persons?page=99")
    assert "Nobody matches." in otto.page(f"{MEETING}/persons?page=99&words=nobody")
    book = otto.post(f"{MEETING}/persons/export", {"format": "xlsx"})
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(book.data)).active for cell in row]
    assert any("TALAGI" in str(cell.value) for cell in cells)
    assert not any(cell.data_type == "f" for cell in cells)


def test_the_management_list_asks_as_many_questions_for_one_person_as_for_forty(
    world: World,
    answer: Answer,
    otto: Browser,
    queries_of: Callable[[Callable[[], object]], int],
) -> None:
    ways: list[Callable[[], object]] = [
        lambda: otto.get(f"{MEETING}/persons"),
        lambda: otto.get(f"{MEETING}/persons.json"),
        lambda: otto.post(f"{MEETING}/persons/export", {}),
        lambda: otto.post(f"{MEETING}/persons/export", {"format": "xlsx"}),
    ]
    answer(names=("Huber",))
    for way in ways:
        way()
    few = [queries_of(way) for way in ways]
    answer(names=tuple(f"Person{chr(65 + number % 26)}{number}" for number in range(40)))
    assert [queries_of(way) for way in ways] == few


def test_staff_scan_the_code_that_the_acknowledgement_gives_each_person(
    world: World, answer: Answer, anna: Browser, otto: Browser
) -> None:
    nomination = answer()
    with world.office() as office:
        response = office.scalars(sa.select(Response)).one()
        letter = Press().master(confirming.compose(office, response, "en"))
        lines = [each.line_id for each in named_in(office, response)]
    codes = sorted(address for address, _corner in reading.qr_codes(letter, page=-1))
    assert codes == sorted(f"{SITE}/present/{line}" for line in lines)
    assert "Eva GRUBER" in reading.texts(letter)[-1]
    path = codes[0].removeprefix(SITE)
    assert otto.get(path).status_code == 404  # the name was not compared with the note yet
    confirm(world, nomination)
    assert "Mark as present" in otto.page(path)
