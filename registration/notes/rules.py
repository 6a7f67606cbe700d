"""The stages of a note and of its letters, and what the trade demands of them."""

from datetime import date, timedelta
from enum import StrEnum

from registration.workflow import Workflow


class NoteStage(StrEnum):
    """Where a note verbale stands in the office."""

    DRAFT = "draft"
    IN_CLEARANCE = "in_clearance"
    CLEARED = "cleared"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class NoteAction(StrEnum):
    """What officers do with a note."""

    SUBMIT = "submit"
    RETURN = "return"
    CLEAR = "clear"
    REOPEN = "reopen"
    ISSUE = "issue"
    WITHDRAW = "withdraw"


_S, _A = NoteStage, NoteAction

NOTE = Workflow(
    "note",
    initial=_S.DRAFT,
    moves={
        (_S.DRAFT, _A.SUBMIT): _S.IN_CLEARANCE,
        (_S.DRAFT, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.IN_CLEARANCE, _A.CLEAR): _S.CLEARED,
        (_S.IN_CLEARANCE, _A.RETURN): _S.DRAFT,
        (_S.IN_CLEARANCE, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.CLEARED, _A.ISSUE): _S.ISSUED,
        (_S.CLEARED, _A.REOPEN): _S.DRAFT,
        (_S.CLEARED, _A.WITHDRAW): _S.WITHDRAWN,
    },
)


class LetterStage(StrEnum):
    """Where one PDF of a note stands."""

    PLANNED = "planned"
    RENDERED = "rendered"
    PARKED = "parked"  # cannot be made; the problem is recorded, a person decides


class LetterAction(StrEnum):
    """What happens to one PDF of a note."""

    RENDER = "render"
    PARK = "park"
    RELEASE = "release"


LETTER = Workflow(
    "letter",
    initial=LetterStage.PLANNED,
    moves={
        (LetterStage.PLANNED, LetterAction.RENDER): LetterStage.RENDERED,
        (LetterStage.PLANNED, LetterAction.PARK): LetterStage.PARKED,
        (LetterStage.PARKED, LetterAction.RELEASE): LetterStage.PLANNED,
    },
)


# What a State needs to answer a note that follows another, and what it is usually given.
SHORTEST_TERM, USUAL_TERM = timedelta(days=7), timedelta(days=28)


def leaves_time(today: date, meeting_begins: date | None) -> bool:
    """Whether a State could still answer a note of today before the meeting."""
    return meeting_begins is None or meeting_begins > today + SHORTEST_TERM


def deadline_of_what_follows(
    original: date | None, today: date, meeting_begins: date | None
) -> date:
    """The last day that is proposed for responses to a note that follows another.

    The original's where that leaves a week, else four weeks from today, before the meeting.
    """
    if original is not None and original >= today + SHORTEST_TERM:
        return original
    usual = today + USUAL_TERM
    if meeting_begins is not None and leaves_time(today, meeting_begins):
        return min(usual, meeting_begins - timedelta(days=1))
    return usual
