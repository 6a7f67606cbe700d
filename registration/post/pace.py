"""When the mail server may get a message: at the office's pace, and not while it asked us to wait.

Both are kept in the database, for all workers together. Whoever settles a message takes the
server's row before the message's, as a claim does: the other way round two could wait for ever.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from registration import clock, config
from registration.db import Session
from registration.journal.service import record
from registration.post.models import MailServer, Message
from registration.post.rules import next_turn, quiet_after, turn_holds


def waits_until(session: Session) -> datetime | None:
    """Until when the mail server asked us to leave it alone; None where it did not, or by now."""
    return session.scalar(
        sa.select(MailServer.wait_until).where(
            MailServer.name == config.current().mail_server, MailServer.wait_until > clock.now()
        )
    )


def waits(server: sa.BindParameter[str], now: sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """Whether that mail server asked us to leave it alone, as part of another question."""
    return sa.exists().where(MailServer.name == server, MailServer.wait_until > now)


def stands_back_until(session: Session, message_id: UUID, *, hurried: bool) -> datetime | None:
    """Until when this message lets the mail server be; None where an attempt may be made now.

    At a pace each attempt takes a turn. Somebody waits for a `hurried` message: it takes one
    without waiting for it, so that those behind it wait.
    """
    asked = waits_until(session)
    per_minute = config.current().mail_per_minute
    if asked is not None or per_minute is None:
        return asked
    message = session.get(Message, message_id, populate_existing=True)
    if message is None or not message.is_unsent:
        return None  # there is nothing to attempt
    now, turn = clock.now(), message.turn_at
    if turn is None or not turn_holds(turn, now):
        server = _server(session)
        turn, server.free_at = next_turn(server.free_at, now, per_minute)
        message.turn_at = turn
    return None if hurried or turn <= now else turn


def wait(session: Session, reply: str) -> None:
    """The server asked for patience: nothing leaves for a while, and longer at each time in a row.

    What several workers hear at the same time counts once.
    """
    server = _server(session)
    now = clock.now()
    if server.wait_until is None or server.wait_until <= now:
        server.asked += 1
        server.wait_until = now + quiet_after(server.asked)
        server.reply = reply
        record(
            session,
            "mail_server.asked_to_wait",
            "mail_server",
            server.name,
            detail={"until": server.wait_until.isoformat(), "reply": reply},
        )


def go_on(session: Session) -> None:
    """The server took a message, so that its patience is whole again, once the wait is over."""
    session.execute(
        sa.update(MailServer)
        .where(
            MailServer.name == config.current().mail_server, MailServer.wait_until <= clock.now()
        )
        .values(asked=0, wait_until=None, reply="")
        .execution_options(synchronize_session=False)
    )


def _server(session: Session) -> MailServer:
    """The row of the mail server, made where there is none, locked until the transaction ends."""
    name = config.current().mail_server
    session.execute(
        insert(MailServer).values(name=name, asked=0, reply="").on_conflict_do_nothing()
    )
    return session.get_one(MailServer, name, with_for_update=True, populate_existing=True)
