"""A person at a browser: headless Chromium that signs in with the code from the mail catcher."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
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
    # All pages are of one site that is trusted: a process for each navigation costs more than it.
    "--process-per-site",
    "--renderer-process-limit=1",
)
# First the one without a window: it draws nothing that nobody looks at, and costs half as much.
_PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")
_PATIENCE_SECONDS = 60


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine; Playwright's own is never fetched."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise WorkshopError("There is no Chromium.", mend=f"apt-get install {_PROGRAMS[0]}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield browser
        browser.close()


# The authenticator apps of this process's visitors: key and last half minute by address.
_apps: dict[str, tuple[str, int]] = {}
_STEP = 30


def _next_password(email: str) -> str:
    """What the app shows; each password is good once, so a second one is waited for."""
    key, last = _apps[email]
    step = max(int(time.time()) // _STEP, last + 1)
    while step > int(time.time()) // _STEP + 1:
        time.sleep(0.5)
    _apps[email] = (key, step)
    return pyotp.TOTP(key).generate_otp(step)


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
        """Ask for a code, read it in the mail, enter it; then the second factor where asked."""
        before = set(self._mailbox.numbers())
        self.page.goto("/sign-in")
        self.page.locator("main input[name=email]").fill(email)
        self.page.locator("main button[type=submit]").click()
        self.page.locator("main input[name=code]").fill(self._code_for(email, before))
        self._press_first()
        if self.page.locator("#shown-by-app").count():
            self._give_code(self.page.locator("#shown-by-app").inner_text())
        elif self.page.url.endswith("/sign-in/second"):
            self._give_code(_next_password(email))
        elif "/sign-in/set-up" in self.page.url:
            self._set_up_app(email)

    def _press_first(self) -> None:
        with self.page.expect_navigation():
            self.page.locator("main button[type=submit]").first.click()

    def _give_code(self, code: str) -> None:
        self.page.locator("main input[name=code]").fill(code)
        self._press_first()

    def _set_up_app(self, email: str) -> None:
        """Take the key from the page into an app of our own, and put the recovery codes away."""
        if self.page.url.endswith("/set-up"):
            self.page.goto("/sign-in/set-up/app")
        key = self.page.locator("main .app-reference").first.inner_text().replace(" ", "")
        _apps[email] = (key, 0)
        self._give_code(_next_password(email))
        self._press_first()

    def _code_for(self, email: str, before: set[str]) -> str:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for number in sorted(set(self._mailbox.numbers()) - before):
                mail = self._mailbox.read(number)
                body = mail.message.get_body(("plain",))
                found = re.search(r"(?<!\d)\d{6}(?!\d)", body.get_content() if body else "")
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
