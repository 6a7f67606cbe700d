"""A stranger compares a file with its copy: in the browser, and without script on the server."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page

from registration import db
from registration.documents import service as documents
from registration.notes.models import Letter
from registration.permissions import system
from tests.browser.conftest import Open
from tests.browser.looking import mistakes

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def copy(app: Flask, world: object) -> tuple[str, bytes]:
    """The code of a copy that was made, and its file."""
    with db.session_for(app.extensions["engine"], system("test")) as session:
        letter = session.scalars(
            sa.select(Letter).where(Letter.code.is_not(None), Letter.document_id.is_not(None))
        ).first()
        assert letter is not None
        assert letter.code is not None
        assert letter.document_id is not None
        return letter.code, documents.read(session, letter.document_id)


def choose(page: Page, code: str, content: bytes, folder: Path) -> None:
    file = folder / "copy.pdf"
    file.write_bytes(content)
    page.goto(f"/verify/{code}")
    page.set_input_files("input[type=file]", file)


def compared(page: Page, code: str, content: bytes, folder: Path) -> str:
    """Choose that file and compare it; the kind of the answer."""
    choose(page, code, content, folder)
    with page.expect_navigation() as answer:
        page.locator("#compare button").click()
    assert answer.value.status == 200
    return (page.locator("#main [role=alert]").get_attribute("class") or "").rpartition("--")[2]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_file_is_compared_in_the_browser_and_not_sent(
    window: Open, copy: tuple[str, bytes], tmp_path: Path, language: str
) -> None:
    code, pdf = copy
    opened, sent = window(None, language), list[bytes]()
    opened.page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    for content, kind in ((pdf, "success"), (pdf + b"\n", "error")):
        assert compared(opened.page, code, content, tmp_path) == kind
        assert mistakes(opened, language, 200) == []
    assert any(b"sha256" in body for body in sent)
    assert not any(b"%PDF-" in body for body in sent)


def test_without_script_the_server_compares_the_file(
    window: Open, copy: tuple[str, bytes], tmp_path: Path
) -> None:
    code, pdf = copy
    page = window(None, javascript=False).page
    assert compared(page, code, pdf, tmp_path) == "success"
    assert compared(page, code, pdf + b"\n", tmp_path) == "error"


def test_a_file_may_be_dropped_anywhere_on_the_page(
    window: Open, copy: tuple[str, bytes], tmp_path: Path
) -> None:
    code, _ = copy
    page = window(None).page
    page.goto(f"/verify/{code}")
    hint = page.locator("#file-hint")
    assert re.search("not sent anywhere", hint.inner_text())
    page.evaluate(
        """() => {
            const dropped = new DataTransfer();
            dropped.items.add(new File(["x"], "copy.pdf", {type: "application/pdf"}));
            const event = new DragEvent("drop", {
                dataTransfer: dropped, bubbles: true, cancelable: true,
            });
            document.querySelector("h1").dispatchEvent(event);
        }"""
    )
    assert page.evaluate("document.querySelector('#file').files[0].name") == "copy.pdf"
    with page.expect_navigation():
        page.locator("#compare button").click()
    assert page.locator(".app-banner--error").count() == 1
