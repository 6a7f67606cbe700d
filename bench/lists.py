"""What the management list of a meeting with 2,000 persons costs: page, JSON, CSV and XLSX.

`python3 dev.py bench lists` fills a database of its own, and asks the application in this process
for each, again and again; the median counts. Indico 3.3.14 took 3,875 ms and 6,259 KiB for the
page, 3,466 ms for JSON, 2,898 for CSV and 2,794 for XLSX (measured on a machine like ours,
22 November 2026).
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from bench.letters import goal
from registration import clock, config, db
from registration.app import create_app
from registration.config import Settings
from registration.db import Session, new_id
from registration.delegations.models import Nomination
from registration.delegations.rules import NominationStage
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.meetings import queries as meetings
from registration.notes.rules import NoteStage
from registration.permissions import system
from registration.responses.models import Response, ResponseChannel
from registration.states.queries import all_states
from registration.verification.models import NameCheck
from registration.verification.rules import Verdict
from tests import builders
from tests.participants.samples import FAMILY, GIVEN, POSTS
from workshop.services import APPLICATION, OWNER
from workshop.testbed import SEEDED, Testbed, renew_database

PERSONS, ROUNDS = 2_000, 15
SLUG, DATABASE = "2013-panama-city", "registration_bench"
LIST = f"/meetings/{SLUG}/persons"


@contextmanager
def _filled() -> Iterator[FlaskClient]:
    """The browser of somebody of the staff, with 2,000 persons put forward for a meeting."""
    testbed, folder = Testbed(), Path(tempfile.mkdtemp(prefix="registration-bench-"))
    testbed.start()
    try:
        testbed.make_templates()
        renew_database(testbed.cluster, DATABASE, template=SEEDED)
        url = testbed.cluster.url(APPLICATION, DATABASE)
        config.use(_settings(url, folder))
        engine = db.engine(url)
        with db.session_for(engine, system("bench")) as session:
            token = _fill(session)
        _let_the_planner_know(testbed.cluster.url(OWNER, DATABASE))
        app = create_app(config.current())
        app.config["WTF_CSRF_ENABLED"] = False
        yield builders.sign_in_client(app.test_client(), token)
        engine.dispose()
    finally:
        testbed.stop()
        shutil.rmtree(folder)


def _let_the_planner_know(owner_url: str) -> None:
    """Count what is in the tables, as the server does by itself a minute after such a change."""
    with db.engine(owner_url).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("analyze"))


def _settings(url: str, folder: Path) -> Settings:
    return Settings(
        database_url=SecretStr(url),
        broker_url=SecretStr("redis://127.0.0.1:1/0"),
        secret_key=SecretStr("for-benchmarks-only-0123456789-abcdef"),
        encryption_keys=SecretStr("Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OS1hYmNkZWY="),
        base_url="http://localhost",
        store_dir=folder / "store",
        smtp_url=SecretStr("smtp://127.0.0.1:1"),
        mail_sender="secretariat@registration.example",
    )


def _fill(session: Session) -> str:
    """Invented persons of every State, a third of them confirmed; the token of who looks."""
    anna, otto = builders.anna(session), builders.otto(session)
    meeting = meetings.by_slug(session, SLUG)
    note = builders.a_note(session, meeting, anna, stage=NoteStage.ISSUED, clearer=otto)
    states = all_states(session)
    for place, state in enumerate(states):
        addressee = builders.an_addressee(session, note, state.code)
        nomination = Nomination(
            state_code=state.code, meeting_id=meeting.id, stage=NominationStage.NOTE_RECEIVED
        )
        session.add(nomination)
        session.flush()
        response = Response(
            note_id=note.id,
            addressee_id=addressee.id,
            state_code=state.code,
            channel=ResponseChannel.PORTAL,
            received_at=clock.now(),
            recorded_by_id=anna.id,
            nomination_id=nomination.id,
        )
        session.add(response)
        session.flush()
        first, last = (PERSONS * each // len(states) for each in (place, place + 1))
        for number in range(first, last):
            _add_person(session, response, number, heads=number == first, checker=otto.id)
    return builders.signed_in(session, anna)


def _add_person(
    session: Session, response: Response, number: int, *, heads: bool, checker: object
) -> None:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    person = Designation(
        id=new_id(),
        state_code=response.state_code,
        kind=DesignationKind.GOVERNMENTAL_EXPERT,
        line_id=new_id(),
        courtesy="Ms." if number % 2 else "Mr.",
        head_of_delegation=heads,
        capacity="expert",
        name=f"{given} {family.title()} {number}",
        printed_name=f"{given} {family}",
        sorting_name=f"{family.title()}, {given}",
        title=POSTS[number % len(POSTS)].partition(",")[0],
        institution=POSTS[number % len(POSTS)].partition(", ")[2],
        email=f"person.{number}@ministry.example",
        response_id=response.id,
    )
    session.add(person)
    if number % 3 == 0:
        session.flush()
        session.add(
            NameCheck(
                designation_id=person.id,
                state_code=person.state_code,
                verdict=Verdict.MATCHES,
                checked_by_id=checker,
                confirmed_at=clock.now(),
            )
        )


def _median(ask: Callable[[], TestResponse]) -> tuple[float, int]:
    """Milliseconds of the median, and the bytes of an answer."""
    took, size = [], 0
    for _ in range(ROUNDS):
        started = time.perf_counter()
        answer = ask()
        size = len(answer.data)
        took.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, answer.status
    return statistics.median(took), size


def main(arguments: list[str]) -> int:
    """Measure all four; 1 where a goal is missed."""
    words = argparse.ArgumentParser(prog="python3 dev.py bench lists", description=__doc__)
    words.parse_args(arguments)
    export = f"{LIST}/export"
    with _filled() as browser:
        asked: dict[str, tuple[Callable[[], TestResponse], float]] = {
            "page": (lambda: browser.get(LIST), 60),
            "JSON": (lambda: browser.get(f"{LIST}.json"), 60),
            "CSV": (lambda: browser.post(export), 150),
            "XLSX": (lambda: browser.post(export, data={"format": "xlsx"}), 300),
        }
        print(f"management list of {PERSONS} persons, median of {ROUNDS}:")
        reached = []
        for name, (ask, most) in asked.items():
            ask()
            took, size = _median(ask)
            reached.append(goal(f"ms for the {name}", took, at_most=most))
            if name == "page":
                reached.append(goal("KiB of the page", size / 1024, at_most=100))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
