"""Questions about the meetings of the series."""

from functools import cache

import sqlalchemy as sa

from registration.db import Session
from registration.errors import NotFound
from registration.meetings.models import Meeting


def series(session: Session) -> list[Meeting]:
    """Every meeting, newest first."""
    return list(session.scalars(sa.select(Meeting).order_by(Meeting.number.desc())))


def by_slug(session: Session, slug: str) -> Meeting:
    """One meeting. Raises NotFound."""
    meeting = session.scalar(_of_slug(), {"slug": slug})
    if meeting is None:
        raise NotFound("There is no such meeting in the series.")
    return meeting


@cache
def _of_slug() -> sa.Select[Meeting]:
    """Asked by every page of a meeting, and so composed once."""
    return sa.select(Meeting).where(Meeting.slug == sa.bindparam("slug"))
