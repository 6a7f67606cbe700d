"""The register of experts over all meetings: whom it finds, once each, with every naming."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from registration import clock, db
from registration.delegations import service as delegations
from registration.delegations.rules import Area
from registration.permissions import system
from registration.reports.experts import Choice, experts
from registration.responses import answering, declining, service
from tests.responses.browser import Browser
from tests.responses.conftest import (  # noqa: F401 - fixtures
    AUSTRIA,
    NIUE,
    World,
    anna,
    app,
    clock_of_summer,
    world,
)
from tests.responses.samples import person


@pytest.fixture
def named(world: World) -> World:  # noqa: F811 - a fixture
    """Austria names two experts, corrects one and withdraws one; Niue names a namesake."""
    with world.acting(world.austria) as session:
        nomination = answering.begin(session, world.note_id)
        delegations.add(session, nomination, [person(head=True), person("Gruber")])
        service.submit(session, nomination, world.note(session))
        session.commit()
        nomination = answering.begin(session, world.note_id)
        delegations.remove(session, nomination, nomination.delegates[1])
        service.submit(session, nomination, world.note(session))
        session.commit()
    with world.acting(world.niue) as session:
        nomination = answering.begin(session, world.note_id)
        delegations.add(session, nomination, [person("HUBÉR", head=True)])
        nomination.delegates[0].areas = [Area.EXTRADITION.value]
        session.flush()
        service.submit(session, nomination, world.note(session))
        session.commit()
    return world


def _found(named: World, **choice: Any) -> list[tuple[str, str]]:
    with named.acting(named.rosa) as session:
        return [
            (each.state.code, each.last.name) for each in experts(session, Choice(**choice), "en")
        ]


def test_each_person_stands_once_for_each_state_and_whoever_was_ended_stays(
    named: World,
) -> None:
    everybody = [(AUSTRIA, "Eva Gruber"), (AUSTRIA, "Eva Huber"), (NIUE, "Eva HUBÉR")]
    assert _found(named) == everybody
    assert _found(named, in_force=True) == everybody[1:]
    assert _found(named, words="húber") == everybody[1:]
    assert _found(named, words="eva prosecutor niu") == everybody[2:]
    assert _found(named, area=Area.EXTRADITION) == everybody[2:]
    assert _found(named, area=Area.PREVENTION) == []
    assert _found(named, state_code=AUSTRIA) == everybody[:2]
    assert _found(named, meeting="2013-meeting-91") == everybody
    assert _found(named, meeting="another") == []


def test_of_experts_whose_period_is_over_it_is_said_that_their_names_went(
    named: World,
    anna: Browser,  # noqa: F811 - a fixture
) -> None:
    with named.acting(named.austria) as session:
        nomination = answering.begin(session, named.note_id)
        declining.withdraw(session, nomination, named.note(session))
        session.commit()
    with db.session_for(named.engine, system("test")) as session:
        assert session.scalar(sa.select(sa.func.anonymize_designations(clock.now()))) == 2
    page = anna.page("/experts")
    assert page.count("Name removed after its period") == 2  # each for itself, not as one
    assert "Eva HUBÉR" in page
    token = {"csrf_token": anna.token()}
    table = anna.send("/experts/export", token).get_data(as_text=True)
    assert table.count("Name removed after its period") == 2


def test_the_register_is_read_and_taken_away(
    named: World,
    anna: Browser,  # noqa: F811 - a fixture
    app: Flask,  # noqa: F811 - a fixture
) -> None:
    page = anna.page("/experts?area=extradition")
    assert "1 expert" in page
    assert "Panama City, 2013" in page
    assert "Ended" in anna.page("/experts")
    token = {"csrf_token": anna.token()}
    table = anna.send("/experts/export?words=huber", token).get_data(as_text=True)
    assert table.count("\r\n") == 3  # the heading, and two persons
    assert "Extradition" in table
    assert anna.send("/experts/export", {**token, "format": "xlsx"}).data.startswith(b"PK")
