"""At the door of a meeting: a person is found and marked as present with the keyboard alone."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.world import SECOND

pytestmark = pytest.mark.timeout(300)
SEARCH = "main form[method=get] input:not([type=hidden])"
FOCUSED = "document.activeElement?.innerText ?? ''"


def reach(page: Page, word: str) -> None:
    """Press Tab until something that says that word is in focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(word):
            return
    raise AssertionError(f"no {word!r} was reached by Tab")


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_person_is_searched_and_marked_by_keyboard_alone(window: Open) -> None:
    page = window("anna").page
    page.goto(f"/meetings/{SECOND}/attendance")
    sought = page.locator("main tbody th, main tbody td").first.inner_text().split()[-1]
    page.locator(SEARCH).first.focus()
    page.keyboard.type(sought)
    enter(page)
    assert f"words={sought}" in page.url
    rows = page.locator("main tbody").first
    seen = "Take back" in rows.inner_text()
    for word, then in (("Take back", "Present"), ("Present", "Take back"))[:: 1 if seen else -1]:
        reach(page, word)
        enter(page)
        assert then in rows.inner_text()
        assert word not in rows.inner_text()
