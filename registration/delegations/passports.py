"""Numbers of passports: only where a meeting asks, encrypted, and gone when it is over."""

import re
from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa

from registration import text
from registration.db import Session
from registration.delegations.models import Delegate, Nomination
from registration.errors import NotFound, Refused
from registration.journal.service import record
from registration.meetings.models import Meeting
from registration.permissions import Permission, demand

_NUMBER = re.compile(r"[A-Z0-9]{5,20}")


def cleaned(typed: str) -> str | None:
    """A number as it stands in a passport (letters and digits, ICAO 9303); None for nothing.

    Raises Refused for anything else.
    """
    number = "".join(text.line(typed).upper().replace("-", "").split())
    if number and not _NUMBER.fullmatch(number):
        raise Refused("Enter the number as it stands in the passport: letters and digits.")
    return number or None


def keep(session: Session, nomination: Nomination, numbers: Mapping[UUID, str]) -> None:
    """Keep the numbers that a State gives for its delegates, by delegate; "" takes one away."""
    demand(session.actor, Permission.READ_PASSPORT, nomination)
    if not session.get_one(Meeting, nomination.meeting_id).asks_passports:
        raise NotFound("This meeting does not ask for passports.")
    given = 0
    for delegate in nomination.delegates:
        if delegate.id in numbers:
            delegate.passport_number = cleaned(numbers[delegate.id])
            given += delegate.passport_number is not None
    session.flush()
    record(
        session,
        "nomination.passports_given",
        "nomination",
        nomination.id,
        state_code=nomination.state_code,
        detail={"count": given},
    )


def how_many(session: Session, meeting: Meeting) -> int:
    """For how many delegates to a meeting a number is known."""
    demand(session.actor, Permission.READ_PASSPORT)
    return session.scalar(sa.select(sa.func.count()).select_from(_known(meeting).subquery())) or 0


def read_all(session: Session, meeting: Meeting) -> list[Delegate]:
    """The delegates to a meeting whose passports are known, by State and place in its note.

    The journal says that they were read, and how many.
    """
    demand(session.actor, Permission.READ_PASSPORT)
    found = list(session.scalars(_known(meeting).order_by(Delegate.state_code, Delegate.position)))
    record(session, "passports.read", "meeting", meeting.id, detail={"count": len(found)})
    return found


def _known(meeting: Meeting) -> sa.Select[Delegate]:
    return (
        sa.select(Delegate)
        .join(Nomination, Nomination.id == Delegate.nomination_id)
        .where(Nomination.meeting_id == meeting.id, Delegate.passport_number.is_not(None))
    )
