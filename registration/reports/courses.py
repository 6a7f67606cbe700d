"""How responses came in at earlier meetings, in one query."""

from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from registration import clock
from registration.db import Session
from registration.notes.models import Addressee, Note
from registration.notes.rules import NoteStage
from registration.reports.forecast import Course
from registration.responses.models import Response
from registration.responses.rules import ANSWERS


def earlier(session: Session, meeting_id: UUID) -> list[Course]:
    """The course of every other meeting whose last day for responses has passed, oldest first.

    As on a meeting's board, a State responded when it did so to any of the meeting's notes.
    """
    rows = session.execute(_courses(), {"meeting": meeting_id, "today": clock.today()})
    return [
        Course(
            clock.day_of(issued_at),
            respond_by,
            addressed,
            tuple(responded or ()),
        )
        for issued_at, respond_by, addressed, responded in rows
    ]


@cache
def _courses() -> sa.Select[*tuple[Any, ...]]:
    """All but one meeting's courses as at a day, composed once."""
    first = (
        sa.select(
            Note.meeting_id,
            sa.func.min(Note.issued_at).label("issued_at"),
            sa.func.max(Note.respond_by).label("respond_by"),
            sa.func.min(Response.received_at).label("received_at"),
        )
        .join(Addressee, Addressee.note_id == Note.id)
        .outerjoin(
            Response,
            sa.and_(Response.addressee_id == Addressee.id, Response.kind.in_(ANSWERS)),
        )
        .where(
            Note.stage == NoteStage.ISSUED,
            Note.respond_by.is_not(None),
            Note.meeting_id != sa.bindparam("meeting"),
        )
        .group_by(Note.meeting_id, Addressee.state_code)
        .subquery()
    )
    begins, deadline = sa.func.min(first.c.issued_at), sa.func.max(first.c.respond_by)
    responded_on = sa.cast(sa.func.timezone(clock.DUTY_STATION.key, first.c.received_at), sa.Date())
    return (
        sa.select(
            begins,
            deadline,
            sa.func.count(),
            sa.func.array_agg(aggregate_order_by(responded_on, responded_on)).filter(
                first.c.received_at.is_not(None)
            ),
        )
        .group_by(first.c.meeting_id)
        .having(deadline < sa.bindparam("today"))
        .order_by(begins)
    )
