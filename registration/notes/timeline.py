"""The whole story of a note: the office, its copies, who answered, what followed.

Alike moments that nothing parts are told as one: forty changes of a text, or a hundred responses,
are a line each, with their number and their first and last instant.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from registration.db import Session
from registration.journal.models import Event
from registration.journal.service import story
from registration.notes import followups
from registration.notes.models import Dispatch, Letter, Note
from registration.notes.rules import LetterStage
from registration.post.models import Message

PRINTED, HANDED_OVER, FOLLOWED = "copies.printed", "copies.handed_over", "note.followed"
ANSWERED, ASKED, ACKNOWLEDGED, WITHDRAWN = (
    "responses.received",
    "requests.received",
    "receipts.acknowledged",
    "answers.withdrawn",
)
# What a response is to the note, by what the journal says of it: only the first two answer.
SAID = {
    "nomination": ANSWERED,
    "will_not_nominate": ANSWERED,
    "extension": ASKED,
    "question": ASKED,
    "acknowledges": ACKNOWLEDGED,
    "withdrawal": WITHDRAWN,
}
# What happens many times over, and says no more each time than the first.
_ALIKE = frozenset(
    {"note.written", "letter.parked", "letter.released", PRINTED, HANDED_OVER, *SAID.values()}
)
# The result of a rehearsal is told; that it was asked for is not.
_UNTOLD = frozenset({"note.rehearsal_asked", "note.followed_up"})


@dataclass(frozen=True)
class Moment:
    """One line of the story: from `since` to `at`, `count` times."""

    kind: str
    at: datetime
    since: datetime
    who: str = ""
    count: int = 1
    detail: dict[str, Any] = field(default_factory=dict)
    state_code: str | None = None
    note_id: UUID | None = None


def tell(session: Session, note: Note) -> list[Moment]:
    """The story of a note, newest first, in four queries."""
    moments = [_of_event(each) for each in story(session, "note", note.id)]
    moments = [each for each in moments if each.kind not in _UNTOLD]
    if note.reference is not None:
        moments += _printed(session, note)
        moments += _handed_over(session, note)
        moments += _answered(session, note.reference)
        moments += _followed(session, note)
    return list(reversed(folded(sorted(moments, key=lambda each: each.at))))


def folded(moments: Iterable[Moment]) -> list[Moment]:
    """The moments, oldest first, with alike ones by one person that nothing parts made one."""
    told: list[Moment] = []
    for each in moments:
        before = told[-1] if told else None
        if before and each.kind in _ALIKE and (before.kind, before.who) == (each.kind, each.who):
            told[-1] = replace(each, since=before.since, count=before.count + each.count)
        else:
            told.append(each)
    return told


def _of_event(event: Event) -> Moment:
    return Moment(
        event.kind,
        event.at,
        event.at,
        event.actor_name if event.actor_id else "",
        detail=event.detail,
        state_code=event.state_code,
    )


def _by_hour(
    session: Session, kind: sa.ColumnElement[str], at: Any, *conditions: sa.ColumnElement[bool]
) -> list[Moment]:
    """What happened many times, counted by the hour: what came between stays between."""
    hour = sa.func.date_trunc("hour", at)
    rows = session.execute(
        sa.select(kind.label("told"), sa.func.max(at), sa.func.min(at), sa.func.count())
        .where(at.is_not(None), *conditions)
        .group_by("told", hour)
    )
    return [Moment(told, last, first, count=count) for told, last, first, count in rows]


def _printed(session: Session, note: Note) -> list[Moment]:
    return _by_hour(
        session,
        sa.literal(PRINTED),
        Letter.rendered_at,
        Letter.note_id == note.id,
        Letter.addressee_id.is_not(None),
        Letter.stage == LetterStage.RENDERED,
    )


def _handed_over(session: Session, note: Note) -> list[Moment]:
    of_this_note = sa.select(Dispatch.message_pk).where(Dispatch.note_id == note.id)
    return _by_hour(
        session, sa.literal(HANDED_OVER), Message.handed_over_at, Message.id.in_(of_this_note)
    )


def _answered(session: Session, reference: str) -> list[Moment]:
    """Responses as the journal knows them: the slice that receives them lies above this one."""
    return _by_hour(
        session,
        sa.case(SAID, value=Event.detail["kind"].astext, else_=ANSWERED),
        Event.at,
        Event.kind == "response.received",
        Event.detail["note"].astext == reference,
    )


def _followed(session: Session, note: Note) -> list[Moment]:
    return [
        Moment(
            FOLLOWED,
            each.issued_at or each.drafted_at,
            each.drafted_at,
            detail={"kind": each.kind, "reference": each.reference, "title": each.title},
            note_id=each.id,
        )
        for each in followups.of(session, note)
    ]
