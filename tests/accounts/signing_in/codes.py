"""Asking for a code and entering it, as a person does in a browser."""

import re
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registration import db
from registration.accounts import factors
from registration.accounts.models import Account
from registration.db import Session
from registration.permissions import system
from registration.post.models import Message

PROGRAM = system("test")
ANNA = "anna.drafter@secretariat.example"
STRANGER = "nobody@elsewhere.example"
COOKIE = "registration"


def send(browser: FlaskClient, path: str, follow: bool = False, **fields: Any) -> TestResponse:
    """Fill in the form of a page and send it, as a person does."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text)
    assert token is not None, path
    return browser.post(path, data={"csrf_token": token[1], **fields}, follow_redirects=follow)


def ask(browser: FlaskClient, email: str = ANNA) -> TestResponse:
    return send(browser, "/sign-in", email=email)


def newest_code(session: Session, email: str = ANNA) -> str:
    session.rollback()
    message = session.scalars(
        sa.select(Message)
        .where(Message.purpose == "sign_in_code", Message.recipients.contains([email]))
        .order_by(Message.id.desc())
    ).first()
    assert message is not None
    found = re.search(r"\d{6}", message.text)
    assert found is not None
    return found[0]


def enter(browser: FlaskClient, code: str) -> TestResponse:
    """Enter the code from the mail and, where it was right, what the app shows."""
    answer = send(browser, "/sign-in/code", code=code)
    if answer.location != "/sign-in/second":
        return answer
    return send(browser, "/sign-in/second", code=shown_by_app(browser.application))


def shown_by_app(app: Flask) -> str:
    with db.open_session(app.extensions["engine"], PROGRAM) as session:
        anna = session.scalars(sa.select(Account).where(Account.email == ANNA)).one()
        return factors.shown_by_app(session, anna) or ""


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/states").status_code == 200


def sign_in(browser: FlaskClient, session: Session) -> TestResponse:
    ask(browser)
    return enter(browser, newest_code(session))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def cookie_of(browser: FlaskClient) -> dict[str, Any]:
    with browser.session_transaction() as cookie:
        return dict(cookie)
