"""Numbers of passports: where the meeting asks, for whom it asks, and read by named roles alone."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from registration import db
from registration.db import Session
from registration.delegations import passports
from registration.delegations.models import Courtesy, Delegate, Nomination
from registration.errors import NotAllowed, NotFound, Refused
from registration.journal.models import Event
from registration.meetings.models import Meeting
from registration.permissions import system
from tests import builders as make
from tests.responses.browser import token_of

PROGRAM = system("test")
NUMBER = "P1234567"


@pytest.fixture
def session(engine: sa.Engine, settings: Any) -> Iterator[Session]:
    with db.open_session(engine, PROGRAM) as session:
        for code in ("AUT", "PAN"):
            make.a_state(session, code)
        meeting = make.a_meeting(session, asks_passports=True)
        nomination = Nomination(state_code="AUT", meeting_id=meeting.id)
        session.add(nomination)
        session.flush()
        session.add(
            Delegate(
                nomination_id=nomination.id,
                state_code="AUT",
                position=1,
                courtesy=Courtesy.MS,
                given_names="Given",
                family_name="Family",
                title="",
                institution="",
                email="",
            )
        )
        session.commit()
        yield session


@pytest.fixture
def state(engine: sa.Engine, session: Session) -> Iterator[Session]:
    focal_point = make.a_focal_point(session)
    session.commit()
    with db.open_session(engine, make.acting(focal_point)) as state:
        yield state


def nomination(session: Session) -> Nomination:
    return session.scalars(sa.select(Nomination)).one()


def test_a_state_gives_the_numbers_of_its_delegates(state: Session, session: Session) -> None:
    own = nomination(state)
    passports.keep(state, own, {own.delegates[0].id: " p 123-4567 "})
    state.commit()
    assert session.scalars(sa.select(Delegate.passport_number)).one() == NUMBER
    [event] = session.scalars(sa.select(Event).where(Event.kind == "nomination.passports_given"))
    assert event.detail == {"count": 1}
    passports.keep(state, own, {own.delegates[0].id: ""})
    assert own.delegates[0].passport_number is None


@pytest.mark.parametrize("typed", ["1234", "P12345678901234567890", "P12345;67", "؟؟؟؟؟؟"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        passports.cleaned(typed)


def test_a_meeting_that_does_not_ask_gets_none(state: Session, session: Session) -> None:
    session.execute(sa.update(Meeting).values(asks_passports=False))
    session.commit()
    own = nomination(state)
    with pytest.raises(NotFound):
        passports.keep(state, own, {own.delegates[0].id: NUMBER})


def test_only_administrators_read_what_all_states_gave_and_the_journal_says_so(
    app: Flask, engine: sa.Engine, session: Session
) -> None:
    session.execute(sa.update(Delegate).values(passport_number=NUMBER))
    people = [make.ida(session), make.anna(session), make.otto(session), make.rosa(session)]
    tokens = [make.signed_in(session, each) for each in people]
    meeting = session.scalars(sa.select(Meeting)).one()
    session.commit()
    path = f"/meetings/{meeting.slug}/passports"
    for person, token in zip(people, tokens, strict=True):
        is_ida = person is people[0]
        client = make.sign_in_client(app.test_client(), token)
        before = client.get(path)
        assert before.status_code == (200 if is_ida else 403)
        assert NUMBER not in before.text
        fields = {"csrf_token": token_of(client.get("/account").text)}
        page = client.post(path, data=fields)
        assert (NUMBER in page.text) == is_ida
        assert page.status_code == (200 if is_ida else 403)
    [event] = session.scalars(sa.select(Event).where(Event.kind == "passports.read"))
    assert (event.actor_id, event.detail) == (people[0].id, {"count": 1})
    with db.open_session(engine, make.acting(people[1])) as annas, pytest.raises(NotAllowed):
        passports.read_all(annas, meeting)
