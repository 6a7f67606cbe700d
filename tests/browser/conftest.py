"""The application on a port of its own in this process, and a Chromium that is signed in to it."""

import fcntl
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, Page
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

# Kept beside the templates of workshop/testbed.py for as long as the run lasts.
WORLD = "template_world"
# A little after everything was made, so that nothing is younger than the clock of a module.
BEGINNING = worlds.NOW + timedelta(minutes=10)


def _settings(cluster: Cluster, database: str, folder: Path, store: Path, port: int) -> Settings:
    return Settings(
        database_url=SecretStr(cluster.url(APPLICATION, database)),
        broker_url=SecretStr("redis://127.0.0.1:1/0"),
        secret_key=SecretStr("for-tests-only-0123456789-abcdefghijk"),
        encryption_keys=SecretStr("Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OS1hYmNkZWY="),
        base_url=f"http://{LOOPBACK}:{port}",
        store_dir=store,
        smtp_url=SecretStr("smtp://127.0.0.1:1"),
        mail_sender="secretariat@registration.example",
        demo=True,
        demo_clock=folder / "clock",
    )


@dataclass(frozen=True)
class Kept:
    """The world as it was made; its rows are in the database WORLD."""

    world: World
    store: Path


@pytest.fixture(scope="session")
def kept(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The office of October 2013, made once for a run: by the first process that asks for it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the one that all processes of the run share
    folder = folder / "world"
    folder.mkdir(exist_ok=True)
    made, store = folder / "made", folder / "store"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            renew_database(cluster, WORLD, template=SEEDED)
            made.write_bytes(pickle.dumps(_build(_settings(cluster, WORLD, folder, store, 1))))
    return Kept(pickle.loads(made.read_bytes()), store)


def _build(settings: Settings) -> World:
    config.use(settings)
    clock.follow(settings.demo_clock)
    # Without a pool: a database with a connection open cannot be cloned.
    engine = sa.create_engine(settings.database_url.get_secret_value(), poolclass=sa.NullPool)
    try:
        return worlds.build(engine)
    finally:
        config.forget()
        clock.follow(None)


@pytest.fixture(scope="module")
def settings(
    cluster: Cluster, database_name: str, kept: Kept, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """A demonstration on a world of the module's own: what its tests change, no other sees."""
    name, folder = f"{database_name}_browser", tmp_path_factory.mktemp("instance")
    renew_database(cluster, name, template=WORLD)
    yield _settings(cluster, name, folder, kept.store, Ports.any_free().web)
    config.forget()
    clock.follow(None)


@pytest.fixture(scope="module")
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    clock.move_to(BEGINNING)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def world(kept: Kept) -> World:
    """The office of October 2013."""
    return kept.world


@pytest.fixture(scope="module")
def site(app: Flask, settings: Settings) -> Iterator[str]:
    """Where the pages are, as long as the module's tests run."""
    with served(app, LOOPBACK, int(settings.base_url.rpartition(":")[2])):
        yield settings.base_url


@contextmanager
def served(app: Flask, host: str, port: int) -> Iterator[None]:
    """Answer what is asked at that address by threads of this process."""
    server = make_server(host, port, app, threaded=True)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module; Playwright allows no second one in a process."""
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
    """Give a person of the world the window of that language, by name; None: a stranger.

    There is one window for all who read that language: whoever comes next has another cookie.
    """
    windows: dict[tuple[str, bool], Window] = {}
    sits: dict[tuple[str, bool], str | None] = {}

    def open_window(person: str | None, language: str = "en", *, javascript: bool = True) -> Window:
        chosen = (language, javascript)
        if chosen not in windows:
            windows[chosen] = _open(browser, site, javascript)
        if chosen not in sits or sits[chosen] != person:
            token = world.tokens[person] if person else None
            _seat(windows[chosen], site, cookies_of(app, language, token))
            sits[chosen] = person
        return windows[chosen]

    yield open_window
    for each in windows.values():
        each.page.context.close()


def _open(browser: Browser, site: str, javascript: bool) -> Window:
    context = browser.new_context(
        base_url=site, viewport={"width": 1024, "height": 900}, java_script_enabled=javascript
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    window = Window(context.new_page())
    window.page.on("console", lambda message: _listen(window.said, message.text))
    window.page.on("pageerror", lambda error: window.said.append(str(error)))
    return window


def _seat(window: Window, site: str, cookies: dict[str, str]) -> None:
    """Give the window the cookies that a sign-in and the choice of a language leave behind."""
    window.page.goto("about:blank")  # where nothing is asked for any more as the one before
    window.complaints()
    window.page.context.clear_cookies()
    window.page.context.add_cookies(
        [{"name": name, "value": value, "url": site} for name, value in cookies.items()]
    )


def cookies_of(app: Flask, language: str, token: str | None) -> dict[str, str]:
    """The cookies of a browser in that language; with a token, of somebody who is signed in."""
    assert language in words.LANGUAGES
    cookies = {"language": language}
    if token is not None:
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer is not None
        cookies[app.config["SESSION_COOKIE_NAME"]] = str(signer.dumps({"sign_in": token}))
    return cookies
