"""One unit of work: one outbox row, one transaction, at most three tries."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from registration.db import Session, open_session
from registration.journal import outbox
from registration.journal.service import record
from registration.killpoint import killpoint
from registration.words import sentence
from workers.app import WORKER, engine

log = logging.getLogger(__name__)

# A row that killed its worker three times is not tried again: the rest of the batch goes on.
TRIES = 3
# Long enough for a disk or a database to come back, short enough not to be noticed in a batch.
WAIT = timedelta(seconds=20)

KILLED = sentence("Whoever worked on this was killed three times.")

GiveUp = Callable[[Session, UUID, str], None]


@dataclass(frozen=True)
class Work:
    """What a unit works with: a session inside its transaction, and what the row is about."""

    session: Session
    subject_id: UUID


@contextmanager
def unit(outbox_id: int, task: str, *, give_up: GiveUp) -> Iterator[Work | None]:
    """Do the work of one outbox row: commit it together with the row's end, or leave both undone.

    Yields None where there is nothing to do: the row is done or gone, belongs to another task, is
    not due, or is in other hands. The try is counted before the work begins, so that a row which
    kills its worker is counted too. After the third try `give_up(session, subject_id, problem)`
    runs instead, and should leave a mark that a person finds. An exception leaves the row open
    for a later try and is passed on; one that the database's absence caused is not counted.
    """
    with open_session(engine(), WORKER) as session:
        if not _count_the_try(session, outbox_id, task, give_up):
            yield None
            return
        killpoint("unit.counted")
        row = outbox.take(session, outbox_id, task)
        if row is None:
            yield None
            return
        try:
            yield Work(session, UUID(row.subject_id))
            outbox.finish(session, outbox_id)
            killpoint("unit.before_commit")
            session.commit()
        except Exception as problem:
            session.rollback()
            _put_off(outbox_id, problem)
            raise
    killpoint("unit.committed")


def _count_the_try(session: Session, outbox_id: int, task: str, give_up: GiveUp) -> bool:
    row = outbox.take(session, outbox_id, task)
    if row is not None and row.attempts < TRIES:
        row.attempts += 1
        session.commit()
        return True
    if row is not None:
        problem = row.problem or KILLED
        log.error("row %d (%s) is given up: %s", outbox_id, task, problem)
        give_up(session, UUID(row.subject_id), problem)
        record(
            session,
            "work.given_up",
            "outbox",
            str(outbox_id),
            detail={"task": task, "problem": problem},
        )
        outbox.finish(session, outbox_id, problem=problem)
        session.commit()
    return False


def _put_off(outbox_id: int, problem: Exception) -> None:
    """Leave word of what was in the way. If even that fails, the row is simply tried again."""
    absent = isinstance(problem, sa.exc.OperationalError | sa.exc.InterfaceError)
    with open_session(engine(), WORKER) as session:
        outbox.put_off(
            session,
            outbox_id,
            wait=WAIT,
            problem=f"{type(problem).__name__}: {problem}"[:500],
            counts=not absent,
        )
        session.commit()
