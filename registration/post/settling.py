"""Settling what an attempt left open: by the mail server's log, or by a person who knows."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration import text as gate
from registration.db import Session
from registration.errors import NotFound, Refused
from registration.journal.service import promise
from registration.permissions import Permission, demand
from registration.post.handover import accept, move
from registration.post.mail_log import Answer, MailLog
from registration.post.models import Message
from registration.post.rules import GRACE, MESSAGE, MOMENT, MessageAction, MessageStage
from registration.post.service import to_send
from registration.words import sentence
from registration.workflow import not_now

ACCEPTED_BY_LOG = sentence(
    "The mail server's log, or the archive, shows that it accepted the message."
)
ABSENT_IN_LOG = sentence("The mail server's log says that it never accepted the message.")


def reconcile(session: Session, log: MailLog, *, grace: timedelta = GRACE) -> None:
    """Ask the log about every message in doubt.

    What it found was handed over; what it saw turned away, or is surely absent after `grace`, goes
    out again under the same Message-ID; what it does not know stays as it is, for a person.
    """
    in_doubt = session.execute(
        sa.select(Message, Message.body_started_at < sa.func.now() - grace)
        .where(
            Message.stage == MessageStage.UNCERTAIN,
            ~Message.body_open,
            Message.body_started_at < sa.func.now() - min(MOMENT, grace),
        )
        .order_by(Message.id)
        .with_for_update(skip_locked=True)
    )
    for message, nobody_is_at_it in in_doubt:
        if message.message_id is None or message.body_started_at is None:
            continue
        answer = log.answer(message.message_id, message.body_started_at)
        if answer is Answer.FOUND:
            accept(session, message, ACCEPTED_BY_LOG, message.refused)
        elif answer is Answer.TURNED_AWAY or (answer is Answer.SURELY_ABSENT and nobody_is_at_it):
            _send_again(session, message, MessageAction.FIND_ABSENT, ABSENT_IN_LOG)


def confirm(session: Session, message_id: UUID, *, reason: str) -> Message:
    """A person knows that the message in doubt was handed over, and says from where."""
    message = _to_settle(session, message_id)
    accept(session, message, _because(reason), message.refused)
    return message


def send_again(session: Session, message_id: UUID, *, reason: str) -> Message:
    """A person knows that it was not handed over, or has mended what was in the way.

    Raises Refused where the text was confidential and is erased.
    """
    message = _to_settle(session, message_id)
    if message.confidential and not message.text:
        raise Refused("The text of this message was confidential and is erased.")
    in_doubt = message.stage is MessageStage.UNCERTAIN
    action = MessageAction.FIND_ABSENT if in_doubt else MessageAction.RELEASE
    message.attempts = 0
    _send_again(session, message, action, _because(reason))
    return message


def cancel(session: Session, message_id: UUID, *, reason: str) -> Message:
    """A person decides that a message that could not be sent will not be sent."""
    message = _to_settle(session, message_id)
    move(session, message, MessageAction.CANCEL, _because(reason))
    return message


def decide(session: Session, message_id: UUID, action: MessageAction, *, reason: str) -> Message:
    """What a person decided, as one of the actions that `choices` offers."""
    verbs = {
        MessageAction.ACCEPT: confirm,
        MessageAction.FIND_ABSENT: send_again,
        MessageAction.RELEASE: send_again,
        MessageAction.CANCEL: cancel,
    }
    return verbs[action](session, message_id, reason=reason)


def _to_settle(session: Session, message_id: UUID) -> Message:
    demand(session.actor, Permission.SETTLE_MESSAGE)
    row = session.execute(
        sa.select(Message, Message.lease_until > sa.func.now())
        .where(Message.id == message_id)
        .with_for_update()
        .execution_options(populate_existing=True)  # the page may have read it before it moved
    ).first()
    if row is None:
        raise NotFound("There is no such message, or it is not yours to see.")
    message, is_being_sent = row
    if is_being_sent:
        # A second copy would leave while the mail server still takes the first.
        raise not_now()
    return message


def _because(reason: str) -> str:
    clean = gate.line(reason)
    if not clean:
        raise Refused("Say how you know.", field="reason")
    return clean


def _send_again(session: Session, message: Message, action: MessageAction, reply: str) -> None:
    message.fence += 1  # whoever held it before writes nothing any more
    message.due_at = clock.now()
    message.body_started_at = None
    move(session, message, action, reply)
    promise(session, [to_send(message)])


def choices(message: Message) -> tuple[MessageAction, ...]:
    """What a person may decide about this message, in the order of the table."""
    open_to_people = (
        MessageAction.ACCEPT,
        MessageAction.FIND_ABSENT,
        MessageAction.RELEASE,
        MessageAction.CANCEL,
    )
    erased = message.confidential and not message.text
    return tuple(
        action
        for action in MESSAGE.actions(message.stage)
        if action in open_to_people
        and message.stage is not MessageStage.READY
        and not (erased and action is MessageAction.RELEASE)
    )
