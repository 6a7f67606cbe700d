"""The only clock: instants are UTC, deadlines are days at the duty station.

A demonstration is set in another year: its processes share a small file that says by how much
their clock is moved, so that one of them can let time pass for all.
"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

DUTY_STATION = ZoneInfo("Europe/Vienna")
CLOSE_OF_BUSINESS = time(18, 0)


class _Followed:
    """The file by which this process's clock is moved."""

    file: Path | None = None


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC) + _shift()


def on_peoples_devices() -> datetime:
    """The instant that telephones and watches show; a demonstration does not move those."""
    return datetime.now(UTC)


def today() -> date:
    """The present day at the duty station."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """The day at the duty station on which an instant falls."""
    return instant.astimezone(DUTY_STATION).date()


def closing(day: date) -> datetime:
    """The instant at which a deadline on that day passes: 18:00 at the duty station."""
    return datetime.combine(day, CLOSE_OF_BUSINESS, DUTY_STATION).astimezone(UTC)


def follow(file: Path | None) -> None:
    """Move this process's clock by the seconds that stand in the file; None: the real time."""
    _Followed.file = file


def move_to(instant: datetime) -> None:
    """Let it be that instant for every process that follows the same file."""
    if _Followed.file is None:
        raise RuntimeError("this clock shows the real time and cannot be moved")
    draft = _Followed.file.with_suffix(".new")
    draft.write_text(str((instant - datetime.now(UTC)).total_seconds()))
    draft.replace(_Followed.file)


def _shift() -> timedelta:
    if _Followed.file is None or not _Followed.file.exists():
        return timedelta(0)
    return timedelta(seconds=float(_Followed.file.read_text()))
