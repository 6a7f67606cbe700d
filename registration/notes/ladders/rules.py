"""When a rung of a ladder is due, and what can come of it; without a database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# Days before the last day for responses; negative ones come after it.
PROPOSED = (21, 7, -3)
EARLIEST, LATEST = 180, -60
RUNGS_LIMIT = 6


class Outcome(StrEnum):
    """What came of a rung on its day."""

    DRAFTED = "drafted"
    WAITING = "waiting"  # an earlier reminder of the note had not left the office yet
    NOBODY = "nobody"  # all States had answered
    REPLACED = "replaced"  # a later note asks for the same anew, e.g. after a postponement
    TOO_LATE = "too_late"  # no time was left before the meeting
    OVERTAKEN = "overtaken"  # a later rung came due on the same morning
    FAILED = "failed"  # the program could not draft it


@dataclass(frozen=True)
class Step:
    """A rung as its rule sees it."""

    days_before: int
    added_on: date
    reached: bool


def day_of(last_day: date, days_before: int) -> date:
    """The day of a rung, at the duty station."""
    return last_day - timedelta(days=days_before)


def is_ahead(step: Step, *, last_day: date, today: date) -> bool:
    """Whether a rung's day is still to come."""
    return not step.reached and day_of(last_day, step.days_before) > today


def due(steps: Iterable[Step], *, last_day: date, issued_on: date, today: date) -> list[int]:
    """The rungs to take today, the latest first: their day has come, and nobody took them yet.

    What had passed before the note was issued, or before somebody added it, is never due.
    """
    found = [
        step.days_before
        for step in steps
        if not step.reached
        and max(step.added_on, issued_on) < day_of(last_day, step.days_before) <= today
    ]
    return sorted(found)


def proposed(last_day: date, today: date) -> list[int]:
    """What is proposed where nobody set a ladder yet: what of the usual one is still ahead."""
    return [days for days in PROPOSED if day_of(last_day, days) > today]
