"""The task that rehearses the copies of a note in one language."""

from registration.notes.rehearsal import service
from workers.app import REHEARSE, task
from workers.letters import press
from workers.unit import unit


@task(REHEARSE)
def rehearse(outbox_id: int) -> None:
    """Make every copy of a run and throw it away, and write down what was in the way."""
    with unit(outbox_id, REHEARSE, give_up=service.give_up) as work:
        if work is not None:
            service.make(work.session, press(), work.subject_id)
