"""Saying that a State will not nominate, and taking back what it had sent: each is a response."""

import sqlalchemy as sa

from registration import text
from registration.db import Session
from registration.delegations.models import Nomination
from registration.delegations.rules import NominationAction, NominationStage
from registration.designations import service as designations
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.notes.models import Note
from registration.permissions import Permission, demand
from registration.responses import service
from registration.responses.models import Response
from registration.responses.rules import ResponseKind

REASON_LIMIT = 2_000
_ENDS = {
    NominationAction.DECLINE: (NominationStage.DECLINED, ResponseKind.WILL_NOT_NOMINATE),
    NominationAction.WITHDRAW: (NominationStage.WITHDRAWN, ResponseKind.WITHDRAWAL),
}


def decline(session: Session, nomination: Nomination, note: Note, *, reason: str = "") -> Response:
    """Say that the State will not nominate for the meeting; the reason may be left out.

    What was prepared stays, and the State may think again. Said twice it is one response. Raises
    IllegalMove once an answer was sent: that one is withdrawn.
    """
    return _end(session, nomination, note, NominationAction.DECLINE, reason)


def withdraw(session: Session, nomination: Nomination, note: Note, *, reason: str = "") -> Response:
    """Take back all that the State named for the meeting. Done twice it is one response.

    The central authority stays in force: it is the State's, not the meeting's. Raises IllegalMove
    where nothing was sent.
    """
    return _end(session, nomination, note, NominationAction.WITHDRAW, reason)


def _end(
    session: Session, nomination: Nomination, note: Note, action: NominationAction, reason: str
) -> Response:
    demand(session.actor, Permission.ANSWER, nomination)
    stage, kind = _ENDS[action]
    addressee = service.addressee_of(session, note, nomination)
    session.refresh(nomination, with_for_update=True)
    if nomination.stage is stage and (said := _said(session, nomination, kind)) is not None:
        return said
    words = text.paragraphs(reason, limit=REASON_LIMIT)
    response = service.respond(
        session,
        nomination,
        note,
        addressee,
        action,
        kind,
        besides={"reason": words} if words else {},
    )
    ended = _named_for_the_meeting(session, nomination)
    changes = designations.put_in_force(
        session,
        state_code=nomination.state_code,
        response_id=response.id,
        at=response.received_at,
        in_force=ended,
        said=(),
    )
    service.write_down(session, response, note, changes)
    service.acknowledge(session, response, note)
    return response


def _said(session: Session, nomination: Nomination, kind: ResponseKind) -> Response | None:
    return session.scalar(
        sa.select(Response)
        .where(Response.nomination_id == nomination.id, Response.kind == kind)
        .order_by(Response.received_at.desc())
        .limit(1)
    )


def _named_for_the_meeting(
    session: Session, nomination: Nomination
) -> sa.ScalarResult[Designation]:
    of_this_answer = sa.select(Response.id).where(Response.nomination_id == nomination.id)
    return session.scalars(
        sa.select(Designation)
        .where(
            Designation.response_id.in_(of_this_answer),
            Designation.kind != DesignationKind.CENTRAL_AUTHORITY,
            Designation.in_force_until.is_(None),
        )
        .with_for_update()
    )
