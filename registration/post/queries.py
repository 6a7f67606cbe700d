"""Questions about the mail: what waits for a person, and what was in the way."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from registration.db import Session
from registration.errors import NotFound
from registration.journal.models import Event
from registration.post.models import Message
from registration.post.rules import MessageStage

# The order in which a person should look at them.
FOR_A_PERSON = (
    MessageStage.UNCERTAIN,
    MessageStage.FAILED,
    MessageStage.PARKED,
    MessageStage.BOUNCED,
    MessageStage.WITHHELD,
)

# Messages of no State come before there are States: this slice knows their table by name only.
_STATE = sa.table("state", sa.column("code", sa.Text()), sa.column("names", JSONB()))


def by_id(session: Session, message_id: UUID) -> Message:
    """One message. Raises NotFound, also where the actor may not see it."""
    message = session.get(Message, message_id)
    if message is None:
        raise NotFound("There is no such message, or it is not yours to see.")
    return message


def names_of_states(session: Session, messages: Iterable[Message]) -> dict[str, dict[str, str]]:
    """The names, by language, of the States that these messages are for, by code."""
    codes = {message.state_code for message in messages} - {None}
    rows = session.execute(sa.select(_STATE.c.code, _STATE.c.names).where(_STATE.c.code.in_(codes)))
    return {row.code: row.names for row in rows}


def stage_of(event: Event) -> MessageStage:
    """The stage that an event of a message led to."""
    return MessageStage(event.kind.removeprefix("message."))


def messages(
    session: Session, stage: MessageStage | None, *, page: int = 1, on_a_page: int | None = None
) -> list[Message]:
    """The messages of one stage, the newest first; without one, those that wait for a person.

    These are in doubt, refused, parked, bounced or withheld, or an address of theirs was refused;
    the most doubtful come first. All of them, unless it is said how many stand on a page.
    """
    places = {each: place for place, each in enumerate(FOR_A_PERSON)}
    by_doubt = sa.case(places, value=Message.stage, else_=len(places))
    order = (Message.created_at.desc(),) if stage else (by_doubt, Message.created_at)
    question = sa.select(Message).where(_listed(stage)).order_by(*order, Message.id)
    if on_a_page:
        question = question.limit(on_a_page).offset((page - 1) * on_a_page)
    return list(session.scalars(question))


def count(session: Session, stage: MessageStage | None) -> int:
    """How many `messages` there are."""
    question = sa.select(sa.func.count()).select_from(Message).where(_listed(stage))
    return session.scalars(question).one()


def _listed(stage: MessageStage | None) -> sa.ColumnElement[bool]:
    if stage is not None:
        return Message.stage == stage
    an_address_was_refused = Message.refused != sa.literal({}, Message.refused.type)
    return sa.or_(
        Message.stage.in_(FOR_A_PERSON),
        sa.and_(Message.stage == MessageStage.HANDED_OVER, an_address_was_refused),
    )


def count_by_stage(session: Session, *conditions: Any) -> dict[MessageStage, int]:
    """How many messages stand at each stage."""
    rows = session.execute(
        sa.select(Message.stage, sa.func.count()).where(*conditions).group_by(Message.stage)
    )
    return dict.fromkeys(MessageStage, 0) | dict(rows.all())
