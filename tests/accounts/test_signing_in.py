"""Signing in with a code that comes by e-mail, through the pages and against the real database."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registration import clock, db
from registration.accounts import factors, rules
from registration.accounts import service as accounts
from registration.accounts import signing_in as service
from registration.accounts.models import Account, OneTimePassword, SignIn, SignInCode
from registration.app import create_app
from registration.config import Settings
from registration.db import Session
from registration.errors import TooMany
from registration.journal.models import Event, Outbox
from registration.permissions import SIGNING_IN, system
from registration.post.models import Message
from tests import builders as make

PROGRAM = system("test")
ANNA = "anna.drafter@secretariat.example"
STRANGER = "nobody@elsewhere.example"
COOKIE = "registration"


@pytest.fixture(autouse=True)
def _people(engine: sa.Engine, settings: Settings) -> None:
    """Anna has an authenticator app already; how she sets it up is another matter."""
    with db.session_for(engine, PROGRAM) as session:
        anna = make.anna(session)
        make.ida(session)
    with db.session_for(engine, accounts.signing_in(anna)) as session:
        session.add(OneTimePassword(account_id=anna.id, key=factors.new_key()))


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with db.open_session(engine, PROGRAM) as session:
        yield session


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def send(browser: FlaskClient, path: str, follow: bool = False, **fields: Any) -> TestResponse:
    """Fill in the form of a page and send it, as a person does."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text)
    assert token is not None, path
    return browser.post(path, data={"csrf_token": token[1], **fields}, follow_redirects=follow)


def ask(browser: FlaskClient, email: str = ANNA) -> TestResponse:
    return send(browser, "/sign-in", email=email)


def newest_code(session: Session, email: str = ANNA) -> str:
    session.rollback()
    message = session.scalars(
        sa.select(Message)
        .where(Message.purpose == "sign_in_code", Message.recipients.contains([email]))
        .order_by(Message.id.desc())
    ).first()
    assert message is not None
    found = re.search(r"\d{6}", message.text)
    assert found is not None
    return found[0]


def enter(browser: FlaskClient, code: str) -> TestResponse:
    """Enter the code from the mail and, where it was right, what the app shows."""
    answer = send(browser, "/sign-in/code", code=code)
    if answer.location != "/sign-in/second":
        return answer
    return send(browser, "/sign-in/second", code=shown_by_app(browser.application))


def shown_by_app(app: Flask) -> str:
    with db.open_session(app.extensions["engine"], PROGRAM) as session:
        anna = session.scalars(sa.select(Account).where(Account.email == ANNA)).one()
        return factors.shown_by_app(session, anna) or ""


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/states").status_code == 200


def sign_in(browser: FlaskClient, session: Session) -> TestResponse:
    ask(browser)
    return enter(browser, newest_code(session))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def cookie_of(browser: FlaskClient) -> dict[str, Any]:
    with browser.session_transaction() as cookie:
        return dict(cookie)


def test_a_person_signs_in_with_the_code_from_the_mail(
    browser: FlaskClient, session: Session
) -> None:
    answer = ask(browser)
    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    assert ANNA in browser.get("/sign-in/code").text
    answer = enter(browser, newest_code(session))
    assert answer.status_code == 303
    assert is_signed_in(browser)
    assert "Anna Drafter" in browser.get("/states").text


def test_the_code_goes_out_with_the_request_and_its_text_is_confidential(
    browser: FlaskClient, session: Session
) -> None:
    ask(browser)
    message = session.scalars(sa.select(Message)).one()
    assert message.confidential
    assert message.recipients == [ANNA]
    assert session.scalars(sa.select(Outbox.subject_id)).all() == [str(message.id)]


def test_neither_the_code_nor_the_token_is_kept_anywhere(
    browser: FlaskClient, session: Session, owner_engine: sa.Engine
) -> None:
    ask(browser)
    code = newest_code(session)
    enter(browser, code)
    token = cookie_of(browser)["sign_in"]
    with owner_engine.begin() as connection:
        connection.execute(sa.text("select set_config('app.scope', 'system', true)"))
        for table in ("sign_in_code", "sign_in", "event", "outbox", "account"):
            rows = connection.execute(sa.text(f"select t::text from {table} t")).scalars()
            for row in rows:
                assert token not in row
                assert f'"{code}"' not in row
                assert f",{code}," not in row


def test_a_code_works_once(app: Flask, browser: FlaskClient, session: Session) -> None:
    ask(browser)
    request = cookie_of(browser)
    code = newest_code(session)
    assert enter(browser, code).status_code == 303
    again = app.test_client()
    with again.session_transaction() as cookie:
        cookie.update(request)
    assert enter(again, code).status_code == 422
    assert not is_signed_in(again)


def test_a_code_entered_by_many_at_once_signs_in_one(engine: sa.Engine) -> None:
    with db.session_for(engine, SIGNING_IN) as session:
        code_id = service.ask_for_code(session, email=ANNA, asked_from="192.0.2.1")
    with db.open_session(engine, PROGRAM) as session:
        code = newest_code(session)

    def attempt(_: int) -> str | None:
        with db.session_for(engine, SIGNING_IN) as session:
            return service.enter_code(session, code_id, code, browser="a test")

    with ThreadPoolExecutor(6) as pool:
        tokens = list(pool.map(attempt, range(6)))
    assert sum(token is not None for token in tokens) == 1


def test_a_code_dies_after_ten_minutes(browser: FlaskClient, session: Session) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        ask(browser)
        traveller.shift(rules.CODE_LIFE)
        answer = enter(browser, newest_code(session))
    assert answer.status_code == 422
    assert "no longer valid" in answer.text


def test_a_code_dies_after_five_wrong_tries(browser: FlaskClient, session: Session) -> None:
    ask(browser)
    code = newest_code(session)
    for _ in range(rules.WRONG_TRIES):
        assert enter(browser, wrong(code)).status_code == 422
    assert enter(browser, code).status_code == 422
    assert not is_signed_in(browser)


def test_four_wrong_tries_do_no_harm(browser: FlaskClient, session: Session) -> None:
    ask(browser)
    code = newest_code(session)
    for _ in range(rules.WRONG_TRIES - 1):
        enter(browser, wrong(code))
    assert enter(browser, code).status_code == 303


def test_a_code_works_only_in_the_browser_that_asked_for_it(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    ask(browser)
    code = newest_code(session)
    other = app.test_client()
    assert other.get("/sign-in/code").location == "/sign-in"
    ask(other, "ida.administrator@secretariat.example")
    assert enter(other, code).status_code == 422
    assert not is_signed_in(other)


def test_a_forged_cookie_is_no_cookie(app: Flask, browser: FlaskClient) -> None:
    ask(browser)
    cookie = browser.get_cookie(COOKIE, "127.0.0.1")
    assert cookie is not None
    forged = app.test_client()
    forged.set_cookie(COOKIE, cookie.value, domain="127.0.0.1")
    assert forged.get("/sign-in/code").status_code == 200
    forged.set_cookie(COOKIE, cookie.value[:-4] + "AAAA", domain="127.0.0.1")
    assert forged.get("/sign-in/code").location == "/sign-in"


@pytest.mark.parametrize(
    "shape",
    [
        lambda code: f" {code[:3]} {code[3:]} ",
        lambda code: f"{code[:3]}-{code[3:]}",
        lambda code: code.translate({48 + n: 0x660 + n for n in range(10)}),
        lambda code: f"\u200f{code}\u00a0",
    ],
    ids=["spaces", "hyphen", "Arabic digits", "marks of a paste"],
)
def test_a_code_may_be_pasted_as_it_comes(
    browser: FlaskClient, session: Session, shape: Any
) -> None:
    ask(browser)
    assert enter(browser, shape(newest_code(session))).status_code == 303


@pytest.mark.parametrize("typed", ["", "abc", "12345", "1" * 5000, "²³¹", "\x00"])
def test_what_is_no_code_is_answered_calmly(browser: FlaskClient, typed: str) -> None:
    ask(browser)
    assert enter(browser, typed).status_code == 422


def test_an_unknown_address_looks_the_same(app: Flask, session: Session) -> None:
    pages = []
    for email in (ANNA, STRANGER):
        browser = app.test_client()
        first = ask(browser, email)
        second = browser.get(first.location)
        third = enter(browser, "000000" if email == STRANGER else wrong(newest_code(session)))
        pages.append(
            [
                (answer.status_code, answer.headers.get("Location"), _plain(answer.text, email))
                for answer in (first, second, third)
            ]
        )
    assert pages[0] == pages[1]
    assert session.scalars(sa.select(Message.recipients)).all() == [[ANNA]]


def _plain(page: str, email: str) -> str:
    """The page without the address that was typed and the token, which differ for everybody."""
    page = re.sub(r'value="[^"]*"', "", page)
    return page.replace(email, "…")


def test_an_account_that_has_ended_gets_no_mail_and_no_other_answer(
    browser: FlaskClient, session: Session
) -> None:
    session.execute(sa.update(Account).where(Account.email == ANNA).values(ended_at=clock.now()))
    session.commit()
    assert ask(browser).location == "/sign-in/code"
    assert session.scalars(sa.select(Message)).all() == []


def test_an_account_that_ends_after_the_code_was_sent_does_not_sign_in(
    browser: FlaskClient, session: Session
) -> None:
    ask(browser)
    code = newest_code(session)
    session.execute(sa.update(Account).where(Account.email == ANNA).values(ended_at=clock.now()))
    session.commit()
    assert enter(browser, code).status_code == 422


@pytest.mark.parametrize("email", [ANNA, STRANGER])
def test_too_many_codes_for_one_address_are_refused(app: Flask, email: str) -> None:
    for _ in range(rules.CODES_PER_EMAIL):
        assert ask(app.test_client(), email).status_code == 303
    assert ask(app.test_client(), email.upper()).status_code == 429
    with time_machine.travel(clock.now() + rules.WINDOW + timedelta(seconds=1)):
        assert ask(app.test_client(), email).status_code == 303


def test_too_many_codes_in_a_day_are_refused_until_the_next(engine: sa.Engine) -> None:
    start = clock.now()
    for number in range(rules.CODES_PER_EMAIL_A_DAY):
        with time_machine.travel(start + number * timedelta(minutes=4)):
            _ask_from(engine, f"192.0.2.{number}")
    with (
        time_machine.travel(start + timedelta(hours=3)),
        pytest.raises(TooMany, match="tomorrow"),
    ):
        _ask_from(engine, "192.0.2.99")
    with time_machine.travel(start + rules.LONG_WINDOW + timedelta(hours=2)):
        _ask_from(engine, "192.0.2.99")


def test_too_many_codes_from_one_place_are_refused(engine: sa.Engine) -> None:
    for number in range(rules.CODES_PER_ADDRESS):
        _ask_from(engine, "192.0.2.1", f"person{number}@mission.example")
    with pytest.raises(TooMany):
        _ask_from(engine, "192.0.2.1", "one.more@mission.example")
    _ask_from(engine, "192.0.2.2", "one.more@mission.example")


@pytest.mark.parametrize(
    ("proxies", "place"), [(0, "192.0.2.80"), (1, "192.0.2.7"), (2, "203.0.113.9")]
)
def test_behind_proxies_of_the_house_the_place_is_the_browsers_own(
    settings: Settings, session: Session, proxies: int, place: str
) -> None:
    app = create_app(settings.model_copy(update={"proxies": proxies}))
    app.config["SERVER_NAME"] = "127.0.0.1:8000"
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = "192.0.2.80"
    browser.environ_base["HTTP_X_FORWARDED_FOR"] = "198.51.100.66, 203.0.113.9, 192.0.2.7"
    assert ask(browser).status_code == 303
    assert session.scalars(sa.select(SignInCode.asked_from)).one() == place


def test_asking_many_times_at_once_does_not_slip_through(engine: sa.Engine) -> None:
    def attempt(number: int) -> bool:
        try:
            _ask_from(engine, f"192.0.2.{number}")
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(10))) == rules.CODES_PER_EMAIL


def _ask_from(engine: sa.Engine, place: str, email: str = ANNA) -> None:
    with db.session_for(engine, SIGNING_IN) as session:
        service.ask_for_code(session, email=email, asked_from=place)


def test_what_is_no_address_is_said_at_the_field(browser: FlaskClient) -> None:
    for typed in ("", "anna", "a@b", "a@x.example,b@x.example", "a@x.example\nBcc: b@x.example"):
        answer = ask(browser, typed)
        assert answer.status_code == 422, typed
        assert "There is a problem" in answer.text


def test_signing_in_makes_a_fresh_cookie_with_a_token_nobody_knew(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    with browser.session_transaction() as cookie:
        cookie["sign_in"] = "a-token-that-an-attacker-planted"
        cookie["planted"] = "something else"
    sign_in(browser, session)
    found = cookie_of(browser)
    assert set(found) <= {"sign_in", "_permanent", "csrf_token"}
    assert found["sign_in"] != "a-token-that-an-attacker-planted"
    attacker = make.sign_in_client(app.test_client(), "a-token-that-an-attacker-planted")
    assert not is_signed_in(attacker)


def test_each_sign_in_has_its_own_token_and_ends_the_one_before_it(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    sign_in(browser, session)
    first = cookie_of(browser)["sign_in"]
    sign_in(browser, session)
    second = cookie_of(browser)["sign_in"]
    assert first != second
    assert is_signed_in(browser)
    assert not is_signed_in(make.sign_in_client(app.test_client(), first))


def test_signing_out_ends_the_sign_in_and_not_only_the_cookie(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    sign_in(browser, session)
    token = cookie_of(browser)["sign_in"]
    answer = _sign_out(browser)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_signed_in(browser)
    assert not is_signed_in(make.sign_in_client(app.test_client(), token))
    kinds = session.scalars(sa.select(Event.kind).order_by(Event.at)).all()
    assert "sign_in.begun" in kinds
    assert kinds[-1] == "sign_in.ended"


def _sign_out(browser: FlaskClient) -> TestResponse:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/sign-in").text)
    assert token is not None
    return browser.post("/sign-out", data={"csrf_token": token[1]})


def test_signing_out_after_the_sign_in_has_ended_is_no_error(browser: FlaskClient) -> None:
    assert _sign_out(browser).location == "/sign-in"


def test_ending_an_account_ends_its_sign_ins_at_once(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    sign_in(browser, session)
    assert is_signed_in(browser)
    anna = session.scalars(sa.select(Account).where(Account.email == ANNA)).one()
    ida = session.scalars(sa.select(Account).where(Account.email != ANNA)).one()
    administrator = make.sign_in_client(app.test_client(), make.signed_in(session, ida))
    session.commit()
    answer = send(administrator, f"/accounts/{anna.id}/end")
    assert answer.status_code == 303
    assert browser.get("/states").location.startswith("/sign-in")


def test_an_idle_sign_in_ends_after_an_hour_and_any_after_twelve(
    browser: FlaskClient, session: Session
) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        sign_in(browser, session)
        for _ in range(13):
            traveller.shift(timedelta(minutes=50))
            assert is_signed_in(browser)
        traveller.shift(timedelta(minutes=50))
        assert is_signed_in(browser)
        traveller.move_to(start + rules.ABSOLUTE_LIMIT)
        assert not is_signed_in(browser)
    with time_machine.travel(start + timedelta(days=1), tick=False) as traveller:
        sign_in(browser, session)
        traveller.shift(rules.IDLE_LIMIT)
        assert not is_signed_in(browser)


def test_after_signing_in_one_comes_to_the_page_one_wanted(
    browser: FlaskClient, session: Session
) -> None:
    sent_away = browser.get("/states?on=2013-07-01&status=signatory")
    assert sent_away.location.startswith("/sign-in?next=")
    browser.get(sent_away.location)
    answer = sign_in(browser, session)
    assert answer.location == "/states?on=2013-07-01&status=signatory"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/%5cevil.example",
        "/no-such-page",
        "/sign-out",
        " //evil.example",
        "/\t/evil.example",
        "/states\r\nSet-Cookie: a=b",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(
    browser: FlaskClient, session: Session, target: str
) -> None:
    browser.get("/sign-in", query_string={"next": target})
    answer = sign_in(browser, session)
    parts = urlsplit(answer.location)
    assert (parts.scheme, parts.netloc) == ("", "")
    assert parts.path == "/"


def test_where_mail_is_caught_the_page_leads_to_it_and_elsewhere_not(
    settings: Settings, browser: FlaskClient
) -> None:
    page = "http://127.0.0.1:8025"
    ask(browser)
    assert "No mail leaves" not in browser.get("/sign-in/code").text
    catching = create_app(settings.model_copy(update={"mail_page": page}))
    catching.config["SERVER_NAME"] = "127.0.0.1:8000"
    other = catching.test_client()
    ask(other)
    assert f'href="{page}"' in other.get("/sign-in/code").text


def test_no_form_is_taken_without_its_token(browser: FlaskClient) -> None:
    for path in ("/sign-in", "/sign-in/code", "/sign-out", "/accounts/invite"):
        assert browser.post(path, data={"email": ANNA, "code": "123456"}).status_code == 400


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    browser: FlaskClient, session: Session
) -> None:
    answer = sign_in(browser, session)
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if COOKIE in each)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "no-store" in answer.headers["Cache-Control"]


def test_every_step_of_signing_in_is_in_the_journal(browser: FlaskClient, session: Session) -> None:
    ask(browser)
    code = newest_code(session)
    enter(browser, wrong(code))
    enter(browser, code)
    session.rollback()
    kinds = session.scalars(sa.select(Event.kind).order_by(Event.at, Event.id)).all()
    assert [kind for kind in kinds if kind.startswith("sign_in.")] == [
        "sign_in.code_asked",
        "sign_in.refused",
        "sign_in.begun",
    ]


def test_a_browser_name_of_any_length_is_kept_short(engine: sa.Engine, session: Session) -> None:
    with db.session_for(engine, SIGNING_IN) as signing_in:
        code_id = service.ask_for_code(signing_in, email=ANNA, asked_from="192.0.2.1")
    code = newest_code(session)
    with db.session_for(engine, SIGNING_IN) as signing_in:
        assert service.enter_code(signing_in, code_id, code, browser="x" * 9000)
    session.rollback()
    assert session.scalars(sa.select(sa.func.length(SignIn.browser))).one() == 200
    assert session.scalars(sa.select(SignInCode.used_at)).one() is not None


def test_a_stranger_cannot_use_up_the_codes_of_a_browser_that_is_known(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    sign_in(browser, session)
    for _ in range(rules.CODES_PER_EMAIL - 1):
        ask(app.test_client())
    assert ask(app.test_client()).status_code == 429
    for _ in range(rules.CODES_PER_EMAIL):
        assert ask(browser).status_code == 303
    assert ask(browser).status_code == 429


def test_a_browser_is_known_only_by_the_addresses_that_signed_in_with_it(
    browser: FlaskClient, session: Session
) -> None:
    sign_in(browser, session)
    ask(browser, STRANGER)
    ask(browser)
    session.rollback()
    devices = session.execute(
        sa.select(SignInCode.email, SignInCode.device).order_by(SignInCode.asked_at)
    ).all()
    assert [email for email, device in devices if device] == [ANNA]
    assert devices[-1].device is not None


@pytest.mark.parametrize("kept", ["", "nonsense", "gAAAAAB", "é" * 40])
def test_a_browser_that_pretends_to_be_known_is_a_stranger(
    browser: FlaskClient, session: Session, kept: str
) -> None:
    browser.set_cookie("device", kept, domain="127.0.0.1")
    assert ask(browser).status_code == 303
    assert session.scalars(sa.select(SignInCode.device)).all() == [None]


def test_an_unknown_address_costs_the_database_the_same_work(engine: sa.Engine) -> None:
    done: dict[str, list[str]] = {}
    for email in (ANNA, STRANGER):
        done[email] = []

        def note(*arguments: Any, into: list[str] = done[email]) -> None:
            into.append(" ".join(arguments[2].split()[:3]))

        sa.event.listen(engine, "before_cursor_execute", note)
        _ask_from(engine, "192.0.2.1", email)
        sa.event.remove(engine, "before_cursor_execute", note)
    assert [each for each in done[ANNA] if each != "RELEASE SAVEPOINT sa_savepoint_1"] == [
        each for each in done[STRANGER] if each != "ROLLBACK TO SAVEPOINT"
    ]
    assert len(done[ANNA]) > 8
