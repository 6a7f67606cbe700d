"""One outbox row, one transaction, at most three tries."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from registration import db
from registration.config import Settings
from registration.db import Session
from registration.journal.models import Event, Outbox
from registration.journal.service import Then, promise, record
from registration.permissions import system
from workers.unit import TRIES, unit

PROGRAM = system("test")
TASK = "letters.render"


class _Broken(Exception):
    pass


@pytest.fixture
def row(engine: sa.Engine, settings: Settings) -> Outbox:
    """A promise about some letter."""
    with db.session_for(engine, PROGRAM) as session:
        promise(session, [Then(TASK, uuid4())])
        return session.scalars(sa.select(Outbox)).one()


def reload(engine: sa.Engine, row: Outbox) -> Outbox:
    with db.session_for(engine, PROGRAM) as session:
        return session.get_one(Outbox, row.id)


def events(engine: sa.Engine) -> list[str]:
    with db.session_for(engine, PROGRAM) as session:
        return list(session.scalars(sa.select(Event.kind).order_by(Event.id)))


def give_up(session: Session, subject_id: UUID, problem: str) -> None:
    record(session, "letter.parked", "letter", subject_id, detail={"problem": problem})


def work(row: Outbox, task: str = TASK, problem: Exception | None = None) -> bool:
    """Do the row's work (an event), or fail at it. Whether there was any to do."""
    with unit(row.id, task, give_up=give_up) as found:
        if found is None:
            return False
        record(found.session, "letter.made", "letter", found.subject_id)
        if problem is not None:
            raise problem
    return True


def let_it_be_due(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        session.execute(sa.update(Outbox).values(due_at=sa.func.now()))


def test_the_work_and_the_end_of_its_row_are_one(engine: sa.Engine, row: Outbox) -> None:
    assert work(row)
    after = reload(engine, row)
    assert after.done_at is not None
    assert (after.attempts, events(engine)) == (1, ["letter.made"])


def test_a_row_that_is_done_is_not_done_again(engine: sa.Engine, row: Outbox) -> None:
    assert work(row)
    assert not work(row)
    assert events(engine) == ["letter.made"]


def test_a_row_that_is_gone_is_no_work(engine: sa.Engine, row: Outbox) -> None:
    row.id += 1
    assert not work(row)


def test_a_row_is_not_done_by_another_task(engine: sa.Engine, row: Outbox) -> None:
    assert not work(row, "post.send")
    assert reload(engine, row).attempts == 0


def test_a_row_in_other_hands_is_passed_over(engine: sa.Engine, row: Outbox) -> None:
    with unit(row.id, TASK, give_up=give_up) as found:
        assert found is not None
        assert not work(row)
    assert reload(engine, row).attempts == 1


def test_a_failure_undoes_the_work_and_leaves_word(engine: sa.Engine, row: Outbox) -> None:
    with pytest.raises(_Broken):
        work(row, problem=_Broken("the ink is dry"))
    after = reload(engine, row)
    assert after.done_at is None
    assert after.published_at is None
    assert (after.attempts, after.problem) == (1, "_Broken: the ink is dry")
    assert events(engine) == []
    assert not work(row), "it is not due yet"


def test_after_three_failures_the_row_is_given_up(engine: sa.Engine, row: Outbox) -> None:
    for _ in range(TRIES):
        let_it_be_due(engine)
        with pytest.raises(_Broken):
            work(row, problem=_Broken("the ink is dry"))
    let_it_be_due(engine)
    assert not work(row)
    after = reload(engine, row)
    assert after.done_at is not None
    assert events(engine) == ["letter.parked", "work.given_up"]


def test_a_database_that_went_away_is_not_the_row_s_fault(engine: sa.Engine, row: Outbox) -> None:
    gone = sa.exc.OperationalError("select 1", {}, Exception("the server closed the connection"))
    for _ in range(TRIES + 2):
        let_it_be_due(engine)
        with pytest.raises(sa.exc.OperationalError):
            work(row, problem=gone)
    assert reload(engine, row).attempts == 0
    let_it_be_due(engine)
    assert work(row)
