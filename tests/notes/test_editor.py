"""The editor in a browser: it saves by itself, completes places, and tells two of each other."""

import re
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from registration import db
from registration.accounts.models import Account
from registration.config import Settings
from registration.notes import drafting, queries
from registration.permissions import SIGNING_IN, Role
from tests import builders
from tests.browser.looking import violations
from tests.notes.desk import Desk
from workshop.browser import chromium

PATIENCE_MILLISECONDS = 60_000

Open = Callable[[Account], Page]


@pytest.fixture
def window(app: Flask, desk: Desk, settings: Settings) -> Iterator[Open]:
    """Opens a browser of its own for a person of the desk."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.config["SERVER_NAME"] = None
    site = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with chromium() as browser:

        def opened(who: Account) -> Page:
            context = browser.new_context(base_url=site, viewport={"width": 1200, "height": 1000})
            context.set_default_timeout(PATIENCE_MILLISECONDS)
            with db.session_for(desk.engine, SIGNING_IN) as session:
                token = builders.signed_in(session, session.get_one(Account, who.id))
            cookie = signer.dumps({"sign_in": token})
            context.add_cookies(
                [{"name": app.config["SESSION_COOKIE_NAME"], "value": cookie, "url": site}]
            )
            return context.new_page()

        yield opened
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_editor_saves_by_itself_completes_places_and_tells_of_another_writer(
    window: Open, desk: Desk
) -> None:
    note = desk.draft()
    with desk.program() as session:
        boris = builders.a_colleague(session, "Boris Drafter", Role.DRAFTER)
    address = f"/notes/{note.id}/texts/fr"
    anna = window(desk.anna)
    anna.goto(address)
    box = anna.get_by_label("Paragraph 9", exact=True)
    box.press("Control+End")
    box.press_sequentially(" Avant le ((dead")
    expect(anna.get_by_role("option", name="((deadline))")).to_have_attribute(
        "aria-selected", "true"
    )
    box.press("Enter")
    expect(box).to_have_value(re.compile(r"Avant le \(\(deadline\)\)$"))
    expect(anna.locator("#saved")).to_contain_text("Saved by itself")
    assert violations(anna) == []
    other = window(boris)
    other.goto(address)
    expect(other.locator("#watched")).to_contain_text("Anna Drafter has been writing here since")
    other.get_by_label("Paragraph 10", exact=True).fill("((closing)) Bis.")
    expect(other.locator("#saved")).to_contain_text("Saved by itself")
    box.press_sequentially(" Encore.")
    expect(anna.locator("#saved")).to_contain_text("Not saved yet. Somebody else changed")
    anna.get_by_role("button", name="Save").first.click()
    expect(anna.get_by_role("alert")).to_contain_text("Boris Drafter wrote in this text since")
    expect(anna.locator("ins")).to_have_count(2)
    expect(anna.get_by_label("Paragraph 9", exact=True)).to_have_value(re.compile("Encore"))
    assert violations(anna) == []


def test_without_scripts_buttons_add_move_number_and_remove_paragraphs(
    app: Flask, desk: Desk
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    note = desk.draft()
    with db.session_for(desk.engine, SIGNING_IN) as session:
        token = builders.signed_in(session, session.get_one(Account, desk.anna.id))
    client = builders.sign_in_client(app.test_client(), token)
    address, version = f"/notes/{note.id}/texts/es", 1

    def post(act: str, *boxes: str) -> str:
        nonlocal version
        fields = {"subject": "((deadline))", "body": list(boxes), "version": version, "do": act}
        answer = client.post(address, data=fields)
        assert answer.status_code == 303
        with desk.program() as session:
            text = drafting.text_in(queries.by_id(session, note.id), "es")
            version = text.version
            body = text.body
        return f"{body} @{answer.location.partition('?')[2] or answer.location.partition('#')[2]}"

    assert post("", "A", "1. B", "2. C") == "A\n\n1. B\n\n2. C @"
    assert post("up:3", "A", "1. B", "2. C") == "A\n\n2. C\n\n1. B @paragraph-2"
    assert post("number:2", "A", "2. C", "1. B") == "A\n\nC\n\n1. B @paragraph-2"
    assert post("remove:1", "A", "C", "1. B") == "C\n\n1. B @paragraph-1"
    assert post("add:1", "C", "1. B") == "C\n\n1. B @new=1#paragraph-2"
    assert post("", "C", "two\n\nin one", "") == "C\n\ntwo\n\nin one @"
    page = client.get(f"{address}?new=1").text
    assert page.count('name="body"') == 4
