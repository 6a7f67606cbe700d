"""Questions about the meetings of the series."""

import sqlalchemy as sa
from sqlalchemy import orm

from registration.db import Session
from registration.errors import NotFound
from registration.meetings.models import Meeting


def series(session: Session) -> list[Meeting]:
    """Every meeting, newest first."""
    return list(session.scalars(sa.select(Meeting).order_by(Meeting.number.desc())))


def by_slug(session: Session, slug: str) -> Meeting:
    """One meeting with its documents. Raises NotFound."""
    meeting = session.scalar(
        sa.select(Meeting).where(Meeting.slug == slug).options(orm.selectinload(Meeting.documents))
    )
    if meeting is None:
        raise NotFound("There is no such meeting in the series.")
    return meeting
