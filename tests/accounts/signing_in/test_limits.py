"""How often codes may be asked for, and what a stranger learns of who has an account: nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from registration import clock, db
from registration.accounts import rules
from registration.accounts import signing_in as service
from registration.accounts.models import Account, SignInCode
from registration.app import create_app
from registration.config import Settings
from registration.db import Session
from registration.errors import TooMany
from registration.permissions import SIGNING_IN
from registration.post.models import Message
from tests.accounts.signing_in.codes import (
    ANNA,
    STRANGER,
    ask,
    enter,
    newest_code,
    sign_in,
    wrong,
)


def test_an_unknown_address_looks_the_same(app: Flask, session: Session) -> None:
    pages = []
    for email in (ANNA, STRANGER):
        browser = app.test_client()
        first = ask(browser, email)
        second = browser.get(first.location)
        third = enter(browser, "000000" if email == STRANGER else wrong(newest_code(session)))
        pages.append(
            [
                (answer.status_code, answer.headers.get("Location"), _plain(answer.text, email))
                for answer in (first, second, third)
            ]
        )
    assert pages[0] == pages[1]
    assert session.scalars(sa.select(Message.recipients)).all() == [[ANNA]]


def _plain(page: str, email: str) -> str:
    """The page without the address that was typed and the token, which differ for everybody."""
    page = re.sub(r'value="[^"]*"', "", page)
    return page.replace(email, "…")


def test_an_account_that_has_ended_gets_no_mail_and_no_other_answer(
    browser: FlaskClient, session: Session
) -> None:
    session.execute(sa.update(Account).where(Account.email == ANNA).values(ended_at=clock.now()))
    session.commit()
    assert ask(browser).location == "/sign-in/code"
    assert session.scalars(sa.select(Message)).all() == []


def test_an_account_that_ends_after_the_code_was_sent_does_not_sign_in(
    browser: FlaskClient, session: Session
) -> None:
    ask(browser)
    code = newest_code(session)
    session.execute(sa.update(Account).where(Account.email == ANNA).values(ended_at=clock.now()))
    session.commit()
    assert enter(browser, code).status_code == 422


@pytest.mark.parametrize("email", [ANNA, STRANGER])
def test_too_many_codes_for_one_address_are_refused(app: Flask, email: str) -> None:
    for _ in range(rules.CODES_PER_EMAIL):
        assert ask(app.test_client(), email).status_code == 303
    assert ask(app.test_client(), email.upper()).status_code == 429
    with time_machine.travel(clock.now() + rules.WINDOW + timedelta(seconds=1)):
        assert ask(app.test_client(), email).status_code == 303


def test_too_many_codes_in_a_day_are_refused_until_the_next(engine: sa.Engine) -> None:
    start = clock.now()
    for number in range(rules.CODES_PER_EMAIL_A_DAY):
        with time_machine.travel(start + number * timedelta(minutes=4)):
            _ask_from(engine, f"192.0.2.{number}")
    with (
        time_machine.travel(start + timedelta(hours=3)),
        pytest.raises(TooMany, match="tomorrow"),
    ):
        _ask_from(engine, "192.0.2.99")
    with time_machine.travel(start + rules.LONG_WINDOW + timedelta(hours=2)):
        _ask_from(engine, "192.0.2.99")


def test_too_many_codes_from_one_place_are_refused(engine: sa.Engine) -> None:
    for number in range(rules.CODES_PER_ADDRESS):
        _ask_from(engine, "192.0.2.1", f"person{number}@mission.example")
    with pytest.raises(TooMany):
        _ask_from(engine, "192.0.2.1", "one.more@mission.example")
    _ask_from(engine, "192.0.2.2", "one.more@mission.example")


@pytest.mark.parametrize(
    ("proxies", "place"), [(0, "192.0.2.80"), (1, "192.0.2.7"), (2, "203.0.113.9")]
)
def test_behind_proxies_of_the_house_the_place_is_the_browsers_own(
    settings: Settings, session: Session, proxies: int, place: str
) -> None:
    app = create_app(settings.model_copy(update={"proxies": proxies}))
    app.config["SERVER_NAME"] = "127.0.0.1:8000"
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = "192.0.2.80"
    browser.environ_base["HTTP_X_FORWARDED_FOR"] = "198.51.100.66, 203.0.113.9, 192.0.2.7"
    assert ask(browser).status_code == 303
    assert session.scalars(sa.select(SignInCode.asked_from)).one() == place


def test_asking_many_times_at_once_does_not_slip_through(engine: sa.Engine) -> None:
    def attempt(number: int) -> bool:
        try:
            _ask_from(engine, f"192.0.2.{number}")
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(10))) == rules.CODES_PER_EMAIL


def _ask_from(engine: sa.Engine, place: str, email: str = ANNA) -> None:
    with db.session_for(engine, SIGNING_IN) as session:
        service.ask_for_code(session, email=email, asked_from=place)


def test_a_stranger_cannot_use_up_the_codes_of_a_browser_that_is_known(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    sign_in(browser, session)
    for _ in range(rules.CODES_PER_EMAIL - 1):
        ask(app.test_client())
    assert ask(app.test_client()).status_code == 429
    for _ in range(rules.CODES_PER_EMAIL):
        assert ask(browser).status_code == 303
    assert ask(browser).status_code == 429


def test_a_browser_is_known_only_by_the_addresses_that_signed_in_with_it(
    browser: FlaskClient, session: Session
) -> None:
    sign_in(browser, session)
    ask(browser, STRANGER)
    ask(browser)
    session.rollback()
    devices = session.execute(
        sa.select(SignInCode.email, SignInCode.device).order_by(SignInCode.asked_at)
    ).all()
    assert [email for email, device in devices if device] == [ANNA]
    assert devices[-1].device is not None


@pytest.mark.parametrize("kept", ["", "nonsense", "gAAAAAB", "é" * 40])
def test_a_browser_that_pretends_to_be_known_is_a_stranger(
    browser: FlaskClient, session: Session, kept: str
) -> None:
    browser.set_cookie("device", kept, domain="127.0.0.1")
    assert ask(browser).status_code == 303
    assert session.scalars(sa.select(SignInCode.device)).all() == [None]


def test_an_unknown_address_costs_the_database_the_same_work(engine: sa.Engine) -> None:
    done: dict[str, list[str]] = {}
    for email in (ANNA, STRANGER):
        done[email] = []

        def note(*arguments: Any, into: list[str] = done[email]) -> None:
            into.append(" ".join(arguments[2].split()[:3]))

        sa.event.listen(engine, "before_cursor_execute", note)
        _ask_from(engine, "192.0.2.1", email)
        sa.event.remove(engine, "before_cursor_execute", note)
    assert [each for each in done[ANNA] if each != "RELEASE SAVEPOINT sa_savepoint_1"] == [
        each for each in done[STRANGER] if each != "ROLLBACK TO SAVEPOINT"
    ]
    assert len(done[ANNA]) > 8
