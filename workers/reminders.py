"""The morning job that climbs the ladders of reminders, and the task that drafts one of them."""

from registration import clock
from registration.db import session_for
from registration.notes.ladders import climbing
from registration.notes.ladders.climbing import CLIMB
from workers.app import LADDERS, LADDERS_FROM, WORKER, engine, periodic, task
from workers.unit import unit


@periodic(LADDERS)
def morning() -> None:
    """From six in the morning at the duty station promise what is due; what is promised stays so.

    Asked again, by another beat or after the clock was moved, it promises nothing new: a rung is
    taken once. After a day on which nothing ran, the first morning finds what is left.
    """
    if clock.now().astimezone(clock.DUTY_STATION).hour >= LADDERS_FROM:
        with session_for(engine(), WORKER) as session:
            climbing.promise_due(session)


@task(CLIMB)
def climb(outbox_id: int) -> None:
    """Draft the reminder of one note, if there is anybody to remind."""
    with unit(outbox_id, CLIMB, give_up=climbing.give_up) as work:
        if work is not None:
            climbing.climb(work.session, work.subject_id)
