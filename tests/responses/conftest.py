"""One issued note, addressed to two States, and the people who answer and record answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from registration.accounts.models import Account
from registration.config import Settings
from registration.db import Session, open_session, session_for
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.permissions import system
from tests import builders
from tests.applications import Applications
from tests.responses.browser import Browser

AUSTRIA, NIUE = builders.WITH_A_MISSION, builders.WITHOUT_A_MISSION
SUMMER = "2013-09-02 10:00:00+02:00"


@dataclass(frozen=True)
class World:
    """Who and what the tests of this folder are about."""

    engine: sa.Engine
    note_id: UUID
    second_note_id: UUID
    draft_id: UUID
    meeting_id: UUID
    austria: Account
    colleague: Account
    niue: Account
    anna: Account
    otto: Account
    rosa: Account

    def acting(self, account: Account) -> Session:
        """A session of that person, under row-level security."""
        return open_session(self.engine, builders.acting(account))

    def office(self) -> Session:
        """A session of the program, which sees everything."""
        return open_session(self.engine, system("test"))

    def note(self, session: Session) -> Note:
        return session.get_one(Note, self.note_id)


@pytest.fixture
def clock_of_summer() -> Iterator[time_machine.Traveller]:
    """The second of September 2013 at ten in the morning in Vienna: the note is out and open."""
    with time_machine.travel(SUMMER) as traveller:
        yield traveller


@pytest.fixture
def world(
    engine: sa.Engine,
    settings: Settings,
    clock_of_summer: time_machine.Traveller,
) -> World:
    with session_for(engine, system("test")) as session:
        for code in ("PAN", AUSTRIA, NIUE):
            builders.a_state(session, code)
        anna, otto = builders.anna(session), builders.otto(session)
        meeting = builders.a_meeting(session)
        note = builders.a_note(session, meeting, anna, stage=NoteStage.ISSUED, clearer=otto)
        second = builders.a_note(
            session,
            meeting,
            anna,
            stage=NoteStage.ISSUED,
            clearer=otto,
            reference="CU 2013/176",
        )
        for each in (note, second):
            builders.an_addressee(session, each, AUSTRIA)
        builders.an_addressee(session, note, NIUE)
        draft = builders.a_note(session, meeting, anna)
        colleague = builders.a_focal_point(session, AUSTRIA)
        colleague.email = "deputy.aut@secretariat.example"
        session.flush()
        return World(
            engine=engine,
            note_id=note.id,
            second_note_id=second.id,
            draft_id=draft.id,
            meeting_id=meeting.id,
            austria=builders.a_focal_point(session, AUSTRIA),
            colleague=colleague,
            niue=builders.a_focal_point(session, NIUE),
            anna=anna,
            otto=otto,
            rosa=builders.rosa(session),
        )


@pytest.fixture
def app(settings: Settings, world: World, applications: Applications) -> Flask:
    return applications.on(settings)


@pytest.fixture
def browser(app: Flask, world: World) -> Browser:
    """The browser of Austria's focal point."""
    return Browser(app, world.engine, world.austria)


@pytest.fixture
def colleague(app: Flask, world: World) -> Browser:
    """The browser of another focal point of Austria."""
    return Browser(app, world.engine, world.colleague)


@pytest.fixture
def niue(app: Flask, world: World) -> Browser:
    """The browser of Niue's focal point."""
    return Browser(app, world.engine, world.niue)


@pytest.fixture
def anna(app: Flask, world: World) -> Browser:
    """The browser of an officer who may record responses."""
    return Browser(app, world.engine, world.anna)


@pytest.fixture
def rosa(app: Flask, world: World) -> Browser:
    """The browser of an officer who only reads."""
    return Browser(app, world.engine, world.rosa)
