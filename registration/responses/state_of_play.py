"""What the States have sent so far in answer to a note, for whoever reminds them of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.notes import state_of_play
from registration.notes.models import Addressee, Note
from registration.notes.rules import NoteStage
from registration.notes.state_of_play import Came, Missing, Play
from registration.responses import standings
from registration.responses.models import Response
from registration.responses.rules import ANSWERED, Lack, ResponseKind, Standing
from registration.responses.standings import StateStanding

_CAME = {
    ResponseKind.NOMINATION: Came.ANSWER,
    ResponseKind.WILL_NOT_NOMINATE: Came.ANSWER,
    ResponseKind.WITHDRAWAL: Came.ANSWER,
    ResponseKind.EXTENSION: Came.REQUEST_FOR_TIME,
    ResponseKind.ACKNOWLEDGES: Came.ACKNOWLEDGEMENT,
    ResponseKind.QUESTION: Came.QUESTION,
}
_MISSING = {
    Lack.NAMES: Missing.ANSWER,
    Lack.NOTE: Missing.NOTE,
    Lack.HEAD: Missing.HEAD,
    Lack.CENTRAL_AUTHORITY: Missing.CENTRAL_AUTHORITY,
}


def of_note(session: Session, note_id: UUID) -> Mapping[str, Play]:
    """Where each addressee of an issued note stands, by the State's code. Four queries.

    What came in answer to a note that follows it, its reminder say, counts too.
    """
    notes = _and_what_follows(session, note_id)
    stand: dict[str, list[StateStanding]] = {}
    for each_note, found in standings.by_note(session, notes).items():
        for code, stands in found.items():
            if each_note == note_id or code in stand:
                stand.setdefault(code, []).append(stands)
    came = _came(session, [note.id for note in notes])
    return {code: _play(of_state, came.get(code, ())) for code, of_state in stand.items()}


def _and_what_follows(session: Session, note_id: UUID) -> list[Note]:
    """That note first, then every issued one that asks again for the same."""
    asked = sa.select(Note.id).where(Note.id == note_id).cte("asked", recursive=True)
    asked = asked.union(sa.select(Note.id).join(asked, Note.follows_id == asked.c.id))
    return list(
        session.scalars(
            sa.select(Note)
            .where(
                Note.id.in_(sa.select(asked.c.id)),
                Note.stage == NoteStage.ISSUED,
                Note.respond_by.is_not(None),
            )
            .order_by(Note.id != note_id, Note.id)
        )
    )


def _came(session: Session, notes: Collection[UUID]) -> dict[str, list[tuple[Came, date]]]:
    """What each State sent, each thing with the last day on which it came, in that order."""
    last = sa.func.max(Response.received_at)
    rows = session.execute(
        sa.select(Response.state_code, Response.kind, last)
        .join(Addressee, Addressee.id == Response.addressee_id)
        .where(Addressee.note_id.in_(notes))
        .group_by(Response.state_code, Response.kind)
        .order_by(last)
    )
    latest: dict[str, dict[Came, date]] = {}
    for code, kind, at in rows:
        of_state = latest.setdefault(code, {})
        of_state.pop(_CAME[kind], None)
        of_state[_CAME[kind]] = clock.day_of(at)
    return {code: list(days.items()) for code, days in latest.items()}


def _play(stand: Sequence[StateStanding], came: Sequence[tuple[Came, date]]) -> Play:
    answers = [each for each in stand if each.standing in ANSWERED]
    has_time = any(each.standing is Standing.EXTENDED for each in stand)
    if not answers:
        return Play(tuple(came), (Missing.ANSWER,), has_time)
    # Of several answers, to a note and to its reminder, one that is whole is enough.
    lacking = min((each.lacking for each in answers), key=len)
    return Play(tuple(came), tuple(_MISSING[lack] for lack in lacking), has_time)


state_of_play.told_by(of_note)
