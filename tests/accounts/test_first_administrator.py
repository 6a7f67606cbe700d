"""How an installation that knows nobody gets the first person who may invite the others."""

import pytest
import sqlalchemy as sa
from flask import Flask

from registration.accounts.models import Account
from registration.db import open_session
from registration.permissions import system
from registration.post.models import Message


@pytest.fixture
def _environment(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_environment")
def test_the_command_line_invites_an_administrator_by_mail(app: Flask, engine: sa.Engine) -> None:
    invite = ["invite-administrator", "ada@example.example", "Ada Example", "--language", "fr"]
    assert app.test_cli_runner().invoke(args=invite).exit_code == 0
    with open_session(engine, system("test")) as session:
        account = session.scalars(sa.select(Account)).one()
        message = session.scalars(sa.select(Message)).one()
        assert (account.email, account.roles) == ("ada@example.example", ["administrator"])
        assert message.recipients == ["ada@example.example"]
        assert "/sign-in" in message.text


@pytest.mark.usefixtures("_environment")
def test_the_same_person_is_invited_once(app: Flask, engine: sa.Engine) -> None:
    invite = ["invite-administrator", "ada@example.example", "Ada Example"]
    app.test_cli_runner().invoke(args=invite)
    again = app.test_cli_runner().invoke(args=invite)
    assert again.exit_code == 1
    assert "There is already an account with this e-mail address." in again.output
