"""Questions about nominations."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from registration.db import Session
from registration.delegations.models import Nomination


def of_state(session: Session, state_code: str, meeting_id: UUID) -> Nomination | None:
    """What a State is working on, or has sent, for a meeting; with its delegates."""
    return session.scalar(
        sa.select(Nomination)
        .where(Nomination.state_code == state_code, Nomination.meeting_id == meeting_id)
        .options(orm.selectinload(Nomination.delegates))
    )
