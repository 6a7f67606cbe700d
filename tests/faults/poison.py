"""The workers' application with one task more, which kills whoever does it for the row "poison"."""

import os
import signal
from uuid import UUID

from registration.db import Session
from registration.journal.service import record
from tests.faults.office import PAINT, POISON
from workers.app import celery
from workers.unit import unit


def give_up(session: Session, subject_id: UUID, problem: str) -> None:
    record(session, "paint.given_up", "paint", subject_id, detail={"problem": problem})


@celery.task(name=PAINT)
def paint(outbox_id: int) -> None:
    with unit(outbox_id, PAINT, give_up=give_up) as work:
        if work is None:
            return
        if work.subject_id == POISON:
            os.kill(os.getpid(), signal.SIGKILL)
        record(work.session, "paint.done", "paint", work.subject_id)


__all__ = ["celery"]
