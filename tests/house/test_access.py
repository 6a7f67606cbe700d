"""Every route, as every role: who comes in, who is sent away, and that nothing leaks."""

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from registration.permissions import Permission, Scope
from tests.builders import sign_in_client
from tests.foundation.test_permissions import MATRIX
from tests.house import world as worlds
from tests.house.world import CANARY, World

pytestmark = pytest.mark.timeout(300)  # each walks over all routes

TABLE = Path(__file__).with_name("access.csv")
ROLES = {
    "anna": "drafter",
    "otto": "clearing officer",
    "rosa": "tracker",
    "ida": "administrator",
    "focal point": "focal point",
}


@pytest.fixture
def world(engine: sa.Engine, app: Flask) -> World:
    return worlds.build(engine)


def _browser(app: Flask, world: World, person: str | None) -> FlaskClient:
    client = app.test_client()
    return client if person is None else sign_in_client(client, world.tokens[person])


def _rules(app: Flask) -> list[tuple[str, Rule]]:
    rules = [
        (method, rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.endpoint != "static"
    ]
    # Whoever signs out sees nothing of what comes after.
    return sorted(rules, key=lambda each: each[1].rule == "/sign-out")


def _addresses(app: Flask, rule: Rule, world: World) -> Iterator[str]:
    """Every address of a rule that the world has identifiers for."""
    names = sorted(rule.arguments)
    unknown = [name for name in names if name not in world.ids]
    assert not unknown, f"{rule.rule}: tests/house/world.py has no {unknown}"
    with app.test_request_context():
        for values in product(*(world.ids[name] for name in names)):
            built = rule.build(dict(zip(names, values, strict=True)))
            assert built is not None
            yield built[1]


def _ask(client: FlaskClient, method: str, address: str) -> TestResponse:
    return client.open(address, method=method, buffered=True)


def test_every_route_stands_in_the_access_table(app: Flask) -> None:
    real = {
        (method, rule.rule, access.permission.value, access.scope.value)
        for method, rule in _rules(app)
        for access in [app.extensions["access"][rule.endpoint, method]]
    }
    with TABLE.open(newline="") as file:
        listed = {tuple(row) for row in list(csv.reader(file))[1:]}
    missing = "\n".join(",".join(row) for row in sorted(real - listed))
    assert real == listed, f"missing from access.csv:\n{missing}\nno longer there: {listed - real}"


@pytest.mark.parametrize("person", [None, *ROLES], ids=lambda person: person or "nobody")
def test_who_comes_in_and_who_is_sent_away(app: Flask, world: World, person: str | None) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with TABLE.open(newline="") as file:
        table = {(row[0], row[1]): row for row in list(csv.reader(file))[1:]}
    for method, rule in _rules(app):
        _, _, permission, scope = table[method, rule.rule]
        client = _browser(app, world, person)
        address = next(_addresses(app, rule, world))
        answer = _ask(client, method, address)
        where = f"{method} {address} as {person}: {answer.status}"
        assert answer.status_code < 500, where
        if scope in (Scope.PUBLIC, Scope.SIGN_IN):
            assert answer.status_code != 403, where
        elif scope == Scope.KEY:
            assert answer.status_code == 401, where
        elif person is None:
            assert answer.status_code == 303, where
            assert answer.location.startswith("/sign-in"), where
        elif scope != Scope.PERSON and (scope == Scope.STATE) != (person == "focal point"):
            assert answer.status_code == 404, where
        elif ROLES[person] not in MATRIX[Permission(permission)]:
            assert answer.status_code == 403, where
        else:
            assert answer.status_code != 403 or "clear" in rule.rule, where
            assert not (answer.location or "").startswith("/sign-in"), where


def test_no_page_shows_a_focal_point_anything_of_another_state(app: Flask, world: World) -> None:
    _look_everywhere(app, world, "focal point")


def test_no_page_shows_a_stranger_anything_of_any_state(app: Flask, world: World) -> None:
    _look_everywhere(app, world, None)


def _look_everywhere(app: Flask, world: World, person: str | None) -> None:
    seen = 0
    for method, rule in _rules(app):
        if method != "GET":
            continue
        for address in _addresses(app, rule, world):
            for query in ("", f"?state={worlds.THEIRS}&group=none&page=1"):
                answer = _ask(_browser(app, world, person), "GET", address + query)
                assert CANARY.lower().encode() not in answer.data.lower(), address
                assert CANARY not in str(answer.headers), address
                seen += answer.status_code == 200
    assert seen >= 2


def test_a_focal_point_cannot_act_on_anything_of_another_state(
    app: Flask, world: World, owner_engine: sa.Engine
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    theirs = {name: values[:1] for name, values in world.ids.items()}
    theirs["code"] = [worlds.THEIRS]
    foreign = World(theirs, world.people, world.tokens)
    before = _rows_of_the_other_state(owner_engine)
    for method, rule in _rules(app):
        if method == "POST" and "sign" not in rule.rule:
            for address in _addresses(app, rule, foreign):
                answer = _ask(_browser(app, world, "focal point"), "POST", address)
                assert answer.status_code < 500, address
    assert _rows_of_the_other_state(owner_engine) == before


def _rows_of_the_other_state(owner_engine: sa.Engine) -> dict[str, Any]:
    """What the database holds of the other State, whoever is allowed to see it."""
    tables = [
        table
        for table in sa.inspect(owner_engine).get_table_names()
        if "state_code"
        in {column["name"] for column in sa.inspect(owner_engine).get_columns(table)}
    ]
    with owner_engine.begin() as connection:
        connection.execute(sa.text("select set_config('app.scope', 'system', true)"))
        return {
            table: connection.execute(
                sa.text(
                    f"select md5(string_agg(t::text, '|' order by t::text)) from {table} t"
                    " where state_code = :code"
                ),
                {"code": worlds.THEIRS},
            ).scalar()
            for table in tables
        }


def test_reading_changes_nothing(app: Flask, world: World, owner_engine: sa.Engine) -> None:
    before = _checksum(owner_engine)
    for person in (None, "anna", "focal point"):
        for method, rule in _rules(app):
            if method == "GET":
                for address in _addresses(app, rule, world):
                    _ask(_browser(app, world, person), "GET", address)
    assert _checksum(owner_engine) == before


def _checksum(owner_engine: sa.Engine) -> dict[str, Any]:
    """Of every row, but when somebody was last seen: a walk of a minute changes that."""
    row = "(to_jsonb(t) - 'last_seen_at')::text"
    with owner_engine.begin() as connection:
        connection.execute(sa.text("select set_config('app.scope', 'system', true)"))
        return {
            table: connection.execute(
                sa.text(f"select md5(string_agg({row}, '|' order by {row})) from {table} t")
            ).scalar()
            for table in sa.inspect(owner_engine).get_table_names()
        }


def test_every_act_without_a_token_is_refused(app: Flask, world: World) -> None:
    for method, rule in _rules(app):
        if method == "POST":
            for person in (None, "anna", "focal point"):
                address = next(_addresses(app, rule, world))
                answer = _ask(_browser(app, world, person), "POST", address)
                assert answer.status_code == 400, f"{address}: {answer.status}"


def test_no_view_is_exempt_from_the_token(app: Flask) -> None:
    protect = app.extensions["csrf"]
    assert not protect._exempt_views
    assert not protect._exempt_blueprints


def test_every_answer_carries_the_headers_that_keep_a_page_where_it_belongs(
    app: Flask, world: World
) -> None:
    for method, rule in _rules(app):
        if method == "GET":
            address = next(_addresses(app, rule, world))
            answer = _ask(_browser(app, world, "anna"), "GET", address)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, address
            assert "unsafe-eval" not in policy, address
            # The browser's own viewer styles a PDF in line; nothing of ours does.
            assert "unsafe-inline" not in policy or answer.mimetype == "application/pdf", address
            assert answer.headers["X-Content-Type-Options"] == "nosniff", address
            assert answer.headers["Cache-Control"] == "no-store", address
            assert "Cookie" in answer.headers["Vary"], address


def test_a_page_of_another_host_is_refused(app: Flask) -> None:
    answer = app.test_client().get("/meetings", headers={"Host": "evil.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "NONSENSE"])
def test_other_methods_are_refused(app: Flask, method: str) -> None:
    assert app.test_client().open("/meetings", method=method).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/notes/not-a-uuid",
        "/meetings/%00",
        "/meetings/..%2f..%2fetc",
        "//evil.example/",
        "/states/" + "A" * 8000,
        "/states/%F0%9F%98%80",
    ],
)
def test_strange_addresses_are_answered_calmly(app: Flask, world: World, path: str) -> None:
    for person in (None, "anna"):
        answer = _browser(app, world, person).get(path)
        assert answer.status_code in (303, 308, 400, 404, 414)
