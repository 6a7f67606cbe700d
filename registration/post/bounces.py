"""What a delivery report does to a message: addresses that it did not reach, or all of them."""

from collections.abc import Mapping

import sqlalchemy as sa

from registration.db import Session
from registration.journal.service import record
from registration.post.handover import accept, move
from registration.post.models import Message
from registration.post.rules import MessageAction, MessageStage

# A report proves that the server had taken the message, whatever broke off before it said so.
TAKEN = "A delivery report came back, so the mail server had accepted the message."
_UNDER_WAY = frozenset({MessageStage.CLAIMED, MessageStage.UNCERTAIN})


class NotNow(Exception):
    """A worker still speaks with the mail server about this message: come back a little later."""


def bounce(session: Session, message: Message, said: Mapping[str, str]) -> dict[str, str]:
    """Write down that these addresses did not get the message; what the server said, by address.

    Returns those that are its recipients' and were not known yet, so that a report which comes
    twice is as once. Where it reached none of them, it came back. One address of a report that is
    not among them stands for the only recipient: somebody's forwarding changed it. Raises NotNow.
    """
    row = sa.select(Message.lease_until > sa.func.now()).where(Message.id == message.id)
    is_being_sent = session.scalar(row.with_for_update())
    session.refresh(message)
    if message.stage in _UNDER_WAY and is_being_sent:
        raise NotNow
    new = {
        address: words
        for address, words in _of_recipients(message, said).items()
        if address not in message.refused
    }
    if not new or message.stage not in (MessageStage.UNCERTAIN, MessageStage.HANDED_OVER):
        return {}
    if message.stage is MessageStage.UNCERTAIN:
        accept(session, message, TAKEN, message.refused)
    message.refused = {**message.refused, **new}
    words = "; ".join(f"{address}: {each}" for address, each in new.items())
    if message.refused.keys() >= {*message.recipients}:
        move(session, message, MessageAction.BOUNCE, words)
    else:
        _tell(session, message, words, len(new))
    return new


def _of_recipients(message: Message, said: Mapping[str, str]) -> dict[str, str]:
    named = {each: said[each] for each in message.recipients if each in said}
    if named or not said or len(message.recipients) != 1:
        return named
    return {message.recipients[0]: next(iter(said.values()))}


def _tell(session: Session, message: Message, words: str, number: int) -> None:
    record(
        session,
        f"message.{message.stage.value}",
        "message",
        message.id,
        state_code=message.state_code,
        detail={"purpose": message.purpose, "reply": words, "addresses_refused": number},
    )
