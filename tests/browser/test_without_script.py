"""Without scripts: what can be pressed does what it says.

test_every_page.py reads every page as it was sent; here, somebody walks through some of them.
"""

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page

from registration.permissions import Scope
from tests.browser.conftest import Open
from tests.browser.markup import answers_of, lifeless
from tests.browser.world import SAUDI_ARABIA, World

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize(
    "markup",
    [
        '<button type="button">More</button>',
        '<form action="/meetings"><button type="button">More</button></form>',
        '<form action="/meetings"><input name="words"></form>',
        '<form action="/nowhere" method="post"><button>Send</button></form>',
        '<form action="/meetings"><button disabled>Send</button></form>',
        '<select name="language"></select>',
        '<a href="#elsewhere">Further down</a>',
        "<a>Further</a>",
        '<a href="javascript:go()">Go</a>',
    ],
)
def test_the_reading_of_a_page_finds_what_waits_for_a_script(app: Flask, markup: str) -> None:
    answered = answers_of(app)
    assert lifeless(markup, "/meetings", answered) != []
    assert lifeless(f"<div hidden>{markup}</div>", "/meetings", answered) == [] or "form" in markup
    sound = '<form action="/meetings"><input name="words"><button>Look</button></form><a href="/">'
    assert lifeless(sound, "/meetings", answered) == []


class Hands:
    """Somebody whose browser runs no scripts."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def follow(self, name: str) -> None:
        """Go where the first link of that name leads."""
        self._go(self.page.locator("main").get_by_role("link", name=name).first)

    def press(self, name: str) -> None:
        """Press the button of that name, and come to a page without mistakes."""
        self._go(self.page.locator("main").get_by_role("button", name=name, exact=True))
        assert "Error:" not in self.page.title(), self.said()

    def _go(self, control: Locator) -> None:
        with self.page.expect_navigation():
            control.click()

    def type(self, label: str, text: str) -> None:
        """Write into the field of that label."""
        words = re.compile(rf"^{label}( \(optional\))?$")
        self.page.locator("main").get_by_label(words).fill(text)

    def said(self) -> str:
        """What stands on the page."""
        return self.page.locator("main").inner_text()


def test_a_mail_becomes_a_response_in_two_clicks_without_scripts(
    world: World, window: Open
) -> None:
    of_mission = world.places_of(Scope.STAFF, {"incoming_id"})[0].arguments["incoming_id"]
    anna = Hands(window("anna", javascript=False).page)
    anna.page.goto(f"/mail/incoming/{of_mission}")
    anna.follow("Record a response from it")
    anna.press("Record")
    assert "The response is recorded." in anna.said()


def test_days_of_reminders_are_set_without_scripts(world: World, window: Open) -> None:
    next_note = world.places_of(Scope.STAFF, {"note_id"})[-1].arguments["note_id"]
    anna = Hands(window("anna", javascript=False).page)
    anna.page.goto(f"/notes/{next_note}/reminders")
    anna.type("Days before the last day", "21, 7")
    anna.press("Set these reminders")
    assert all(day in anna.said() for day in ("11 August 2014", "25 August 2014"))


def test_a_state_asks_for_more_time_and_then_does_not_nominate_without_scripts(
    window: Open,
) -> None:
    state = Hands(window(SAUDI_ARABIA, javascript=False).page)
    state.page.goto("/answer")
    state.follow("Answer")
    state.follow("Ask for more time")
    for part, number in (("Day", "15"), ("Month", "9"), ("Year", "2014")):
        state.type(part, number)
    state.type("Why", "The ministry is moving.")
    state.press("Ask for more time")
    assert "The secretariat has received this, and will reply." in state.said()
    state.page.goto("/answer")
    state.follow("Answer")
    state.follow("The State will not nominate")
    state.press("Say that the State will not nominate")
    state.page.goto("/answer")
    assert "Will not nominate" in state.said()
