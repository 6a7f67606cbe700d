"""Pages that say what is kept of persons, and that give a person everything that is kept of him."""

import json

from flask import Response, render_template, request
from flask_babel import gettext as _

from registration import clock
from registration.accounts import service as accounts
from registration.accounts.models import Account
from registration.permissions import Permission, Scope, system
from registration.privacy import forms, holdings
from registration.privacy.holdings import Holdings
from registration.privacy.rules import KEPT
from registration.web import Pages, session, session_as

pages = Pages("privacy", __name__)

OWN, EDIT, PUBLIC = Permission.OWN_ACCOUNT, Permission.EDIT_ACCOUNTS, Permission.READ_PUBLIC


@pages.get("/privacy", permission=PUBLIC, scope=Scope.PUBLIC)
def kept() -> str:
    """What is kept of persons, why, and for how long: for everybody to read."""
    return render_template("privacy/kept.html", kept=KEPT, sentences=_, forms=forms)


def _mine() -> tuple[Account, Holdings]:
    own_id = session().actor.id
    assert own_id is not None  # noqa: S101 - the route lets nobody else in
    account = accounts.find(session(), own_id)
    return account, holdings.of_account(session_as(system("export")), own_id)


@pages.get("/account/personal", permission=OWN, scope=Scope.PERSON)
def mine() -> str:
    """Everything that is kept of the person who asks, to be read."""
    return render_template("privacy/mine.html", holdings=_mine()[1])


@pages.post("/account/personal", permission=OWN, scope=Scope.PERSON)
def take_mine() -> Response:
    """The same as a file."""
    account, found = _mine()
    holdings.taken_by_owner(session(), account)
    session().commit()
    return _file(found)


def _file(found: Holdings) -> Response:
    content = {"as_at": clock.now().isoformat(), "kept": found}
    return Response(
        json.dumps(content, ensure_ascii=False, indent=1),
        mimetype="application/json",
        headers={"Content-Disposition": 'attachment; filename="personal.json"'},
    )


@pages.get("/privacy/people", permission=EDIT, scope=Scope.STAFF)
def people() -> str:
    """What is kept of somebody whom a State named, by address or name."""
    words = request.args.get("who", "").strip()[:300]
    return render_template(
        "privacy/people.html", who=words, holdings=holdings.of_named(session(), words)
    )


@pages.post("/privacy/people", permission=EDIT, scope=Scope.STAFF)
def take_theirs() -> Response:
    """The same as a file, to be handed to that person."""
    found = holdings.of_named(session(), request.form.get("who", "").strip()[:300])
    holdings.taken_for_a_named_person(session(), found)
    session().commit()
    return _file(found)
