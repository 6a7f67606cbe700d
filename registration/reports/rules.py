"""How a board is read: how far a copy came, what is missing, and the curve of responses."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from registration.notes.rules import LetterStage
from registration.post.rules import MessageStage
from registration.reports.forecast import Course
from registration.responses.rules import ANSWERED, Lack, Standing

TICKS = 5


class Road(StrEnum):
    """How far one addressee's copy came."""

    IN_THE_MAKING = "in_the_making"
    NOT_MADE = "not_made"  # the letter is parked
    NO_ADDRESS = "no_address"  # nothing was known at the issue to which it could be sent
    NOT_BY_MAIL = "not_by_mail"  # by the pouch, by hand, or in this system only
    UNCONFIRMED = "unconfirmed"  # made; nobody has let the dispatch leave yet
    ON_ITS_WAY = "on_its_way"
    WITHHELD = "withheld"  # this installation rehearses, and the address is not on its list
    IN_DOUBT = "in_doubt"  # nobody knows whether the mail server accepted it
    NOT_ACCEPTED = "not_accepted"  # refused, returned, or given up
    HANDED_OVER = "handed_over"


TROUBLED = frozenset(
    {Road.NOT_MADE, Road.NO_ADDRESS, Road.WITHHELD, Road.IN_DOUBT, Road.NOT_ACCEPTED}
)


class Missing(StrEnum):
    """What a State's line on the board lacks."""

    COPY = "copy"
    ADDRESS = "address"
    CERTAINTY = "certainty"
    HANDING_OVER = "handing_over"
    REPLY = "reply"  # ours, to what the State asked
    RESPONSE = "response"
    CORRECTED_RESPONSE = "corrected_response"
    MISSION_NOTE = "mission_note"
    HEAD_OF_DELEGATION = "head_of_delegation"
    CENTRAL_AUTHORITY = "central_authority"


class Step(StrEnum):
    """What the office does next about a State."""

    LOOK_AT_COPY = "look_at_copy"
    ENTER_ADDRESS = "enter_address"
    SETTLE_MESSAGE = "settle_message"
    SETTLE_REQUEST = "settle_request"
    AWAIT_HANDING_OVER = "await_handing_over"
    AWAIT_RESPONSE = "await_response"
    ASK_AGAIN = "ask_again"
    AWAIT_CORRECTION = "await_correction"
    ASK_FOR_NOTE = "ask_for_note"
    ASK_FOR_THE_REST = "ask_for_the_rest"


_ROADS = {
    MessageStage.READY: Road.ON_ITS_WAY,
    MessageStage.CLAIMED: Road.ON_ITS_WAY,
    MessageStage.UNCERTAIN: Road.IN_DOUBT,
    MessageStage.HANDED_OVER: Road.HANDED_OVER,
    MessageStage.WITHHELD: Road.WITHHELD,
}


def road(
    letter: LetterStage | None,
    message: MessageStage | None,
    *,
    has_address: bool,
    by_mail: bool = True,
    confirmed: bool = True,
) -> Road:
    """How far a copy came, from the stages of its letter and of the last message with it.

    `by_mail` says whether it is to go by mail at all, `confirmed` whether the dispatch was.
    """
    if message is not None:
        return _ROADS.get(message, Road.NOT_ACCEPTED)
    if letter is LetterStage.PARKED:
        return Road.NOT_MADE
    if not by_mail:
        return Road.NOT_BY_MAIL
    if not has_address:
        return Road.NO_ADDRESS
    if letter is not LetterStage.RENDERED:
        return Road.IN_THE_MAKING
    return Road.ON_ITS_WAY if confirmed else Road.UNCONFIRMED


_MISSING_ON_THE_ROAD = {
    Road.NOT_MADE: Missing.COPY,
    Road.NO_ADDRESS: Missing.ADDRESS,
    Road.IN_DOUBT: Missing.CERTAINTY,
    Road.NOT_ACCEPTED: Missing.HANDING_OVER,
    Road.WITHHELD: Missing.HANDING_OVER,
}


_MISSING_IN_THE_ANSWER = {
    Lack.NOTE: Missing.MISSION_NOTE,
    Lack.HEAD: Missing.HEAD_OF_DELEGATION,
    Lack.CENTRAL_AUTHORITY: Missing.CENTRAL_AUTHORITY,
}


def missing(
    standing: Standing,
    road: Road,
    *,
    lacking: Collection[Lack] = (),
    in_correction: bool = False,
    requests: int = 0,
) -> tuple[Missing, ...]:
    """What is missing about a State, the first thing to see to first.

    A State that asked something waits for us. One that has answered, or asked, lacks nothing of our
    copy's road any more: it knew of the note.
    """
    found = [Missing.REPLY] if requests else []
    if standing in ANSWERED:
        if in_correction:
            found.append(Missing.CORRECTED_RESPONSE)
        found.extend(_MISSING_IN_THE_ANSWER[each] for each in lacking)
        return tuple(found)
    if not requests and road in _MISSING_ON_THE_ROAD:
        found.append(_MISSING_ON_THE_ROAD[road])
    return (*found, Missing.RESPONSE)


_STEPS = {
    Missing.COPY: Step.LOOK_AT_COPY,
    Missing.ADDRESS: Step.ENTER_ADDRESS,
    Missing.CERTAINTY: Step.SETTLE_MESSAGE,
    Missing.HANDING_OVER: Step.SETTLE_MESSAGE,
    Missing.REPLY: Step.SETTLE_REQUEST,
    Missing.CORRECTED_RESPONSE: Step.AWAIT_CORRECTION,
    Missing.MISSION_NOTE: Step.ASK_FOR_NOTE,
    Missing.HEAD_OF_DELEGATION: Step.ASK_FOR_THE_REST,
    Missing.CENTRAL_AUTHORITY: Step.ASK_FOR_THE_REST,
}


def next_step(standing: Standing, road: Road, lacking: Sequence[Missing]) -> Step | None:
    """What comes next for a State; None where there is nothing more to do."""
    if not lacking:
        return None
    if lacking[0] in _STEPS:
        return _STEPS[lacking[0]]
    if standing is Standing.OVERDUE:
        return Step.ASK_AGAIN
    if road is Road.HANDED_OVER or standing is Standing.EXTENDED:
        return Step.AWAIT_RESPONSE
    return Step.AWAIT_HANDING_OVER


class _Stands(Protocol):
    @property
    def standing(self) -> Standing: ...


Stands = TypeVar("Stands", bound=_Stands)
_BEST_FIRST = (
    Standing.ANSWERED,
    Standing.LATE,
    Standing.PARTIAL,
    Standing.EXTENDED,
    Standing.AWAITED,
    Standing.OVERDUE,
)


def best(towards: Iterable[Stands]) -> Stands:
    """Of where a State stands towards the notes of a meeting, what counts towards the meeting.

    One answer is enough, a whole one before a partial one; without any, the State is awaited as
    long as one deadline is open. Of equals the first.
    """
    return min(towards, key=lambda each: _BEST_FIRST.index(each.standing))


@dataclass(frozen=True)
class Curve:
    """Responses over time: days since `start` against how many States had responded."""

    start: date
    days: int
    top: int
    points: tuple[tuple[int, int], ...]
    behind: tuple[tuple[tuple[float, float], ...], ...]  # the points of each earlier course
    ticks: tuple[date, ...]
    deadline: date | None  # None where it lies before the start
    today: date | None  # None where it lies outside

    def x(self, day: date) -> int:
        """Where a day lies on the curve."""
        return (day - self.start).days

    def day(self, x: int) -> date:
        """The day at a place of the curve."""
        return self.start + timedelta(days=x)


def curve(course: Course, today: date, earlier: Sequence[Course] = ()) -> Curve:
    """The curve from the first day (or an earlier response) to the last thing there is to see.

    Behind it lie the `earlier` courses: each as long as this one, as if as many had been addressed.
    """
    responded_on, deadline = course.responded_on, course.deadline
    start = min([course.begins, *responded_on])
    last = max([start, deadline, *responded_on])
    if today <= last or today - last <= (last - start) / 4:
        last = max(last, today)
    days = max((last - start).days, 1)
    counted = Counter((day - start).days for day in responded_on)
    so_far, points = 0, [(0, 0)]
    for x in sorted(counted):
        so_far += counted[x]
        points.append((x, so_far))
    shown_to = min(max(x for x, _ in points) if today < start else (today - start).days, days)
    points.append((max(shown_to, points[-1][0]), so_far))
    return Curve(
        start=start,
        days=days,
        top=course.addressed,
        points=tuple(points),
        behind=tuple(_behind(course, each, start) for each in earlier),
        ticks=_ticks(start, days),
        deadline=deadline if deadline >= start else None,
        today=today if start <= today <= start + timedelta(days=days) else None,
    )


# A thin line of a thousand pixels shows no more steps than these.
FINEST = 60


def _behind(course: Course, earlier: Course, start: date) -> tuple[tuple[float, float], ...]:
    """An earlier course up to its deadline, stretched to the length and height of this one."""
    first, wide, high = (course.begins - start).days, course.days, course.addressed
    steps = earlier.steps()
    if len(steps) > FINEST:
        steps = earlier.steps([step / FINEST for step in range(FINEST + 1)])
    return tuple((first + part * wide, share * high) for part, share in steps)


def _ticks(start: date, days: int) -> tuple[date, ...]:
    number = min(TICKS, days + 1)
    return tuple(
        start + timedelta(days=round(days * position / (number - 1))) for position in range(number)
    )
