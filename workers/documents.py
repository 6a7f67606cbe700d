"""The task that examines one file in quarantine."""

from registration.documents import passage
from registration.documents.quarantine import EXAMINE
from registration.verification import arrivals
from workers.app import task
from workers.unit import unit


@task(EXAMINE)
def examine(outbox_id: int) -> None:
    """Let a file pass or refuse it, and let what waits for it go on; or park it."""
    with unit(outbox_id, EXAMINE, give_up=passage.give_up) as work:
        if work is not None:
            arrivals.examined(work.session, passage.examine(work.session, work.subject_id))
