"""The pages on which an administrator makes and ends keys."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from registration.accounts.models import Account
from registration.api import keys
from registration.api.models import ApiKey
from registration.db import session_for
from registration.journal.models import Event
from registration.permissions import Permission, Role, system
from tests import builders


@pytest.fixture
def ida(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return builders.a_browser(app, builders.ida)


def text(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_key_is_made_shown_once_used_and_ended(
    ida: FlaskClient, app: Flask, engine: sa.Engine
) -> None:
    assert "No key has been made." in text(ida, "/keys")
    assert "The calendar of deadlines and meetings" in text(ida, "/keys/new")
    fields = {
        "name": "Wall calendar",
        "grants": ["read_calendar", "read_standings"],
        "expires_on": f"{builders.clock.today():%d/%m/%Y}",
    }
    made = ida.post("/keys/new", data=fields).get_data(as_text=True)
    found = re.search(r"reg_[\w-]{43}", made)
    assert found
    secret = found[0]
    assert f"/api/v1/calendar/{secret}.ics" in made
    assert secret not in text(ida, "/keys")
    program = app.test_client()
    header = {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/notes", headers=header).status_code == 200
    with session_for(engine, system("test")) as session:
        key = session.scalars(sa.select(ApiKey)).one()
    assert "Wall calendar" in text(ida, f"/keys/{key.id}/end")
    assert ida.post(f"/keys/{key.id}/end").status_code == 303
    assert ida.post(f"/keys/{key.id}/end").status_code == 303
    assert program.get("/api/v1/notes", headers=header).status_code == 401
    assert "ended" in text(ida, "/keys")


@pytest.mark.parametrize(
    "change", [{"ended_at": builders.clock.now()}, {"roles": [Role.DRAFTER.value]}]
)
def test_a_key_ends_with_whoever_answers_for_it_as_an_administrator_and_can_be_taken_over(
    ida: FlaskClient, app: Flask, engine: sa.Engine, change: dict[str, object]
) -> None:
    with session_for(engine, system("test")) as session:
        leaving = builders.a_colleague(session, "Leaving Administrator", Role.ADMINISTRATOR)
    with session_for(engine, builders.acting(leaving)) as session:
        key, secret = keys.make(
            session,
            name="Wall calendar",
            grants=[Permission.READ_STANDINGS],
            expires_on=builders.clock.today(),
        )
    program, header = app.test_client(), {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/notes", headers=header).status_code == 200
    with session_for(engine, system("test")) as session:
        session.execute(sa.update(Account).where(Account.id == leaving.id).values(**change))
    assert program.get("/api/v1/notes", headers=header).status_code == 401
    assert "no administrator answers for it" in text(ida, "/keys")
    for _ in range(2):
        assert ida.post(f"/keys/{key.id}/take-over").status_code == 303
    assert program.get("/api/v1/notes", headers=header).status_code == 200
    assert "no administrator answers for it" not in text(ida, "/keys")
    with session_for(engine, system("test")) as session:
        told = session.scalars(
            sa.select(Event.detail).where(Event.kind == "api_key.taken_over")
        ).all()
    assert told == [{"name": "Wall calendar", "from": str(leaving.id)}]
    assert ida.post(f"/keys/{key.id}/end").status_code == 303
    assert ida.post(f"/keys/{key.id}/take-over").status_code == 422


def test_a_key_without_a_purpose_is_refused_beside_the_field(ida: FlaskClient) -> None:
    answer = ida.post("/keys/new", data={"name": "Chart", "expires_on": "1/1/2013"})
    assert answer.status_code == 422
    said = answer.get_data(as_text=True)
    assert "Choose at least one thing that the program may read." in said
    assert "Chart" in said


def test_a_key_that_does_not_exist_cannot_be_ended(ida: FlaskClient) -> None:
    assert ida.get(f"/keys/{builders.new_id()}/end").status_code == 404
    assert ida.post(f"/keys/{builders.new_id()}/end").status_code == 404
