"""Saying that an entry of the register is still right, so that it does not become stale."""

from uuid import UUID

import sqlalchemy as sa

from registration import clock, text
from registration.authorities import queries
from registration.authorities.models import Authority, Confirmation
from registration.db import Session, one_at_a_time
from registration.errors import Refused
from registration.journal.service import record
from registration.permissions import Permission, demand


def confirm(session: Session, line_id: UUID, *, source: str = "") -> Confirmation:
    """Say that an entry is still right: the State of its own, or staff by a document.

    The same said twice on a day is said once: the first confirmation is returned again.
    """
    authority = queries.present(session, line_id)
    document = text.line(source)
    if session.actor.state_code is not None:
        demand(session.actor, Permission.ANSWER, authority)
    else:
        demand(session.actor, Permission.KEEP_DIRECTORY)
        if not document:
            raise Refused("Say which document says so.", field="source")
    one_at_a_time(session, f"authority:{line_id}")
    return _said_today(session, authority, document) or _said(session, authority, document)


def _said_today(session: Session, authority: Authority, document: str) -> Confirmation | None:
    """What the same side said of the present wording today, by the same document."""
    last = session.scalar(
        sa.select(Confirmation)
        .where(
            Confirmation.line_id == authority.line_id,
            Confirmation.by_the_state == (session.actor.state_code is not None),
            Confirmation.source == document,
            Confirmation.confirmed_at >= authority.recorded_at,
        )
        .order_by(Confirmation.confirmed_at.desc())
        .limit(1)
    )
    is_of_today = last is not None and clock.day_of(last.confirmed_at) == clock.today()
    return last if is_of_today else None


def _said(session: Session, authority: Authority, document: str) -> Confirmation:
    confirmation = Confirmation(
        line_id=authority.line_id,
        state_code=authority.state_code,
        confirmed_at=clock.now(),
        confirmed_by_id=session.actor.id,
        by_the_state=session.actor.state_code is not None,
        source=document,
    )
    session.add(confirmation)
    session.flush()
    record(
        session,
        "authority.confirmed",
        "authority",
        authority.line_id,
        state_code=authority.state_code,
        detail={"category": authority.category.value},
    )
    return confirmation
