"""The second factor: required for the office, open to everybody, never a way round the first."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
import time_machine
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from registration import clock, db
from registration.accounts import factors, rules, signing_in
from registration.accounts import service as accounts
from registration.accounts.forms import SecondFactorForm
from registration.accounts.models import Account, OneTimePassword, RecoveryCode, SignIn
from registration.db import Session
from registration.journal.models import Event
from registration.permissions import SIGNING_IN, system
from registration.post.models import Message
from tests import builders as make
from tests.waiting import until_somebody_waits_for_a_lock

PROGRAM = system("test")
PAGES = ("/", "/work", "/notes", "/states", "/account", "/account/recovery-codes")


@pytest.fixture
def people(engine: sa.Engine) -> dict[str, Account]:
    with db.session_for(engine, PROGRAM) as session:
        make.a_state(session)
        return {
            "anna": make.anna(session),
            "ida": make.ida(session),
            "focal point": make.a_focal_point(session),
        }


def send(browser: FlaskClient, page: str, to: str = "", **fields: Any) -> TestResponse:
    """Fill in the first form of a page, hidden fields included, and send it."""
    text = browser.get(page).text
    hidden = dict(re.findall(r'<input[^>]*name="(csrf_token|key)"[^>]*value="([^"]+)"', text))
    assert hidden, page
    return browser.post(to or page, data={**hidden, **fields})


def key_on(page: str) -> str:
    found = re.search(r'<bdi class="app-reference" dir="ltr">([A-Z2-7 ]{39})</bdi>', page)
    assert found is not None
    return found[1].replace(" ", "")


def enter_code(browser: FlaskClient, session: Session, account: Account) -> TestResponse:
    """The first step of signing in."""
    with db.session_for(session.get_bind(), SIGNING_IN) as signing:
        code_id = signing_in.ask_for_code(signing, email=account.email, asked_from="192.0.2.1")
    session.rollback()
    newest = sa.select(Message.text).where(Message.purpose == "sign_in_code")
    text = session.scalars(newest.order_by(Message.id.desc())).first() or ""
    found = re.search(r"\d{6}", text)
    assert found is not None
    with browser.session_transaction() as cookie:
        cookie["sign_in_request"] = str(code_id)
    return send(browser, "/sign-in/code", code=found[0])


def set_up(browser: FlaskClient) -> str:
    """Set up an app with the key on the page; returns the key."""
    page = browser.get("/sign-in/set-up/app").text
    hidden = dict(re.findall(r'<input[^>]*name="(csrf_token|key)"[^>]*value="([^"]+)"', page))
    key = key_on(page)
    answer = browser.post("/sign-in/set-up/app", data={**hidden, "code": pyotp.TOTP(key).now()})
    assert answer.status_code == 303, answer.text
    return key


def codes_on(page: str) -> list[str]:
    return re.findall(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page)


def next_password(session: Session, account: Account) -> str:
    session.rollback()
    return factors.shown_by_app(session, account) or ""


def test_the_office_does_nothing_before_a_second_factor_is_set_up(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    assert enter_code(browser, session, people["anna"]).location == "/sign-in/second"
    assert browser.get("/sign-in/second").location == "/sign-in/set-up"
    for page in PAGES[1:]:
        assert browser.get(page).location == "/sign-in/second", page
    assert "Anna" not in browser.get("/").text
    set_up(browser)
    assert browser.get("/work").status_code == 200


def test_a_focal_point_comes_in_with_the_code_alone_and_may_have_more(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    assert enter_code(browser, session, people["focal point"]).location == "/"
    assert "mail alone" in browser.get("/account").text
    set_up(browser)
    assert len(codes_on(browser.get("/account/recovery-codes").text)) == rules.RECOVERY_CODES
    other = browser.application.test_client()
    assert enter_code(other, session, people["focal point"]).location == "/sign-in/second"
    assert other.get("/answer").location == "/sign-in/second"
    answer = send(other, "/sign-in/second", code=next_password(session, people["focal point"]))
    assert answer.location == "/"
    assert other.get("/answer").status_code == 200


def test_the_square_on_the_page_holds_the_key_that_stands_beside_it(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    enter_code(browser, session, people["anna"])
    page = browser.get("/sign-in/set-up/app").text
    square = re.search(
        r'app-square-code.*?viewBox="0 0 (\d+).*?<path d="(M[^"]+)" fill="#000"', page, re.DOTALL
    )
    assert square is not None
    read = zxingcpp.read_barcode(_drawn(int(square[1]), square[2]))
    assert read is not None
    assert pyotp.parse_uri(read.text).secret == key_on(page)
    assert people["anna"].email in pyotp.parse_uri(read.text).name


def _drawn(width: int, path: str) -> Image.Image:
    image = Image.new("L", (width, width), 255)
    for x, y, wide, high in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", path):
        left, top = int(x), int(y)
        image.paste(0, (left, top, left + int(wide), top + int(high)))
    return image.resize((width * 4, width * 4), Image.Resampling.NEAREST)


def test_a_wrong_first_password_sets_nothing_up(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    enter_code(browser, session, people["anna"])
    answer = send(browser, "/sign-in/set-up/app", code="000000")
    assert answer.status_code == 422
    assert "clock of your telephone" in answer.text
    assert session.scalars(sa.select(OneTimePassword)).all() == []


def test_the_key_of_another_person_is_not_taken(
    app: Flask, session: Session, people: dict[str, Account]
) -> None:
    anna, ida = app.test_client(), app.test_client()
    enter_code(anna, session, people["anna"])
    enter_code(ida, session, people["ida"])
    page = anna.get("/sign-in/set-up/app").text
    sealed = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert sealed is not None
    code = pyotp.TOTP(key_on(page)).now()
    answer = send(ida, "/sign-in/set-up/app", key=sealed[1], code=code)
    assert answer.location == "/sign-in/set-up/app"
    assert session.scalars(sa.select(OneTimePassword)).all() == []


def test_a_password_of_the_app_is_good_once(
    app: Flask, session: Session, people: dict[str, Account]
) -> None:
    first = app.test_client()
    enter_code(first, session, people["anna"])
    used = pyotp.TOTP(set_up(first)).now()
    second = app.test_client()
    enter_code(second, session, people["anna"])
    for typed in (used, f" {used[:3]} {used[3:]}"):
        assert send(second, "/sign-in/second", code=typed).status_code == 422
    code = next_password(session, people["anna"])
    assert send(second, "/sign-in/second", code=code).status_code == 303
    assert second.get("/work").status_code == 200


def test_five_wrong_tries_end_the_sign_in(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    _with_an_app(session, people["anna"])
    enter_code(browser, session, people["anna"])
    for _ in range(rules.WRONG_TRIES - 1):
        assert send(browser, "/sign-in/second", code="no-such-code").status_code == 422
    assert send(browser, "/sign-in/second", code="no-such-code").location == "/sign-in"
    assert browser.get("/sign-in/second").location == "/sign-in"


def test_a_try_waits_until_those_of_the_same_moment_are_counted(
    app: Flask, engine: sa.Engine, browser: FlaskClient, people: dict[str, Account]
) -> None:
    with db.session_for(engine, PROGRAM) as program:
        _with_an_app(program, people["anna"])
        enter_code(browser, program, people["anna"])
        program.rollback()
        password = next_password(program, people["anna"])
        page = browser.get("/sign-in/second").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        fields = {"csrf_token": token[1], "code": password}
        # Others guess with the same sign-in, and have not come to an end.
        program.execute(sa.update(SignIn).values(wrong_tries=rules.WRONG_TRIES))
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(browser.post, "/sign-in/second", data=fields)
            until_somebody_waits_for_a_lock(engine)
            program.commit()
            assert answer.result(60).location == "/sign-in"
    assert browser.get("/work").status_code == 303


def test_a_half_sign_in_waits_a_quarter_of_an_hour_and_no_longer(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        enter_code(browser, session, people["anna"])
        traveller.shift(rules.HALF_LIFE - timedelta(seconds=1))
        assert browser.get("/sign-in/set-up/app").status_code == 200
        traveller.shift(timedelta(seconds=2))
        assert browser.get("/sign-in/set-up/app").location == "/sign-in"


def test_who_has_a_factor_adds_no_other_before_having_given_it(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    _with_an_app(session, people["anna"])
    enter_code(browser, session, people["anna"])
    for page in ("/sign-in/set-up", "/sign-in/set-up/app", "/sign-in/set-up/passkey"):
        assert browser.get(page).location == "/sign-in/second"


def _with_an_app(session: Session, account: Account) -> None:
    with db.session_for(session.get_bind(), accounts.signing_in(account)) as own:
        own.add(OneTimePassword(account_id=account.id, key=factors.new_key()))


def test_a_recovery_code_opens_the_door_once(
    app: Flask, session: Session, people: dict[str, Account]
) -> None:
    first = app.test_client()
    enter_code(first, session, people["anna"])
    set_up(first)
    codes = codes_on(first.get("/account/recovery-codes").text)
    assert len(set(codes)) == rules.RECOVERY_CODES
    for typed in (codes[0], codes[1].lower().replace("-", " ")):
        other = app.test_client()
        enter_code(other, session, people["anna"])
        assert send(other, "/sign-in/second", code=typed).status_code == 303
        assert other.get("/work").status_code == 200
    again = app.test_client()
    enter_code(again, session, people["anna"])
    assert send(again, "/sign-in/second", code=codes[0]).status_code == 422
    assert "8 recovery codes are left" in other.get("/account").text


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("123456", "123456"),
        ("123 456", "123456"),
        ("١٢٣٤٥٦", "123456"),
        ("CLD6-Z934-P26G", ""),
        ("12345", ""),
        ("", ""),
    ],
)
def test_a_recovery_code_with_six_digits_in_it_is_no_password(
    app: Flask, typed: str, password: str
) -> None:
    with app.test_request_context(method="POST", data={"code": typed}):
        assert SecondFactorForm().password == password


def test_recovery_codes_are_shown_once_and_kept_by_nobody(
    browser: FlaskClient, session: Session, people: dict[str, Account], owner_engine: sa.Engine
) -> None:
    enter_code(browser, session, people["anna"])
    key = set_up(browser)
    codes = codes_on(browser.get("/account/recovery-codes").text)
    with owner_engine.begin() as connection:
        connection.execute(sa.text("select set_config('app.scope', 'system', true)"))
        for table in ("recovery_code", "one_time_password", "event", "message", "sign_in"):
            for row in connection.execute(sa.text(f"select t::text from {table} t")).scalars():
                assert key not in row
                assert not any(code in row for code in codes)
    send(browser, "/account/recovery-codes", "/account/recovery-codes/kept")
    assert browser.get("/account/recovery-codes").location == "/account"


def test_new_recovery_codes_make_the_former_ones_void(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    enter_code(browser, session, people["anna"])
    set_up(browser)
    former = codes_on(browser.get("/account/recovery-codes").text)
    assert send(browser, "/account", "/account/recovery-codes").status_code == 303
    assert not set(former) & set(codes_on(browser.get("/account/recovery-codes").text))
    with db.session_for(session.get_bind(), accounts.signing_in(people["anna"])) as own:
        anna = own.get_one(Account, people["anna"].id)
        assert not factors.accept_recovery_code(own, anna, former[0])


def test_of_codes_made_twice_at_one_moment_only_the_later_hold(
    engine: sa.Engine, people: dict[str, Account]
) -> None:
    def make_codes() -> None:
        with db.session_for(engine, accounts.signing_in(people["anna"])) as own:
            factors.make_recovery_codes(own, own.get_one(Account, people["anna"].id))

    with db.session_for(engine, accounts.signing_in(people["anna"])) as first:
        factors.make_recovery_codes(first, first.get_one(Account, people["anna"].id))
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(make_codes)
            until_somebody_waits_for_a_lock(engine)
            first.commit()
            second.result(60)
        kept = sa.select(sa.func.count()).select_from(RecoveryCode)
        assert first.scalar(kept) == rules.RECOVERY_CODES


def test_the_office_cannot_remove_its_last_factor(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    enter_code(browser, session, people["anna"])
    set_up(browser)
    send(browser, "/account", "/account/app/remove")
    assert "Your role needs a second factor" in browser.get("/account").text
    assert len(session.scalars(sa.select(OneTimePassword)).all()) == 1


def test_a_focal_point_may_go_back_to_the_code_alone(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    enter_code(browser, session, people["focal point"])
    set_up(browser)
    send(browser, "/account", "/account/app/remove")
    session.rollback()
    assert session.scalars(sa.select(OneTimePassword)).all() == []
    assert session.scalars(sa.select(RecoveryCode)).all() == []


def test_every_change_is_told_to_the_person_by_mail(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    enter_code(browser, session, people["focal point"])
    set_up(browser)
    send(browser, "/account", "/account/app/remove")
    session.rollback()
    told = session.scalars(
        sa.select(Message.subject).where(Message.purpose == "sign_in_change").order_by(Message.id)
    ).all()
    assert told == [
        "A second factor was added to your sign-in.",
        "A second factor was removed from your sign-in.",
    ]
    kinds = set(session.scalars(sa.select(Event.kind)))
    assert {"sign_in.factor_added", "sign_in.factor_removed"} <= kinds


def test_nobody_plants_a_factor_for_somebody_else(
    engine: sa.Engine, settings: Any, people: dict[str, Account]
) -> None:
    for actor in (make.acting(people["ida"]), accounts.signing_in(people["ida"]), PROGRAM):
        with db.open_session(engine, actor) as session:
            session.add(OneTimePassword(account_id=people["anna"].id, key=factors.new_key()))
            with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
                session.flush()


def test_an_administrator_takes_lost_factors_away_and_signs_the_person_out(
    app: Flask, browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    enter_code(browser, session, people["anna"])
    set_up(browser)
    token = make.signed_in(session, session.get_one(Account, people["ida"].id))
    session.commit()
    ida = make.sign_in_client(app.test_client(), token)
    page = f"/accounts/{people['anna'].id}/factors"
    assert "face or voice" in ida.get(page).text
    assert send(ida, page).status_code == 303
    assert browser.get("/work").location.startswith("/sign-in")
    again = app.test_client()
    enter_code(again, session, people["anna"])
    assert again.get("/sign-in/second").location == "/sign-in/set-up"


def test_only_in_a_demonstration_and_only_for_invented_persons_the_page_shows_the_password(
    app: Flask, session: Session, people: dict[str, Account]
) -> None:
    _with_an_app(session, people["anna"])
    browser = app.test_client()
    enter_code(browser, session, people["anna"])
    assert "shown-by-app" not in browser.get("/sign-in/second").text
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"demo": True})
    found = re.search(r'id="shown-by-app">(\d{6})<', browser.get("/sign-in/second").text)
    assert found is not None
    assert send(browser, "/sign-in/second", code=found[1]).status_code == 303
    real = session.get_one(Account, people["ida"].id)
    real.email = "ida@un.org"
    session.commit()
    _with_an_app(session, real)
    other = app.test_client()
    enter_code(other, session, real)
    assert "shown-by-app" not in other.get("/sign-in/second").text


def test_a_sign_in_says_by_what_it_was_completed(
    browser: FlaskClient, session: Session, people: dict[str, Account]
) -> None:
    enter_code(browser, session, people["anna"])
    set_up(browser)
    session.rollback()
    assert session.scalars(sa.select(SignIn.completed_by)).one() is rules.Means.ONE_TIME_PASSWORD
