"""People at the keyboard: they find controls by their words, and press keys, never a mouse."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Locator

from workshop.browser import Visitor
from workshop.mail_catcher import CaughtMail, Mailbox

PATIENCE_SECONDS = 60


class Person(Visitor):
    """One person of a journey, with a window and an address of their own."""

    def __init__(
        self, browser: Browser, base_url: str, mailbox: Mailbox, email: str, *, javascript: bool
    ) -> None:
        super().__init__(browser, base_url, mailbox, javascript=javascript)
        self.email = email
        self._mailbox = mailbox
        self.page.set_default_timeout(20_000)

    def come(self) -> None:
        """Sign in with the code that comes by mail."""
        self.sign_in(self.email)
        self.page.get_by_role("button", name="Sign out").wait_for()

    def follow(self, name: str, *, within: Locator | None = None) -> None:
        """Go where a link of that name leads."""
        self._enter((within or self.page.locator("body")).get_by_role("link", name=name).first)

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press the button of that name."""
        self._enter((within or self.page.locator("main")).get_by_role("button", name=name).first)

    def _enter(self, control: Locator) -> None:
        control.focus()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        assert "Error:" not in self.page.title(), self.page.locator("main").inner_text()

    def type(self, label: str, text: str, *, within: Locator | None = None) -> None:
        """Write into the field of that label."""
        self._field(label, within).fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of the list of that label."""
        self._field(label).select_option(label=option)

    def tick(self, label: str, *, within: Locator | None = None, off: bool = False) -> None:
        """Tick a box or choose a radio, or take the tick away."""
        box = self._field(label, within)
        if box.is_checked() == off:
            box.focus()
            self.page.keyboard.press("Space")
        assert box.is_checked() != off

    def type_day(self, label: str, day: date) -> None:
        """Write a day into the three boxes of that label."""
        boxes = self.page.get_by_role(
            "group", name=re.compile(rf"^{re.escape(label)}( \(optional\))?$")
        )
        for part, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            boxes.get_by_label(part).fill(str(number))

    def attach(self, label: str, file: Path) -> None:
        """Choose a file for the field of that label."""
        self._field(label).set_input_files(file)

    def _field(self, label: str, within: Locator | None = None) -> Locator:
        words = re.compile(rf"^{re.escape(label)}( \(optional\))?$")
        return (within or self.page.locator("main")).get_by_label(words).first

    def reads(self, words: str | re.Pattern[str]) -> None:
        """Find these words on the page."""
        self.page.locator("main").get_by_text(words).first.wait_for()

    def look_until(self, words: str) -> None:
        """Load the page again and again until it says these words."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in self.said():
            assert time.monotonic() < deadline, f"never said {words!r}: {self.said()}"
            time.sleep(1)  # a page costs those who are waited for their share of the processor
            self.page.reload()

    def said(self) -> str:
        """What the page says, with single spaces."""
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())


def mail_to(mailbox: Mailbox, email: str, subject: str) -> CaughtMail:
    """The mail to that address with these words in its subject; waits for it to come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = [
            mail
            for mail in map(mailbox.read, mailbox.numbers())
            if email in mail.recipients and subject in str(mail.message["Subject"])
        ]
        if found:
            return found[-1]
        assert time.monotonic() < deadline, f"no mail to {email} about {subject!r}"
        time.sleep(0.2)
