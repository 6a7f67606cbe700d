"""What a sign-in is: a cookie out of reach, a row that ends, and a way to the page one wanted."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registration import clock, db
from registration.accounts import rules
from registration.accounts import signing_in as service
from registration.accounts.models import Account, SignIn, SignInCode
from registration.app import create_app
from registration.config import Settings
from registration.db import Session
from registration.journal.models import Event
from registration.permissions import SIGNING_IN
from tests import builders as make
from tests.accounts.signing_in.codes import (
    ANNA,
    COOKIE,
    ask,
    cookie_of,
    enter,
    is_signed_in,
    newest_code,
    send,
    sign_in,
    wrong,
)


def test_signing_in_makes_a_fresh_cookie_with_a_token_nobody_knew(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    with browser.session_transaction() as cookie:
        cookie["sign_in"] = "a-token-that-an-attacker-planted"
        cookie["planted"] = "something else"
    sign_in(browser, session)
    found = cookie_of(browser)
    assert set(found) <= {"sign_in", "_permanent", "csrf_token"}
    assert found["sign_in"] != "a-token-that-an-attacker-planted"
    attacker = make.sign_in_client(app.test_client(), "a-token-that-an-attacker-planted")
    assert not is_signed_in(attacker)


def test_each_sign_in_has_its_own_token_and_ends_the_one_before_it(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    sign_in(browser, session)
    first = cookie_of(browser)["sign_in"]
    sign_in(browser, session)
    second = cookie_of(browser)["sign_in"]
    assert first != second
    assert is_signed_in(browser)
    assert not is_signed_in(make.sign_in_client(app.test_client(), first))


def test_signing_out_ends_the_sign_in_and_not_only_the_cookie(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    sign_in(browser, session)
    token = cookie_of(browser)["sign_in"]
    answer = _sign_out(browser)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_signed_in(browser)
    assert not is_signed_in(make.sign_in_client(app.test_client(), token))
    kinds = session.scalars(sa.select(Event.kind).order_by(Event.at)).all()
    assert "sign_in.begun" in kinds
    assert kinds[-1] == "sign_in.ended"


def _sign_out(browser: FlaskClient) -> TestResponse:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/sign-in").text)
    assert token is not None
    return browser.post("/sign-out", data={"csrf_token": token[1]})


def test_signing_out_after_the_sign_in_has_ended_is_no_error(browser: FlaskClient) -> None:
    assert _sign_out(browser).location == "/sign-in"


def test_ending_an_account_ends_its_sign_ins_at_once(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    sign_in(browser, session)
    assert is_signed_in(browser)
    anna = session.scalars(sa.select(Account).where(Account.email == ANNA)).one()
    ida = session.scalars(sa.select(Account).where(Account.email != ANNA)).one()
    administrator = make.sign_in_client(app.test_client(), make.signed_in(session, ida))
    session.commit()
    answer = send(administrator, f"/accounts/{anna.id}/end")
    assert answer.status_code == 303
    assert browser.get("/states").location.startswith("/sign-in")


def test_an_idle_sign_in_ends_after_an_hour_and_any_after_twelve(
    browser: FlaskClient, session: Session
) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        sign_in(browser, session)
        for _ in range(13):
            traveller.shift(timedelta(minutes=50))
            assert is_signed_in(browser)
        traveller.shift(timedelta(minutes=50))
        assert is_signed_in(browser)
        traveller.move_to(start + rules.ABSOLUTE_LIMIT)
        assert not is_signed_in(browser)
    with time_machine.travel(start + timedelta(days=1), tick=False) as traveller:
        sign_in(browser, session)
        traveller.shift(rules.IDLE_LIMIT)
        assert not is_signed_in(browser)


def test_after_signing_in_one_comes_to_the_page_one_wanted(
    browser: FlaskClient, session: Session
) -> None:
    sent_away = browser.get("/states?on=2013-07-01&status=signatory")
    assert sent_away.location.startswith("/sign-in?next=")
    browser.get(sent_away.location)
    answer = sign_in(browser, session)
    assert answer.location == "/states?on=2013-07-01&status=signatory"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/%5cevil.example",
        "/no-such-page",
        "/sign-out",
        " //evil.example",
        "/\t/evil.example",
        "/states\r\nSet-Cookie: a=b",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(
    browser: FlaskClient, session: Session, target: str
) -> None:
    browser.get("/sign-in", query_string={"next": target})
    answer = sign_in(browser, session)
    parts = urlsplit(answer.location)
    assert (parts.scheme, parts.netloc) == ("", "")
    assert parts.path == "/"


def test_where_mail_is_caught_the_page_leads_to_it_and_elsewhere_not(
    settings: Settings, browser: FlaskClient
) -> None:
    page = "http://127.0.0.1:8025"
    ask(browser)
    assert "No mail leaves" not in browser.get("/sign-in/code").text
    catching = create_app(settings.model_copy(update={"mail_page": page}))
    catching.config["SERVER_NAME"] = "127.0.0.1:8000"
    other = catching.test_client()
    ask(other)
    assert f'href="{page}"' in other.get("/sign-in/code").text


def test_no_form_is_taken_without_its_token(browser: FlaskClient) -> None:
    for path in ("/sign-in", "/sign-in/code", "/sign-out", "/accounts/invite"):
        assert browser.post(path, data={"email": ANNA, "code": "123456"}).status_code == 400


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    browser: FlaskClient, session: Session
) -> None:
    answer = sign_in(browser, session)
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if COOKIE in each)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "no-store" in answer.headers["Cache-Control"]


def test_every_step_of_signing_in_is_in_the_journal(browser: FlaskClient, session: Session) -> None:
    ask(browser)
    code = newest_code(session)
    enter(browser, wrong(code))
    enter(browser, code)
    session.rollback()
    kinds = session.scalars(sa.select(Event.kind).order_by(Event.at, Event.id)).all()
    assert [kind for kind in kinds if kind.startswith("sign_in.")] == [
        "sign_in.code_asked",
        "sign_in.refused",
        "sign_in.begun",
    ]


def test_a_browser_name_of_any_length_is_kept_short(engine: sa.Engine, session: Session) -> None:
    with db.session_for(engine, SIGNING_IN) as signing_in:
        code_id = service.ask_for_code(signing_in, email=ANNA, asked_from="192.0.2.1")
    code = newest_code(session)
    with db.session_for(engine, SIGNING_IN) as signing_in:
        assert service.enter_code(signing_in, code_id, code, browser="x" * 9000)
    session.rollback()
    assert session.scalars(sa.select(sa.func.length(SignIn.browser))).one() == 200
    assert session.scalars(sa.select(SignInCode.used_at)).one() is not None
