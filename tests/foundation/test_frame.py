"""What stands around every page: the notice of a demonstration, and cookies fit for the address."""

import re
from pathlib import Path

import pytest
from flask import Flask

from registration.app import create_app
from registration.config import Settings
from registration.words import LANGUAGES, say

ROOT = Path(__file__).resolve().parents[2]
NOTICE = (
    "This is a demonstration set in 2013. All persons and answers are invented; the real date of"
    " its note is not known."
)
PAGES = ["/sign-in", "/meetings", "/verify", "/privacy", "/not-there"]


def demonstration(app: Flask) -> Flask:
    settings: Settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(update={"demo": True})
    return app


def test_every_page_is_in_the_one_frame_that_has_the_notice() -> None:
    whole = {
        file.name for file in (ROOT / "templates").rglob("*.html") if "<html" in file.read_text()
    }
    assert whole == {"base.html"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_a_demonstration_says_what_it_is_and_who_is_invented(
    app: Flask, language: str
) -> None:
    browser = demonstration(app).test_client()
    for path in PAGES:
        assert say(language, NOTICE) in browser.get(f"{path}?lang={language}").text, path
    assert language == "en" or say(language, NOTICE) != NOTICE


def test_no_page_of_an_installation_says_that_it_is_a_demonstration(app: Flask) -> None:
    for path in PAGES:
        assert "demonstration" not in app.test_client().get(path).text, path


def test_over_tls_no_other_host_can_plant_the_cookie_and_nothing_leaves_in_the_clear(
    settings: Settings,
) -> None:
    secure = settings.model_copy(update={"base_url": "https://registration.example.org"})
    browser = create_app(secure).test_client()
    answer = browser.get("/sign-in?lang=fr", base_url=secure.base_url)
    cookies = answer.headers.getlist("Set-Cookie")
    assert [re.split("[=;]", each)[0] for each in cookies] == ["language", "__Host-registration"]
    assert all("Secure" in each and "HttpOnly" in each for each in cookies)
    # A browser takes a name with this prefix only so (RFC 6265bis, 4.1.3.2).
    [session] = [each for each in cookies if each.startswith("__Host-")]
    assert "Path=/" in session
    assert "Domain" not in session
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
