"""Questions about nominations."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from registration.db import Session
from registration.delegations.models import Delegate, ExpertLink, Nomination, NominationPart
from registration.delegations.rules import Part
from registration.errors import NotFound
from registration.meetings.models import Meeting


def of_state(session: Session, state_code: str, meeting_id: UUID) -> Nomination | None:
    """What a State is working on, or has sent, for a meeting; with its delegates and parts."""
    return by_meeting(session, state_code, [meeting_id]).get(meeting_id)


def by_meeting(
    session: Session, state_code: str, meeting_ids: Collection[UUID]
) -> dict[UUID, Nomination]:
    """The same for several meetings, by those for which there is something. Three queries."""
    found = session.scalars(
        sa.select(Nomination)
        .where(Nomination.state_code == state_code, Nomination.meeting_id.in_(meeting_ids))
        .options(orm.selectinload(Nomination.delegates), orm.selectinload(Nomination.parts))
    )
    return {each.meeting_id: each for each in found}


def met_before(session: Session, state_code: str, meeting_id: UUID) -> list[Delegate]:
    """Whom a State put forward for other meetings, each person once, the latest words first."""
    delegates = session.scalars(
        sa.select(Delegate)
        .join(Nomination, Nomination.id == Delegate.nomination_id)
        .join(Meeting, Meeting.id == Nomination.meeting_id)
        .where(Delegate.state_code == state_code, Nomination.meeting_id != meeting_id)
        .order_by(Meeting.number.desc(), Delegate.position)
    )
    return list({each.name.casefold(): each for each in reversed(delegates.all())}.values())[::-1]


def answered_before(
    session: Session, state_code: str, meeting_id: UUID, part: Part
) -> tuple[NominationPart, Meeting] | None:
    """What a State wrote in a part of its answer for the latest other meeting, if it did."""
    row = session.execute(
        sa.select(NominationPart, Meeting)
        .join(Nomination, Nomination.id == NominationPart.nomination_id)
        .join(Meeting, Meeting.id == Nomination.meeting_id)
        .where(
            NominationPart.state_code == state_code,
            NominationPart.part == part,
            NominationPart.not_needed.is_(False),
            Nomination.meeting_id != meeting_id,
        )
        .order_by(Meeting.number.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def links(session: Session, nomination_id: UUID) -> list[ExpertLink]:
    """The links that were sent to experts about one nomination, the newest first."""
    return list(
        session.scalars(
            sa.select(ExpertLink)
            .where(ExpertLink.nomination_id == nomination_id)
            .order_by(ExpertLink.id.desc())
        )
    )


def link(session: Session, state_code: str, nomination_id: UUID, link_id: UUID) -> ExpertLink:
    """One link of a nomination. Raises NotFound for any other."""
    found = session.scalar(
        sa.select(ExpertLink).where(
            ExpertLink.id == link_id,
            ExpertLink.nomination_id == nomination_id,
            ExpertLink.state_code == state_code,
        )
    )
    if found is None:
        raise NotFound("There is no such link, or it is not yours to see.")
    return found
