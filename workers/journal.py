"""The periodic job that keeps the journal's outbox small."""

from registration.db import session_for
from registration.journal import outbox
from workers.app import SWEEP, SWEEP_EVERY, WORKER, engine, periodic


@periodic(SWEEP)
def sweep() -> None:
    """Remove old promises and slots. That it ran is also the pulse of beat, broker and worker."""
    with session_for(engine(), WORKER) as session:
        if outbox.claim_this_slot(session, SWEEP, SWEEP_EVERY):
            outbox.sweep(session)
