"""The mornings on which a ladder is climbed, and what is found after them."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import time_machine

from registration import clock
from registration.accounts.models import Account
from registration.db import Session
from registration.journal.models import Outbox
from registration.notes import (
    followups,
    queries,
)
from registration.notes.ladders import climbing, setting
from registration.notes.ladders.models import Rung
from registration.notes.ladders.rules import Outcome
from registration.notes.models import Addressee, Note
from registration.responses.models import Response, ResponseChannel
from registration.responses.rules import ResponseKind
from tests.notes.desk import Desk
from workers import reminders

LAST = date(2013, 9, 30)


def morning_of(day: date) -> Any:
    """Seven in the morning of that day at the duty station."""
    return time_machine.travel(datetime.combine(day, time(7), clock.DUTY_STATION), tick=False)


def at(hour: int, day: date) -> Any:
    return time_machine.travel(datetime.combine(day, time(hour), clock.DUTY_STATION), tick=False)


def set_days(
    desk: Desk, note: Note, *days: int, version: int = 0, who: Account | None = None
) -> int:
    with desk.acting(who or desk.anna) as session:
        found = queries.by_id(session, note.id, lock=True)
        return setting.set_rungs(session, found, days, version=version).version


def run_the_morning(desk: Desk) -> None:
    """Beat, relay and worker, one after the other."""
    reminders.morning.run()
    with desk.program() as session:
        rows = session.execute(
            sa.select(Outbox.id).where(Outbox.task == climbing.CLIMB, Outbox.done_at.is_(None))
        ).scalars()
        waiting = list(rows)
    for row in waiting:
        reminders.climb.run(row)


def drafts(session: Session, original: Note) -> list[Note]:
    return [each for each in followups.of(session, original) if each.kind == "reminder"]


def outcomes(session: Session, note: Note) -> dict[int, Outcome | None]:
    rungs = session.scalars(sa.select(Rung).where(Rung.note_id == note.id))
    return {rung.days_before: rung.outcome for rung in rungs}


def respond(
    desk: Desk,
    note: Note,
    code: str,
    kind: ResponseKind = ResponseKind.WILL_NOT_NOMINATE,
    **values: Any,
) -> UUID:
    with desk.program() as session:
        addressee = session.scalars(
            sa.select(Addressee).where(Addressee.note_id == note.id, Addressee.state_code == code)
        ).one()
        response = Response(
            note_id=note.id,
            addressee_id=addressee.id,
            state_code=code,
            channel=ResponseChannel.PAPER,
            kind=kind,
            received_at=clock.now(),
            recorded_by_id=desk.anna.id,
            **values,
        )
        session.add(response)
        session.flush()
        return response.id
