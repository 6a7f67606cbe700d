"""The only clock: instants are UTC, deadlines are days at the duty station."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

DUTY_STATION = ZoneInfo("Europe/Vienna")
CLOSE_OF_BUSINESS = time(18, 0)


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day at the duty station."""
    return now().astimezone(DUTY_STATION).date()


def day_of(instant: datetime) -> date:
    """The day at the duty station on which an instant falls."""
    return instant.astimezone(DUTY_STATION).date()


def closing(day: date) -> datetime:
    """The instant at which a deadline on that day passes: 18:00 at the duty station."""
    return datetime.combine(day, CLOSE_OF_BUSINESS, DUTY_STATION).astimezone(UTC)
