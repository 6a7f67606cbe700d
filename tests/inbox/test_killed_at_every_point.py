"""A process killed anywhere between mailbox and State: no mail is lost, and none is there twice."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from registration import db
from registration.documents import service as documents
from registration.documents.models import Document, DocumentKind, Examination
from registration.inbox import service
from registration.inbox.models import Incoming, IncomingFile
from registration.inbox.rules import IncomingStage, Mailbox
from registration.journal.models import Event, Outbox
from registration.killpoint import VARIABLE
from registration.notes.models import Note
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.tokens import Road
from tests.documents.making import plain
from tests.inbox import mails
from tests.inbox.conftest import PROGRAM, Office, a_message
from tests.inbox.dovecot import Dovecot
from workers import mailbox
from workers.app import engine

KEEPING = (
    "mail.stored",
    "mail.before_kept",
    "mail.kept",
    "mail.before_seen",
    "mail.seen",
)
READING = (
    "mail.parsed",
    "mail.matched",
    "mail.reported",
    "mail.files_held",
)
WHERE_A_REPORT_DIES = ("mail.matched", "mail.reported")
OF_EVERY_UNIT = ("unit.counted", "unit.before_commit", "unit.committed")


def in_a_process(work: Callable[[], None], armed: Path | None = None) -> int:
    """How a process ended that did it: 0, or the negative number of the signal that killed it."""
    child = os.fork()
    if child == 0:
        ended = 1
        try:
            engine().dispose(close=False)  # the connections are the parent's
            if armed is not None:
                os.environ[VARIABLE] = str(armed)
            work()
            ended = 0
        finally:
            os._exit(ended)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def take_in(url: str) -> None:
    """What the worker does in a minute: empty the mailbox, and read what is promised to be."""
    mailbox.take_out(Mailbox.REPLIES, url)
    with db.open_session(engine(), PROGRAM) as session:
        promised = session.scalars(
            sa.select(Outbox.id).where(Outbox.task == service.READ, Outbox.done_at.is_(None))
        ).all()
    for outbox_id in promised:
        mailbox.read.run(outbox_id)


def a_mail(office: Office, number: int, *, is_a_report: bool) -> bytes:
    """A reply with a scan, or word that a message of ours came back; each about its own message."""
    with db.session_for(office.engine, PROGRAM) as session:
        message = a_message(session, session.get_one(Note, office.note.id), [mails.MISSION])
    this = replace(office, message=message)
    if is_a_report:
        return mails.delivery_report(this.token(Road.BOUNCE))
    return mails.in_arabic_with_a_scan(this.token(Road.REPLY), plain(number + 1))


def test_a_kill_at_every_point_loses_no_mail_and_doubles_none(
    office: Office, server: Dovecot, name: str, tmp_path: Path
) -> None:
    points = [*KEEPING, *READING, *OF_EVERY_UNIT]
    url, armed = server.url(name), tmp_path / "armed"
    for number, point in enumerate(points):
        server.deliver(name, a_mail(office, number, is_a_report=point in WHERE_A_REPORT_DIES))
        armed.write_text(point)
        assert in_a_process(lambda: take_in(url), armed) == -signal.SIGKILL, point
        assert not armed.exists()
        assert in_a_process(lambda: take_in(url)) == 0
    assert in_a_process(lambda: take_in(url)) == 0  # the next minute finds nothing to do

    with db.open_session(office.engine, PROGRAM) as session:

        def count(table: type[db.Base], *which: sa.ColumnElement[bool]) -> int:
            return session.scalar(sa.select(sa.func.count()).select_from(table).where(*which)) or 0

        reports = len(WHERE_A_REPORT_DIES)
        replies = len(points) - reports
        assert count(Incoming) == count(Event, Event.kind == "incoming.kept") == len(points)
        for stage, number in ((IncomingStage.MATCHED, replies), (IncomingStage.FILED, reports)):
            assert count(Incoming, Incoming.stage == stage) == number
            assert count(Event, Event.kind == f"incoming.{stage}") == number
        scans = Document.kind == DocumentKind.INCOMING_NOTE
        assert count(IncomingFile) == count(Examination) == count(Document, scans) == replies
        assert count(Message, Message.stage == MessageStage.BOUNCED) == reports
        assert count(Event, Event.kind == "message.bounced") == reports
        assert count(Outbox, Outbox.task == service.READ, Outbox.done_at.is_(None)) == 0
        for digest in session.scalars(sa.select(Incoming.sha256)):
            assert documents.the_store().get(digest)
    with server.mailbox(name) as box:
        assert len(box.uids("ALL")) == len(points)
        assert box.uids("UNSEEN") == []
