"""The daily job that posts the digest of what waits."""

from datetime import datetime, time

from registration import clock, config
from registration.db import session_for
from registration.journal.service import claim_slot
from registration.reports.digest import post_digests
from workers.app import DIGEST, DIGEST_FROM, DIGEST_UNTIL, WORKER, engine, periodic


@periodic(DIGEST)
def digest() -> None:
    """Once a day in the morning at the duty station; who asks first does it, whole or not at all.

    The day is the slot: neither two beats nor a clock that was set make a second one of it.
    """
    here = clock.now().astimezone(clock.DUTY_STATION)
    midnight = datetime.combine(here.date(), time(), clock.DUTY_STATION)
    with session_for(engine(), WORKER) as session:
        if DIGEST_FROM <= here.hour < DIGEST_UNTIL and claim_slot(session, DIGEST, midnight):
            post_digests(session, config.current().base_url)
