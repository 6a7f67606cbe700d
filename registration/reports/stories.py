"""One State's whole story over all meetings: what was sent, what came back, what it named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from registration import clock
from registration.accounts.models import Account
from registration.db import Session
from registration.delegations.models import Nomination
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.errors import NotFound
from registration.journal.models import Event
from registration.meetings.models import Meeting
from registration.notes.models import Addressee, Dispatch, Letter, Note
from registration.notes.rules import LetterStage
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.reports.attended import attended
from registration.reports.entries import Entry, What
from registration.reports.registered import registered
from registration.responses.models import Response, Settlement
from registration.responses.rules import ANSWERS, is_late
from registration.responses.standings import extended_until
from registration.states.models import Correction, State

MAIL_TROUBLE = {
    f"message.{stage.value}": stage
    for stage in (
        MessageStage.UNCERTAIN,
        MessageStage.FAILED,
        MessageStage.BOUNCED,
        MessageStage.PARKED,
    )
}
PURPOSES_OF_ONE_PERSON = (
    "sign_in_code",
    "sign_in_change",
)  # mail to a person that says nothing of the State


_OF_MAIL = {
    MessageStage.UNCERTAIN: What.MAIL_IN_DOUBT,
    MessageStage.FAILED: What.MAIL_REFUSED,
    MessageStage.BOUNCED: What.MAIL_RETURNED,
    MessageStage.PARKED: What.MAIL_PARKED,
}


@dataclass(frozen=True)
class Story:
    """A State, everything that happened, newest first, and what it has named."""

    state: State
    entries: tuple[Entry, ...]
    in_force: tuple[Designation, ...]


def story(session: Session, code: str) -> Story:
    """The story of that State, in a fixed number of queries. Raises NotFound."""
    state = session.get(State, code)
    if state is None:
        raise NotFound("There is no such State in the list.")
    designations = session.scalars(
        sa.select(Designation)
        .where(Designation.state_code == code)
        .order_by(Designation.kind, Designation.id)
    ).all()
    entries = [
        *_copies(session, code),
        *_responses(session, code),
        *_designated(designations),
        *_nominations(session, code),
        *attended(session, code),
        *registered(session, code),
        *_corrections(session, code),
        *_mail(session, code),
    ]
    return Story(
        state=state,
        entries=tuple(sorted(entries, key=_newest_last, reverse=True)),
        in_force=tuple(each for each in designations if each.in_force_until is None),
    )


_ORDER = tuple(What)


def _newest_last(entry: Entry) -> tuple[datetime, int]:
    return entry.at, _ORDER.index(entry.what)


def _copies(session: Session, code: str) -> Iterator[Entry]:
    """The notes addressed to the State, and what became of each copy."""
    rows = session.execute(
        sa.select(Note, Meeting, Addressee, Letter, Message)
        .join(Note, Note.id == Addressee.note_id)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .outerjoin(Letter, Letter.addressee_id == Addressee.id)
        .outerjoin(Dispatch, Dispatch.addressee_id == Addressee.id)
        .outerjoin(Message, Message.id == Dispatch.message_pk)
        .where(Addressee.state_code == code)
        .order_by(Addressee.id, Dispatch.planned_at)
    )
    known: set[UUID] = set()
    for note, meeting, addressee, letter, message in rows:
        if addressee.id not in known:
            known.add(addressee.id)
            yield from _copy(note, meeting, addressee, letter)
        carried: Message | None = message
        if carried is not None and carried.handed_over_at is not None:
            yield Entry(
                What.HANDED_OVER,
                carried.handed_over_at,
                note=note,
                meeting=meeting,
                facts={"recipients": carried.recipients, "refused": carried.refused},
            )


def _copy(
    note: Note, meeting: Meeting, addressee: Addressee, letter: Letter | None
) -> Iterator[Entry]:
    issued_at = note.issued_at or note.drafted_at
    facts = {"language": addressee.language, "recipients": addressee.recipients}
    yield Entry(What.ADDRESSED, issued_at, note=note, meeting=meeting, facts=facts)
    if letter is None:
        return
    if letter.rendered_at is not None:
        yield Entry(What.COPY_MADE, letter.rendered_at, note=note, meeting=meeting, facts=facts)
    elif letter.stage is LetterStage.PARKED:
        yield Entry(
            What.COPY_PARKED,
            issued_at,
            note=note,
            meeting=meeting,
            facts={"problem": letter.problem or "", "values": letter.problem_values},
        )


def _responses(session: Session, code: str) -> Iterator[Entry]:
    """The responses, with the days from the note's date as on its board."""
    rows = session.execute(
        sa.select(
            Response, Note, Meeting, Account.name, extended_until(Response.addressee_id), Settlement
        )
        .join(Note, Note.id == Response.note_id)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .join(Account, Account.id == Response.recorded_by_id)
        .outerjoin(Settlement, Settlement.response_id == Response.id)
        .where(Response.state_code == code)
    )
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


def _designated(designations: Sequence[Designation]) -> Iterator[Entry]:
    """Each designation when it came into force and when it ended.

    One that was superseded has a successor from the same response: of the same line, or, as a State
    has one central authority at a time, of the same kind.
    """
    begun = {(each.response_id, _place(each)) for each in designations}
    for each in designations:
        yield Entry(What.DESIGNATED, each.in_force_from, facts={"designation": each})
        if each.in_force_until is not None:
            succeeded = (each.ended_by_response_id, _place(each)) in begun
            yield Entry(
                What.SUPERSEDED if succeeded else What.WITHDRAWN,
                each.in_force_until,
                facts={"designation": each},
            )


def _place(designation: Designation) -> object:
    if designation.kind is DesignationKind.CENTRAL_AUTHORITY:
        return designation.kind
    return designation.line_id


def _nominations(session: Session, code: str) -> Iterator[Entry]:
    rows = session.execute(
        sa.select(Nomination, Meeting)
        .join(Meeting, Meeting.id == Nomination.meeting_id)
        .where(Nomination.state_code == code)
        .options(orm.selectinload(Nomination.delegates))
    )
    for nomination, meeting in rows:
        yield Entry(
            What.NOMINATION_BEGUN,
            nomination.begun_at,
            meeting=meeting,
            facts={"nomination": nomination},
        )


def _corrections(session: Session, code: str) -> Iterator[Entry]:
    rows = session.execute(
        sa.select(Correction, Account.name)
        .join(Account, Account.id == Correction.made_by_id)
        .where(Correction.state_code == code)
    )
    for correction, who in rows:
        yield Entry(What.CORRECTED, correction.made_at, who=who, facts={"correction": correction})


def _mail(session: Session, code: str) -> Iterator[Entry]:
    """When mail to the State did not go through, as the journal has it."""
    events = session.scalars(
        sa.select(Event).where(
            Event.state_code == code,
            Event.kind.in_(MAIL_TROUBLE),
            Event.detail["purpose"].astext.not_in(PURPOSES_OF_ONE_PERSON),
        )
    )
    for event in events:
        yield Entry(
            _OF_MAIL[MAIL_TROUBLE[event.kind]],
            event.at,
            facts={"message_id": event.subject_id, **event.detail},
        )
