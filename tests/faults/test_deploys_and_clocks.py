"""A new version in the middle of a dispatch, a queue that hangs, several clocks that jump."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from registration import clock, db
from registration.journal import outbox
from registration.journal.models import Tick
from tests import builders as make
from tests.faults.office import PROGRAM, Office
from tests.faults.test_lost_wake_ups import all_handed_over, arrived, write_letters
from workshop.mail_catcher import MailCatcher
from workshop.services import ValkeyServer

MINUTE = timedelta(minutes=1)


def test_a_deploy_in_the_middle_of_a_dispatch_costs_nothing(
    office: Office, mail_server: MailCatcher
) -> None:
    subjects = write_letters(office, 8)
    office.start_relay()
    old = office.start_worker()
    office.wait(lambda: arrived(mail_server).total() >= 2, what="two left the old way")
    old.terminate()  # it ends what it has in hand; its successor is there already
    hasty = office.start_worker()
    office.wait(lambda: old.poll() is not None, what="the old worker is gone")
    later = write_letters(office, 8, called="Later letter")
    office.wait(lambda: bool(arrived(mail_server).keys() & {*later}), what="one left the new way")
    hasty.terminate()
    os.killpg(hasty.pid, signal.SIGKILL)  # it was given no time at all
    hasty.wait()
    # In ten minutes no conversation would be left; so there is none.
    office.wait(mail_server.is_idle, what="nobody speaks to the mail server")
    office.let_ten_minutes_pass(mail_server.mailbox.log)
    office.start_worker()
    office.wait(lambda: all_handed_over(office), what="all messages handed over")
    assert arrived(mail_server) == Counter([*subjects, *later])


@pytest.fixture
def hanging(valkey: ValkeyServer) -> Iterator[ValkeyServer]:
    """A queue that takes connections and never answers: worse than one that is away."""
    assert valkey.pid is not None
    os.kill(valkey.pid, signal.SIGSTOP)
    yield valkey
    os.kill(valkey.pid, signal.SIGCONT)


def test_a_click_needs_no_queue_and_its_work_starts_when_there_is_one(
    office: Office, app: Flask, mail_server: MailCatcher, hanging: ValkeyServer
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with db.session_for(office.bind, PROGRAM) as session:
        address = make.anna(session).email
    # A request that asked the queue anything would wait here until the test is given up.
    answer = app.test_client().post("/sign-in", data={"email": address})
    assert answer.status_code == 303
    assert office.open_rows() == 1
    assert hanging.pid is not None
    os.kill(hanging.pid, signal.SIGCONT)
    office.start_worker()
    office.start_relay()
    office.wait(lambda: all_handed_over(office), what="the code is handed over")
    assert len(arrived(mail_server)) == 1


def test_of_many_clocks_at_once_one_does_the_job_of_a_slot(engine: sa.Engine) -> None:
    def claims(_: int) -> bool:
        with db.session_for(engine, PROGRAM) as session:
            return outbox.claim_this_slot(session, "test.job", timedelta(days=365))

    with ThreadPoolExecutor(6) as beats:
        assert sorted(beats.map(claims, range(6))) == [False] * 5 + [True]


@pytest.mark.parametrize("jump", [-365 * 24 * 60 * MINUTE, -60 * MINUTE, 60 * MINUTE])
def test_a_clock_that_jumps_neither_repeats_a_slot_nor_takes_one_ahead(
    engine: sa.Engine, tmp_path: Path, jump: timedelta
) -> None:
    """Beats and workers may believe what they like: slots are those of the database's clock."""
    year = timedelta(days=365)
    with db.session_for(engine, PROGRAM) as session:
        assert outbox.claim_this_slot(session, "test.job", year)
    clock.follow(tmp_path / "clock")
    try:
        clock.move_to(clock.now() + jump)
        with db.session_for(engine, PROGRAM) as session:
            assert not outbox.claim_this_slot(session, "test.job", year)
            assert len(session.scalars(sa.select(Tick.slot)).all()) == 1
    finally:
        clock.follow(None)
