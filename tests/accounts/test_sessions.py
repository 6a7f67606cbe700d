"""Where a person is signed in: seen and ended by its owner, ended by every change of the part."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from registration import clock, db
from registration.accounts import browsers, service, signing_in
from registration.accounts.models import Account, SignIn
from registration.db import Session
from registration.errors import Conflict, NotAllowed, NotFound, Refused
from registration.permissions import Role, system
from tests import builders as make

PROGRAM = system("test")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def people(engine: sa.Engine) -> dict[str, Account]:
    with db.session_for(engine, PROGRAM) as session:
        make.a_state(session)
        return {
            "anna": make.anna(session),
            "ida": make.ida(session),
            "focal point": make.a_focal_point(session),
        }


@pytest.fixture
def session(engine: sa.Engine, people: dict[str, Account]) -> Iterator[Session]:
    with db.open_session(engine, make.acting(people["ida"])) as session:
        yield session


@pytest.fixture(autouse=True)
def _without_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize("who", ["anna", "focal point"])
def test_a_person_sees_and_ends_the_own_sign_ins(
    app: Flask, session: Session, people: dict[str, Account], who: str
) -> None:
    this, other, third = (make.a_browser(app, people[who]) for _ in range(3))
    with db.session_for(session.get_bind(), PROGRAM) as program:
        program.execute(sa.update(SignIn).values(browser=FIREFOX))
    page = this.get("/account").text
    assert page.count("Firefox on Windows") >= 3
    assert page.count("this one") == 1
    [second, *_] = [
        each
        for each in signing_in.open_sign_ins(session, people[who].id)
        if f"/account/sign-ins/{each.id}/end" in page
    ]
    assert this.post(f"/account/sign-ins/{second.id}/end").status_code == 303
    open_now = [each.get("/account").status_code for each in (this, other, third)]
    assert sorted(open_now) == [200, 200, 303]
    assert this.post("/account/sign-ins/end-others").status_code == 303
    assert [each.get("/account").status_code for each in (this, other, third)] == [200, 303, 303]


def test_nobody_ends_the_sign_in_of_somebody_else(
    app: Flask, session: Session, people: dict[str, Account]
) -> None:
    anna = make.a_browser(app, people["anna"])
    focal_point = make.a_browser(app, people["focal point"])
    [annas] = signing_in.open_sign_ins(session, people["anna"].id)
    assert focal_point.post(f"/account/sign-ins/{annas.id}/end").status_code == 404
    assert anna.get("/account").status_code == 200
    with db.open_session(session.get_bind(), make.acting(people["focal point"])) as theirs:
        with pytest.raises(NotAllowed):
            signing_in.end_other_sign_ins(theirs, people["anna"].id, but=None)
        assert theirs.scalars(sa.select(SignIn.account_id)).all() == [people["focal point"].id]


def test_an_administrator_ends_a_persons_sign_ins(
    app: Flask, session: Session, people: dict[str, Account]
) -> None:
    anna = make.a_browser(app, people["anna"])
    ida = make.a_browser(app, people["ida"])
    assert "Where the person is signed in" in ida.get(f"/accounts/{people['anna'].id}").text
    assert ida.post(f"/accounts/{people['anna'].id}/sign-ins/end").status_code == 303
    assert anna.get("/account").status_code == 303
    assert ida.get("/account").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"roles": [Role.TRACKER]},
        {"ends_on": date(2099, 1, 1)},
    ],
)
def test_another_role_or_an_end_signs_a_person_out_at_once(
    app: Flask, session: Session, people: dict[str, Account], change: dict[str, object]
) -> None:
    anna = make.a_browser(app, people["anna"])
    account = session.get_one(Account, people["anna"].id)
    values = {"name": account.name, "roles": [Role.DRAFTER], "ends_on": None} | change
    service.change_account(session, account.id, seen=account.version, **values)  # type: ignore[arg-type]
    session.commit()
    assert anna.get("/notes").location.startswith("/sign-in")


def test_another_name_signs_nobody_out(
    app: Flask, session: Session, people: dict[str, Account]
) -> None:
    anna = make.a_browser(app, people["anna"])
    account = session.get_one(Account, people["anna"].id)
    service.change_account(
        session,
        account.id,
        seen=account.version,
        name="Anna Other",
        roles=[Role.DRAFTER],
        ends_on=None,
    )
    session.commit()
    assert "Anna Other" in anna.get("/account").text


def test_two_administrators_do_not_overwrite_each_other(
    session: Session, people: dict[str, Account]
) -> None:
    account = session.get_one(Account, people["anna"].id)
    seen = account.version
    change = {"name": "Anna", "roles": [Role.TRACKER], "ends_on": None}
    service.change_account(session, account.id, seen=seen, **change)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        service.change_account(session, account.id, seen=seen, **change)  # type: ignore[arg-type]


def test_nobody_changes_the_own_role_and_no_focal_point_gets_one(
    session: Session, people: dict[str, Account]
) -> None:
    for who, seen in (("ida", people["ida"]), ("focal point", people["focal point"])):
        with pytest.raises(Refused):
            service.change_account(
                session,
                people[who].id,
                seen=seen.version,
                name="X",
                roles=[Role.DRAFTER],
                ends_on=None,
            )


def test_from_the_day_of_the_end_on_nobody_comes_in_and_no_code_is_sent(
    app: Flask, session: Session, people: dict[str, Account]
) -> None:
    with db.session_for(session.get_bind(), PROGRAM) as program:
        account = program.get_one(Account, people["focal point"].id)
        account.ends_on = clock.today() + timedelta(days=2)
    browser = make.a_browser(app, people["focal point"])
    assert browser.get("/answer").status_code == 200
    last_day = clock.now() + timedelta(days=1)
    with time_machine.travel(last_day, tick=False):
        browser = make.a_browser(app, people["focal point"])
        assert browser.get("/answer").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert browser.get("/answer").location.startswith("/sign-in")


def test_a_sign_in_that_is_not_there_is_not_found(
    session: Session, people: dict[str, Account]
) -> None:
    with pytest.raises(NotFound):
        signing_in.end_sign_in(session, people["ida"].id, db.new_id())


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, ("Firefox", "Windows")),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like"
            " Gecko) Version/18.5 Safari/605.1.15",
            ("Safari", "Mac"),
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML,"
            " like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
            ("Chrome", "iPhone"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/140.0.0.0 Mobile Safari/537.36",
            ("Chrome", "Android"),
        ),
        ("curl/8.5", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_browser_is_called_as_its_owner_knows_it(user_agent: str, words: tuple[str, str]) -> None:
    assert browsers.described(user_agent) == words
