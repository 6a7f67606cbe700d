"""A person at a browser: headless Chromium that signs in with the code from the mail catcher."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from workshop.errors import WorkshopError
from workshop.mail_catcher import Mailbox

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
)
_PATIENCE_SECONDS = 60


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine; Playwright's own is never fetched."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise WorkshopError("There is no Chromium.", mend="apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield browser
        browser.close()


class Visitor:
    """One person with a window of their own."""

    def __init__(
        self,
        browser: Browser,
        base_url: str,
        mailbox: Mailbox,
        *,
        width: int = 1024,
        javascript: bool = True,
    ) -> None:
        self._mailbox = mailbox
        self.context: BrowserContext = browser.new_context(
            base_url=base_url,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            locale="en-GB",
        )
        self.page: Page = self.context.new_page()

    def sign_in(self, email: str) -> None:
        """Ask for a code, read it in the mail, enter it."""
        before = set(self._mailbox.numbers())
        self.page.goto("/sign-in")
        self.page.locator("main input[name=email]").fill(email)
        self.page.locator("main button[type=submit]").click()
        self.page.locator("main input[name=code]").fill(self._code_for(email, before))
        self.page.locator("main button[type=submit]").first.click()

    def _code_for(self, email: str, before: set[str]) -> str:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for number in sorted(set(self._mailbox.numbers()) - before):
                mail = self._mailbox.read(number)
                body = mail.message.get_body()
                found = re.search(r"\b\d{6}\b", body.get_content() if body else "")
                if email in mail.recipients and found:
                    return found.group()
            time.sleep(0.1)
        raise WorkshopError(f"No code came for {email}.", mend="read the logs of relay and worker")

    def width(self, pixels: int) -> None:
        """Make the window wider or narrower."""
        self.page.set_viewport_size({"width": pixels, "height": 900})

    def close(self) -> None:
        """Close the window and forget its cookies."""
        self.context.close()
