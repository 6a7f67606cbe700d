"""The audience of a note: the rule that says who is addressed, and whom it finds on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from letters import language as grammar
from registration import text as gate
from registration.db import Session
from registration.errors import Refused
from registration.notes import state_of_play
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.notes.state_of_play import Play
from registration.states import queries as states
from registration.states.models import MissionChannel, RegionalGroup, State
from registration.states.rules import TreatyStatus

# A State that is one or the other, nobody knows which, is addressed where both are.
_EITHER = frozenset({TreatyStatus.STATE_PARTY, TreatyStatus.SIGNATORY})
CHOICES = (TreatyStatus.STATE_PARTY, TreatyStatus.CONTRACTING, TreatyStatus.SIGNATORY)
WITHOUT_A_MISSION = "en"
REASON_LIMIT = 300
# The form in which a rule is stored; what has no version was stored before there was more than
# statuses and a day.
VERSION = 2


class Circumstance(StrEnum):
    """What a State may be besides a member of a regional group, by the United Nations' lists."""

    LEAST_DEVELOPED = "least_developed"
    SMALL_ISLAND = "small_island"
    LANDLOCKED = "landlocked"


@dataclass(frozen=True)
class Named:
    """A State that is addressed, or is not, whatever the rule says; and why."""

    state_code: str
    reason: str


@dataclass(frozen=True)
class Unanswered:
    """An issued note, and the reference by which people know it, of which responses are missing.

    `or_incomplete` asks those besides whose answer lacks something.
    """

    note_id: UUID
    reference: str
    or_incomplete: bool = False

    @classmethod
    def note(cls, note: Note, *, or_incomplete: bool = False) -> "Unanswered":
        """Raises Refused for a note that was not issued."""
        if note.stage is not NoteStage.ISSUED:
            raise Refused("Choose a note that was issued.", field="without_response_to")
        return cls(note.id, str(note.reference), or_incomplete)

    def asks(self, play: Play | None) -> bool:
        """Whether a State that stands so is asked again; one that still has time is not."""
        if play is None or play.has_time:
            return False
        return not play.has_answered or (self.or_incomplete and bool(play.missing))


@dataclass(frozen=True)
class Audience:
    """The rule: States with one of these statuses on a day, in these groups and circumstances.

    `as_at` None is the day of the issue. Empty groups, and empty circumstances, exclude nobody; of
    several circumstances one suffices. `without_response_to` leaves those alone to whom that note
    was addressed, who answered neither it nor a note that follows it, and whose time is over if
    they were granted more; then no status stands for every status. What is `added` or `removed`
    wins over all of that.
    """

    statuses: frozenset[TreatyStatus]
    as_at: date | None = None
    groups: frozenset[RegionalGroup] = frozenset()
    circumstances: frozenset[Circumstance] = frozenset()
    without_response_to: Unanswered | None = None
    added: tuple[Named, ...] = ()
    removed: tuple[Named, ...] = ()

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Audience":
        """The audience as it is kept in `Note.audience`. Raises ValueError for another version."""
        if stored.get("version", VERSION) != VERSION:
            raise ValueError(f"an audience of version {stored['version']}")
        as_at, note = stored["as_at"], stored.get("without_response_to")
        return cls(
            statuses=frozenset(TreatyStatus(each) for each in stored["statuses"]),
            as_at=date.fromisoformat(as_at) if as_at else None,
            groups=frozenset(RegionalGroup(each) for each in stored.get("groups", [])),
            circumstances=frozenset(Circumstance(each) for each in stored.get("circumstances", [])),
            without_response_to=_unanswered(note) if note else None,
            added=tuple(_named(each) for each in stored.get("added", [])),
            removed=tuple(_named(each) for each in stored.get("removed", [])),
        )

    def stored(self) -> dict[str, Any]:
        """As it is kept in `Note.audience`.

        Raises Refused where nobody would be addressed, and for an addition or a removal that gives
        no reason or contradicts another.
        """
        chosen = [status.value for status in CHOICES if status in self.statuses]
        if not chosen and self.without_response_to is None and not self.added:
            raise Refused("Choose at least one treaty status.", field="statuses")
        _refuse_contradictions(self.added, self.removed)
        return {
            "version": VERSION,
            "statuses": chosen,
            "as_at": self.as_at.isoformat() if self.as_at else None,
            "groups": [each.value for each in RegionalGroup if each in self.groups],
            "circumstances": [each.value for each in Circumstance if each in self.circumstances],
            "without_response_to": _stored_note(self.without_response_to),
            "added": [_stored(each, "added") for each in self.added],
            "removed": [_stored(each, "removed") for each in self.removed],
        }

    def includes(self, status: TreatyStatus) -> bool:
        """Whether a State with that status is addressed, as far as its status goes."""
        if not self.statuses and self.without_response_to is not None:
            return True
        return status in self.statuses or (
            status is TreatyStatus.UNKNOWN and self.statuses >= _EITHER
        )

    def finds(self, state: State, status: TreatyStatus) -> bool:
        """Whether the rule itself finds a State: without who responded, added and removed."""
        return (
            self.includes(status)
            and (not self.groups or state.regional_group in self.groups)
            and (not self.circumstances or bool(self.circumstances & circumstances_of(state)))
        )


def circumstances_of(state: State) -> frozenset[Circumstance]:
    """What a State is besides; what is not recorded does not count."""
    found = {
        Circumstance.LEAST_DEVELOPED: state.least_developed,
        Circumstance.SMALL_ISLAND: state.small_island,
        Circumstance.LANDLOCKED: state.landlocked,
    }
    return frozenset(each for each, is_so in found.items() if is_so)


def _named(stored: dict[str, str]) -> Named:
    return Named(stored["state"], stored["reason"])


def _unanswered(stored: dict[str, Any]) -> Unanswered:
    or_incomplete = stored.get("or_incomplete", False)
    return Unanswered(UUID(stored["id"]), stored["reference"], or_incomplete)


def _stored_note(unanswered: Unanswered | None) -> dict[str, Any] | None:
    if unanswered is None:
        return None
    return {
        "id": str(unanswered.note_id),
        "reference": unanswered.reference,
        "or_incomplete": unanswered.or_incomplete,
    }


def _stored(named: Named, field: str) -> dict[str, str]:
    reason = gate.line(named.reason, limit=REASON_LIMIT)
    if not reason:
        raise Refused("Give a reason for each State that you add or remove.", field=field)
    return {"state": named.state_code, "reason": reason}


def _refuse_contradictions(added: Iterable[Named], removed: Iterable[Named]) -> None:
    seen: set[str] = set()
    for field, named in (("added", added), ("removed", removed)):
        for each in named:
            if each.state_code in seen:
                raise Refused("Add or remove each State only once.", field=field)
            seen.add(each.state_code)


def refuse_impossible(session: Session, audience: Audience) -> None:
    """Raise Refused where a rule speaks of a State or of a note that there is not."""
    known = set(session.scalars(sa.select(State.code)))
    for field, named in (("added", audience.added), ("removed", audience.removed)):
        if any(each.state_code not in known for each in named):
            raise Refused("Choose a State of the list.", field=field)
    if audience.without_response_to is not None:
        note = session.get(Note, audience.without_response_to.note_id)
        if (
            note is None
            or Unanswered.note(note).reference != audience.without_response_to.reference
        ):
            raise Refused("Choose a note that was issued.", field="without_response_to")


@dataclass(frozen=True)
class Addressed:
    """A State as a note of today would address it; `reason` where it was added to the rule.

    `play` is where it stands towards the note that the rule asks about, if it asks about one.
    """

    state: State
    status: TreatyStatus
    language: str
    recipients: tuple[str, ...]
    channel: MissionChannel = MissionChannel.EMAIL
    reason: str = ""
    play: Play | None = None


def addressed(session: Session, audience: Audience, issued_on: date) -> list[Addressed]:
    """Whom a note issued on that day addresses, in the English order of lists.

    A State without a mission in Vienna is among them, in English and without an address.
    """
    status_of = states.statuses_on(session, audience.as_at or issued_on)
    missions = states.missions_by_state(session)
    asked = audience.without_response_to
    plays = state_of_play.of_note(session, asked.note_id) if asked else {}
    added = {each.state_code: each.reason for each in audience.added}
    removed = {each.state_code for each in audience.removed}
    found = []
    for state in states.all_states(session):
        status, code = status_of[state.code], state.code
        by_rule = audience.finds(state, status) and (asked is None or asked.asks(plays.get(code)))
        if code not in removed and (by_rule or code in added):
            mission = missions.get(code)
            found.append(
                Addressed(
                    state,
                    status,
                    mission.language if mission else WITHOUT_A_MISSION,
                    tuple(each.email for each in mission.addresses) if mission else (),
                    mission.channel if mission else MissionChannel.EMAIL,
                    added.get(code, ""),
                    plays.get(code, Play()) if asked else None,
                )
            )
    return found


def play_of(session: Session, audience: Audience, state_code: str) -> Play | None:
    """Where a State stands towards the note that a rule asks about, if it asks about one."""
    asked = audience.without_response_to
    return state_of_play.of_note(session, asked.note_id).get(state_code, Play()) if asked else None


def printed_name(state: State, language: str) -> str:
    """A State on its copy: the formal name, which needs no article on a line of its own."""
    name = state.formal_name(language)
    match language:
        case "en" | "fr" | "es":
            name = grammar.split_article(name, language)[1]
    return name[:1].upper() + name[1:]


def languages(found: Iterable[Addressed]) -> dict[str, int]:
    """How many are addressed in each language, the most used first."""
    counts: dict[str, int] = {}
    for each in found:
        counts[each.language] = counts.get(each.language, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def by_group(found: Iterable[Addressed]) -> dict[RegionalGroup, list[Addressed]]:
    """Whom a rule found by regional group, in the order of the groups; none is empty."""
    groups: dict[RegionalGroup, list[Addressed]] = {each: [] for each in RegionalGroup}
    for each in found:
        groups[each.state.regional_group].append(each)
    return {group: members for group, members in groups.items() if members}
