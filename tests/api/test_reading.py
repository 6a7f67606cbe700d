"""What other programs read: only with a key, only what it is for, and never a write."""

from datetime import date, datetime, timedelta
from typing import Any

import hypothesis
import icalendar
import pytest
import schemathesis
import sqlalchemy as sa
import time_machine
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import given
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import TestResponse

from registration import clock
from registration.api import keys
from registration.api.models import ApiKey
from registration.api.views.edge import snapshot
from registration.db import session_for
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.errors import NotAllowed, Refused
from registration.journal.models import Event
from registration.notes.rules import NoteStage
from registration.permissions import GRANTS, SIGNING_IN, Permission, Scope, system
from registration.responses.models import Response, ResponseChannel
from tests import builders

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
STATES = ("ALB", "AUT")


@pytest.fixture
def note_id(engine: sa.Engine) -> Any:
    """A note to two States; Austria responded and named its central authority."""
    with session_for(engine, system("test")) as session:
        for code in (*STATES, "PAN"):
            builders.a_state(session, code)
        anna, otto = builders.anna(session), builders.otto(session)
        builders.ida(session)
        meeting = builders.a_meeting(session)
        note = builders.a_note(session, meeting, anna, clearer=otto, stage=NoteStage.ISSUED)
        addressees = {code: builders.an_addressee(session, note, code) for code in STATES}
        response = Response(
            note_id=note.id,
            addressee_id=addressees["AUT"].id,
            state_code="AUT",
            channel=ResponseChannel.PAPER,
            received_at=datetime(2013, 7, 15, 12, tzinfo=clock.DUTY_STATION),
            recorded_by_id=anna.id,
            mission_reference="VN-7/2013",
        )
        session.add(response)
        session.flush()
        session.add(
            Designation(
                state_code="AUT",
                kind=DesignationKind.CENTRAL_AUTHORITY,
                line_id=builders.new_id(),
                name="Demo Ministry of Justice",
                response_id=response.id,
            )
        )
        return note.id


def a_key(engine: sa.Engine, *grants: Permission, **values: Any) -> str:
    with session_for(engine, system("test")) as session:
        ida = session.scalars(sa.select(builders.Account).where(builders.Account.name.like("Ida%")))
        session.act_as(builders.acting(ida.one()))
        expires_on = values.get("expires_on", clock.today() + timedelta(days=30))
        key, secret = keys.make(session, name="A chart", grants=grants, expires_on=expires_on)
        session.commit()
        if "ended_at" in values:
            keys.end(session, key.id)
        return secret


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(browser: FlaskClient, path: str, secret: str | None) -> TestResponse:
    headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
    return browser.get(path, headers=headers)


def addresses(note_id: Any, secret: str = "none") -> dict[str, Permission]:
    return {
        "/api/v1/notes": Permission.READ_STANDINGS,
        f"/api/v1/notes/{note_id}/standings": Permission.READ_STANDINGS,
        "/api/v1/meetings/2013-meeting-91/standings": Permission.READ_STANDINGS,
        f"/api/v1/notes/{note_id}/responses": Permission.READ_RESPONSES,
        "/api/v1/designations": Permission.READ_DESIGNATIONS,
        "/api/v1/meetings/2013-meeting-91/statistics": Permission.READ_STATISTICS,
        f"/api/v1/calendar/{secret}.ics": Permission.READ_CALENDAR,
    }


def test_a_key_opens_what_it_was_made_for_and_nothing_else(
    engine: sa.Engine, browser: FlaskClient, note_id: Any
) -> None:
    assert set(addresses(note_id).values()) == set(GRANTS)
    for granted in GRANTS:
        secret = a_key(engine, granted)
        for path, permission in addresses(note_id).items():
            status = ask(browser, path, secret).status_code
            assert status == (200 if permission is granted else 403), (path, granted)


def test_without_a_key_that_opens_nothing_is_read(
    engine: sa.Engine, browser: FlaskClient, note_id: Any
) -> None:
    ended = a_key(engine, *GRANTS, ended_at="now")
    with session_for(engine, system("test")) as session:
        anna = session.scalars(
            sa.select(builders.Account).where(builders.Account.name.like("Anna%"))
        )
        token = builders.signed_in(session, anna.one())
    builders.sign_in_client(browser, token)
    for secret in (None, "", "reg_nothing", ended, ended[:-1], token):
        for path in addresses(note_id, secret or "none"):
            answer = ask(browser, path, secret)
            assert answer.status_code == 401, (path, secret)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.json is not None
            assert answer.json["status"] == 401


def test_a_key_opens_until_its_last_day(engine: sa.Engine, note_id: Any) -> None:
    secret = a_key(engine, Permission.READ_STANDINGS, expires_on=clock.today())
    for later, opens in ((timedelta(0), True), (timedelta(days=1), False)):
        with (
            time_machine.travel(clock.now() + later, tick=False),
            session_for(engine, SIGNING_IN) as session,
        ):
            assert (keys.find_actor(session, secret) is not None) is opens


def test_a_key_comes_to_no_page_and_to_no_act(
    engine: sa.Engine, app: Flask, browser: FlaskClient, note_id: Any
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    header = {"Authorization": f"Bearer {a_key(engine, *GRANTS)}"}
    for path in ("/work", "/keys", f"/notes/{note_id}", f"/notes/{note_id}/board"):
        assert browser.get(path, headers=header).location.startswith("/sign-in")
    assert browser.post("/keys/new", headers=header).location.startswith("/sign-in")
    assert browser.post("/api/v1/notes", headers=header).status_code == 405


def test_the_secret_is_nowhere_kept_and_every_key_is_on_record(
    engine: sa.Engine, note_id: Any
) -> None:
    secret = a_key(engine, Permission.READ_STANDINGS)
    with session_for(engine, system("test")) as session:
        key = session.scalars(sa.select(ApiKey)).one()
        event = session.scalars(sa.select(Event).where(Event.kind == "api_key.made")).one()
        assert secret not in str([getattr(key, each.key) for each in sa.inspect(ApiKey).columns])
        assert event.subject_id == str(key.id)
        assert secret not in str(event.detail)


def test_only_an_administrator_makes_and_ends_keys(engine: sa.Engine, note_id: Any) -> None:
    with session_for(engine, system("test")) as session:
        everybody = session.scalars(sa.select(builders.Account)).all()
        others = [builders.acting(each) for each in everybody if not each.name.startswith("Ida")]
        assert others
        for person in others:
            session.act_as(person)
            with pytest.raises(NotAllowed):
                keys.make(session, name="x", grants=GRANTS, expires_on=clock.today())
            with pytest.raises(NotAllowed):
                keys.end(session, builders.new_id())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"grants": [Permission.EXPORT]}, "grants"),
        ({"grants": []}, "grants"),
        ({"expires_on": date(2013, 1, 1)}, "expires_on"),
        ({"expires_on": date(2199, 1, 1)}, "expires_on"),
    ],
)
def test_a_key_needs_a_name_a_purpose_and_an_end(
    engine: sa.Engine, note_id: Any, wrong: dict[str, Any], field: str
) -> None:
    right = {"name": "x", "grants": GRANTS, "expires_on": clock.today()}
    with session_for(engine, system("test")) as session:
        ida = session.scalars(sa.select(builders.Account).where(builders.Account.name.like("Ida%")))
        session.act_as(builders.acting(ida.one()))
        with pytest.raises(Refused) as refused:
            keys.make(session, **{**right, **wrong})
    assert refused.value.field == field


def test_what_is_read_is_what_the_office_knows(
    engine: sa.Engine, browser: FlaskClient, note_id: Any
) -> None:
    secret = a_key(engine, *GRANTS)

    def read(path: str) -> Any:
        answer = ask(browser, f"/api/v1{path}", secret)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    [note] = read("/notes")
    assert (note["reference"], note["respond_by"]) == ("CU 2013/175", "2013-09-30")
    assert read("/notes?meeting=another") == []
    standings = {each["state"]["code"]: each for each in read(f"/notes/{note_id}/standings")}
    assert standings["AUT"]["standing"] == "answered"
    assert standings["AUT"]["answered_at"] == "2013-07-15T12:00:00+02:00" or standings["AUT"][
        "answered_at"
    ].startswith("2013-07-15T10:00")
    assert (standings["ALB"]["standing"], standings["ALB"]["days"]) == ("overdue", None)
    assert (standings["AUT"]["missing"], standings["ALB"]["missing"][-1]) == ([], "response")
    assert {(each["is_late"], each["extended_until"]) for each in standings.values()} == {
        (False, None)
    }
    assert read("/meetings/2013-meeting-91/standings") == list(standings.values())
    [response] = read(f"/notes/{note_id}/responses")
    assert (response["mission_reference"], response["channel"]) == ("VN-7/2013", "paper")
    assert response["kind"] == "nomination"
    [designation] = read("/designations?state=aut")
    assert designation["name"] == "Demo Ministry of Justice"
    assert read("/designations?state=ALB") == []
    statistics = read("/meetings/2013-meeting-91/statistics")
    assert statistics["standings"] == {"answered": 1, "overdue": 1}
    assert sum(each["addressed"] for each in statistics["groups"]) == 2
    assert read(f"/notes/{note_id}/standings?lang=fr")[0]["state"]["name"] == "State ALB (fr)"


def test_what_does_not_exist_and_what_cannot_be_is_said_in_json(
    engine: sa.Engine, browser: FlaskClient, note_id: Any
) -> None:
    secret = a_key(engine, *GRANTS)
    for path, status in {
        f"/notes/{builders.new_id()}/standings": 404,
        "/meetings/nowhere/standings": 404,
        "/meetings/nowhere/statistics": 404,
        "/designations?state=Austria": 422,
        "/designations?kind=king": 422,
        "/designations?in_force=perhaps": 422,
    }.items():
        answer = ask(browser, f"/api/v1{path}", secret)
        assert answer.status_code == status, path
        assert answer.json is not None
        assert answer.json["status"] == status


def test_a_programs_session_can_write_nothing(app: Flask, engine: sa.Engine, note_id: Any) -> None:
    with app.test_request_context():
        g.actor = system("test")
        with pytest.raises(sa.exc.InternalError, match="read-only transaction"):
            snapshot().execute(sa.update(ApiKey).values(used_on=clock.today()))


def test_the_calendar_holds_the_deadlines_and_the_days_of_meetings(
    engine: sa.Engine, browser: FlaskClient, note_id: Any
) -> None:
    secret = a_key(engine, Permission.READ_CALENDAR)
    answer = browser.get(f"/api/v1/calendar/{secret}.ics")
    assert answer.mimetype == "text/calendar"
    entries = icalendar.Calendar.from_ical(answer.get_data()).walk("VEVENT")
    found = {(str(entry["summary"]), entry["dtstart"].dt) for entry in entries}
    assert found == {
        ("Last day for responses: CU 2013/175", date(2013, 9, 30)),
        ("Meeting in Panama City", date(2013, 11, 25)),
    }
    [meeting] = [entry for entry in entries if "Meeting" in entry["summary"]]
    assert meeting["dtend"].dt == date(2013, 11, 27)  # the day after the last (RFC 5545, 3.6.1)


def test_the_description_names_every_address_and_that_it_takes_a_key(
    app: Flask, browser: FlaskClient
) -> None:
    described = browser.get("/api/openapi.json").json
    assert described is not None
    real = {
        rule.rule.replace("<uuid:", "<").replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if (rule.endpoint, "GET") in app.extensions["access"]
        and app.extensions["access"][rule.endpoint, "GET"].scope is Scope.KEY
    }
    assert set(described["paths"]) == real
    for path in described["paths"].values():
        assert path["get"]["security"] == [{"key": []}]


def test_no_question_that_the_description_allows_breaks_the_program(
    engine: sa.Engine, app: Flask, note_id: Any
) -> None:
    secret = a_key(engine, *GRANTS)
    app.config["TRUSTED_HOSTS"].append("localhost")
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    asked = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(operation.as_strategy())
        @hypothesis.settings(max_examples=12, deadline=None, database=None)
        def ask_anything(case: Any) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {secret}"})
            case.validate_response(answer, checks=CHECKS)
            asked.add(case.operation.path)

        ask_anything()
    assert len(asked) == len({*addresses(note_id)})
