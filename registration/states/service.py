"""Missions: the language that a State is written to in, and the addresses of its mission."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration import clock, text
from registration.db import Session
from registration.errors import Conflict, NotFound, Refused
from registration.permissions import Permission, demand
from registration.states import queries
from registration.states.corrections import sourced, write_down
from registration.states.models import Mission, MissionAddress, MissionChannel
from registration.words import LANGUAGES


def open_mission(
    session: Session, state_code: str, language: str, source: str, as_at: date
) -> Mission:
    """Record a State's Permanent Mission in Vienna and the language that it is written to in."""
    demand(session.actor, Permission.CORRECT_STATE)
    queries.by_code(session, state_code)
    if queries.mission_of(session, state_code) is not None:
        raise Refused("The mission of this State in Vienna is recorded already.")
    _refuse_other_languages(language)
    source_line = sourced(source, as_at)
    mission = Mission(
        state_code=state_code,
        duty_station=queries.DUTY_STATION,
        language=language,
        source=source,
        as_at=as_at.isoformat(),
        addresses=[],
    )
    session.add(mission)
    session.flush()
    write_down(
        session, state_code, "mission.language", "", language, source=source_line, as_at=as_at
    )
    return mission


def set_language(
    session: Session, mission: Mission, language: str, *, seen: str, source: str, as_at: date
) -> None:
    """Record the language that a mission wishes to be written to in.

    Raises Conflict where the language is no longer the one that was `seen`.
    """
    demand(session.actor, Permission.CORRECT_STATE)
    _lock(session, mission)
    _refuse_other_languages(language)
    before, source_line = mission.language, sourced(source, as_at)
    if (before, mission.source, mission.as_at) == (language, source, as_at.isoformat()):
        return
    if before != seen:
        raise Conflict(
            "Somebody else has corrected this meanwhile. It now says “%(value)s”.", value=before
        )
    mission.language, mission.source, mission.as_at = language, source, as_at.isoformat()
    write_down(
        session,
        mission.state_code,
        "mission.language",
        before,
        language,
        source=source_line,
        as_at=as_at,
    )


def set_channel(
    session: Session,
    mission: Mission,
    channel: MissionChannel,
    *,
    seen: str,
    source: str,
    as_at: date,
) -> None:
    """Record by which road a mission wishes to get notes; those issued from now on take it.

    Raises Conflict where the channel is no longer the one that was `seen`.
    """
    demand(session.actor, Permission.CORRECT_STATE)
    _lock(session, mission)
    before, source_line = mission.channel, sourced(source, as_at)
    if before is channel:
        return
    if before != seen:
        raise Conflict("Somebody else has corrected this meanwhile. Please look at it again.")
    mission.channel = channel
    write_down(
        session,
        mission.state_code,
        "mission.channel",
        before.value,
        channel.value,
        source=source_line,
        as_at=as_at,
    )


def add_address(
    session: Session, mission: Mission, email: str, source: str, as_at: date
) -> MissionAddress:
    """Write to this address too from now on; one that had ended is taken up again."""
    demand(session.actor, Permission.CORRECT_STATE)
    _lock(session, mission)
    email, source_line = _email(email), sourced(source, as_at)
    address = session.scalar(
        sa.select(MissionAddress).where(
            MissionAddress.mission_id == mission.id, MissionAddress.email == email
        )
    )
    if address is None:
        address = MissionAddress(mission_id=mission.id, state_code=mission.state_code, email=email)
        session.add(address)
    elif address.ended_at is None:
        raise Refused("This address is recorded already.", field="email")
    address.source, address.as_at, address.ended_at = source, as_at.isoformat(), None
    session.flush()
    session.expire(mission, ["addresses"])
    write_down(
        session,
        mission.state_code,
        "mission.address",
        "",
        email,
        source=source_line,
        as_at=as_at,
    )
    return address


def end_address(session: Session, address: MissionAddress, source: str, as_at: date) -> None:
    """Write to this address no more; what was sent there stays on record. Twice is as once."""
    demand(session.actor, Permission.CORRECT_STATE)
    session.refresh(address, with_for_update=True)
    if address.ended_at is not None:
        return
    source_line = sourced(source, as_at)
    address.ended_at = clock.now()
    address.suspect_since, address.suspect_reason = None, ""
    session.flush()
    session.expire(address.mission, ["addresses"])
    write_down(
        session,
        address.state_code,
        "mission.address",
        address.email,
        "",
        source=source_line,
        as_at=as_at,
    )


def address_of(session: Session, state_code: str, address_id: UUID) -> MissionAddress:
    """One address of that State's mission. Raises NotFound."""
    address = session.get(MissionAddress, address_id)
    if address is None or address.state_code != state_code:
        raise NotFound("There is no such address.")
    return address


def _lock(session: Session, mission: Mission) -> None:
    session.refresh(mission, with_for_update=True)


def _email(value: str) -> str:
    try:
        return text.email(value)
    except Refused as error:
        raise Refused(error.sentence, field="email") from None


def _refuse_other_languages(language: str) -> None:
    if language not in LANGUAGES:
        raise Refused("Choose one of the six languages.", field="language")
