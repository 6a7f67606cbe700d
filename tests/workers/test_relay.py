"""The relay: woken at once, polite at the end, and never publishing what is not due."""

import signal
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from registration import clock, db
from registration.journal.models import Outbox
from registration.journal.service import Then, promise
from tests.faults.office import PROGRAM, Office
from workers.app import LETTERS, PEOPLE, RENDER
from workshop.services import ValkeyServer


@pytest.fixture
def office(environment: dict[str, str], tmp_path: Path) -> object:
    office = Office(environment, tmp_path)
    yield office
    office.stop()


def promise_one(office: Office, task: str = RENDER, *, due_in: float = 0) -> None:
    with db.session_for(office.bind, PROGRAM) as session:
        promise(session, [Then(task, uuid4(), due_at=clock.now() + timedelta(seconds=due_in))])


def waiting(valkey: ValkeyServer, queue: str = LETTERS) -> int:
    with valkey.client() as client:
        return int(client.llen(queue))  # type: ignore[arg-type]


def test_what_is_promised_is_published_into_its_own_queue(
    office: Office, valkey: ValkeyServer
) -> None:
    office.start_relay()
    promise_one(office)
    promise_one(office, "post.send")
    office.wait(lambda: waiting(valkey) == waiting(valkey, PEOPLE) == 1, what="both published")


def test_what_waits_in_the_queue_is_not_published_again(
    office: Office, valkey: ValkeyServer
) -> None:
    office.start_relay()
    promise_one(office)
    office.wait(lambda: waiting(valkey) == 1, what="published")
    rounds = office.relay_rounds()
    office.wait(lambda: office.relay_rounds() > rounds + 4, what="four sweeps")
    assert waiting(valkey) == 1


def test_what_got_lost_in_the_queue_is_published_again(
    office: Office, valkey: ValkeyServer
) -> None:
    office.start_relay()
    promise_one(office)
    office.wait(lambda: waiting(valkey) == 1, what="published")
    with valkey.client() as client:
        client.flushall()
    office.wait(lambda: waiting(valkey) == 1, what="published again")


def test_what_is_due_later_waits(office: Office, valkey: ValkeyServer) -> None:
    office.start_relay()
    promise_one(office, due_in=3600)
    promise_one(office, due_in=1)
    office.wait(lambda: waiting(valkey) == 1, what="the one that is due")
    with db.session_for(office.bind, PROGRAM) as session:
        published = session.scalars(sa.select(Outbox.published_at).order_by(Outbox.due_at)).all()
    assert [at is not None for at in published] == [True, False]


def test_a_relay_that_is_told_to_end_ends_well(office: Office, valkey: ValkeyServer) -> None:
    relay = office.start_relay()
    office.wait(lambda: office.relay_rounds() > 0, what="the relay runs")
    relay.send_signal(signal.SIGTERM)
    assert relay.wait(20) == 0
    assert "relay: stopped" in office.said()


def test_two_relays_share_the_work(office: Office, valkey: ValkeyServer) -> None:
    office.start_relay()
    office.start_relay()
    for _ in range(10):
        promise_one(office)
    office.wait(lambda: waiting(valkey) >= 10, what="all are published")
    rounds = office.relay_rounds()
    office.wait(lambda: office.relay_rounds() > rounds + 2, what="two sweeps")
    assert waiting(valkey) == 10
