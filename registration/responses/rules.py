"""What a response says, where a State stands towards a note, and what its answer lacks."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum


class ResponseKind(StrEnum):
    """What a response says."""

    NOMINATION = "nomination"
    WILL_NOT_NOMINATE = "will_not_nominate"
    WITHDRAWAL = "withdrawal"  # takes back what was named for the meeting
    EXTENSION = "extension"  # asks for a later day
    ACKNOWLEDGES = "acknowledges"  # the note arrived, and nothing more
    QUESTION = "question"


# Only these are what a note asked for: after any other response the State is awaited as before. A
# withdrawal follows an answer and leaves it given.
ANSWERS = frozenset({ResponseKind.NOMINATION, ResponseKind.WILL_NOT_NOMINATE})
# These wait until somebody of the office settles them.
REQUESTS = frozenset({ResponseKind.EXTENSION, ResponseKind.QUESTION})

# Under which name it is kept what these say in words.
SAID_IN_WORDS = {
    ResponseKind.WILL_NOT_NOMINATE: "reason",
    ResponseKind.EXTENSION: "reason",
    ResponseKind.QUESTION: "question",
}


class Outcome(StrEnum):
    """What the office made of a request."""

    GRANTED = "granted"
    REFUSED = "refused"
    SETTLED = "settled"  # a question, answered in whichever way


OUTCOMES = {
    ResponseKind.EXTENSION: (Outcome.GRANTED, Outcome.REFUSED),
    ResponseKind.QUESTION: (Outcome.SETTLED,),
}


class Lack(StrEnum):
    """What an answer lacks."""

    NAMES = "names"  # neither a central authority nor an expert
    HEAD = "head_of_delegation"
    NOTE = "mission_note"
    CENTRAL_AUTHORITY = "central_authority"


class Standing(StrEnum):
    """Where an addressee stands towards a note. Always derived, never stored."""

    ANSWERED = "answered"
    LATE = "late"  # answered after its last day
    PARTIAL = "partial"  # answered, and something is missing
    AWAITED = "awaited"
    EXTENDED = "extended"  # awaited until a later day of its own
    OVERDUE = "overdue"


# Who has answered: a partial answer counts like a whole one, and is shown apart.
ANSWERED = frozenset({Standing.ANSWERED, Standing.LATE, Standing.PARTIAL})


def standing(
    answered_at: datetime | None,
    closes_at: datetime,
    now: datetime,
    *,
    extended_to: datetime | None = None,
    lacking: Collection[Lack] = (),
) -> Standing:
    """Where a State stands whose first answer came then, if one came.

    `closes_at` is the instant at which the note's date passes, `extended_to` that of the later day
    which the State was granted; what comes at it is in time. An answer that lacks something is
    partial, be it late or not (`is_late` says which), so that nobody takes it for settled.
    """
    if answered_at is not None:
        if lacking:
            return Standing.PARTIAL
        late = is_late(answered_at, closes_at, extended_to)
        return Standing.LATE if late else Standing.ANSWERED
    if extended_to is not None and closes_at < extended_to and now <= extended_to:
        return Standing.EXTENDED
    return Standing.AWAITED if now <= closes_at else Standing.OVERDUE


def is_late(received_at: datetime, closes_at: datetime, extended_to: datetime | None) -> bool:
    """Whether what came then came after the last day, the State's own where it has a later one."""
    return received_at > max(closes_at, extended_to or closes_at)


def lacking(
    said: ResponseKind | None,
    *,
    ticked: Collection[Lack],
    by_portal: bool,
    has_note: bool,
    experts: int,
    has_head: bool,
    needs_central_authority: bool,
) -> tuple[Lack, ...]:
    """What is missing from an answer that was given, the most important first.

    `said` is the last thing that the State said in answer; who will not nominate, or took all back,
    lacks nothing. Of an answer through the pages it is known who was named; of one that staff
    recorded the names stand in the mission's note, and what is missing there they `ticked`.
    """
    if said is not ResponseKind.NOMINATION:
        return ()
    missing = {
        Lack.NOTE: not has_note,
        Lack.HEAD: experts > 0 and not has_head if by_portal else Lack.HEAD in ticked,
        Lack.CENTRAL_AUTHORITY: needs_central_authority
        and (by_portal or Lack.CENTRAL_AUTHORITY in ticked),
    }
    return tuple(lack for lack, is_missing in missing.items() if is_missing)


class PartStage(StrEnum):
    """Where one part of an answer stands. Always derived, never stored."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    NOT_NEEDED = "not_needed"


def part_stage(*, begun: bool, complete: bool, not_needed: bool) -> PartStage:
    """Where a part stands. What was entered counts more than that it was called needless."""
    if complete:
        return PartStage.DONE
    if begun:
        return PartStage.IN_PROGRESS
    return PartStage.NOT_NEEDED if not_needed else PartStage.NOT_STARTED


# The note is the authority and the form a convenience: an answer may run ahead of its note.
BARS = frozenset({Lack.NAMES, Lack.HEAD})


def lacks(
    *, has_central_authority: bool, experts: int, has_head: bool, has_note: bool
) -> tuple[Lack, ...]:
    """What is missing from an answer, the most important first. What is in BARS prevents sending.

    A central authority or a delegation makes an answer; a delegation needs its head
    (practice of expert meetings).
    """
    missing = {
        Lack.NAMES: not has_central_authority and not experts,
        Lack.HEAD: experts > 0 and not has_head,
        Lack.NOTE: not has_note,
    }
    return tuple(lack for lack, is_missing in missing.items() if is_missing)
