"""What came from a State by another road than the pages, put down by a person of the office."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from uuid import UUID

from registration import clock, text
from registration.db import Session
from registration.documents.examination import Upload
from registration.errors import Refused
from registration.inbox import queries as inbox
from registration.inbox import service as mails
from registration.inbox.models import Incoming
from registration.inbox.rules import INCOMING, IncomingAction
from registration.notes.models import Note
from registration.permissions import Permission, demand
from registration.responses import queries
from registration.responses.incoming import keep
from registration.responses.models import Response, ResponseChannel
from registration.responses.rules import SAID_IN_WORDS, Lack, ResponseKind
from registration.responses.service import one_addressee, write_down

WORDS_LIMIT = 2_000
MAY_LACK = (Lack.NOTE, Lack.HEAD, Lack.CENTRAL_AUTHORITY)


def record_response(
    session: Session,
    note: Note,
    state_code: str,
    *,
    channel: ResponseChannel,
    received_on: date,
    kind: ResponseKind = ResponseKind.NOMINATION,
    mission_reference: str = "",
    mission_note_date: date | None = None,
    scan: Upload | None = None,
    words: str = "",
    asked_until: date | None = None,
    lacks: Collection[Lack] = (),
    remark: str = "",
    incoming: Incoming | None = None,
) -> Response:
    """Record a response that came by paper or e-mail, as a person of the office.

    `received_on` is a day at the duty station. `words` are the State's reason, or its question;
    `lacks` is what the officer finds missing in a nomination. Of an `incoming` mail the first PDF
    is kept where there is no other `scan`, and the mail is filed. Recording the same once more
    changes nothing and returns the first. Raises NotFound where the note was not addressed to the
    State, and Refused where a day cannot be, something does not go with the kind, or the scan is
    no plain PDF.
    """
    demand(session.actor, Permission.RECORD_RESPONSE, note)
    addressee = one_addressee(session, note, state_code)
    session.refresh(addressee, with_for_update=True)
    if channel is ResponseChannel.PORTAL:
        raise Refused("Choose paper or e-mail.", field="channel")
    if kind is ResponseKind.WITHDRAWAL:
        raise Refused("Choose what the response says.", field="kind")
    _refuse_impossible_days(note, received_on, mission_note_date)
    _refuse_what_does_not_go_with(kind, words, asked_until, lacks)
    if scan is None and incoming is not None:
        scan = inbox.scan(session, incoming)
    response = Response(
        note_id=note.id,
        addressee_id=addressee.id,
        state_code=state_code,
        channel=channel,
        kind=kind,
        received_at=_noon(received_on),
        recorded_by_id=session.actor.id,
        mission_reference=text.line(mission_reference),
        mission_note_date=mission_note_date,
        asked_until=asked_until,
        lacks=[each.value for each in MAY_LACK if each in lacks],
        besides=in_words(kind, words),
        remark=text.paragraphs(remark, limit=WORDS_LIMIT),
    )
    if (known := _recorded_before(session, response, with_scan=scan is not None)) is not None:
        return known
    if scan is not None:
        response.document_id = keep(session, scan, state_code).id
    session.add(response)
    session.flush()
    write_down(session, response, note)
    if incoming is not None:
        _file(session, incoming, response.id)
    return response


def in_words(kind: ResponseKind, words: str) -> dict[str, str]:
    """What a State says in words, under the name of what it is."""
    clean = text.paragraphs(words, limit=WORDS_LIMIT)
    return {SAID_IN_WORDS[kind]: clean} if clean else {}


def _file(session: Session, incoming: Incoming, response_id: UUID) -> None:
    """Put the mail away of which a response was made, unless that was done before."""
    if IncomingAction.FILE in INCOMING.actions(incoming.stage):
        mails.file(session, incoming.id, reason=mails.RECORDED, response_id=response_id)


def _refuse_what_does_not_go_with(
    kind: ResponseKind, words: str, asked_until: date | None, lacks: Collection[Lack]
) -> None:
    if words.strip() and kind not in SAID_IN_WORDS:
        raise Refused("This goes with a refusal, a request or a question only.", field="words")
    if kind is ResponseKind.QUESTION and not words.strip():
        raise Refused("Write down what the State asks.", field="words")
    if asked_until is not None and kind is not ResponseKind.EXTENSION:
        raise Refused("A day goes with a request for an extension only.", field="asked_until")
    if lacks and kind is not ResponseKind.NOMINATION:
        raise Refused("Only of a nomination something can be missing.", field="lacks")


def _refuse_impossible_days(note: Note, received_on: date, written_on: date | None) -> None:
    if received_on > clock.today():
        raise Refused("This day is still to come.", field="received_on")
    if note.issued_on is not None and received_on < note.issued_on:
        raise Refused(
            "The note was issued on %(day)s: a response cannot have come before.",
            field="received_on",
            day=f"{note.issued_on:%d/%m/%Y}",
        )
    if written_on is not None and written_on > received_on:
        raise Refused(
            "The mission's note cannot be dated later than the day on which it came.",
            field="mission_note_date",
        )


def _noon(day: date) -> datetime:
    """Noon of a day at the duty station; the present instant while that is still to come."""
    noon = datetime.combine(day, time(12), clock.DUTY_STATION).astimezone(UTC)
    return min(noon, clock.now())


def _recorded_before(session: Session, response: Response, *, with_scan: bool) -> Response | None:
    """The same response, recorded already: of the same day, road, reference and date."""
    for known in queries.of_addressee(session, response.addressee_id):
        if (known.document_id is not None) == with_scan and _facts(known) == _facts(response):
            return known
    return None


def _facts(response: Response) -> tuple[object, ...]:
    return (
        response.channel,
        response.kind,
        clock.day_of(response.received_at),
        response.mission_reference,
        response.mission_note_date,
        response.asked_until,
        response.lacks,
        response.besides,
        response.remark,
    )
