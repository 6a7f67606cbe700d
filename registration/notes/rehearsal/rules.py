"""What a rehearsal can find, and how far one stands; without a database."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Trouble(StrEnum):
    """What would be in the way of a copy."""

    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"
    TEXT_INCOMPLETE = "text_incomplete"
    UNPRINTABLE = "unprintable"
    MISSING_FORM = "missing_form"
    NOT_TRIED = "not_tried"


# A State without an address gets its copy by another road: known, and in nobody's way.
HARMLESS = frozenset({Trouble.NO_ADDRESS})


@dataclass(frozen=True)
class Problem:
    """One thing to mend: for one State, or for all that are written to in one language.

    `sentence` is an English source text with `%(name)s` places, `values` fill them in.
    """

    trouble: Trouble
    language: str
    state_code: str | None = None
    sentence: str = ""
    values: dict[str, Any] | None = None

    def stored(self) -> dict[str, Any]:
        """As it is kept with the rehearsal."""
        return asdict(self)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Problem":
        """The problem that was kept so."""
        return cls(**{**stored, "trouble": Trouble(stored["trouble"])})


class Standing(StrEnum):
    """What the office knows of a note from its last rehearsal."""

    NONE = "none"
    UNDER_WAY = "under_way"
    OUT_OF_DATE = "out_of_date"
    WITH_PROBLEMS = "with_problems"
    CLEAN = "clean"


def standing(*, fresh: bool, finished: Sequence[bool], problems: Iterable[Problem]) -> Standing:
    """How a rehearsal stands: `fresh` if nothing changed since, `finished` for each of its runs."""
    if not fresh:
        return Standing.OUT_OF_DATE
    if not all(finished):
        return Standing.UNDER_WAY
    in_the_way = any(each.trouble not in HARMLESS for each in problems)
    return Standing.WITH_PROBLEMS if in_the_way else Standing.CLEAN
