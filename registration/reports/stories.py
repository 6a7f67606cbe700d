"""One State's whole story over all meetings: what was sent, what came back, what it named."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.accounts.models import Account
from registration.db import Session
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.errors import NotFound
from registration.meetings.models import Meeting
from registration.notes.models import Note
from registration.reports.attended import attended
from registration.reports.carried import carried
from registration.reports.entries import Entry, Kind, What
from registration.reports.nominated import nominated
from registration.reports.registered import registered
from registration.reports.written import written
from registration.responses.models import Response, Settlement
from registration.responses.rules import ANSWERS, is_late
from registration.responses.standings import extended_until
from registration.states.models import Correction, State

EXPERTS_SHOWN = 10  # beside a story; all of them have a page of their own


@dataclass(frozen=True)
class Choice:
    """What of a story is asked for: one kind of thing, one meeting by its slug, or all."""

    kind: Kind | None = None
    meeting: str = ""

    def takes(self, entry: Entry) -> bool:
        """Whether that is asked for. What concerns no meeting belongs to none."""
        of_meeting = entry.meeting.slug if entry.meeting else ""
        return self.kind in (None, entry.kind) and self.meeting in ("", of_meeting)


@dataclass(frozen=True)
class Story:
    """A State, everything that happened, newest first, and what it has named."""

    state: State
    entries: tuple[Entry, ...]
    in_force: tuple[Designation, ...]

    @property
    def shown_in_force(self) -> list[Designation]:
        """Its authorities, and of its experts those who were named last."""
        expert = DesignationKind.GOVERNMENTAL_EXPERT
        experts = [each for each in self.in_force if each.kind is expert]
        experts.sort(key=lambda each: each.in_force_from, reverse=True)
        authorities = [each for each in self.in_force if each.kind is not expert]
        return authorities + experts[:EXPERTS_SHOWN]

    def chosen(self, choice: Choice) -> list[Entry]:
        """What of it is asked for, in the same order."""
        return [each for each in self.entries if choice.takes(each)]


def story(session: Session, code: str) -> Story:
    """The story of that State, in a fixed number of queries. Raises NotFound."""
    state = session.get(State, code)
    if state is None:
        raise NotFound("There is no such State in the list.")
    designations = session.scalars(_named(), {"state": code}).all()
    responses = list(_responses(session, code))
    entries = [
        *carried(session, code),
        *responses,
        *_designated(designations, _meetings(responses)),
        *nominated(session, code),
        *attended(session, code),
        *registered(session, code),
        *written(session, code),
        *_corrections(session, code),
    ]
    return Story(
        state=state,
        entries=tuple(sorted(entries, key=_newest_last, reverse=True)),
        in_force=tuple(each for each in designations if each.in_force_until is None),
    )


_ORDER = tuple(What)


def _newest_last(entry: Entry) -> tuple[datetime, int]:
    return entry.at, _ORDER.index(entry.what)


def _responses(session: Session, code: str) -> Iterator[Entry]:
    """The responses, with the days from the note's date as on its board."""
    rows = session.execute(_received(), {"state": code})
    for response, note, meeting, who, until, settlement in rows:
        received_on = clock.day_of(response.received_at)
        extended_to = clock.closing(until) if until else None
        yield Entry(
            What.RESPONDED,
            response.received_at,
            who=who,
            note=note,
            meeting=meeting,
            facts={
                "response": response,
                "days": (received_on - (note.issued_on or received_on)).days,
                "late": response.kind in ANSWERS
                and is_late(response.received_at, clock.closing(note.last_day), extended_to),
            },
        )
        if settlement is not None:
            yield Entry(
                What.SETTLED,
                settlement.settled_at,
                note=note,
                meeting=meeting,
                facts={"settlement": settlement},
            )


# The State that a story is about, given when it is told: so each question is composed only once.
_STATE = sa.bindparam("state", type_=sa.Text())


@cache
def _named() -> sa.Select[Designation]:
    return (
        sa.select(Designation)
        .where(Designation.state_code == _STATE)
        .order_by(Designation.kind, Designation.id)
    )


@cache
def _received() -> sa.Select[Response, Note, Meeting, str, date | None, Settlement | None]:
    return (
        sa.select(
            Response, Note, Meeting, Account.name, extended_until(Response.addressee_id), Settlement
        )
        .join(Note, Note.id == Response.note_id)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .join(Account, Account.id == Response.recorded_by_id)
        .outerjoin(Settlement, Settlement.response_id == Response.id)
        .where(Response.state_code == _STATE)
    )


@cache
def _corrected() -> sa.Select[Correction, str]:
    return (
        sa.select(Correction, Account.name)
        .join(Account, Account.id == Correction.made_by_id)
        .where(Correction.state_code == _STATE)
    )


def _meetings(responses: Iterable[Entry]) -> dict[UUID, Meeting | None]:
    """The meeting that each response was about."""
    return {
        each.facts["response"].id: each.meeting for each in responses if each.what is What.RESPONDED
    }


def _designated(
    designations: Sequence[Designation], meetings: Mapping[UUID, Meeting | None]
) -> Iterator[Entry]:
    """Each designation when it came into force and when it ended, with the meeting it was for.

    One that was superseded has a successor from the same response: of the same line, or, as a State
    has one central authority at a time, of the same kind.
    """
    begun = {(each.response_id, _place(each)) for each in designations}
    for each in designations:
        facts = {"designation": each}
        begun_for = meetings.get(each.response_id)
        yield Entry(What.DESIGNATED, each.in_force_from, meeting=begun_for, facts=facts)
        if each.in_force_until is not None and each.ended_by_response_id is not None:
            succeeded = (each.ended_by_response_id, _place(each)) in begun
            yield Entry(
                What.SUPERSEDED if succeeded else What.WITHDRAWN,
                each.in_force_until,
                meeting=meetings.get(each.ended_by_response_id),
                facts=facts,
            )


def _place(designation: Designation) -> object:
    if designation.kind is DesignationKind.CENTRAL_AUTHORITY:
        return designation.kind
    return designation.line_id


def _corrections(session: Session, code: str) -> Iterator[Entry]:
    for correction, who in session.execute(_corrected(), {"state": code}):
        yield Entry(What.CORRECTED, correction.made_at, who=who, facts={"correction": correction})
