"""The part of a State's story that tells how notes were carried to it, and what went wrong."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from registration import clock
from registration.db import Session
from registration.journal.models import Event
from registration.meetings.models import Meeting
from registration.notes.models import Addressee, Dispatch, Letter, Note
from registration.notes.rules import LetterStage
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.reports.entries import Entry, What

# Mail to a person that says nothing of the State.
PURPOSES_OF_ONE_PERSON = ("sign_in_code", "sign_in_change")
_OF_MAIL = {
    f"message.{stage.value}": what
    for stage, what in {
        MessageStage.UNCERTAIN: What.MAIL_IN_DOUBT,
        MessageStage.FAILED: What.MAIL_REFUSED,
        MessageStage.BOUNCED: What.MAIL_RETURNED,
        MessageStage.PARKED: What.MAIL_PARKED,
    }.items()
}


def carried(session: Session, code: str) -> Iterator[Entry]:
    """The notes addressed to the State, what became of each copy, and which mail went astray."""
    rows = session.execute(_copies(), {"state": code})
    known: set[UUID] = set()
    about: dict[str, tuple[Note, Meeting]] = {}
    for note, meeting, addressee, letter, dispatch, message in rows:
        if addressee.id not in known:
            known.add(addressee.id)
            yield from _copy(note, meeting, addressee, letter)
        if dispatch is not None:
            about[str(dispatch.message_pk)] = note, meeting
            yield from _on_its_road(note, meeting, dispatch, message)
    yield from _trouble(session, code, about)


@cache
def _copies() -> sa.Select[
    Note, Meeting, Addressee, Letter | None, Dispatch | None, Message | None
]:
    """What is told of the copies for a State; the texts of the messages are not read for it."""
    return (
        sa.select(Note, Meeting, Addressee, Letter, Dispatch, Message)
        .join(Note, Note.id == Addressee.note_id)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .outerjoin(Letter, Letter.addressee_id == Addressee.id)
        .outerjoin(Dispatch, Dispatch.addressee_id == Addressee.id)
        .outerjoin(Message, Message.id == Dispatch.message_pk)
        .where(Addressee.state_code == sa.bindparam("state"))
        .order_by(Addressee.id, Dispatch.planned_at)
        .options(
            orm.load_only(Addressee.language, Addressee.recipients),
            orm.load_only(Letter.stage, Letter.rendered_at, Letter.problem, Letter.problem_values),
            orm.load_only(Dispatch.message_pk, Dispatch.delivered_on, Dispatch.received_by),
            orm.load_only(Message.handed_over_at, Message.recipients, Message.refused),
        )
    )


@cache
def _went_astray() -> sa.Select[Event]:
    return sa.select(Event).where(
        Event.state_code == sa.bindparam("state"),
        Event.kind.in_(_OF_MAIL),
        Event.detail["purpose"].astext.not_in(PURPOSES_OF_ONE_PERSON),
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
        problem = {"problem": letter.problem or "", "values": letter.problem_values}
        yield Entry(What.COPY_PARKED, issued_at, note=note, meeting=meeting, facts=problem)


def _on_its_road(
    note: Note, meeting: Meeting, dispatch: Dispatch, message: Message | None
) -> Iterator[Entry]:
    """When a copy was handed over to the mail server, or to somebody at the mission."""
    if message is not None and message.handed_over_at is not None:
        yield Entry(
            What.HANDED_OVER,
            message.handed_over_at,
            note=note,
            meeting=meeting,
            facts={"recipients": message.recipients, "refused": message.refused},
        )
    if dispatch.delivered_on is not None:
        noon = datetime.combine(dispatch.delivered_on, time(12), clock.DUTY_STATION)
        yield Entry(
            What.DELIVERED_BY_HAND,
            noon,  # the day is known and not the hour
            note=note,
            meeting=meeting,
            facts={"day": dispatch.delivered_on, "received_by": dispatch.received_by},
        )


def _trouble(
    session: Session, code: str, about: Mapping[str, tuple[Note, Meeting]]
) -> Iterator[Entry]:
    """When mail to the State did not go through, as the journal has it; `about` is by message."""
    for event in session.scalars(_went_astray(), {"state": code}):
        note, meeting = about.get(event.subject_id, (None, None))
        yield Entry(
            _OF_MAIL[event.kind],
            event.at,
            note=note,
            meeting=meeting,
            facts={"message_id": event.subject_id, **event.detail},
        )
