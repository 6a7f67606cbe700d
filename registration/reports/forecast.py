"""How many States will have responded by the deadline, judged by how earlier meetings went."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil, floor

# With fewer earlier meetings a range would hold less often than three times in five.
FEWEST = 4


@dataclass(frozen=True)
class Course:
    """How responses came in: from the issue to the deadline, of how many that were addressed.

    `responded_on` holds the day of each State's first response, in order.
    """

    begins: date
    deadline: date
    addressed: int
    responded_on: tuple[date, ...]

    @property
    def days(self) -> int:
        """From the issue to the deadline."""
        return max((self.deadline - self.begins).days, 1)

    def part(self, day: date) -> float:
        """Which part of the time for responses had passed on a day, from 0 to 1."""
        return min(max((day - self.begins).days / self.days, 0.0), 1.0)

    def share(self, part: float) -> float:
        """Which share of those addressed had responded when that part of the time had passed."""
        return self.steps([part])[0][1]

    def steps(self, parts: Sequence[float] = ()) -> list[tuple[float, float]]:
        """The share at each of these parts of the time; without any, wherever it changes."""
        length, days = self.days, self._days_taken
        at = [floor(part * length) for part in parts] or sorted(
            {0, length, *(day for day in days if 0 < day < length)}
        )
        places = parts or [day / length for day in at]
        addressed = max(self.addressed, 1)
        shares = [bisect_right(days, day) / addressed for day in at]
        return list(zip(places, shares, strict=True))

    @cached_property
    def _days_taken(self) -> list[int]:
        """From the issue to each response, in order."""
        return [(day - self.begins).days for day in self.responded_on]


@dataclass(frozen=True)
class Forecast:
    """Between how many responses are expected by the deadline, judged by how many meetings.

    `confidence` is how often, among many such forecasts, the truth lies within the range.
    """

    low: int
    high: int
    meetings: int

    @property
    def confidence(self) -> float:
        return (self.meetings - 1) / (self.meetings + 1)


def forecast(course: Course, earlier: Sequence[Course], today: date) -> Forecast | None:
    """What the earlier courses let expect of this one; None where they are too few, or it is over.

    Of each earlier course it is asked which share of the States that were silent when the same part
    of the time had passed did respond by the deadline. The range is what the least and the greatest
    of these shares would make of the States that are silent today. If the meetings are alike, a new
    share is as likely to fall into any of the n + 1 gaps that n earlier ones leave, and so between
    the least and the greatest of them in (n - 1) of (n + 1) cases, however shares are distributed.
    """
    if len(earlier) < FEWEST or today >= course.deadline or not course.addressed:
        return None
    part = course.part(today)
    so_far = bisect_right(course.responded_on, today)
    silent = course.addressed - so_far
    shares = [_of_the_silent(each, part) for each in earlier]
    return Forecast(
        low=so_far + floor(silent * min(shares)),
        high=so_far + ceil(silent * max(shares)),
        meetings=len(earlier),
    )


def _of_the_silent(course: Course, part: float) -> float:
    """The share of the States silent at that part of the time that responded by the deadline."""
    then, finally_ = course.share(part), course.share(1.0)
    return (finally_ - then) / (1 - then) if then < 1 else 1.0
