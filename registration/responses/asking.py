"""What a State asks through the pages before it answers: a later day, or a question."""

from datetime import date

import sqlalchemy as sa

from registration import clock
from registration.db import Session, one_at_a_time
from registration.errors import Refused
from registration.meetings.models import Meeting
from registration.notes.models import Addressee, Note
from registration.permissions import Permission, demand
from registration.responses import service, standings
from registration.responses.models import Response, ResponseChannel, Settlement
from registration.responses.recording import in_words
from registration.responses.rules import ResponseKind


def ask_for_extension(session: Session, note: Note, *, until: date, reason: str) -> Response:
    """Ask for a later day, as a focal point of the State. Asked twice it is one request.

    Raises Refused where the day is not later than the State's last day, or the reason is missing,
    and NotFound where the note was not addressed to the State.
    """
    demand(session.actor, Permission.ANSWER)
    addressee = _own_addressee(session, note)
    refuse_day(session, note, addressee, until)
    if not reason.strip():
        raise Refused("Say why your State needs more time.", field="reason")
    return _ask(session, note, addressee, ResponseKind.EXTENSION, reason, until)


def ask_question(session: Session, note: Note, *, question: str) -> Response:
    """Ask the office something about a note, as a focal point of the State. Raises as above."""
    demand(session.actor, Permission.ANSWER)
    addressee = _own_addressee(session, note)
    if not question.strip():
        raise Refused("Write your question.", field="question")
    return _ask(session, note, addressee, ResponseKind.QUESTION, question, None)


def refuse_day(session: Session, note: Note, addressee: Addressee, until: date) -> None:
    """Raise Refused unless this day is later than the State's last one, and before the meeting."""
    last_day = standings.own_last_day(session, note, addressee.id)
    begins_on = session.get_one(Meeting, note.meeting_id).begins_on
    if until <= max(last_day, clock.today()):
        raise Refused(
            "Choose a day that is still to come and later than %(day)s.",
            field="until",
            day=f"{last_day:%d/%m/%Y}",
        )
    if begins_on is not None and until >= begins_on:
        raise Refused(
            "The meeting begins on %(day)s: choose an earlier day.",
            field="until",
            day=f"{begins_on:%d/%m/%Y}",
        )


def _own_addressee(session: Session, note: Note) -> Addressee:
    return service.one_addressee(session, note, session.actor.state_code or "")


def _ask(
    session: Session,
    note: Note,
    addressee: Addressee,
    kind: ResponseKind,
    words: str,
    until: date | None,
) -> Response:
    said = in_words(kind, words)
    # A State may read its addressee, and not lock it: a second click waits here for the first.
    one_at_a_time(session, f"asking {addressee.id}")
    if (known := _asked_before(session, addressee, kind, said, until)) is not None:
        return known
    request = Response(
        note_id=note.id,
        addressee_id=addressee.id,
        state_code=addressee.state_code,
        channel=ResponseChannel.PORTAL,
        kind=kind,
        received_at=clock.now(),
        recorded_by_id=session.actor.id,
        asked_until=until,
        besides=said,
    )
    session.add(request)
    session.flush()
    service.write_down(session, request, note)
    return request


def _asked_before(
    session: Session,
    addressee: Addressee,
    kind: ResponseKind,
    said: dict[str, str],
    until: date | None,
) -> Response | None:
    """The same request, where the office has not settled it yet."""
    waiting = session.scalars(
        sa.select(Response)
        .outerjoin(Settlement, Settlement.response_id == Response.id)
        .where(
            Response.addressee_id == addressee.id,
            Response.kind == kind,
            Settlement.response_id.is_(None),
        )
    )
    asked = (said, until)
    return next((each for each in waiting if (each.besides, each.asked_until) == asked), None)
