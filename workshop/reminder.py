"""A reminder, through the pages alone: written, translated, rehearsed, cleared and issued.

Two officers who never saw the pages send it to the States that did not respond. The journey of the
tests walks it, and the pictures of the documentation are taken on the way.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

Look = Callable[[Page, str], None]

ENGLISH = "The Secretariat remains at the disposal of the Permanent Missions for any questions."
FRENCH = "Le Secrétariat se tient à la disposition des Missions permanentes pour toute question."
WRITTEN = {"English": "written", "Français": "translated"}
_PATIENCE = 60  # seconds; all copies of a note on a busy machine


def nobody_looks(page: Page, name: str) -> None:
    """For who walks without taking pictures."""


class Reminder:
    """The walk of two officers from an issued note, each in a window of their own, in English."""

    def __init__(self, drafter: Page, clearer: Page, look: Look = nobody_looks) -> None:
        self.drafter, self.clearer, self._look = drafter, clearer, look
        self.address = ""

    def walk(self, original: str) -> str:
        """The whole way; `original` is the address of the issued note. The reminder's reference."""
        self.begin(original)
        self.write("English", ENGLISH)
        self.write("Français", FRENCH)
        self.rehearse()
        self.submit()
        self.clear()
        return self.issue()

    def begin(self, original: str) -> None:
        """From the page of the note that asks for responses, with one click."""
        self.drafter.goto(original)
        self._press(self.drafter, "Reminder")
        self.address = self.drafter.url

    def write(self, language: str, sentence: str) -> None:
        """Add a sentence to the last paragraph but one, and see the page that will be printed."""
        page = self.drafter
        page.goto(self.address)
        self._follow(page, language)
        boxes = page.get_by_role("textbox", name=re.compile(r"^Paragraph \d+$"))
        box = boxes.nth(boxes.count() - 2)
        shown = page.locator("#preview img").first
        before = shown.get_attribute("src") or ""
        box.fill(f"{box.input_value()} {sentence}")
        expect(shown).not_to_have_attribute("src", before, timeout=_PATIENCE * 1000)
        self._look(page, f"reminder-{WRITTEN[language]}")
        self._press(page, "Save")

    def rehearse(self) -> None:
        """Every copy is made and thrown away; the page says when, and what is in the way."""
        page = self.drafter
        page.goto(self.address)
        self._follow(page, "Rehearse and submit")
        self._press(page, "Rehearse")
        page.get_by_text("Rehearsed without problems").wait_for(timeout=_PATIENCE * 1000)
        self._look(page, "reminder-rehearsal")

    def submit(self) -> None:
        """Put the reminder before a clearing officer."""
        self._press(self.drafter, "Submit for clearance")

    def clear(self) -> None:
        """The second officer finds it among what waits, reads it and clears it."""
        page = self.clearer
        page.goto("/work")
        page.locator(f"main a[href$='{self.address.rpartition('/')[2]}']").first.click()
        self._follow(page, "Read and decide")
        page.get_by_text(ENGLISH).wait_for()
        self._look(page, "reminder-clearance")
        self._press(page, "Clear the note")

    def issue(self) -> str:
        """Give the reminder its number and send it; its page then tells the whole story."""
        page = self.drafter
        page.goto(self.address)
        self._follow(page, "Issue the note")
        reference = page.get_by_label("Reference", exact=True).input_value()
        self._press(page, "Continue")
        self._press(page, re.compile(r"^Issue to \d+ States?$"))
        self._follow(page, "Confirm the dispatch")
        self._press(page, re.compile(r"^Send \d+ cop(y|ies)$"))
        self._await_the_copies(page)
        self._look(page, "reminder-story")
        return reference

    @staticmethod
    def _await_the_copies(page: Page) -> None:
        """Look again until the story tells that copies were handed over."""
        sent = page.get_by_text(re.compile(r"^\d+ cop(y|ies) handed over"))
        deadline = time.monotonic() + _PATIENCE
        while not sent.count() and time.monotonic() < deadline:
            page.wait_for_timeout(500)
            page.reload()
        sent.first.wait_for()
        page.get_by_role("heading", name="What happened").evaluate("it => it.scrollIntoView()")

    @staticmethod
    def _follow(page: Page, name: str) -> None:
        with page.expect_navigation():
            page.locator("main").get_by_role("link", name=name, exact=True).first.click()

    @staticmethod
    def _press(page: Page, name: str | re.Pattern[str]) -> None:
        with page.expect_navigation():
            page.locator("main").get_by_role("button", name=name).first.click()
