"""A whole office in October 2013: two notes on the real States, responses, trouble and silence.

It is made once and only read afterwards (an export adds its event). What the tests expect is
counted from the plan here, never from the code under test.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from registration import clock, config
from registration.accounts.models import Account
from registration.app import create_app
from registration.config import Settings
from registration.db import Session, session_for
from registration.delegations import service as delegations
from registration.designations.rules import DesignationKind
from registration.documents.examination import Upload
from registration.journal.service import record
from registration.meetings import queries as meetings
from registration.meetings.models import Meeting
from registration.notes import clearance, drafting
from registration.notes.audience import Audience
from registration.notes.models import Addressee, Dispatch, Letter, Note
from registration.notes.rules import LetterStage
from registration.permissions import system
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.responses import answering, recording, service
from registration.responses.models import ResponseChannel
from registration.states.models import State
from tests import builders
from tests.notes.desk import Desk, a_desk, unrehearsed
from tests.responses.samples import MINISTRY, a_pdf, person
from workshop.services import APPLICATION, Cluster
from workshop.testbed import SEEDED, renew_database

ISSUED_AT = datetime(2013, 7, 1, 9, 0, tzinfo=clock.DUTY_STATION)
NOW = datetime(2013, 10, 8, 10, 0, tzinfo=clock.DUTY_STATION)
IN_TIME, LATE = 80, 20
NO_ADDRESS = ("AND", "LIE", "SWZ")
PARKED, IN_DOUBT, REFUSED = "ISL", "LUX", "MLT"
SILENT = (*NO_ADDRESS, PARKED, IN_DOUBT, REFUSED)
HOSTILE = '<script>alert("x")</script>=HYPERLINK("http://evil.example")'
HOSTILE_STATE = "GAB"
BY_PORTAL = "AUT"


@dataclass
class Office:
    """The office, its two notes, and who responded when to the first."""

    engine: sa.Engine
    settings: Settings
    desk: Desk
    note_id: UUID
    second_note_id: UUID
    draft_id: UUID
    focal_point: Account
    responded_on: dict[str, date] = field(default_factory=dict)
    responded_to_second: dict[str, date] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def program(self) -> Any:
        """A session for the program itself."""
        return session_for(self.engine, system("test"))


@pytest.fixture(scope="session")
def office(
    cluster: Cluster, database_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    name = f"{database_name}_reports"
    renew_database(cluster, name, template=SEEDED)
    url = cluster.url(APPLICATION, name)
    settings = _settings(url, tmp_path_factory.mktemp("store"))
    engine = sa.create_engine(url)
    config.use(settings)
    try:
        yield _an_office(engine, settings)
    finally:
        config.forget()
        engine.dispose()


def _settings(url: str, store: Path) -> Settings:
    return Settings(
        database_url=SecretStr(url),
        broker_url=SecretStr("redis://127.0.0.1:1/0"),
        secret_key=SecretStr("for-tests-only-0123456789-abcdefghijk"),
        encryption_keys=SecretStr("Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OS1hYmNkZWY="),
        base_url="http://localhost",
        store_dir=store,
        smtp_url=SecretStr("smtp://127.0.0.1:1"),
        mail_sender="secretariat@registration.example",
    )


def _an_office(engine: sa.Engine, settings: Settings) -> Office:
    with time_machine.travel(ISSUED_AT, tick=False):
        desk = a_desk(engine, lambda session: meetings.by_slug(session, "2013-panama-city"))
        with desk.program() as session:
            _open_missions(session)
            focal_point = builders.a_focal_point(session, BY_PORTAL)
        note = desk.issued("CU 2013/175", ISSUED_AT.date())
        draft = desk.submitted()
    office = Office(engine, settings, desk, note.id, note.id, draft.id, focal_point)
    with office.program() as session:
        _hand_over(session, note.id, ISSUED_AT)
        _make_trouble(session, note.id)
    _respond(office)
    september = datetime(2013, 9, 2, 9, tzinfo=clock.DUTY_STATION)
    with time_machine.travel(september, tick=False):
        office.second_note_id = _second_note(desk)
    with office.program() as session:
        _hand_over(session, office.second_note_id, september)
    _respond_to_second(office)
    with office.program() as session:
        gabon = session.get_one(State, HOSTILE_STATE)
        gabon.names = {**gabon.names, "en": HOSTILE}
        session.flush()
    return office


def _second_note(desk: Desk) -> UUID:
    """A note to the signatories alone, with a later date."""
    with desk.acting(desk.anna) as session:
        note = drafting.draft(
            session,
            meeting=session.get_one(Meeting, desk.meeting.id),
            title="Second note",
            respond_by=date(2013, 11, 1),
            audience=Audience(frozenset({"signatory"})),
        )
    desk.do(desk.anna, note, unrehearsed)
    desk.do(desk.otto, note, clearance.clear)
    return desk.issue(note, day=date(2013, 9, 2)).id


def _open_missions(session: Session) -> None:
    for state in session.scalars(sa.select(State).order_by(State.code)):
        addresses = [] if state.code in NO_ADDRESS else None
        builders.a_mission(
            session, state.code, language=state.proposed_language, addresses=addresses
        )


def _hand_over(session: Session, note_id: UUID, at: datetime) -> None:
    """What the workers would do: every copy made, and handed over where there is an address."""
    for number, (letter, addressee) in enumerate(
        session.execute(
            sa.select(Letter, Addressee)
            .join(Addressee, Addressee.id == Letter.addressee_id)
            .where(Letter.note_id == note_id)
            .order_by(Addressee.state_code)
        ).all()
    ):
        letter.stage = LetterStage.RENDERED
        letter.rendered_at = at + timedelta(seconds=number)
        if addressee.recipients:
            taken_at = at + timedelta(minutes=number)
            builders.a_copy_in_the_mail(
                session, letter, planned_at=taken_at, created_at=taken_at, handed_over_at=taken_at
            )


def _make_trouble(session: Session, note_id: UUID) -> None:
    """One copy that could not be made, one in doubt, one refused."""
    for code, stage in ((IN_DOUBT, MessageStage.UNCERTAIN), (REFUSED, MessageStage.FAILED)):
        message = session.scalars(sa.select(Message).where(Message.state_code == code)).one()
        message.stage, message.handed_over_at = stage, None
        _tell(session, f"message.{stage.value}", message)
    letter = session.scalars(
        sa.select(Letter).where(Letter.note_id == note_id, Letter.state_code == PARKED)
    ).one()
    session.execute(sa.delete(Dispatch).where(Dispatch.letter_id == letter.id))
    letter.stage, letter.rendered_at = LetterStage.PARKED, None
    letter.problem = "A glyph is missing."
    session.flush()


def _tell(session: Session, kind: str, message: Message) -> None:
    record(
        session,
        kind,
        "message",
        message.id,
        state_code=message.state_code,
        detail={"purpose": "note", "attempt": 1, "reply": "451 later"},
    )


def _respond(office: Office) -> None:
    """Who responds is drawn by lot, the same in every run; Austria does it in the portal."""
    draw = random.Random(2013)
    with office.program() as session:
        codes = sorted(
            session.scalars(
                sa.select(Addressee.state_code).where(Addressee.note_id == office.note_id)
            )
        )
    others = draw.sample([code for code in codes if code not in (*SILENT, BY_PORTAL)], 99)
    days = [date(2013, 7, 5) + timedelta(days=draw.randrange(87)) for _ in range(IN_TIME - 1)]
    late_days = [date(2013, 10, 1) + timedelta(days=draw.randrange(7)) for _ in range(LATE)]
    office.responded_on = dict(zip(others, days + late_days, strict=True))
    with time_machine.travel(NOW, tick=False), office.desk.acting(office.desk.anna) as session:
        note = session.get_one(Note, office.note_id)
        for place, (code, day) in enumerate(office.responded_on.items()):
            recording.record_response(
                session,
                note,
                code,
                channel=ResponseChannel.PAPER if place % 2 else ResponseChannel.EMAIL,
                received_on=day,
                mission_reference=f"NV {place}",
                scan=Upload("note.pdf", a_pdf()) if place < 2 else None,
                remark=HOSTILE if code == others[0] else "",
            )
    _respond_in_the_portal(office)


def _respond_in_the_portal(office: Office) -> None:
    """Austria names an authority and two experts in August, and corrects itself in September."""
    august = datetime(2013, 8, 20, 11, tzinfo=clock.DUTY_STATION)
    september = datetime(2013, 9, 5, 11, tzinfo=clock.DUTY_STATION)
    with time_machine.travel(august, tick=False), office.desk.acting(office.focal_point) as session:
        note = session.get_one(Note, office.note_id)
        nomination = answering.begin(session, office.note_id)
        answering.add_authority(session, nomination, DesignationKind.CENTRAL_AUTHORITY, MINISTRY)
        delegations.add(session, nomination, [person(head=True), person("Gruber")])
        service.submit(session, nomination, note)
    with (
        time_machine.travel(september, tick=False),
        office.desk.acting(office.focal_point) as session,
    ):
        note = session.get_one(Note, office.note_id)
        nomination = answering.begin(session, office.note_id)
        huber, gruber = nomination.delegates
        delegations.reword(
            session, nomination, huber, person("Huber-Lang", head=True), version=huber.version
        )
        delegations.remove(session, nomination, gruber)
        service.submit(session, nomination, note)
    office.responded_on[BY_PORTAL] = august.date()


def _respond_to_second(office: Office) -> None:
    """Two signatories respond to the second note; one of them said nothing to the first."""
    with office.program() as session:
        codes = sorted(
            session.scalars(
                sa.select(Addressee.state_code).where(Addressee.note_id == office.second_note_id)
            )
        )
    silent = [code for code in codes if code not in office.responded_on]
    office.responded_to_second = {silent[0]: date(2013, 9, 20), silent[1]: date(2013, 10, 4)}
    with time_machine.travel(NOW, tick=False), office.desk.acting(office.desk.anna) as session:
        note = session.get_one(Note, office.second_note_id)
        for code, day in office.responded_to_second.items():
            recording.record_response(
                session, note, code, channel=ResponseChannel.PAPER, received_on=day
            )


@pytest.fixture(autouse=True)
def _october() -> Iterator[None]:
    """The eighth of October 2013: the first note's date has passed, the second's has not."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="session")
def app(office: Office) -> Flask:
    app = create_app(office.settings)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def browsers(office: Office, app: Flask) -> dict[str, FlaskClient]:
    """A signed-in browser for each of the cast, by first name; `nobody` is a stranger's."""
    found = {"nobody": app.test_client()}
    people = {
        "anna": office.desk.anna,
        "otto": office.desk.otto,
        "rosa": office.desk.rosa,
        "focal_point": office.focal_point,
    }
    with office.program() as session:
        for name, person in people.items():
            token = builders.signed_in(session, session.get_one(Account, person.id))
            found[name] = builders.sign_in_client(app.test_client(), token)
    return found


@pytest.fixture
def rosa(browsers: dict[str, FlaskClient]) -> FlaskClient:
    """The browser of Rosa, who only reads."""
    return browsers["rosa"]
