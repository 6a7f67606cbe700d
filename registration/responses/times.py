"""When a deadline passes where the people who answer are: in Vienna, or in their capital."""

from datetime import datetime
from zoneinfo import ZoneInfo

from registration import clock


def elsewhere(instant: datetime, zone: str, *, has_mission_here: bool) -> datetime | None:
    """The instant on the clocks of a State's capital; None where Vienna's clocks say all.

    Its mission here answers for a State that has one. Others answer from the capital, whose time
    is said unless it is Vienna's, or not known (an empty zone).
    """
    if has_mission_here or not zone:
        return None
    there = instant.astimezone(ZoneInfo(zone))
    here = instant.astimezone(clock.DUTY_STATION)
    return None if there.utcoffset() == here.utcoffset() else there
