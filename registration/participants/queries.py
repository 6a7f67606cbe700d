"""Questions about the list of participants and about who is present."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from registration import clock
from registration.db import Session
from registration.designations.models import Designation
from registration.errors import NotFound, Refused
from registration.meetings.models import Meeting
from registration.notes.models import Note
from registration.participants import observers, rules
from registration.participants.models import (
    ListFile,
    ListVersion,
    Observer,
    Organization,
    Presence,
    Representation,
)
from registration.participants.rules import Delegation, Listed
from registration.responses.models import Response
from registration.states import queries as states
from registration.states.models import State
from registration.states.rules import TreatyStatus, alphabetical
from registration.verification.queries import confirmed


def versions(session: Session, meeting_id: UUID) -> list[ListVersion]:
    """The versions of a meeting's list with their files, newest first."""
    return list(
        session.scalars(
            sa.select(ListVersion)
            .where(ListVersion.meeting_id == meeting_id)
            .options(orm.selectinload(ListVersion.files))
            .order_by(ListVersion.number.desc())
        )
    )


def file_of(session: Session, meeting_id: UUID, file_id: UUID) -> ListFile:
    """One file of a meeting's list. Raises NotFound."""
    found = session.scalar(
        sa.select(ListFile)
        .join(ListVersion, ListVersion.id == ListFile.version_id)
        .where(ListFile.id == file_id, ListVersion.meeting_id == meeting_id)
    )
    if found is None:
        raise NotFound("There is no such file, or it is not yours to see.")
    return found


def as_at(meeting: Meeting) -> date:
    """The day on which the treaty status of States counts for a meeting: its first one."""
    return meeting.begins_on or clock.today()


def delegations(session: Session, meeting: Meeting) -> list[Delegation]:
    """Who is confirmed for a meeting now, by State, in the order of `confirmed`.

    After the States come the organizations with their observers. Raises Refused where the treaty
    status of one of the States on the meeting's first day is not known: nobody can say under which
    heading it belongs.
    """
    statuses = states.statuses_on(session, as_at(meeting))
    persons: dict[str, list[Designation]] = {}
    found: dict[str, State] = {}
    for designation, state in confirmed(session, meeting.id):
        found[state.code] = state
        persons.setdefault(state.code, []).append(designation)
    _refuse_unknown([found[code] for code in found], statuses)
    of_states = [
        Delegation(
            code=code,
            status=statuses[code],
            sort_key=state.sort_key,
            names=state.names,
            persons=tuple(_listed(each) for each in persons[code]),
        )
        for code, state in found.items()
    ]
    return of_states + observers.delegations(session, meeting)


def _refuse_unknown(found: list[State], statuses: dict[str, TreatyStatus]) -> None:
    for state in found:
        if statuses[state.code] is TreatyStatus.UNKNOWN:
            raise Refused(
                "It is not known what %(state)s is to the Convention on the first day of the"
                " meeting. Enter its instruments first.",
                state=state.name("en"),
            )


def _listed(each: Designation) -> Listed:
    return Listed(
        line=str(each.line_id),
        courtesy=each.courtesy,
        name=each.printed_name or each.name,
        title=each.title,
        institution=each.institution,
        head=each.head_of_delegation,
    )


@dataclass(frozen=True)
class Expected:
    """Somebody who may come, and the days on which he or she was seen."""

    line_id: UUID
    name: str  # as it is printed
    title: str
    institution: str
    head: bool
    sender: State | Organization
    seen: frozenset[date]

    @property
    def state_code(self) -> str | None:
        """Of the State that sends the person; None where an organization does."""
        return self.sender.code if isinstance(self.sender, State) else None

    @property
    def organization_id(self) -> UUID | None:
        """Of the organization that sends the person; None where a State does."""
        return self.sender.id if isinstance(self.sender, Organization) else None


def expected(session: Session, meeting: Meeting, words: str = "") -> list[Expected]:
    """Who may come to a meeting, whose name, sender or institution has all these words.

    The confirmed persons of States come first, then the observers.
    """
    seen: dict[UUID, set[date]] = {}
    for line_id, day in session.execute(
        sa.select(Presence.line_id, Presence.day).where(Presence.meeting_id == meeting.id)
    ):
        seen.setdefault(line_id, set()).add(day)
    sought = [alphabetical(each) for each in words.split()]
    return [
        replace(each, seen=frozenset(seen.get(each.line_id, ())))
        for each, where in _everybody(session, meeting)
        if all(word in where for word in sought)
    ]


def _everybody(session: Session, meeting: Meeting) -> Iterator[tuple[Expected, str]]:
    """Everybody who may come, and the words under which he or she is found."""
    for each, state in confirmed(session, meeting.id):
        who = Expected(
            line_id=each.line_id,
            name=each.printed_name or each.name,
            title=each.title,
            institution=each.institution,
            head=each.head_of_delegation,
            sender=state,
            seen=frozenset(),
        )
        yield who, _sought_in(each.name, who.name, each.institution, state.code, state.names)
    for sent in observers.of_meeting(session, meeting):
        who = Expected(
            line_id=sent.id,
            name=sent.printed,
            title=sent.title,
            institution="",
            head=sent.head_of_delegation,
            sender=sent.organization,
            seen=frozenset(),
        )
        passport = f"{sent.given_names} {sent.family_name}"
        yield who, _sought_in(passport, who.name, "", "", sent.organization.names)


def _sought_in(
    name: str, printed: str, institution: str, code: str, names: Mapping[str, str]
) -> str:
    return alphabetical(" ".join((name, printed, institution, code, *names.values())))


def person(session: Session, meeting: Meeting, line_id: UUID) -> Expected:
    """One confirmed person of a meeting. Raises NotFound."""
    for each in expected(session, meeting):
        if each.line_id == line_id:
            return each
    raise NotFound("This person is not confirmed for the meeting.")


def meeting_expecting(session: Session, line_id: UUID) -> Meeting:
    """The meeting for which the person behind a line was named last, or which he or she observes.

    Raises NotFound.
    """
    observed = sa.select(Meeting).join(Observer, Observer.meeting_id == Meeting.id)
    found = session.scalar(observed.where(Observer.id == line_id)) or session.scalar(
        sa.select(Meeting)
        .join(Note, Note.meeting_id == Meeting.id)
        .join(Response, Response.note_id == Note.id)
        .join(Designation, Designation.response_id == Response.id)
        .where(Designation.line_id == line_id)
        .order_by(Designation.in_force_from.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound("This person is not confirmed for the meeting.")
    return found


def marked_states(session: Session, meeting: Meeting) -> list[State]:
    """The States that were marked as represented without a registered person."""
    return list(
        session.scalars(
            sa.select(State)
            .join(Representation, Representation.state_code == State.code)
            .where(Representation.meeting_id == meeting.id)
            .order_by(State.sort_key)
        )
    )


def represented(session: Session, meeting: Meeting) -> dict[TreatyStatus, list[State]]:
    """The States represented at a meeting by their status on its first day, in English order.

    A State is represented when one of its persons was seen on any day, or when it was marked so.
    Raises Refused where the status of one of them is not known.
    """
    by_person = sa.select(Presence.state_code).where(Presence.meeting_id == meeting.id)
    by_mark = sa.select(Representation.state_code).where(Representation.meeting_id == meeting.id)
    found = list(
        session.scalars(
            sa.select(State)
            .where(sa.or_(State.code.in_(by_person), State.code.in_(by_mark)))
            .order_by(State.sort_key)
        )
    )
    statuses = states.statuses_on(session, as_at(meeting))
    _refuse_unknown(found, statuses)
    return {
        status: [state for state in found if statuses[state.code] is status]
        for status in rules.OF_STATES
    }
