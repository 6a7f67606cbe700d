"""Prepares the demonstration's note up to its issue; prints a cookie and the page to issue it."""

from __future__ import annotations

from flask.sessions import SecureCookieSessionInterface

from registration import clock, config, db
from registration.accounts.models import Account
from registration.app import create_app
from registration.permissions import system
from registration.seed import cast, demo
from tests.builders import signed_in


def main() -> None:
    """Use the instance that the environment names."""
    settings = config.current()
    app = create_app(settings)
    clock.follow(settings.demo_clock)
    engine = db.engine(settings.database_url.get_secret_value())
    demonstration = cast.Demonstration(engine, say=lambda _: None, bar=lambda _done, _all: None)
    note, anna = demo.prepare_the_note(demonstration), demonstration.person("anna")
    with db.session_for(engine, system("bench")) as session:
        token = signed_in(session, session.get_one(Account, anna.id))
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None, "an instance has a secret key"
    cookie = serializer.dumps({"sign_in": token})
    print(f"{app.config['SESSION_COOKIE_NAME']}={cookie} /notes/{note.id}/issue")


if __name__ == "__main__":
    main()
