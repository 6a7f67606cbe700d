"""The audience of a note: the rule that says who is addressed, and whom it finds on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from letters import language as grammar
from registration.db import Session
from registration.errors import Refused
from registration.states import queries as states
from registration.states.models import State
from registration.states.rules import TreatyStatus

# A State that is one or the other, nobody knows which, is addressed where both are.
_EITHER = frozenset({TreatyStatus.STATE_PARTY, TreatyStatus.SIGNATORY})
CHOICES = (TreatyStatus.STATE_PARTY, TreatyStatus.CONTRACTING, TreatyStatus.SIGNATORY)
WITHOUT_A_MISSION = "en"


@dataclass(frozen=True)
class Audience:
    """Every State with one of these statuses on a day; `as_at` None: the day of the issue."""

    statuses: frozenset[TreatyStatus]
    as_at: date | None = None

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Audience":
        """The audience as it is kept in `Note.audience`."""
        as_at = stored["as_at"]
        return cls(
            frozenset(TreatyStatus(each) for each in stored["statuses"]),
            date.fromisoformat(as_at) if as_at else None,
        )

    def stored(self) -> dict[str, Any]:
        """As it is kept in `Note.audience`. Raises Refused where nobody would be addressed."""
        chosen = [status.value for status in CHOICES if status in self.statuses]
        if not chosen:
            raise Refused("Choose at least one treaty status.", field="statuses")
        return {"statuses": chosen, "as_at": self.as_at.isoformat() if self.as_at else None}

    def includes(self, status: TreatyStatus) -> bool:
        """Whether a State with that status is addressed."""
        return status in self.statuses or (
            status is TreatyStatus.UNKNOWN and self.statuses >= _EITHER
        )


@dataclass(frozen=True)
class Addressed:
    """A State as a note of today would address it."""

    state: State
    status: TreatyStatus
    language: str
    recipients: tuple[str, ...]


def addressed(session: Session, audience: Audience, issued_on: date) -> list[Addressed]:
    """Whom a note issued on that day addresses, in the English order of lists.

    A State without a mission in Vienna is among them, in English and without an address.
    """
    status_of = states.statuses_on(session, audience.as_at or issued_on)
    missions = states.missions_by_state(session)
    found = []
    for state in states.all_states(session):
        status = status_of[state.code]
        if audience.includes(status):
            mission = missions.get(state.code)
            found.append(
                Addressed(
                    state,
                    status,
                    mission.language if mission else WITHOUT_A_MISSION,
                    tuple(each.email for each in mission.addresses) if mission else (),
                )
            )
    return found


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
