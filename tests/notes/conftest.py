"""Desks to work at: a small one with four States, and one with all the reference data."""

from datetime import date

import pytest
import sqlalchemy as sa

from registration.config import Settings
from registration.db import Session
from registration.meetings import queries as meetings
from registration.meetings.models import Meeting
from registration.states.models import InstrumentKind
from tests import builders
from tests.notes.desk import Desk, a_desk


@pytest.fixture
def desk(engine: sa.Engine, settings: Settings) -> Desk:
    """Austria is a party with a mission, Niue without one, the European Union has no address."""

    def second_meeting(session: Session) -> Meeting:
        for code in ("AUT", "NIU", "EU", "PAN"):
            builders.a_state(session, code)
        for code in ("AUT", "NIU", "EU"):
            builders.an_instrument(session, code, InstrumentKind.RATIFICATION, date(2006, 1, 11))
        builders.a_mission(session, "AUT", language="fr")
        builders.a_mission(session, "EU", addresses=[])
        return builders.a_meeting(session, number=2)

    return a_desk(engine, second_meeting)


@pytest.fixture
def real_desk(engine: sa.Engine, settings: Settings) -> Desk:
    """For tests marked reference_data: all States, and the second meeting of the series."""
    return a_desk(engine, lambda session: meetings.by_slug(session, "2013-panama-city"))
