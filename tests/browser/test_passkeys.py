"""Setting up and giving a second factor in a real browser: a passkey with its own authenticator."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page
from pydantic import SecretStr

from registration import config, db
from registration.accounts.models import Account, Passkey, SignIn
from registration.accounts.rules import Means
from registration.app import create_app
from registration.config import Settings
from registration.permissions import system
from registration.post.models import Message
from tests import builders as make
from tests.browser.conftest import PATIENCE_MILLISECONDS, served
from tests.browser.looking import violations
from workshop.instance import Ports

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def site(settings: Settings) -> Iterator[str]:
    """The application under a name: browsers make no passkeys for a number."""
    port = Ports.any_free().web
    address = f"http://localhost:{port}"
    named = settings.model_copy(update={"base_url": address})
    app = create_app(named)
    with served(app, "localhost", port):
        yield address
    app.extensions["engine"].dispose()


@pytest.fixture
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield Settings(
        database_url=SecretStr(database_url),
        broker_url=SecretStr("redis://127.0.0.1:1/0"),
        secret_key=SecretStr("for-tests-only-0123456789-abcdefghijk"),
        encryption_keys=SecretStr("Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OS1hYmNkZWY="),
        base_url="http://localhost:1",
        store_dir=tmp_path_factory.mktemp("store"),
        smtp_url=SecretStr("smtp://127.0.0.1:1"),
        mail_sender="secretariat@registration.example",
    )
    config.forget()


def _window(browser: Browser, site: str, *, language: str = "en") -> tuple[BrowserContext, Page]:
    context = browser.new_context(base_url=site, viewport={"width": 360, "height": 900})
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    context.add_cookies([{"name": "language", "value": language, "url": site}])
    return context, context.new_page()


def _give_an_authenticator(context: BrowserContext, page: Page) -> None:
    """The fingerprint reader of a device that says yes to everything."""
    protocol = context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    protocol.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def _enter_code(page: Page, engine: sa.Engine, email: str) -> None:
    page.goto("/sign-in")
    page.locator("main input[name=email]").fill(email)
    _send(page)
    with db.open_session(engine, system("test")) as session:
        newest = sa.select(Message.text).where(Message.purpose == "sign_in_code")
        text = session.scalars(newest.order_by(Message.id.desc())).first() or ""
    found = re.search(r"\d{6}", text)
    assert found is not None
    page.locator("main input[name=code]").fill(found[0])
    _send(page)


def _send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main button[type=submit]:visible").first.click()


def test_an_officer_sets_up_a_passkey_and_signs_in_with_it(
    browser: Browser, site: str, engine: sa.Engine
) -> None:
    with db.session_for(engine, system("test")) as session:
        anna = make.anna(session)
    context, page = _window(browser, site)
    _give_an_authenticator(context, page)
    _enter_code(page, engine, anna.email)
    assert page.url == f"{site}/sign-in/set-up"
    assert violations(page) == []
    page.get_by_role("link", name="A passkey").click()
    page.get_by_label("Name of the passkey").fill("This laptop")
    assert violations(page) == []
    _send(page)
    page.wait_for_url("**/account/recovery-codes")
    assert violations(page) == []
    _send(page)
    page.goto("/account")
    page.get_by_text("This laptop").first.wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    _enter_code(page, engine, anna.email)
    assert page.url == f"{site}/sign-in/second"
    assert violations(page) == []
    _send(page)
    page.get_by_role("button", name="Sign out").wait_for()
    with db.open_session(engine, system("test")) as session:
        assert session.scalars(sa.select(SignIn.completed_by)).all() == [Means.PASSKEY] * 2
        [passkey] = session.scalars(sa.select(Passkey))
        assert passkey.last_used_at is not None
        assert passkey.transports == ["internal"]
    _refuses_another_device(browser, site, engine, anna)
    context.close()


def _refuses_another_device(
    browser: Browser, site: str, engine: sa.Engine, account: Account
) -> None:
    """Who reads the mail and holds another key stays outside, and may still take another way."""
    context, page = _window(browser, site, language="ar")
    _give_an_authenticator(context, page)
    _enter_code(page, engine, account.email)
    page.locator("[data-passkey] button").click()
    page.locator("[data-problem]").wait_for(state="visible")
    assert violations(page) == []
    page.goto("/account")
    assert page.url == f"{site}/sign-in/second"
    context.close()
