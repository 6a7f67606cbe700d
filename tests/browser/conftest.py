"""The application on a port of its own in this process, and a Chromium that is signed in to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, Page
from pydantic import SecretStr
from werkzeug.serving import make_server

from registration import clock, config, words
from registration.app import create_app
from registration.config import Settings
from tests.browser import world as worlds
from tests.browser.world import World
from workshop.browser import chromium
from workshop.instance import LOOPBACK, Ports
from workshop.services import APPLICATION, Cluster
from workshop.testbed import SEEDED, renew_database


@pytest.fixture(scope="module")
def settings(
    cluster: Cluster, database_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """A demonstration on the seed's States; what its tables hold is made by `world`."""
    name, folder = f"{database_name}_browser", tmp_path_factory.mktemp("instance")
    renew_database(cluster, name, template=SEEDED)
    chosen = Settings(
        database_url=SecretStr(cluster.url(APPLICATION, name)),
        broker_url=SecretStr("redis://127.0.0.1:1/0"),
        secret_key=SecretStr("for-tests-only-0123456789-abcdefghijk"),
        encryption_keys=SecretStr("Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OS1hYmNkZWY="),
        base_url=f"http://{LOOPBACK}:{Ports.any_free().web}",
        store_dir=folder / "store",
        smtp_url=SecretStr("smtp://127.0.0.1:1"),
        mail_sender="secretariat@registration.example",
        demo=True,
        demo_clock=folder / "clock",
    )
    yield chosen
    config.forget()
    clock.follow(None)


@pytest.fixture(scope="module")
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def world(settings: Settings, app: Flask) -> Iterator[World]:
    """The office of October 2013, made once for the tests of a module on this process."""
    engine = sa.create_engine(settings.database_url.get_secret_value())
    try:
        yield worlds.build(engine)
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def site(app: Flask, settings: Settings, world: World) -> Iterator[str]:
    """Where the pages are, as long as the module's tests run."""
    port = int(settings.base_url.rpartition(":")[2])
    server = make_server(LOOPBACK, port, app, threaded=True)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield settings.base_url
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module on this process."""
    with chromium() as opened:
        yield opened


@dataclass
class Window:
    """One person's page in one language, and what the browser's console said of it."""

    page: Page
    said: list[str] = field(default_factory=list)

    def complaints(self) -> list[str]:
        """What was said since the last time this was asked."""
        said, self.said[:] = list(self.said), []
        return said


Open = Callable[..., Window]
# A busy machine is no mistake of a page, and patience costs nothing where all is well.
PATIENCE_MILLISECONDS = 120_000


# What htmx says when a newer question takes the place of one that is not answered yet (hx-sync):
# as it is meant, and how often depends on how busy the machine is.
_OVERTAKEN = ("htmx:afterRequest", "htmx:sendAbort")


def _listen(said: list[str], words: str) -> None:
    if not words.startswith(_OVERTAKEN):
        said.append(words)


@pytest.fixture(scope="module")
def window(browser: Browser, app: Flask, site: str, world: World) -> Iterator[Open]:
    """Open (or come back to) the window of a person of the world, by name; None: a stranger."""
    windows: dict[tuple[str | None, str, bool], Window] = {}

    def open_window(person: str | None, language: str = "en", *, javascript: bool = True) -> Window:
        chosen = (person, language, javascript)
        if chosen not in windows:
            context = browser.new_context(
                base_url=site,
                viewport={"width": 1024, "height": 900},
                java_script_enabled=javascript,
            )
            _prepare(context, app, site, language, world.tokens[person] if person else None)
            windows[chosen] = Window(context.new_page())
            said = windows[chosen].said
            windows[chosen].page.on("console", lambda message: _listen(said, message.text))
            windows[chosen].page.on("pageerror", lambda error: said.append(str(error)))
        return windows[chosen]

    yield open_window
    for each in windows.values():
        each.page.context.close()


def _prepare(
    context: BrowserContext, app: Flask, site: str, language: str, token: str | None
) -> None:
    """Give a browser the cookies that a sign-in and the choice of a language leave behind."""
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    assert language in words.LANGUAGES
    cookies = {"language": language}
    if token is not None:
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer is not None
        cookies[app.config["SESSION_COOKIE_NAME"]] = signer.dumps({"sign_in": token})
    context.add_cookies(
        [{"name": name, "value": value, "url": site} for name, value in cookies.items()]
    )
