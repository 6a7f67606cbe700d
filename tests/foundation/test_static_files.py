"""What a browser fetches beside a page: short on the way, whole on arrival, kept meanwhile."""

import gzip
from pathlib import Path

import pytest
from flask import Flask

from registration.app import ROOT

STATIC = ROOT / "registration" / "static"
TEXTS = ["css/registration.css", "js/htmx.min.js"]


@pytest.mark.parametrize("name", TEXTS)
def test_style_and_scripts_travel_compressed(app: Flask, name: str) -> None:
    answer = app.test_client().get(
        f"/static/{name}", headers={"Accept-Encoding": "gzip, br"}, buffered=True
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(answer.data) == (STATIC / name).read_bytes()
    assert len(answer.data) < len(gzip.decompress(answer.data)) / 2


@pytest.mark.parametrize("name", TEXTS)
def test_a_browser_that_cannot_unpack_gets_them_as_they_are(app: Flask, name: str) -> None:
    answer = app.test_client().get(
        f"/static/{name}", headers={"Accept-Encoding": "identity"}, buffered=True
    )
    assert "Content-Encoding" not in answer.headers
    assert answer.data == Path(STATIC / name).read_bytes()


def test_what_the_browser_has_already_is_not_sent_again(app: Flask) -> None:
    client = app.test_client()
    headers = {"Accept-Encoding": "gzip"}
    first = client.get(f"/static/{TEXTS[0]}", headers=headers, buffered=True)
    known = {**headers, "If-None-Match": first.headers["ETag"]}
    again = client.get(f"/static/{TEXTS[0]}", headers=known, buffered=True)
    assert again.status_code == 304
    assert again.data == b""


def test_a_page_with_a_form_is_never_compressed(app: Flask) -> None:
    page = app.test_client().get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers
