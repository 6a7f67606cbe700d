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
    asked = (
        sa.select(Note.id, Note.meeting_id, Note.issued_at, Note.respond_by)
        .where(
            Note.stage == NoteStage.ISSUED,
            Note.respond_by.is_not(None),
            Note.meeting_id != sa.bindparam("meeting"),
        )
        .cte("asked")
    )
    begins, deadline = sa.func.min(asked.c.issued_at), sa.func.max(asked.c.respond_by)
    term = (
        sa.select(asked.c.meeting_id, begins.label("begins"), deadline.label("deadline"))
        .group_by(asked.c.meeting_id)
        .having(deadline < sa.bindparam("today"))
        .subquery("term")
    )
    states = (
        sa.select(asked.c.meeting_id, Addressee.state_code)
        .join(Addressee, Addressee.note_id == asked.c.id)
        .distinct()
        .subquery("states")
    )
    addressed = (
        sa.select(states.c.meeting_id, sa.func.count().label("number"))
        .group_by(states.c.meeting_id)
        .subquery("addressed")
    )
    first = sa.func.timezone(clock.DUTY_STATION.key, sa.func.min(Response.received_at))
    firsts = (
        sa.select(asked.c.meeting_id, sa.cast(first, sa.Date()).label("day"))
        .join(Response, Response.note_id == asked.c.id)
        .where(Response.kind.in_(ANSWERS))
        .group_by(asked.c.meeting_id, Response.state_code)
        .subquery("firsts")
    )
    responded = (
        sa.select(
            firsts.c.meeting_id,
            sa.func.array_agg(aggregate_order_by(firsts.c.day, firsts.c.day)).label("days"),
        )
        .group_by(firsts.c.meeting_id)
        .subquery("responded")
    )
    return (
        sa.select(term.c.begins, term.c.deadline, addressed.c.number, responded.c.days)
        .join(addressed, addressed.c.meeting_id == term.c.meeting_id)
        .outerjoin(responded, responded.c.meeting_id == term.c.meeting_id)
        .order_by(term.c.begins)
    )
