"""The task that prints the letter which confirms a response."""

from registration.responses import confirming
from registration.responses.service import CONFIRM
from workers.app import task
from workers.letters import press
from workers.unit import unit


@task(CONFIRM)
def acknowledge(outbox_id: int) -> None:
    """Make the letter and keep it, or park it with the reason."""
    with unit(outbox_id, CONFIRM, give_up=confirming.give_up) as work:
        if work is not None:
            confirming.confirm(work.session, press(), work.subject_id)
