"""What an officer finds when names are compared with the mission's note, and what follows."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import TypeVar

from registration.delegations.rules import SENT, NominationStage

Key = TypeVar("Key")

# What the office still has to do something about, unless a choice says otherwise.
WAITING = (NominationStage.NOMINATED, NominationStage.NOTE_RECEIVED, NominationStage.VERIFIED)
SHOWN = (*SENT, NominationStage.RETURNED)


class Verdict(StrEnum):
    """What comparing one name with the note showed."""

    MATCHES = "matches"
    NOT_IN_NOTE = "not_in_note"
    SPELLED_DIFFERENTLY = "spelled_differently"
    OTHER_POST = "other_post"  # title or institution differ


class Fault(StrEnum):
    """What is wrong with the note as a whole."""

    ILLEGIBLE = "illegible"
    NOT_A_NOTE = "not_a_note"  # not a note verbale of that State's mission
    OTHER_MEETING = "other_meeting"
    HEAD_MISSING = "head_missing"  # it does not say who heads the delegation
    NAMES_MISSING = "names_missing"  # it names persons whom the answer does not


class Bar(StrEnum):
    """Why a nomination cannot be verified yet."""

    NOT_COMPARED = "not_compared"
    FAULTY = "faulty"
    HEAD_NOT_MATCHING = "head_not_matching"
    NOTHING_MATCHES = "nothing_matches"


def bars(
    verdicts: Mapping[Key, Verdict | None], faults: Collection[Fault], *, head: Key | None
) -> tuple[Bar, ...]:
    """What stands between a nomination and its verification, the first thing to do first.

    `verdicts` has every name, None where it was not compared. A name that does not match keeps
    nobody else from being verified: it is not printed (practice of expert meetings, where the note
    is the authority). The head of the delegation is another matter.
    """
    found = {
        Bar.NOT_COMPARED: None in verdicts.values(),
        Bar.FAULTY: bool(faults),
        Bar.HEAD_NOT_MATCHING: head is not None
        and verdicts.get(head) not in (None, Verdict.MATCHES),
        Bar.NOTHING_MATCHES: bool(verdicts)
        and None not in verdicts.values()
        and Verdict.MATCHES not in verdicts.values(),
    }
    return tuple(bar for bar, is_there in found.items() if is_there)
