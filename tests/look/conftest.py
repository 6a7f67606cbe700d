"""A browser that serves the pattern book from memory, under the application's strict policy."""

import mimetypes
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from registration.headers import CONTENT_SECURITY_POLICY
from tests.look.samples import ROOT, STATIC
from workshop.browser import chromium

ADDRESS = "http://pattern-book.example/"

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of the module."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console says of the pages of this test."""
    return []


@pytest.fixture
def show(browser: Browser, complaints: list[str]) -> Iterator[Show]:
    """Open a page's text at a width in pixels; its files come from registration/static."""
    opened: list[Page] = []

    def open_page(text: str, width: int = 1024, javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.route("**/*", lambda route: _answer(route, text))
        page.goto(ADDRESS)
        page.evaluate("document.fonts.ready.then(() => null)")
        opened.append(page)
        return page

    yield open_page
    for page in opened:
        page.context.close()


def _answer(route: Route, text: str) -> None:
    path = urlsplit(route.request.url).path
    if not path.startswith(STATIC):
        route.fulfill(
            body=text,
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY},
        )
        return
    file = ROOT / "registration" / "static" / path.removeprefix(STATIC)
    if not file.is_file():
        route.fulfill(status=404)
        return
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    route.fulfill(body=file.read_bytes(), content_type=kind)
