"""Events are only ever added; what must follow is promised once, in the same transaction."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from registration import clock, db
from registration.journal import outbox
from registration.journal.models import Event, Outbox
from registration.journal.service import Then, claim_slot, promise, record, story
from registration.permissions import ANYBODY, Actor, Role, Scope, system
from tests import builders as make

PROGRAM = system("test")


def test_an_event_says_who_did_what_to_which_thing(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        anna = make.acting(make.anna(session))
    with db.session_for(engine, anna) as session:
        record(session, "note.drafted", "note", "n-1", detail={"title": "A note"})
    with db.open_session(engine, PROGRAM) as session:
        [event] = story(session, "note", "n-1")
    assert (event.actor_id, event.actor_name) == (anna.id, "Anna Drafter")
    assert (event.kind, event.detail) == ("note.drafted", {"title": "A note"})


def test_an_act_that_is_undone_leaves_neither_event_nor_promise(engine: sa.Engine) -> None:
    with db.open_session(engine, PROGRAM) as session:
        record(session, "note.issued", "note", "n-1", then=[Then("letters.render", "l-1")])
        session.rollback()
        assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(Outbox)) == 0


def test_the_same_promise_is_made_once(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        promise(session, [Then("letters.render", "l-1"), Then("letters.render", "l-2")])
        promise(session, [Then("letters.render", "l-1")])
    with db.open_session(engine, PROGRAM) as session:
        rows = session.scalars(sa.select(Outbox).order_by(Outbox.id)).all()
    assert [row.subject_id for row in rows] == ["l-1", "l-2"]


def test_a_promise_rings_the_bell(engine: sa.Engine) -> None:
    with engine.connect() as listener:
        listener.execution_options(isolation_level="AUTOCOMMIT")
        listener.execute(sa.text("listen outbox"))
        with db.session_for(engine, PROGRAM) as session:
            promise(session, [Then("letters.render", "l-1")])
        driver = listener.connection.driver_connection
        assert driver is not None
        assert len(list(driver.notifies(timeout=60, stop_after=1))) == 1


@pytest.mark.parametrize(
    "attempt",
    [
        "update event set kind = 'x'",
        "delete from event",
        "truncate event",
        "alter table event disable trigger all",
    ],
)
def test_the_application_cannot_change_the_journal(attempt: str, engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        record(session, "note.drafted", "note", "n-1")
    with (
        db.open_session(engine, PROGRAM) as session,
        pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"),
    ):
        session.execute(sa.text(attempt))


def test_even_the_owner_cannot_change_or_empty_the_journal(
    engine: sa.Engine, owner_engine: sa.Engine
) -> None:
    with db.session_for(engine, PROGRAM) as session:
        record(session, "note.drafted", "note", "n-1")
    with db.session_for(owner_engine, PROGRAM) as session:
        for attempt in ("update event set kind = 'x'", "delete from event"):
            assert session.execute(sa.text(attempt)).rowcount == 0
    with (
        db.open_session(owner_engine, PROGRAM) as session,
        pytest.raises(sa.exc.DatabaseError, match="only ever added to"),
    ):
        session.execute(sa.text("truncate event"))
    with db.open_session(engine, PROGRAM) as session:
        assert [event.kind for event in story(session, "note", "n-1")] == ["note.drafted"]


def test_a_state_reads_its_own_events_only(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        record(session, "response.received", "note", "n-1", state_code="AUT")
        record(session, "response.received", "note", "n-1", state_code="NIU")
        record(session, "note.cleared", "note", "n-1")
    focal_point = Actor("F", Scope.STATE, db.new_id(), frozenset({Role.FOCAL_POINT}), "AUT")
    with db.open_session(engine, focal_point) as session:
        assert [event.state_code for event in story(session, "note", "n-1")] == ["AUT"]
    with db.open_session(engine, ANYBODY) as session:
        assert story(session, "note", "n-1") == []


def test_a_slot_is_claimed_once(engine: sa.Engine) -> None:
    slot = datetime(2013, 7, 1, 6, tzinfo=UTC)
    with db.session_for(engine, PROGRAM) as session:
        assert claim_slot(session, "sweep", slot)
    with db.session_for(engine, PROGRAM) as session:
        assert not claim_slot(session, "sweep", slot)
        assert claim_slot(session, "sweep", slot.replace(hour=7))
        assert claim_slot(session, "reconcile", slot)


def test_a_slot_is_kept_for_longer_than_the_longest_day(engine: sa.Engine) -> None:
    job, now = "digest", clock.now()
    with db.session_for(engine, PROGRAM) as session:
        claim_slot(session, job, now - timedelta(hours=25))
        claim_slot(session, job, now - timedelta(days=3))
        outbox.sweep(session)
        assert not claim_slot(session, job, now - timedelta(hours=25))
        assert claim_slot(session, job, now - timedelta(days=3))


def test_a_slot_of_a_demonstration_in_another_year_is_kept(
    engine: sa.Engine, tmp_path: Path
) -> None:
    clock.follow(tmp_path / "clock")
    try:
        clock.move_to(datetime(2013, 7, 1, 9, tzinfo=UTC))
        midnight = datetime(2013, 7, 1, tzinfo=clock.DUTY_STATION)
        with db.session_for(engine, PROGRAM) as session:
            assert claim_slot(session, "digest", midnight)
            outbox.sweep(session)
            assert not claim_slot(session, "digest", midnight)
    finally:
        clock.follow(None)
