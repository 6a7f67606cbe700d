"""What waits to be handed over: looked up many at a time, and taken one by one.

To look up reserves nothing. A message is anybody's until it is taken, and at that moment it is
asked again whether it may leave: a pause, or a server that asks for patience, is heard between any
two messages, and a worker that dies holds one message and no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import SystemRandom
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.dml import ReturningUpdate

from registration import clock, config
from registration.db import Session
from registration.journal import outbox
from registration.post import handover, mime, pace
from registration.post.mime import Attached
from registration.post.models import Message
from registration.post.rules import LEASE, MESSAGE, MessageAction, MessageStage

# So many are looked up at once, at random among the oldest: two workers then seldom reach for the
# same one, and what one of them has prepared is seldom taken by the other.
AT_ONCE = 10
AMONG = 40


@dataclass(frozen=True)
class Waiting:
    """A message to make an attempt with, its files, and the number of the promise to."""

    outbox_id: int
    message: Message
    files: list[Attached]


def _taking() -> ReturningUpdate[Message]:
    ids = sa.bindparam("ids", type_=postgresql.ARRAY(sa.Uuid()))
    now = sa.bindparam("now", type_=sa.DateTime(timezone=True))
    first = (
        handover.waiting(now)
        .where(
            Message.id == sa.any_(ids), ~pace.waits(sa.bindparam("server", type_=sa.Text()), now)
        )
        .order_by(sa.func.array_position(ids, Message.id))
        .limit(1)
        .with_for_update(of=Message, skip_locked=True)
    )
    first_message_id = sa.func.concat(
        "<", Message.id, "@", sa.bindparam("domain", type_=sa.Text()), ">"
    )
    return (
        sa.update(Message)
        .where(Message.id == first.scalar_subquery())
        .values(
            stage=MESSAGE.after(MessageStage.READY, MessageAction.CLAIM),
            message_id=sa.func.coalesce(Message.message_id, first_message_id),
            attempts=Message.attempts + 1,
            fence=Message.fence + 1,
            turn_at=None,
            lease_until=sa.func.now() + LEASE,
        )
        .returning(Message)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


_TAKE = _taking()  # made once: to put it together takes as long as to ask it


def look_up(session: Session, task: str) -> list[Waiting]:
    """Some of the oldest messages that an attempt could be made with now, oldest first.

    One whose files are not to be had is left out: its own wake-up parks it with the reason.
    """
    subjects = handover.waiting(clock.now()).with_only_columns(sa.cast(Message.id, sa.Text))
    oldest = outbox.look_up(session, task, subjects, limit=AMONG)
    chosen = sorted(SystemRandom().sample(oldest, min(AT_ONCE, len(oldest))))
    ids = [UUID(subject_id) for _, subject_id in chosen]
    messages = {
        each.id: each for each in session.scalars(sa.select(Message).where(Message.id.in_(ids)))
    }
    files = mime.attached_to_each(session, messages.values())
    return [
        Waiting(outbox_id, messages[message_id], files[message_id])
        for (outbox_id, _), message_id in zip(chosen, ids, strict=True)
        if message_id in files
    ]


def take(session: Session, pile: Sequence[Waiting], sender: str) -> Waiting | None:
    """The first of these that may be had, under a lease, as `handover.claim` would give it.

    None where others have taken them, their mailing is paused, or the mail server asks to wait.
    """
    message = session.scalar(
        _TAKE,
        {
            "ids": [each.message.id for each in pile],
            "now": clock.now(),
            "server": config.current().mail_server,
            "domain": sender.rpartition("@")[2],
        },
    )
    if message is None:
        return None
    return next(replace(each, message=message) for each in pile if each.message.id == message.id)
