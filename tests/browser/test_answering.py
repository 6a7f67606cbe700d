"""A focal point answers a note in a few pages, with the keyboard, on a line that breaks twice."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Locator, Page, Route

from registration.db import open_session
from registration.delegations.models import Delegate
from registration.designations.models import Designation
from registration.permissions import system
from registration.responses.models import Response
from registration.responses.rules import ResponseKind
from tests.browser.conftest import Open
from tests.browser.world import SAUDI_ARABIA, SILENT
from tests.responses.samples import a_pdf

pytestmark = pytest.mark.timeout(300)

PAGES_AT_MOST = 9
TABS = 400  # more than any page here has places to stop at
COURTS = ("Example Court One", "Example Court Two")
EXPERTS = tuple(f"Example {number}" for number in ("One", "Two", "Three", "Four", "Five", "Six"))


class Keyboard:
    """Somebody who never touches a mouse, and counts the pages seen and the fields filled in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pages: list[str] = []
        self.fields: list[str] = []
        page.on("domcontentloaded", self._count)

    def _count(self, page: Page) -> None:
        if page.url.startswith("http"):
            self.pages.append(page.url)

    def reach(self, wanted: Locator) -> None:
        """Press Tab until that control has the focus."""
        element = wanted.element_handle()  # found once: to find it by its words takes the longest
        for _ in range(TABS):
            if element.evaluate("it => it === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {wanted}")

    def type(self, label: str, text: str, *, row: int = 0) -> None:
        """Write into a field of that label, in the row of that number."""
        field = self._named(label, row)
        self.reach(field)
        assert field.input_value() == "", f"{label} was filled in already"
        self.page.keyboard.insert_text(text)
        self.fields.append(label)

    def _named(self, label: str, row: int) -> Locator:
        words = re.compile(rf"^{re.escape(label)}( \(optional\))?$")
        return self.page.locator("main").get_by_label(words).nth(row)

    def tick(self, label: str, *, row: int = 0) -> None:
        """Choose a radio or tick a box."""
        box = self._named(label, row).element_handle()
        for _ in range(TABS):
            # A group of radios is one stop, and an arrow goes on in it.
            if box.evaluate("it => it === document.activeElement"):
                break
            here = box.evaluate("it => document.activeElement.name === it.name")
            self.page.keyboard.press("ArrowDown" if here else "Tab")
        self.page.keyboard.press("Space")
        assert box.is_checked()
        self.fields.append(label)

    def enter(self, control: Locator) -> None:
        """Go where a link or a button leads."""
        self.reach(control)
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.keyboard.press("Enter")
        assert "Error:" not in self.page.title(), self.page.locator("main").inner_text()

    def press(self, name: str) -> None:
        self.enter(self.page.locator("main").get_by_role("button", name=name, exact=True))

    def press_on_a_broken_line(self, name: str, break_it: Callable[[Route], None]) -> None:
        """Press a button whose answer never comes; the browser asks again as it does for F5."""
        self.page.route("**/*", lambda route: self._once(route, break_it))
        self.reach(self.page.locator("main").get_by_role("button", name=name, exact=True))
        with self.page.expect_event("requestfailed"):
            self.page.keyboard.press("Enter")
        self.page.wait_for_url("chrome-error://**")
        self.page.unroute_all()
        self.page.reload(wait_until="domcontentloaded")

    def _once(self, route: Route, break_it: Callable[[Route], None]) -> None:
        break_it(route) if route.request.method == "POST" else route.continue_()


def before_it_arrived(route: Route) -> None:
    route.abort("connectionreset")


def after_it_arrived(route: Route) -> None:
    route.fetch(max_redirects=0)
    route.abort("connectionreset")


def test_a_focal_point_answers_in_nine_pages_by_keyboard_on_a_line_that_breaks(
    app: Flask, window: Open, tmp_path: Path
) -> None:
    hands = Keyboard(window(SAUDI_ARABIA).page)
    hands.page.goto("/answer")
    hands.enter(hands.page.locator("main").get_by_role("link", name="Answer", exact=True).first)
    hands.enter(hands.page.locator("main").get_by_role("link", name="Central authority"))
    hands.type("Name of the authority", "Example Ministry of Justice")
    hands.type("E-mail address", "central@justice.example")
    hands.press_on_a_broken_line("Save and continue", before_it_arrived)
    for row, name in enumerate(COURTS):
        hands.type("Name of the authority", name, row=row)
    hands.press("Save and continue")
    for row, name in enumerate(EXPERTS):
        hands.tick("Ms.", row=row)
        hands.type("Given names", "Noura", row=row)
        hands.type("Family name", name, row=row)
        hands.type("Title or post", "Prosecutor", row=row)
        hands.type("Institution", "Example Prosecution", row=row)
        if row == 0:
            hands.tick("Head of delegation")
    hands.press_on_a_broken_line("Save and continue", after_it_arrived)
    hands.type("Reference of the mission's note", "No. 17/Example")
    scan = tmp_path / "note-verbale.pdf"
    scan.write_bytes(a_pdf())
    file = hands.page.get_by_label("File (PDF, at most 20 MB)")
    hands.reach(file)
    file.set_input_files(scan)
    hands.press("Save and continue")
    said = hands.page.locator("main").inner_text()
    assert all(name in said for name in (*COURTS, *EXPERTS, "Example Ministry of Justice"))
    hands.press("Send")
    assert "The secretariat has received the answer" in hands.page.locator("main").inner_text()
    seen = [
        url for url, after in zip(hands.pages, [*hands.pages[1:], ""], strict=True) if url != after
    ]
    assert len(seen) <= PAGES_AT_MOST, seen
    assert len(hands.fields) == 2 + 2 + 6 * 5 + 1 + 1
    with open_session(app.extensions["engine"], system("test")) as session:
        named = session.scalars(
            sa.select(Designation.name).where(Designation.state_code == SILENT)
        ).all()
        assert len(named) == 1 + len(COURTS) + len(EXPERTS)
        delegates = sa.select(Delegate.family_name).where(Delegate.state_code == SILENT)
        assert session.scalars(delegates.order_by(Delegate.position)).all() == list(EXPERTS)
        answered = sa.select(Response).where(
            Response.state_code == SILENT, Response.kind == ResponseKind.NOMINATION
        )
        assert session.scalars(answered).one().document_id is not None
