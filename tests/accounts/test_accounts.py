"""Inviting people and ending accounts: the administrator's part."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from registration import clock, db
from registration.accounts import queries, service
from registration.accounts.models import Account
from registration.db import Session
from registration.errors import NotAllowed, NotFound, Refused
from registration.journal.models import Event
from registration.permissions import Actor, Role, Scope, system
from registration.post.models import Message
from tests import builders as make
from tests.waiting import until_somebody_waits_for_a_lock

PROGRAM = system("test")


@pytest.fixture
def ida(engine: sa.Engine) -> Actor:
    with db.session_for(engine, PROGRAM) as session:
        make.a_state(session)
        make.a_state(session, "NIU")
        return make.acting(make.ida(session))


@pytest.fixture
def session(engine: sa.Engine, ida: Actor) -> Iterator[Session]:
    with db.open_session(engine, ida) as session:
        yield session


@pytest.fixture
def browser(app: Flask, ida: Actor) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return make.a_browser(app, lambda session: session.get_one(Account, ida.id))


def a_focal_point(session: Session, email: str = "fp@mfa.example") -> Account:
    return service.invite(
        session,
        email=email,
        name="Demo Person",
        roles=[Role.FOCAL_POINT],
        state_code="AUT",
        language="en",
        address="",
    )


def test_an_invitation_goes_to_the_person_in_the_own_language(session: Session) -> None:
    account = service.open_account(
        session,
        email="New.Person@Secretariat.example",
        name="New Person",
        roles=[Role.DRAFTER, Role.TRACKER, Role.DRAFTER],
        language="fr",
        address="https://reg.example.org",
    )
    assert account.email == "new.person@secretariat.example"
    assert account.roles == ["drafter", "tracker"]
    message = session.scalars(sa.select(Message)).one()
    assert (message.recipients, message.language) == ([account.email], "fr")
    assert "https://reg.example.org/sign-in" in message.text
    [event] = session.scalars(sa.select(Event).where(Event.kind == "account.opened"))
    assert event.subject_id == str(account.id)


@pytest.mark.parametrize("roles", [[], [Role.FOCAL_POINT], [Role.FOCAL_POINT, Role.TRACKER]])
def test_nobody_becomes_a_focal_point_without_the_note_of_a_state(
    session: Session, roles: list[Role]
) -> None:
    with pytest.raises(Refused):
        service.open_account(session, email="x@x.example", name="X", roles=roles)


def test_the_database_itself_refuses_a_mixed_account(session: Session) -> None:
    session.add(
        Account(
            email="mixed@x.example",
            name="Mixed",
            roles=["focal_point", "drafter"],
            state_code="AUT",
        )
    )
    with pytest.raises(sa.exc.IntegrityError, match="focal_point_of_one_state"):
        session.flush()


def test_an_address_has_one_open_account(session: Session) -> None:
    a_focal_point(session)
    with pytest.raises(Refused) as refusal:
        a_focal_point(session, "FP@mfa.example")
    assert refusal.value.field == "email"


def test_who_left_may_come_back_in_another_part(session: Session) -> None:
    first = a_focal_point(session)
    service.end_account(session, first.id)
    again = service.open_account(
        session, email="fp@mfa.example", name="Demo Person", roles=[Role.TRACKER]
    )
    assert again.id == first.id
    assert (again.roles, again.state_code, again.ended_at) == (["tracker"], None, None)
    assert queries.focal_points(session, "AUT") == []


def test_only_the_administrator_opens_and_ends_accounts(engine: sa.Engine, ida: Actor) -> None:
    with db.session_for(engine, PROGRAM) as session:
        target = make.rosa(session)
        others = [
            make.acting(make.anna(session)),
            make.acting(make.otto(session)),
            make.acting(target),
            make.acting(make.a_focal_point(session)),
        ]
    for actor in others:
        with db.open_session(engine, actor) as session:
            with pytest.raises(NotAllowed):
                service.open_account(
                    session, email="x@x.example", name="X", roles=[Role.ADMINISTRATOR]
                )
            with pytest.raises(NotAllowed):
                service.forget_factors(session, target.id)
            with pytest.raises(NotAllowed):
                service.end_account(session, target.id)


def test_an_account_is_ended_once_and_never_by_its_owner(session: Session, ida: Actor) -> None:
    account = a_focal_point(session)
    ended_at = service.end_account(session, account.id).ended_at
    assert service.end_account(session, account.id).ended_at == ended_at
    events = session.scalars(sa.select(Event).where(Event.kind == "account.ended")).all()
    assert len(events) == 1
    assert ida.id is not None
    with pytest.raises(Refused):
        service.end_account(session, ida.id)
    with pytest.raises(NotFound):
        service.end_account(session, db.new_id())


def test_a_change_of_the_name_alone_is_on_record_and_signs_nobody_out(session: Session) -> None:
    account = service.open_account(session, email="x@x.example", name="X", roles=[Role.DRAFTER])
    session.commit()
    service.change_account(
        session, account.id, seen=account.version, name="Y", roles=[Role.DRAFTER], ends_on=None
    )
    assert len(session.scalars(sa.select(Event).where(Event.kind == "account.changed")).all()) == 1


def test_a_version_that_no_page_sends_is_an_old_one(browser: FlaskClient, session: Session) -> None:
    account = service.open_account(session, email="x@x.example", name="X", roles=[Role.DRAFTER])
    session.commit()
    form = {"name": "Y", "roles": ["drafter"]}
    for version in ("1" * 5_000, "\u0661", "-1", ""):
        answer = browser.post(f"/accounts/{account.id}", data={**form, "version": version})
        assert answer.status_code == 409, version[:9]


def test_of_two_who_change_a_person_at_the_same_moment_one_is_told_and_keeps_what_was_typed(
    browser: FlaskClient, session: Session, engine: sa.Engine
) -> None:
    account = service.open_account(session, email="x@x.example", name="X", roles=[Role.DRAFTER])
    session.commit()
    form = {"name": "Typed Name", "roles": ["drafter"], "version": str(account.version)}
    with ThreadPoolExecutor(1) as pool:
        account.name = "Faster"
        session.flush()
        second = pool.submit(browser.post, f"/accounts/{account.id}", data=form)
        until_somebody_waits_for_a_lock(engine)
        session.commit()
        answer = second.result()
    assert answer.status_code == 409
    assert 'value="Typed Name"' in answer.text


def test_nobody_acts_in_a_role_after_the_last_day(session: Session) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    for name, ends_on in (("Stays", None), ("Leaves", tomorrow)):
        service.open_account(
            session,
            email=f"{name}@x.example",
            name=name,
            roles=[Role.CLEARING_OFFICER],
            ends_on=ends_on,
        )
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        found = queries.with_role(session, Role.CLEARING_OFFICER)
    assert [each.name for each in found] == ["Stays"]


def test_the_scope_of_a_person_follows_from_the_account(session: Session) -> None:
    focal_point = service.actor_of(a_focal_point(session))
    assert (focal_point.scope, focal_point.state_code) == (Scope.STATE, "AUT")
    assert session.actor.scope is Scope.STAFF


def test_staff_are_invited_through_the_page(browser: FlaskClient, session: Session) -> None:
    form = {
        "name": "New Person",
        "email": "new@secretariat.example",
        "roles": ["drafter", "clearing_officer"],
        "language": "en",
    }
    assert browser.post("/accounts/invite", data=form).location == "/accounts"
    page = browser.get("/accounts").text
    assert "The invitation is on its way to new@secretariat.example" in page
    assert "Clearing officer" in page
    [message] = session.scalars(sa.select(Message))
    assert "http://127.0.0.1:8000/sign-in" in message.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["focal_point"]}, "valid choice"),
        ({"email": "nonsense"}, "one e-mail address"),
        ({"email": "ida.administrator@secretariat.example"}, "already an account"),
        ({"name": ""}, "Enter the person"),
    ],
)
def test_an_invitation_that_is_not_in_order_says_why(
    browser: FlaskClient, change: dict[str, object], sentence: str
) -> None:
    form = {
        "name": "New Person",
        "email": "new@secretariat.example",
        "roles": ["drafter"],
        "language": "en",
    }
    answer = browser.post("/accounts/invite", data={**form, **change})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert answer.text.count("There is a problem") == 1


def test_nobody_is_asked_to_end_the_own_account(
    browser: FlaskClient, session: Session, ida: Actor
) -> None:
    page = browser.get("/accounts").text
    assert f"/accounts/{ida.id}/end" not in page
    assert "yourself" in page
    assert browser.post(f"/accounts/{ida.id}/end").status_code == 422


def test_ending_asks_once_and_says_what_follows(browser: FlaskClient, session: Session) -> None:
    account = a_focal_point(session)
    session.commit()
    assert "signed out everywhere at once" in browser.get(f"/accounts/{account.id}/end").text
    assert browser.post(f"/accounts/{account.id}/end").status_code == 303
    assert "ended" in browser.get("/accounts").text
    assert browser.get(f"/accounts/{db.new_id()}/end").status_code == 404
