"""One attempt to hand a message to the mail server, as the database sees it: claim, mark, settle.

Every write names the fence of the claim and the stage that it expects. A worker that was thought
dead and wakes up late finds that its fence has passed, and changes nothing.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningUpdate

from registration import clock
from registration.db import Session
from registration.journal.service import promise, record
from registration.post import tokens
from registration.post.models import Mailing, Message
from registration.post.rules import (
    ATTEMPTS,
    LEASE,
    MESSAGE,
    MailingStage,
    MessageAction,
    MessageStage,
    wait_after,
)
from registration.post.service import to_send
from registration.words import sentence

STOPPED = sentence("The dispatch was stopped before this copy had left.")
WITHHELD = sentence(
    "Withheld: this is a rehearsal, and the address is not on the list of the settings."
)
BROKEN_OFF = sentence("The sending broke off before the end: the mail server has not got it.")
GIVEN_UP = frozenset({MessageStage.FAILED, MessageStage.PARKED, MessageStage.VOID})


# Made once: to put these together takes as long as to ask them.
_CLAIMED = sa.and_(
    Message.id == sa.bindparam("claimed_id"), Message.fence == sa.bindparam("claimed_fence")
)
_OURS = (
    sa.select(Message)
    .where(
        _CLAIMED,
        Message.stage == sa.bindparam("expected"),
        Message.body_open == sa.bindparam("expected_open"),
    )
    .with_for_update()
    .execution_options(populate_existing=True)
)
_START_BODY = (
    sa.update(Message)
    .where(_CLAIMED, Message.stage == MessageStage.CLAIMED, Message.lease_until > sa.func.now())
    .values(
        stage=MESSAGE.after(MessageStage.CLAIMED, MessageAction.START_BODY),
        body_started_at=sa.func.now(),
        body_open=True,
        lease_until=sa.func.now() + LEASE,
    )
    .returning(Message.id)
    .execution_options(synchronize_session=False)
)
_END_BODY = (
    sa.update(Message)
    .where(
        _CLAIMED,
        Message.stage == MessageStage.UNCERTAIN,
        Message.body_open,  # of two that hold one fence (pile.take is forgettable) one comes first
        Message.lease_until > sa.func.now(),
    )
    .values(body_open=False)
    .returning(Message.id)
    .execution_options(synchronize_session=False)
)
# A worker died at it, and the server cannot have it.
_ABANDONED = sa.and_(
    sa.or_(Message.stage == MessageStage.CLAIMED, Message.body_open),
    Message.lease_until < sa.func.now(),
)


class LeaseLost(Exception):
    """Somebody else has the message now. Whoever sees this stops without a word to the server."""


def claim(session: Session, message_id: UUID, sender: str) -> Message | None:
    """The message under a lease of this worker, with one attempt more; None if it is not to be had.

    Not to be had is a message that was sent, given up or is in doubt, that is not due yet, or on
    which another worker's lease still runs, or one of a paused mailing. One whose attempts are used
    up is parked here, and one of a stopped mailing is cancelled. One of which a dead worker left
    the body open is in no doubt: it is let go first.
    """
    row = session.execute(
        sa.select(Message, Mailing)
        .outerjoin(Mailing, Mailing.id == Message.mailing_id)
        .where(
            Message.id == message_id,
            sa.or_(
                sa.and_(Message.stage == MessageStage.READY, Message.due_at <= clock.now()),
                _ABANDONED,
            ),
        )
        .with_for_update(of=Message, skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    message: Message
    message, mailing = row
    if message.stage is MessageStage.UNCERTAIN:
        move(session, message, MessageAction.LET_GO, BROKEN_OFF)
    if _is_kept_back(session, message, mailing):
        return None
    message.message_id = message.message_id or tokens.message_id(message.id, sender)
    if message.attempts >= ATTEMPTS:
        move(session, message, MessageAction.PARK)
        return None
    message.stage = MESSAGE.after(message.stage, MessageAction.CLAIM)
    message.attempts += 1
    message.fence += 1
    message.turn_at = None
    message.lease_until = sa.func.now() + LEASE
    session.flush()
    return message


def waiting(now: datetime | sa.BindParameter[datetime]) -> sa.Select[UUID]:
    """Identifiers of the messages that an attempt could be made with at that time."""
    return (
        sa.select(Message.id)
        .outerjoin(Mailing, Mailing.id == Message.mailing_id)
        .where(
            Message.stage == MessageStage.READY,
            Message.due_at <= now,
            Message.attempts < ATTEMPTS,
            sa.or_(Mailing.id.is_(None), Mailing.stage == MailingStage.UNDER_WAY),
        )
    )


def is_open(session: Session, message_id: UUID) -> bool:
    """Whether the message still waits for an attempt, now or later.

    One of a paused mailing does not: whoever resumes it promises the attempt again.
    """
    return bool(
        session.scalar(
            sa.select(Message.id)
            .outerjoin(Mailing, Mailing.id == Message.mailing_id)
            .where(
                Message.id == message_id,
                Message.is_unsent,
                Mailing.stage.is_distinct_from(MailingStage.PAUSED),
            )
        )
    )


def _is_kept_back(session: Session, message: Message, mailing: Mailing | None) -> bool:
    """Whether its mailing lets nothing leave; what a stop came too early for is cancelled now."""
    if mailing is None:
        return False
    if mailing.stage is MailingStage.STOPPED:
        if message.stage is MessageStage.CLAIMED:
            move(session, message, MessageAction.LET_GO)
        move(session, message, MessageAction.CANCEL, STOPPED)
    return mailing.stage is not MailingStage.UNDER_WAY


def start_body(session: Session, claimed: Message) -> None:
    """Mark that from now on nobody can know whether the server has the message. Commit at once.

    Raises LeaseLost unless the claim still holds.
    """
    _mark(session, _START_BODY, claimed)


def end_body(session: Session, claimed: Message) -> None:
    """Mark that the end of the body leaves now, with which the server may take it. Commit at once.

    Up to then a worker that dies leaves nothing in doubt. Raises LeaseLost unless the mark of
    `start_body` still holds.
    """
    _mark(session, _END_BODY, claimed)


def _mark(session: Session, mark: ReturningUpdate[UUID], claimed: Message) -> None:
    marked = session.execute(mark, {"claimed_id": claimed.id, "claimed_fence": claimed.fence})
    if marked.first() is None:
        raise LeaseLost


def regain(
    session: Session, claimed: Message, expected: MessageStage, *, body_open: bool = False
) -> Message:
    """The message as it is now, locked. Raises LeaseLost if it is not as this claim left it."""
    message = session.scalar(
        _OURS,
        {
            "claimed_id": claimed.id,
            "claimed_fence": claimed.fence,
            "expected": expected,
            "expected_open": body_open,
        },
    )
    if message is None:
        raise LeaseLost
    return message


def accept(
    session: Session, message: Message, reply: str, refused: dict[str, str] | None = None
) -> None:
    """The mail server has it. `refused` are addresses among several that it did not take."""
    message.handed_over_at = clock.now()
    message.refused = refused or {}
    detail = {"addresses_refused": len(refused)} if refused else {}
    move(session, message, MessageAction.ACCEPT, reply, **detail)


def come_back(session: Session, message: Message, action: MessageAction, reply: str) -> None:
    """Make it ready for a later attempt (`LET_GO`, `POSTPONE`), or park it after the last one."""
    wait = wait_after(message.attempts)
    if wait is not None:
        message.due_at = clock.now() + wait
    move(session, message, action, reply)
    if wait is None:
        move(session, message, MessageAction.PARK, reply)
    else:
        promise(session, [to_send(message)])


def refuse(session: Session, message: Message, reply: str) -> None:
    """The mail server refused it for good."""
    move(session, message, MessageAction.REFUSE, reply)


def park(session: Session, message: Message, reason: str) -> None:
    """It cannot be sent as it is; a person decides."""
    move(session, message, MessageAction.PARK, reason)


def withhold(session: Session, message: Message) -> None:
    """It is not sent, because this installation rehearses: none of its addresses is on the list."""
    move(session, message, MessageAction.WITHHOLD, WITHHELD)


def leave_in_doubt(session: Session, message: Message, reply: str) -> None:
    """The connection broke when the server may have had it already: the log or a person decides."""
    message.lease_until = None  # this worker has said its last word
    message.reply = reply
    _record(session, message, reply)


def move(
    session: Session,
    message: Message,
    action: MessageAction,
    reply: str | None = None,
    **detail: Any,
) -> None:
    """Take an action of the workflow and write its event. Raises IllegalMove."""
    message.stage = MESSAGE.after(message.stage, action)
    message.lease_until = None
    message.body_open = False
    if reply is not None:
        message.reply = reply
    if message.confidential and message.stage in GIVEN_UP | {MessageStage.HANDED_OVER}:
        message.text = ""
    _record(session, message, message.reply, **detail)


def _record(session: Session, message: Message, reply: str | None, **detail: Any) -> None:
    record(
        session,
        f"message.{message.stage.value}",
        "message",
        message.id,
        state_code=message.state_code,
        detail={
            "purpose": message.purpose,
            "attempt": message.attempts,
            **({"reply": reply} if reply else {}),
            **detail,
        },
    )
