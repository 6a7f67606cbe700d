"""The pages of the meetings: what a stranger reads, and what staff enter."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from registration import db
from registration.db import Session
from registration.errors import Conflict, NotAllowed, NotFound
from registration.journal.models import Event
from registration.meetings import queries, service
from registration.meetings.forms import MeetingForm
from registration.meetings.models import MeetingDocument
from registration.meetings.series import NAMES, heading
from registration.permissions import ANYBODY, system
from registration.words import LANGUAGES
from tests import builders as make
from tests.waiting import until_somebody_waits_for_a_lock

pytestmark = pytest.mark.reference_data

PROGRAM = system("test")
SECOND = "/meetings/2013-panama-city"


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def anna(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return make.a_browser(app, make.anna)


def words(page: str) -> str:
    """What a reader sees of a page, without the markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_series_is_listed_for_everybody_newest_first(stranger: FlaskClient) -> None:
    page = words(stranger.get("/meetings").text)
    assert page.index("14. Vienna") < page.index("2. Panama City") < page.index(" 1. Vienna")
    assert "25–26 November 2013" in page
    assert "week of 6 September 2021" in page


def test_no_day_is_invented_for_a_meeting_that_is_not_verified(stranger: FlaskClient) -> None:
    page = words(stranger.get("/meetings/2014-vienna").text)
    assert "Not verified" in page
    assert "October 2014" not in page
    assert "existence by counting back" in page
    fifth = words(stranger.get("/meetings/2016-vienna").text)
    assert "Partly verified" in fifth
    assert not re.search(r"1[78].{0,4} November 2016", fifth)
    assert "resumed IRG 7th session, 14-16 Nov 2016 (verified)" in fifth


def test_the_page_of_the_second_meeting_says_what_it_is(stranger: FlaskClient) -> None:
    page = stranger.get(SECOND).text
    seen = words(page)
    assert "Meeting 2, Panama City, 25–26 November 2013" in seen
    assert "resolution 4/2" in seen
    assert page.count('<ul class="govuk-list govuk-list--bullet">') == 1
    functions = page.split('govuk-list--bullet">')[1].split("</ul>")[0]
    assert functions.count("<li>") == 5
    assert "central authority" in seen
    assert "Dates verified" in seen


def test_its_documents_stand_in_the_order_of_their_symbols(stranger: FlaskClient) -> None:
    page = stranger.get(SECOND).text
    symbols = re.findall(r'<bdi class="app-reference" dir="ltr">([^<]+)</bdi>', page)
    assert symbols == [
        "CU 2013/175",
        "CAC/COSP/EG.1/2012/2",
        "CAC/COSP/EG.1/2013/1",
        "CAC/COSP/EG.1/2013/2",
        "CAC/COSP/EG.1/2013/2/Corr.1",
        "CAC/COSP/EG.1/2013/3",
    ]


def test_the_notice_on_printed_copies_is_in_english_and_french_on_every_page(
    stranger: FlaskClient,
) -> None:
    for language in LANGUAGES:
        page = stranger.get(f"{SECOND}?lang={language}").text
        assert '<p lang="en" dir="ltr">To save paper' in page
        assert '<p lang="fr" dir="ltr">Par souci' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_series_and_city_in_its_language(
    stranger: FlaskClient, language: str, engine: sa.Engine
) -> None:
    with db.open_session(engine, ANYBODY) as session:
        city = queries.by_slug(session, "2013-panama-city").places[language]
    page = stranger.get(f"{SECOND}?lang={language}").text
    assert heading(language) in page
    assert city in page
    assert set(NAMES) == set(LANGUAGES)


def test_a_stranger_is_offered_nothing_to_edit(stranger: FlaskClient) -> None:
    page = stranger.get(SECOND).text
    assert "/edit" not in page
    assert "/documents/" not in page
    assert stranger.get(f"{SECOND}/edit").location.startswith("/sign-in")


@pytest.mark.parametrize("path", ["/meetings/2013-paris", "/meetings/" + "x" * 500])
def test_a_meeting_that_does_not_exist_is_not_found(stranger: FlaskClient, path: str) -> None:
    assert stranger.get(path).status_code == 404


def test_an_address_that_no_column_can_hold_is_answered_calmly(stranger: FlaskClient) -> None:
    assert stranger.get("/meetings/%00").status_code == 400


NEW = {
    "version": "0",
    "number": "15",
    "year": "2026",
    "place_en": "Vienna",
    "place_fr": "Vienne",
    "place_es": "Viena",
    "place_ru": "Вена",
    "place_ar": "فيينا",
    "place_zh": "维也纳",
    "country": "AUT",
    "date_status": "verified",
    "begins_on": ["7", "12", "2026"],
    "ends_on": ["8", "12", "2026"],
    "symbol_prefix": "CAC/COSP/EG.1/2026/",
}


def test_another_meeting_is_entered_through_the_pages(
    anna: FlaskClient, stranger: FlaskClient
) -> None:
    assert 'value="15"' in anna.get("/meetings/new").text
    answer = anna.post("/meetings/new", data=NEW)
    assert (answer.status_code, answer.location) == (303, "/meetings/2026-vienna")
    page = words(stranger.get("/meetings/2026-vienna").text)
    assert "Meeting 15, Vienna, 7–8 December 2026" in page
    assert "No document is listed yet." in page
    assert "维也纳" in stranger.get("/meetings/2026-vienna?lang=zh").text


def test_a_second_meeting_of_one_year_and_city_gets_another_address(anna: FlaskClient) -> None:
    anna.post("/meetings/new", data=NEW)
    answer = anna.post("/meetings/new", data={**NEW, "number": "16"})
    assert answer.location == "/meetings/2026-vienna-2"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": "2"}, "Another meeting of the series has this number."),
        ({"number": "many"}, "Not a valid integer value"),
        ({"year": "1900"}, "Number must be between"),
        ({"place_en": ""}, "Enter the city in English."),
        ({"country": "ZZZ"}, "Not a valid choice"),
        ({"country": ""}, "Choose the country."),
        ({"begins_on": ["9", "12", "2026"]}, "in this order and in the year"),
        ({"begins_on": ["30", "2", "2026"]}, "Enter a day that exists"),
        ({"date_status": "unverified"}, "leave both empty"),
        ({"date_status": "certain"}, "Not a valid choice"),
        ({"symbol_prefix": ""}, "Enter the beginning of the symbols"),
    ],
)
def test_a_meeting_that_is_not_in_order_says_why_and_keeps_what_was_typed(
    anna: FlaskClient, change: dict[str, Any], sentence: str
) -> None:
    answer = anna.post("/meetings/new", data={**NEW, **change})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Vienne"' in answer.text


def test_of_two_who_enter_one_meeting_at_the_same_moment_one_is_told(
    anna: FlaskClient, engine: sa.Engine
) -> None:
    with db.open_session(engine, PROGRAM) as other, ThreadPoolExecutor(1) as pool:
        make.a_meeting(other, int(NEW["number"]), slug="2026-elsewhere")
        second = pool.submit(anna.post, "/meetings/new", data=NEW)
        until_somebody_waits_for_a_lock(engine)
        other.commit()
        answer = second.result()
    assert answer.status_code == 409
    assert "Somebody else changed this" in answer.text
    assert 'value="Vienne"' in answer.text


def test_a_meeting_keeps_its_address_when_it_moves(anna: FlaskClient) -> None:
    anna.post("/meetings/new", data=NEW)
    moved = {**NEW, "version": "1", "place_en": "Doha", "country": "QAT"}
    answer = anna.post("/meetings/2026-vienna/edit", data=moved)
    assert (answer.status_code, answer.location) == (303, "/meetings/2026-vienna")
    assert "Doha" in anna.get("/meetings/2026-vienna").text


def test_two_people_at_one_meeting_do_not_overwrite_each_other(anna: FlaskClient) -> None:
    anna.post("/meetings/new", data=NEW)
    first = {**NEW, "version": "1", "held_with": "First"}
    assert anna.post("/meetings/2026-vienna/edit", data=first).status_code == 303
    for version in ("1", "0", "", "x", "-1", "9" * 30):
        second = {**NEW, "version": version, "held_with": "Second"}
        answer = anna.post("/meetings/2026-vienna/edit", data=second)
        assert answer.status_code == 409, version
        assert 'value="Second"' in answer.text
    assert "First" in anna.get("/meetings/2026-vienna").text


def test_a_document_is_listed_under_its_proper_symbol(
    anna: FlaskClient, stranger: FlaskClient
) -> None:
    form = {
        "symbol": "CAC/COSP/EG.1/2013/3/add.1",
        "title": "Report of the second meeting: addendum",
        "kind": "addendum",
        "languages": ["ru", "en"],
    }
    assert 'value="CAC/COSP/EG.1/2013/"' in anna.get(f"{SECOND}/documents/new").text
    assert anna.post(f"{SECOND}/documents/new", data=form).status_code == 303
    page = stranger.get(SECOND).text
    assert "CAC/COSP/EG.1/2013/3/Add.1" in page
    row = page.split("CAC/COSP/EG.1/2013/3/Add.1")[1].split("</tr>")[0]
    assert row.index("English") < row.index("Русский")
    assert "Français" not in row


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"symbol": "A/RES/58/4"}, "Enter a symbol like"),
        ({"symbol": "CU 2013"}, "Write the reference like"),
        ({"symbol": "CAC/COSP/EG.1/2013/2/CORR.1"}, "in the list already"),
        ({"symbol": "CU 2013/175"}, "in the list already"),
        ({"title": " "}, "Enter the title."),
        ({"kind": "novel"}, "Not a valid choice"),
        ({"languages": ["de"]}, "valid choice"),
    ],
)
def test_a_document_that_is_not_in_order_says_why(
    anna: FlaskClient, change: dict[str, Any], sentence: str
) -> None:
    form = {
        "symbol": "CAC/COSP/EG.1/2013/4",
        "title": "Another document",
        "kind": "report",
        "languages": ["en"],
    }
    answer = anna.post(f"{SECOND}/documents/new", data={**form, **change})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_document_is_changed_and_removed_through_the_pages(
    anna: FlaskClient, engine: sa.Engine
) -> None:
    with db.open_session(engine, PROGRAM) as session:
        report = session.scalars(
            sa.select(MeetingDocument).where(MeetingDocument.symbol == "CAC/COSP/EG.1/2013/3")
        ).one()
    address = f"{SECOND}/documents/{report.id}"
    assert report.title in anna.get(address).text
    form = {
        "version": str(report.version),
        "symbol": report.symbol,
        "title": "Report on the second meeting",
        "kind": "report",
        "languages": ["en"],
    }
    assert anna.post(address, data=form).status_code == 303
    assert anna.post(address, data={**form, "title": "Older"}).status_code == 409
    assert "Report on the second meeting" in anna.get(SECOND).text
    assert "can be added again" in anna.get(f"{address}/remove").text
    assert anna.post(f"{address}/remove").status_code == 303
    assert "Report on the second meeting" not in anna.get(SECOND).text
    assert anna.get(address).status_code == 404
    with db.open_session(engine, PROGRAM) as session:
        kinds = session.scalars(
            sa.select(Event.kind).where(Event.subject_kind == "meeting").order_by(Event.at)
        )
        assert list(kinds) == ["meeting.document_changed", "meeting.document_removed"]


def test_a_document_of_another_meeting_is_not_found(anna: FlaskClient, engine: sa.Engine) -> None:
    with db.open_session(engine, PROGRAM) as session:
        document = session.scalars(sa.select(MeetingDocument)).first()
    assert document is not None
    assert anna.get(f"/meetings/2012-vienna/documents/{document.id}").status_code == 404


def test_only_those_who_may_edit_meetings_do(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    rosa = make.a_browser(app, make.rosa)
    assert "/edit" not in rosa.get(SECOND).text
    for path in ("/meetings/new", f"{SECOND}/edit", f"{SECOND}/documents/new"):
        assert rosa.get(path).status_code == 403
        assert rosa.post(path, data=NEW).status_code == 403


def test_the_service_itself_asks_who_acts(app: Flask, engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        rosa = make.acting(make.rosa(session))
    with db.open_session(engine, rosa) as session, app.test_request_context():
        meeting = queries.by_slug(session, "2013-panama-city")
        form = MeetingForm.of(meeting, [("PAN", "Panama")])
        facts = form.facts
        for act in (
            lambda: service.open_meeting(session, facts),
            lambda: service.change_meeting(session, meeting, facts, meeting.version),
            lambda: service.remove_document(session, meeting, meeting.documents[0]),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_saving_what_is_there_already_is_no_event(app: Flask, engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        anna = make.acting(make.anna(session))
    with db.open_session(engine, anna) as session, app.test_request_context():
        meeting = queries.by_slug(session, "2013-panama-city")
        facts = MeetingForm.of(meeting, [("PAN", "Panama")]).facts
        service.change_meeting(session, meeting, facts, meeting.version)
        assert _meeting_events(session) == []
        with pytest.raises(Conflict):
            service.change_meeting(session, meeting, facts, meeting.version + 1)
        with pytest.raises(NotFound):
            service.document_of(session, meeting, db.new_id())


def _meeting_events(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Event.kind).where(Event.subject_kind == "meeting")))
