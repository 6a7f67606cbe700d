"""When a deadline passes where the people who answer are: in Vienna, or in their capital."""

from datetime import datetime
from zoneinfo import ZoneInfo

from registration import clock


def elsewhere(instant: datetime, zone: str) -> datetime | None:
    """The instant on the clocks of a State's capital; None where Vienna's clocks say all.

    A State with a mission here may have its focal point in the capital all the same. Where the
    zone is not known (empty), only Vienna's time can be said.
    """
    if not zone:
        return None
    there = instant.astimezone(ZoneInfo(zone))
    here = instant.astimezone(clock.DUTY_STATION)
    return None if there.utcoffset() == here.utcoffset() else there
