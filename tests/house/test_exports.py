"""Every list of the staff is taken away as a table, from its own page, and that is on record."""

import csv
import io
from dataclasses import dataclass
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from registration import clock, db
from registration.delegations.models import Nomination
from registration.delegations.rules import NominationStage
from registration.journal.models import Event
from registration.notes.models import NumberSeries, VoidNumber
from registration.permissions import Scope, system
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.responses.models import Response
from registration.responses.rules import ResponseKind
from registration.states.models import MissionAddress
from tests.builders import sign_in_client
from tests.house import world as worlds
from tests.house.world import MINE, World

PROGRAM = system("test")


@dataclass(frozen=True)
class List:
    """A page, the address behind its buttons, and what stands in its file, or must not."""

    page: str
    export: str
    rows: int
    says: tuple[str, ...]
    without: str = "nothing that could be there"


LISTS = [
    List("/mail", "/mail/export", 1, ("ours subject", "AUT", "Refused", "550 no"), "NIU"),
    List("/mail?stage=ready", "/mail/export?stage=ready", 1, ("Waits to be sent", "NIU"), "AUT"),
    List("/notes?stage=draft", "/notes/export?stage=draft", 1, ("QUILLFEATHER draft",), "2013/175"),
    List("/organizations", "/organizations/export", 1, ("Entities", "QUILLFEATHER Bank")),
    List(
        "/authorities/requests",
        "/authorities/requests/export",
        2,
        ("AUT", "ours authority", "Correction", "Asked"),
    ),
    List("/requests", "/requests/export", 1, ("Asks for an extension", "2013-10-15"), "NIU"),
    List(
        "/notes/numbers?year=2013",
        "/notes/numbers/export?year=2013",
        3,
        ("CU 2013/174", "Not used", "Issued", "CU 2013/176", "Misprinted", "Otto Clearing"),
    ),
    List("/notes/numbers?year=2012", "/notes/numbers/export?year=2012", 1, ("Void",), "2013/175"),
    List(
        "/states/suspect-addresses",
        "/states/suspect-addresses/export",
        1,
        ("ours@missions.example", "AUT", "550 no such user"),
        "NIU",
    ),
    List("/verification", "/verification/export", 2, ("AUT", "NIU", "To compare", "Note awaited")),
    List(
        "/verification?stage=nominated", "/verification/export?stage=nominated", 1, ("NIU",), "AUT"
    ),
]


@pytest.fixture
def world(engine: sa.Engine) -> World:
    """Something in each list: of Austria, and of another State that the filters leave out."""
    world = worlds.build(engine)
    with db.session_for(engine, PROGRAM) as session:
        otto = world.people["otto"].id
        assert otto is not None
        session.execute(
            sa.update(Message)
            .where(Message.state_code == MINE)
            .values(stage=MessageStage.FAILED, reply="550 no such user")
        )
        session.execute(
            sa.update(MissionAddress)
            .where(MissionAddress.state_code == MINE)
            .values(suspect_since=clock.now(), suspect_reason="550 no such user")
        )
        session.execute(sa.update(Nomination).values(stage=NominationStage.NOMINATED))
        session.execute(
            sa.update(Nomination)
            .where(Nomination.state_code == MINE)
            .values(stage=NominationStage.NOTE_RECEIVED)
        )
        answered = session.scalars(sa.select(Response).where(Response.state_code == MINE)).one()
        session.add_all(
            [
                Response(
                    note_id=answered.note_id,
                    addressee_id=answered.addressee_id,
                    state_code=MINE,
                    channel=answered.channel,
                    kind=ResponseKind.EXTENSION,
                    received_at=clock.now(),
                    recorded_by_id=answered.recorded_by_id,
                    asked_until=date(2013, 10, 15),
                ),
                NumberSeries(series="CU", year=2013, last=176),
                NumberSeries(series="CU", year=2012, last=1),
            ]
        )
        for year, number in ((2013, 176), (2012, 1)):
            session.add(
                VoidNumber(
                    series="CU", year=year, number=number, reason="Misprinted", voided_by_id=otto
                )
            )
    return world


@pytest.fixture
def rosa(app: Flask, world: World) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    browser: FlaskClient = sign_in_client(app.test_client(), world.tokens["rosa"])
    return browser


def _made(engine: sa.Engine) -> list[dict[str, object]]:
    with db.session_for(engine, PROGRAM) as session:
        told = sa.select(Event.detail).where(Event.kind == "export.made")
        return list(session.scalars(told))


def test_a_list_leaves_from_its_page_as_it_was_chosen(engine: sa.Engine, rosa: FlaskClient) -> None:
    for each in LISTS:
        page = rosa.get(each.page).text
        assert f'<form method="post" action="{each.export}"' in page, each.page
        answer = rosa.post(each.export)
        assert (answer.status_code, answer.mimetype) == (200, "text/csv"), each.page
        rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert len(rows) == each.rows + 1, each.page
        assert {len(row) for row in rows} == {len(rows[0])}, each.page
        for words in each.says:
            assert words in answer.text, f"{each.page}: {words}"
        assert each.without not in answer.text, each.page
        workbook = rosa.post(each.export, data={"format": "xlsx"})
        assert workbook.get_data().startswith(b"PK"), each.page
    assert [made["rows"] for made in _made(engine)] == [
        each.rows for each in LISTS for _format in ("csv", "xlsx")
    ]


def test_no_page_of_the_staff_shows_a_list_that_cannot_be_taken_away(
    app: Flask, rosa: FlaskClient
) -> None:
    access = app.extensions["access"]
    pages = sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint != "static"
        if access[rule.endpoint, "GET"].scope is Scope.STAFF
    )
    shown = {page: rosa.get(page).text for page in pages}
    caught = {
        page
        for page, text in shown.items()
        if '<table class="govuk-table' in text and "export" not in text
    }
    assert not caught
