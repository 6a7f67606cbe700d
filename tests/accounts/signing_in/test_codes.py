"""Signing in with a code that comes by e-mail: once, soon, and in the browser that asked for it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from registration import clock, db
from registration.accounts import rules
from registration.accounts import signing_in as service
from registration.db import Session
from registration.journal.models import Outbox
from registration.permissions import SIGNING_IN
from registration.post.models import Message
from tests.accounts.signing_in.codes import (
    ANNA,
    COOKIE,
    PROGRAM,
    ask,
    cookie_of,
    enter,
    is_signed_in,
    newest_code,
    wrong,
)


def test_a_person_signs_in_with_the_code_from_the_mail(
    browser: FlaskClient, session: Session
) -> None:
    answer = ask(browser)
    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    assert ANNA in browser.get("/sign-in/code").text
    answer = enter(browser, newest_code(session))
    assert answer.status_code == 303
    assert is_signed_in(browser)
    assert "Anna Drafter" in browser.get("/states").text


def test_the_code_goes_out_with_the_request_and_its_text_is_confidential(
    browser: FlaskClient, session: Session
) -> None:
    ask(browser)
    message = session.scalars(sa.select(Message)).one()
    assert message.confidential
    assert message.recipients == [ANNA]
    assert session.scalars(sa.select(Outbox.subject_id)).all() == [str(message.id)]


def test_neither_the_code_nor_the_token_is_kept_anywhere(
    browser: FlaskClient, session: Session, owner_engine: sa.Engine
) -> None:
    ask(browser)
    code = newest_code(session)
    enter(browser, code)
    token = cookie_of(browser)["sign_in"]
    with owner_engine.begin() as connection:
        connection.execute(sa.text("select set_config('app.scope', 'system', true)"))
        for table in ("sign_in_code", "sign_in", "event", "outbox", "account"):
            rows = connection.execute(sa.text(f"select t::text from {table} t")).scalars()
            for row in rows:
                assert token not in row
                assert f'"{code}"' not in row
                assert f",{code}," not in row


def test_a_code_works_once(app: Flask, browser: FlaskClient, session: Session) -> None:
    ask(browser)
    request = cookie_of(browser)
    code = newest_code(session)
    assert enter(browser, code).status_code == 303
    again = app.test_client()
    with again.session_transaction() as cookie:
        cookie.update(request)
    assert enter(again, code).status_code == 422
    assert not is_signed_in(again)


def test_a_code_entered_by_many_at_once_signs_in_one(engine: sa.Engine) -> None:
    with db.session_for(engine, SIGNING_IN) as session:
        code_id = service.ask_for_code(session, email=ANNA, asked_from="192.0.2.1")
    with db.open_session(engine, PROGRAM) as session:
        code = newest_code(session)

    def attempt(_: int) -> str | None:
        with db.session_for(engine, SIGNING_IN) as session:
            return service.enter_code(session, code_id, code, browser="a test")

    with ThreadPoolExecutor(6) as pool:
        tokens = list(pool.map(attempt, range(6)))
    assert sum(token is not None for token in tokens) == 1


def test_a_code_dies_after_ten_minutes(browser: FlaskClient, session: Session) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        ask(browser)
        traveller.shift(rules.CODE_LIFE)
        answer = enter(browser, newest_code(session))
    assert answer.status_code == 422
    assert "no longer valid" in answer.text


def test_a_code_dies_after_five_wrong_tries(browser: FlaskClient, session: Session) -> None:
    ask(browser)
    code = newest_code(session)
    for _ in range(rules.WRONG_TRIES):
        assert enter(browser, wrong(code)).status_code == 422
    assert enter(browser, code).status_code == 422
    assert not is_signed_in(browser)


def test_four_wrong_tries_do_no_harm(browser: FlaskClient, session: Session) -> None:
    ask(browser)
    code = newest_code(session)
    for _ in range(rules.WRONG_TRIES - 1):
        enter(browser, wrong(code))
    assert enter(browser, code).status_code == 303


def test_a_code_works_only_in_the_browser_that_asked_for_it(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    ask(browser)
    code = newest_code(session)
    other = app.test_client()
    assert other.get("/sign-in/code").location == "/sign-in"
    ask(other, "ida.administrator@secretariat.example")
    assert enter(other, code).status_code == 422
    assert not is_signed_in(other)


def test_a_forged_cookie_is_no_cookie(app: Flask, browser: FlaskClient) -> None:
    ask(browser)
    cookie = browser.get_cookie(COOKIE, "127.0.0.1")
    assert cookie is not None
    forged = app.test_client()
    forged.set_cookie(COOKIE, cookie.value, domain="127.0.0.1")
    assert forged.get("/sign-in/code").status_code == 200
    forged.set_cookie(COOKIE, cookie.value[:-4] + "AAAA", domain="127.0.0.1")
    assert forged.get("/sign-in/code").location == "/sign-in"


@pytest.mark.parametrize(
    "shape",
    [
        lambda code: f" {code[:3]} {code[3:]} ",
        lambda code: f"{code[:3]}-{code[3:]}",
        lambda code: code.translate({48 + n: 0x660 + n for n in range(10)}),
        lambda code: f"\u200f{code}\u00a0",
    ],
    ids=["spaces", "hyphen", "Arabic digits", "marks of a paste"],
)
def test_a_code_may_be_pasted_as_it_comes(
    browser: FlaskClient, session: Session, shape: Any
) -> None:
    ask(browser)
    assert enter(browser, shape(newest_code(session))).status_code == 303


@pytest.mark.parametrize("typed", ["", "abc", "12345", "1" * 5000, "²³¹", "\x00"])
def test_what_is_no_code_is_answered_calmly(browser: FlaskClient, typed: str) -> None:
    ask(browser)
    assert enter(browser, typed).status_code == 422


def test_what_is_no_address_is_said_at_the_field(browser: FlaskClient) -> None:
    for typed in ("", "anna", "a@b", "a@x.example,b@x.example", "a@x.example\nBcc: b@x.example"):
        answer = ask(browser, typed)
        assert answer.status_code == 422, typed
        assert "There is a problem" in answer.text
