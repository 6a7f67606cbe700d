"""Suspect addresses: a mail server said that it delivers nothing there, and a person looks."""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm

from registration import clock, text
from registration.db import Session
from registration.errors import Refused
from registration.journal.service import record
from registration.permissions import Permission, demand
from registration.states import service
from registration.states.models import Mission, MissionAddress

REASON_LIMIT = 500


def suspect(session: Session, email: str, *, reason: str) -> list[MissionAddress]:
    """Mark an address as suspect at every mission that has it; `reason` is a mail server's word.

    It is still written to: only a person takes an address out. One that is suspect already, and
    one that has ended, stay as they are.
    """
    found = session.scalars(
        sa.select(MissionAddress)
        .where(
            MissionAddress.email == email.lower(),
            MissionAddress.ended_at.is_(None),
            MissionAddress.suspect_since.is_(None),
        )
        .order_by(MissionAddress.id)
        .with_for_update()
    ).all()
    for address in found:
        address.suspect_since, address.suspect_reason = clock.now(), reason[:REASON_LIMIT]
        record(
            session,
            "address.suspected",
            "state",
            address.state_code,
            state_code=address.state_code,
            detail={"address": address.email, "reply": address.suspect_reason},
        )
    session.flush()
    return list(found)


def clear(session: Session, address: MissionAddress, *, reason: str) -> None:
    """A person knows that mail arrives there again, or ever did. Twice is as once."""
    demand(session.actor, Permission.CORRECT_STATE)
    clean = text.line(reason)
    if not clean:
        raise Refused("Say how you know.", field="reason")
    session.refresh(address, with_for_update=True)
    if address.suspect_since is None:
        return
    address.suspect_since, address.suspect_reason = None, ""
    session.flush()
    record(
        session,
        "address.cleared",
        "state",
        address.state_code,
        state_code=address.state_code,
        detail={"address": address.email, "remark": clean},
    )


def replace(
    session: Session, address: MissionAddress, email: str, *, source: str, as_at: date
) -> None:
    """Write to another address of the mission instead, on the authority of a source.

    One that the mission has already takes the place without being entered anew.
    """
    demand(session.actor, Permission.CORRECT_STATE)
    mission = address.mission
    if email.strip().lower() == address.email:
        raise Refused("This is the address that is in doubt.", field="email")
    if email.strip().lower() not in {each.email for each in mission.addresses}:
        service.add_address(session, mission, email, source, as_at)
    service.end_address(session, address, source, as_at)


def everywhere(session: Session) -> Sequence[MissionAddress]:
    """All suspect addresses that are in use, with their missions, the longest in doubt first."""
    return session.scalars(
        sa.select(MissionAddress)
        .where(MissionAddress.suspect_since.is_not(None), MissionAddress.ended_at.is_(None))
        .options(orm.joinedload(MissionAddress.mission).joinedload(Mission.state))
        .order_by(MissionAddress.suspect_since, MissionAddress.id)
    ).all()


def states_with_one() -> sa.Select[str]:
    """Codes of the States of whose missions an address is suspect, as part of a question."""
    return sa.select(MissionAddress.state_code).where(
        MissionAddress.suspect_since.is_not(None), MissionAddress.ended_at.is_(None)
    )


def among(session: Session, emails: Collection[str]) -> frozenset[str]:
    """Which of these addresses are suspect."""
    return frozenset(
        session.scalars(
            sa.select(MissionAddress.email).where(
                MissionAddress.email.in_(emails),
                MissionAddress.suspect_since.is_not(None),
                MissionAddress.ended_at.is_(None),
            )
        )
    )
