"""What the macros for figures and pictures take, made from a board by given words and addresses."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any

from registration import clock
from registration.reports import rules
from registration.reports.boards import Board, Line
from registration.reports.entries import Entry, What
from registration.reports.rules import TROUBLED, Road
from registration.responses.rules import ANSWERS, REQUESTS, ResponseKind, Standing

Words = Callable[[StrEnum], str]
Address = Callable[..., str]  # of the same board, with a choice: address(standing=Standing.LATE)

TONES = {
    Standing.ANSWERED: "done",
    Standing.LATE: "late",
    Standing.PARTIAL: "active",
    Standing.AWAITED: "neutral",
    Standing.EXTENDED: "longer",
    Standing.OVERDUE: "stop",
}
ROAD_TONES = {
    Road.HANDED_OVER: "done",
    Road.NOT_BY_MAIL: "neutral",
    Road.UNCONFIRMED: "waits",
    Road.ON_ITS_WAY: "active",
    Road.WITHHELD: "doubt",
    Road.IN_THE_MAKING: "active",
    Road.NO_ADDRESS: "doubt",
    Road.IN_DOUBT: "doubt",
    Road.NOT_ACCEPTED: "stop",
    Road.NOT_MADE: "stop",
}
STORY_TONES = {
    What.ADDRESSED: "active",
    What.COPY_MADE: "active",
    What.COPY_PARKED: "stop",
    What.HANDED_OVER: "active",
    What.DELIVERED_BY_HAND: "active",
    What.SETTLED: "neutral",
    What.DESIGNATED: "done",
    What.SUPERSEDED: "neutral",
    What.WITHDRAWN: "none",
    What.NOMINATION_BEGUN: "active",
    What.MISSION_NOTE_RECEIVED: "active",
    What.NAMES_COMPARED: "active",
    What.NAMES_CONFIRMED: "done",
    What.NOMINATION_RETURNED: "late",
    What.PRESENT: "done",
    What.REPRESENTED: "done",
    What.AUTHORITY_ENTERED: "done",
    What.AUTHORITY_CONFIRMED: "done",
    What.AUTHORITY_ENDED: "none",
    What.CORRECTION_ASKED: "waits",
    What.CORRECTED: "neutral",
    What.MAIL_RECEIVED: "active",
    What.MAIL_IN_DOUBT: "doubt",
    What.MAIL_REFUSED: "stop",
    What.MAIL_RETURNED: "stop",
    What.MAIL_PARKED: "stop",
}
# A response that is no answer has a mark of its own: the State is awaited as before.
_RESPONSE_TONES = {
    **dict.fromkeys(ANSWERS, "done"),
    **dict.fromkeys(REQUESTS, "waits"),
    ResponseKind.ACKNOWLEDGES: "neutral",
    ResponseKind.WITHDRAWAL: "none",
}
# Shown even where nobody is in it: that there is none is news too.
ALWAYS_SHOWN = (Road.NO_ADDRESS,)
RARE = (Standing.PARTIAL, Standing.EXTENDED)


def tone_of(entry: Entry) -> str:
    """The mark of an entry in a story."""
    if entry.what is What.RESPONDED:
        late: bool = entry.facts["late"]
        return "late" if late else _RESPONSE_TONES[entry.facts["response"].kind]
    return STORY_TONES[entry.what]


def figures(board: Board, addressed: str, words: Words, address: Address) -> list[dict[str, Any]]:
    """The line of figures, each leading to the States that it counts."""
    roads = [road for road in Road if road in TROUBLED]
    shown = [road for road in roads if board.by_road[road] or road in ALWAYS_SHOWN]

    def of_road(road: Road) -> dict[str, Any]:
        return _figure(board.by_road[road], words(road), address(road=road), ROAD_TONES[road])

    return [
        _figure(len(board.lines), addressed, address(), ""),
        of_road(Road.HANDED_OVER),
        *(
            _figure(board.by_standing[each], words(each), address(standing=each), TONES[each])
            for each in shown_standings(board)
        ),
        *(of_road(road) for road in shown),
    ]


def _figure(number: int, label: str, url: str, tone: str) -> dict[str, Any]:
    # Nothing overdue is no alarm.
    return {
        "number": number,
        "label": label,
        "url": f"{url}#states",
        "tone": tone if number else "",
    }


def shown_standings(board: Board) -> list[Standing]:
    """The standings in their order, the rare ones only where somebody has them."""
    return [each for each in Standing if board.by_standing[each] or each not in RARE]


def segments(board: Board, words: Words) -> list[tuple[str, str, str]]:
    """The standings with their words and tones, in the order of bars and legends."""
    return [(each.value, words(each), TONES[each]) for each in shown_standings(board)]


def group_rows(board: Board, words: Words, address: Address) -> list[dict[str, Any]]:
    """A bar for each regional group."""
    return [
        {
            "label": words(group),
            "url": f"{address(group=group)}#states",
            "counts": {standing.value: number for standing, number in counted.items()},
        }
        for group, counted in board.by_group.items()
    ]


def tile_groups(
    board: Board,
    language: str,
    words: Words,
    story: Callable[[str], str],
    said: Callable[[Line], str],
) -> list[dict[str, Any]]:
    """A tile for each State, by regional group; `said` is what is added for those who ask."""
    return [
        {
            "label": words(group),
            "tiles": [
                (
                    line.state.code,
                    line.state.name(language),
                    line.standing.value,
                    story(line.state.code),
                    said(line),
                )
                for line in board.lines
                if line.state.regional_group is group
            ],
        }
        for group in board.by_group
    ]


def steps(
    board: Board,
    long: Callable[[date], str],
    short: Callable[[date], str],
    last_day: str,
    today: str,
) -> dict[str, Any]:
    """The curve of responses, with its table; days in words come from `long` and `short`."""
    curve = rules.curve(board.course, clock.today(), board.earlier)
    expected = board.forecast
    counted = {curve.day(x): number for x, number in curve.points if number}
    return {
        "points": curve.points,
        "behind": curve.behind,
        "expected": (expected.low, expected.high) if expected and curve.deadline else None,
        "x_max": curve.days,
        "y_max": curve.top,
        "ticks": [(curve.x(day), short(day)) for day in curve.ticks],
        "deadline": (curve.x(curve.deadline), last_day) if curve.deadline else None,
        "today": (curve.x(curve.today), today) if curve.today else None,
        "figures": [(long(day), number) for day, number in counted.items()],
    }
