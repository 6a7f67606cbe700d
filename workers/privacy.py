"""The daily job that takes away what is no longer kept of persons."""

from datetime import datetime, time

from registration import clock
from registration.db import session_for
from registration.journal.service import claim_slot
from registration.privacy.purging import purge as take_away
from workers.app import PURGE, PURGE_FROM, WORKER, engine, periodic


@periodic(PURGE)
def purge() -> None:
    """Once a day at the duty station: beat asks every hour, and the first who asks does it."""
    here = clock.now().astimezone(clock.DUTY_STATION)
    midnight = datetime.combine(here.date(), time(), clock.DUTY_STATION)
    with session_for(engine(), WORKER) as session:
        if here.hour >= PURGE_FROM and claim_slot(session, PURGE, midnight):
            take_away(session)
