"""Where a State stands towards a note, and what its answer lacks."""

from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """Where an addressee stands towards a note. Always derived, never stored."""

    ANSWERED = "answered"
    LATE = "late"  # answered after the date
    AWAITED = "awaited"
    OVERDUE = "overdue"


def standing(first_received_at: datetime | None, closes_at: datetime, now: datetime) -> Standing:
    """Where a State stands whose first response came then, if one came.

    `closes_at` is the instant at which the note's date passes; what comes at it is in time.
    """
    if first_received_at is None:
        return Standing.AWAITED if now <= closes_at else Standing.OVERDUE
    return Standing.ANSWERED if first_received_at <= closes_at else Standing.LATE


class Lack(StrEnum):
    """What an answer lacks."""

    NAMES = "names"  # neither a central authority nor an expert
    HEAD = "head_of_delegation"
    NOTE = "mission_note"


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
