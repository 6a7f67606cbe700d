"""Files to take away: what is in them, who may take them, and that the taking is on record."""

import csv
import io
import re
from collections import Counter
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registration.db import open_session
from registration.errors import NotAllowed
from registration.exports import sheet
from registration.exports.comma_separated import unescape
from registration.exports.sheet import Sheet
from registration.journal.models import Event
from tests import builders
from tests.letters.reading import texts
from tests.reports.conftest import BY_PORTAL, HOSTILE, HOSTILE_STATE, REFUSED, Office
from tests.reports.test_pages import page


def take(browser: FlaskClient, url: str, **fields: str) -> TestResponse:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page(browser, "/work"))
    assert found
    return browser.post(url, data={"csrf_token": found[1], **fields})


def rows_of(response: TestResponse) -> list[dict[str, str]]:
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    raw = response.get_data()
    assert raw.startswith(b"\xef\xbb\xbf")
    text = io.StringIO(raw.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text))


def last_event(office: Office) -> Event:
    with office.program() as session:
        return session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()


def exports_made(office: Office) -> int:
    with office.program() as session:
        return session.scalar(sa.select(sa.func.count()).where(Event.kind == "export.made")) or 0


def test_a_board_leaves_whole_and_its_leaving_is_on_record(
    office: Office, rosa: FlaskClient
) -> None:
    response = take(rosa, f"/notes/{office.note_id}/board/export")
    rows = rows_of(response)
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=cu-2013-175-board-2013-10-08.csv"
    )
    assert response.headers["Cache-Control"] == "no-store"
    assert Counter(row["Standing"] for row in rows) == {
        "Answered in time": 79,
        "Answered late": 20,
        "Answered in part": 1,
        "Overdue": 75,
    }
    event = last_event(office)
    assert (event.kind, event.subject_kind, event.subject_id, event.actor_name) == (
        "export.made",
        "note",
        str(office.note_id),
        "Rosa Tracker",
    )
    assert event.detail == {"name": "CU 2013/175 board", "rows": 175, "format": "csv", "chosen": {}}


def test_a_board_leaves_as_it_was_chosen(office: Office, rosa: FlaskClient) -> None:
    rows = rows_of(take(rosa, f"/notes/{office.note_id}/board/export?standing=late&sort=-days"))
    assert len(rows) == 20
    days = [int(row["Days"]) for row in rows]
    assert days == sorted(days, reverse=True)
    assert last_event(office).detail["chosen"] == {"standing": "late", "sort": "-days"}


def test_the_button_of_a_board_exports_what_is_chosen(office: Office, rosa: FlaskClient) -> None:
    html = page(rosa, f"/notes/{office.note_id}/board?standing=late&words=a")
    chosen = f"/notes/{office.note_id}/board/export?standing=late&amp;words=a"
    assert f'<form method="post" action="{chosen}"' in html


def test_a_line_of_the_file_says_what_the_board_says(office: Office, rosa: FlaskClient) -> None:
    rows = {
        row["Code"]: row for row in rows_of(take(rosa, f"/notes/{office.note_id}/board/export"))
    }
    austria = rows[BY_PORTAL]
    assert austria["State"] == "Austria"
    assert austria["Regional group"] == "Western European and other States"
    assert austria["Answered (Vienna)"] == "2013-08-20 11:00"
    assert austria["Days"] == "50"
    assert austria["What is missing"] == "note of the mission"
    assert rows["LIE"]["Copy"] == "Without an address"
    assert rows["LIE"]["Handed over (Vienna)"] == ""


def test_a_hostile_name_leaves_as_text(office: Office, rosa: FlaskClient) -> None:
    rows = {
        row["Code"]: row for row in rows_of(take(rosa, f"/notes/{office.note_id}/board/export"))
    }
    assert rows[HOSTILE_STATE]["State"] == HOSTILE  # it begins like no formula
    remarks = [row["Remark"] for row in _responses(office, rosa) if row["Remark"]]
    assert [unescape(remark) for remark in remarks] == [HOSTILE]


def _responses(office: Office, browser: FlaskClient) -> list[dict[str, str]]:
    return rows_of(take(browser, f"/notes/{office.note_id}/responses/export"))


def test_a_board_leaves_as_a_workbook_with_the_same_rows(office: Office, rosa: FlaskClient) -> None:
    url = f"/notes/{office.note_id}/board/export"
    response = take(rosa, url, format="xlsx")
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=cu-2013-175-board-2013-10-08.xlsx"
    )
    page_of_book = openpyxl.load_workbook(io.BytesIO(response.get_data())).worksheets[0]
    heads, *lines = [[cell.value for cell in line] for line in page_of_book.rows]
    assert [line[0] for line in lines] == [row["Code"] for row in rows_of(take(rosa, url))]
    austria = next(dict(zip(heads, line, strict=True)) for line in lines if line[0] == BY_PORTAL)
    assert austria["Answered (Vienna)"].isoformat() == "2013-08-20T11:00:00"
    assert austria["Days"] == 50


def test_a_table_in_another_form_is_refused(office: Office, rosa: FlaskClient) -> None:
    made = exports_made(office)
    response = take(rosa, f"/notes/{office.note_id}/board/export", format="exe")
    assert response.status_code == 422
    assert exports_made(office) == made


def test_a_story_leaves_with_what_the_page_says(office: Office, rosa: FlaskClient) -> None:
    rows = rows_of(take(rosa, f"/states/{BY_PORTAL}/story/export"))
    html = page(rosa, f"/states/{BY_PORTAL}/story")
    beside = [row for row in rows if row["About"] in ("Waits for you", "Designations in force")]
    assert rows[: len(beside)] == beside
    assert len(rows) - len(beside) == html.count('<li class="app-timeline__')
    assert [row["What happened"] for row in beside if row["About"] == "Designations in force"] == [
        "Central authority: Ministry of Justice, Department IV",
        "Other governmental expert: Eva Huber-Lang",
    ]
    assert rows[-1]["What happened"] == "Note CU 2013/175 addressed to the State"
    responses = rows_of(take(rosa, f"/states/{BY_PORTAL}/story/export?kind=responses"))
    assert responses == [row for row in rows if row["About"] == "Responses"]
    assert responses
    assert last_event(office).detail["kind"] == "responses"
    at_meeting = f"/states/{BY_PORTAL}/story/export?meeting=2012-vienna"
    assert rows_of(take(rosa, at_meeting)) == []
    assert last_event(office).detail["meeting"] == "2012-vienna"


def test_open_tasks_leave_ahead_of_the_whole_story(
    office: Office, browsers: dict[str, FlaskClient]
) -> None:
    anna, address = browsers["anna"], f"/states/{REFUSED}/story"
    rows = rows_of(take(anna, f"{address}/export"))
    tasks = [row["What happened"] for row in rows if row["About"] == "Waits for you"]
    assert tasks
    assert [row["What happened"] for row in rows[: len(tasks)]] == tasks
    shown = page(anna, address).split("Waits for you")[1].split("Designations in force")[0]
    assert all(task in shown for task in tasks)
    assert not [
        row
        for row in rows_of(take(anna, f"{address}/export?kind=notes"))
        if row["About"] == "Waits for you"
    ]


def test_a_printed_story_begins_with_the_designations_in_force(
    office: Office, rosa: FlaskClient
) -> None:
    pdf = take(rosa, f"/states/{BY_PORTAL}/story/print").get_data()
    text = " ".join(" ".join(texts(pdf)).split())
    ministry = text.index("Designations in force: Central authority: Ministry of Justice")
    assert ministry < text.index("Note CU 2013/175 addressed")


def test_a_meetings_board_leaves_with_every_state_once(office: Office, rosa: FlaskClient) -> None:
    response = take(rosa, "/meetings/2013-panama-city/board/export")
    rows = rows_of(response)
    assert len({row["Code"] for row in rows}) == len(rows) == 175
    assert "2013-panama-city-board-2013-10-08.csv" in response.headers["Content-Disposition"]
    assert last_event(office).subject_kind == "meeting"


def test_all_responses_to_a_note_leave(office: Office, rosa: FlaskClient) -> None:
    rows = _responses(office, rosa)
    assert len(rows) == 101  # Austria responded twice
    assert {row["Code"] for row in rows} == office.responded_on.keys()
    assert Counter(row["Channel"] for row in rows)["These pages"] == 2
    assert sum(row["Note kept (1 yes, 0 no)"] == "1" for row in rows) == 2
    assert last_event(office).detail["rows"] == 101


def test_all_designations_of_a_note_leave_with_what_ended(
    office: Office, rosa: FlaskClient
) -> None:
    rows = rows_of(take(rosa, f"/notes/{office.note_id}/designations/export"))
    assert [
        (row["Designated as"], row["Name"], bool(row["In force until (Vienna)"])) for row in rows
    ] == [
        ("Central authority", "Ministry of Justice, Department IV", False),
        ("Other governmental expert", "Eva Huber", True),
        ("Other governmental expert", "Eva Gruber", True),
        ("Other governmental expert", "Eva Huber-Lang", False),
    ]
    assert rows[0]["Telephone"] == "'+43 1 0"
    assert unescape(rows[0]["Telephone"]) == "+43 1 0"


@pytest.mark.parametrize(
    ("day", "parties", "signatories"),
    [("2013-07-01", 167, 8), ("2013-11-25", 168, 8), ("01/07/2013", 167, 8)],
)
def test_states_leave_with_their_status_as_at_a_day(
    office: Office, rosa: FlaskClient, day: str, parties: int, signatories: int
) -> None:
    response = take(rosa, "/states/export", on=day)
    rows = rows_of(response)
    counted = Counter(row["Status"] for row in rows)
    assert len(rows) == 198
    assert counted["State party"] + counted["Contracting State"] == parties
    assert counted["Signatory"] == signatories
    assert last_event(office).subject_kind == "states"


@pytest.mark.parametrize("day", ["", "31/02/2013", "soon", "1066-10-14"])
def test_no_states_leave_as_at_a_day_that_does_not_exist(
    office: Office, rosa: FlaskClient, day: str
) -> None:
    before = exports_made(office)
    response = take(rosa, "/states/export", on=day)
    assert response.status_code == 422
    assert exports_made(office) == before


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_file_speaks_the_language_of_the_page(
    office: Office, rosa: FlaskClient, language: str
) -> None:
    page(rosa, f"/work?lang={language}")
    raw = take(rosa, f"/notes/{office.note_id}/board/export?words=AUT").get_data()
    assert {"ar": "النمسا", "fr": "Autriche"}[language] in raw.decode()


def test_without_the_forms_token_nothing_leaves(office: Office, rosa: FlaskClient) -> None:
    before = exports_made(office)
    assert rosa.post(f"/notes/{office.note_id}/board/export").status_code == 400
    assert exports_made(office) == before


def test_a_link_exports_nothing(office: Office, rosa: FlaskClient) -> None:
    assert rosa.get(f"/notes/{office.note_id}/board/export").status_code == 405


def test_an_unknown_note_exports_nothing(office: Office, rosa: FlaskClient) -> None:
    before = exports_made(office)
    for what in ("board", "responses", "designations"):
        url = f"/notes/00000000-0000-7000-8000-000000000000/{what}/export"
        assert take(rosa, url).status_code == 404
    assert exports_made(office) == before


def test_who_may_not_export_is_refused_by_the_export_itself(office: Office) -> None:
    table = Sheet("x", [], [], "note", office.note_id)
    with open_session(office.engine, builders.acting(office.focal_point)) as session:
        with pytest.raises(NotAllowed):
            sheet.begin(session)
        with pytest.raises(NotAllowed):
            sheet.log(session, table, "csv")


def test_an_export_is_of_one_moment(office: Office) -> None:
    def count(session: Any) -> int:
        return int(session.scalar(sa.text("select count(*) from event")))

    with open_session(office.engine, builders.acting(office.desk.rosa)) as session:
        sheet.begin(session)
        before = count(session)
        with office.program() as other:
            export_log = Sheet("meanwhile", [], [], "note", office.note_id)
            other.info["actor"] = builders.acting(office.desk.rosa)
            sheet.log(other, export_log, "csv")
        assert count(session) == before
        session.rollback()
        assert count(session) == before + 1
