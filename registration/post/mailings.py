"""Mailings: the messages that carry a note's copies, confirmed, paused, resumed, stopped as one."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from registration.db import Session
from registration.errors import NotFound
from registration.journal.service import Then, promise
from registration.post.handover import STOPPED, move
from registration.post.models import Mailing, Message
from registration.post.rules import (
    MAILING,
    MailingAction,
    MailingStage,
    MessageAction,
    MessageStage,
)
from registration.post.service import to_send


def begin(
    session: Session, mailing_id: UUID, *, confirmed_by_id: UUID, left_out: Iterable[str]
) -> Mailing:
    """Open a mailing. Its messages come when they are made; `left_out` are codes of States."""
    mailing = Mailing(id=mailing_id, confirmed_by_id=confirmed_by_id, left_out=sorted(left_out))
    session.add(mailing)
    session.flush()
    return mailing


def of(session: Session, mailing_id: UUID, *, lock: bool = False) -> Mailing:
    """The mailing. Raises NotFound where none was confirmed."""
    mailing = session.get(Mailing, mailing_id, with_for_update=lock or None, populate_existing=lock)
    if mailing is None:
        raise NotFound("Nobody has confirmed the dispatch of this note yet.")
    return mailing


def act(session: Session, mailing_id: UUID, action: MailingAction) -> Mailing:
    """Pause, resume or stop. Raises IllegalMove.

    What a worker holds in its hands at that moment is sent to its end.
    """
    mailing = of(session, mailing_id, lock=True)
    mailing.stage = MAILING.after(mailing.stage, action)
    session.flush()
    waiting = _waiting(session, mailing)
    if mailing.stage is MailingStage.STOPPED:
        for message in waiting:
            if message.stage is MessageStage.READY:
                move(session, message, MessageAction.CANCEL, STOPPED)
    # A claim that its worker did not live to end is looked after by an attempt of its own.
    promise(session, [_again(mailing, message) for message in waiting if _needs(mailing, message)])
    return mailing


def _waiting(session: Session, mailing: Mailing) -> list[Message]:
    """What has not left yet, locked."""
    return list(
        session.scalars(
            sa.select(Message)
            .where(
                Message.mailing_id == mailing.id,
                Message.stage.in_((MessageStage.READY, MessageStage.CLAIMED)),
            )
            .order_by(Message.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _needs(mailing: Mailing, message: Message) -> bool:
    return mailing.stage is not MailingStage.PAUSED and message.stage is not MessageStage.VOID


def _again(mailing: Mailing, message: Message) -> Then:
    """The promise of an attempt, once for each time that the mailing went on."""
    first = to_send(message)
    return replace(first, key=f"{first.key}:{mailing.version}")
