"""A browser without JavaScript: it keeps cookies, and sends forms with the token they carry."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import EnvironBuilder, TestResponse

from registration.accounts.models import Account
from registration.db import open_session
from registration.permissions import SIGNING_IN
from tests import builders

SITE = "http://127.0.0.1:8000"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_VERSION = re.compile(r'name="version"[^>]*value="([^"]*)"')


class Browser:
    """One signed-in person's browser."""

    def __init__(self, app: Flask, engine: sa.Engine, account: Account) -> None:
        with open_session(engine, SIGNING_IN) as session:
            token = builders.signed_in(session, session.merge(account, load=False))
            session.commit()
        self.client = app.test_client()
        with self.client.session_transaction(base_url=SITE) as cookie:
            cookie["sign_in"] = token

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=SITE)

    def page(self, path: str) -> str:
        """The text of a page that is there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return words(answer)

    def post(self, path: str, fields: dict[str, Any], *, seen: str = "") -> TestResponse:
        """Send a form as the page at `seen` (else at the same path) offers it."""
        form = self.get(seen or path).get_data(as_text=True)
        hidden = {"csrf_token": token_of(form)}
        if found := _VERSION.search(form):
            hidden["version"] = found[1]
        return self.send(path, {**hidden, **fields})

    def send(self, path: str, fields: dict[str, Any]) -> TestResponse:
        """Send these fields and no others."""
        builder = EnvironBuilder(
            path, method="POST", data=fields, base_url=SITE, content_type="multipart/form-data"
        )
        environ = builder.get_environ()
        try:
            return self.client.open(environ)
        finally:
            builder.close()
            environ["wsgi.input"].close()

    def token(self) -> str:
        """The token that any page of this browser carries."""
        return token_of(self.get("/meetings").get_data(as_text=True))


def token_of(page: str) -> str:
    found = _TOKEN.search(page)
    return found[1] if found else ""


def version_of(page: str) -> str:
    """The version that the form of a page carries."""
    found = _VERSION.search(page)
    assert found
    return found[1]


def words(answer: TestResponse) -> str:
    """The text of a page as people read it, without marks."""
    text = re.sub(
        r"<(script|style|svg).*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL
    )
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).strip()


def at(note_id: UUID, part: str = "") -> str:
    """The address of a part of the answer to a note."""
    return f"/answer/{note_id}" + (f"/{part}" if part else "")
