"""The daily purge: once a day at the duty station, and never before three in the morning."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from registration import clock, db
from registration.accounts import signing_in
from registration.accounts.models import SignInCode
from registration.config import Settings
from registration.permissions import SIGNING_IN, system
from workers import privacy

MIDNIGHT = datetime(2030, 7, 2, 0, 30, tzinfo=clock.DUTY_STATION)


@pytest.fixture
def _an_old_code(engine: sa.Engine, settings: Settings) -> None:
    with (
        time_machine.travel(MIDNIGHT - timedelta(days=30), tick=False),
        db.session_for(engine, SIGNING_IN) as session,
    ):
        signing_in.ask_for_code(session, email="a@mfa.example", asked_from="192.0.2.1")


def _codes(engine: sa.Engine) -> int:
    with db.open_session(engine, system("test")) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(SignInCode)) or 0


@pytest.mark.usefixtures("_an_old_code")
def test_it_waits_for_three_in_the_morning_and_runs_once_a_day(engine: sa.Engine) -> None:
    with time_machine.travel(MIDNIGHT, tick=False) as traveller:
        privacy.purge.run()
        assert _codes(engine) == 1
        traveller.shift(timedelta(hours=3))
        privacy.purge.run()
        assert _codes(engine) == 0
        with (
            time_machine.travel(MIDNIGHT - timedelta(days=30), tick=False),
            db.session_for(engine, SIGNING_IN) as session,
        ):
            signing_in.ask_for_code(session, email="b@mfa.example", asked_from="192.0.2.1")
        traveller.shift(timedelta(hours=1))
        privacy.purge.run()
        assert _codes(engine) == 1
        traveller.shift(timedelta(days=1))
        privacy.purge.run()
        assert _codes(engine) == 0
