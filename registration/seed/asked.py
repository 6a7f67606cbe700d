"""What invented States of the demonstration asked: one got more time, two wait for a reply."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration.db import Session
from registration.notes.models import Addressee, Note
from registration.responses import asking, settling
from registration.responses.models import Response
from registration.responses.rules import REQUESTS, Outcome

GRANTED_UNTIL = date(2013, 10, 14)


def silent(session: Session, note: Note) -> list[str]:
    """The codes of the first three addressees from whom nothing came; none once some have asked."""
    responses = sa.select(Response.state_code).where(Response.note_id == note.id)
    if session.scalars(responses.where(Response.kind.in_(REQUESTS))).first() is not None:
        return []
    return list(
        session.scalars(
            sa.select(Addressee.state_code)
            .where(Addressee.note_id == note.id, Addressee.state_code.not_in(responses))
            .order_by(Addressee.state_code)
            .limit(3)
        )
    )


def ask_for_time(session: Session, note: Note) -> UUID:
    """Ask for more time, as the focal point whose session this is."""
    reason = "Invented for the demonstration: the ministry is moving."
    return asking.ask_for_extension(session, note, until=GRANTED_UNTIL, reason=reason).id


def ask_question(session: Session, note: Note) -> UUID:
    """Ask something, as the focal point whose session this is."""
    question = "Invented for the demonstration: may a fifth expert come?"
    return asking.ask_question(session, note, question=question).id


def grant(session: Session, request: UUID) -> None:
    """Grant what was asked for, as an officer."""
    reason = "Invented for the demonstration: granted as asked."
    settling.settle(session, request, Outcome.GRANTED, until=GRANTED_UNTIL, reason=reason)
