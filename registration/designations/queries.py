"""Questions about designations: what an answer names so far, and what is in force."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from registration.db import Session
from registration.designations.models import Designation, ProposedAuthority
from registration.designations.rules import DesignationKind
from registration.errors import NotFound


def proposed(session: Session, state_code: str, meeting_id: UUID) -> list[ProposedAuthority]:
    """The authorities of a State's answer for a meeting, the central one first."""
    return proposed_by_meeting(session, state_code, [meeting_id])[meeting_id]


def proposed_by_meeting(
    session: Session, state_code: str, meeting_ids: Collection[UUID]
) -> dict[UUID, list[ProposedAuthority]]:
    """The same for each of several meetings. One query."""
    found: dict[UUID, list[ProposedAuthority]] = {each: [] for each in meeting_ids}
    for authority in session.scalars(
        sa.select(ProposedAuthority)
        .where(
            ProposedAuthority.state_code == state_code,
            ProposedAuthority.meeting_id.in_(meeting_ids),
        )
        .order_by(ProposedAuthority.kind, ProposedAuthority.entered_at, ProposedAuthority.id)
    ):
        found[authority.meeting_id].append(authority)
    return found


def proposed_one(
    session: Session, state_code: str, meeting_id: UUID, authority_id: UUID
) -> ProposedAuthority:
    """One authority of that answer. Raises NotFound where it is not in it."""
    authority = session.scalar(
        sa.select(ProposedAuthority).where(
            ProposedAuthority.id == authority_id,
            ProposedAuthority.state_code == state_code,
            ProposedAuthority.meeting_id == meeting_id,
        )
    )
    if authority is None:
        raise NotFound("This authority is no longer in the answer.")
    return authority


def proposed_central(
    session: Session, state_code: str, meeting_id: UUID
) -> ProposedAuthority | None:
    """The central authority of that answer, if it names one."""
    return session.scalar(
        sa.select(ProposedAuthority).where(
            ProposedAuthority.kind == DesignationKind.CENTRAL_AUTHORITY,
            ProposedAuthority.state_code == state_code,
            ProposedAuthority.meeting_id == meeting_id,
        )
    )


def in_force(session: Session, state_code: str) -> list[Designation]:
    """What a State's word is now: central authority, local authorities, experts."""
    return list(
        session.scalars(
            sa.select(Designation)
            .where(Designation.state_code == state_code, Designation.in_force_until.is_(None))
            .order_by(Designation.kind, Designation.id)
        )
    )


def central_in_force(session: Session, state_code: str) -> Designation | None:
    """The central authority that a State has named and not ended."""
    return session.scalar(
        sa.select(Designation).where(
            Designation.state_code == state_code,
            Designation.kind == DesignationKind.CENTRAL_AUTHORITY,
            Designation.in_force_until.is_(None),
        )
    )


def named_before(session: Session, state_code: str, meeting_id: UUID) -> list[Designation]:
    """The local authorities in force that answers for other meetings named, oldest first."""
    named_here = sa.select(ProposedAuthority.id).where(
        ProposedAuthority.state_code == state_code, ProposedAuthority.meeting_id == meeting_id
    )
    return list(
        session.scalars(
            sa.select(Designation)
            .where(
                Designation.state_code == state_code,
                Designation.kind == DesignationKind.LOCAL_AUTHORITY,
                Designation.in_force_until.is_(None),
                Designation.line_id.not_in(named_here),
            )
            .order_by(Designation.id)
        )
    )
