"""A mailbox on a real server: everything in it is kept once, whatever happens in between."""

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from registration import config, db
from registration.config import Settings
from registration.documents import service as documents
from registration.inbox import queries, service
from registration.inbox.models import Incoming, ReadMailbox
from registration.inbox.rules import Doubt, IncomingStage, Mailbox
from registration.journal.models import Outbox, Tick
from registration.post.tokens import Road
from tests.inbox import mails
from tests.inbox.conftest import PROGRAM, Office
from tests.inbox.dovecot import Dovecot
from workers import imap, mailbox


def kept(engine: sa.Engine) -> list[Incoming]:
    with db.open_session(engine, PROGRAM) as session:
        return list(session.scalars(sa.select(Incoming).order_by(Incoming.id)))


def place(engine: sa.Engine) -> ReadMailbox:
    with db.open_session(engine, PROGRAM) as session:
        return session.get_one(ReadMailbox, Mailbox.REPLIES)


def unseen(server: Dovecot, name: str) -> int:
    with server.mailbox(name) as box:
        return len(box.uids("UNSEEN"))


@pytest.mark.usefixtures("settings")
def test_all_that_lies_in_a_mailbox_is_kept_once_however_often_it_is_read(
    engine: sa.Engine, server: Dovecot, name: str
) -> None:
    first, second = (mails.written(text=each).as_bytes() for each in ("One.", "Two."))
    server.deliver(name, first, second)
    mailbox.take_out(Mailbox.REPLIES, server.url(name))
    assert [each.stage for each in kept(engine)] == [IncomingStage.RECEIVED] * 2
    content = documents.the_store().get(kept(engine)[1].sha256)
    assert content.replace(b"\r\n", b"\n").endswith(b"\nTwo.\n")
    assert unseen(server, name) == 0
    mailbox.take_out(Mailbox.REPLIES, server.url(name))
    assert len(kept(engine)) == 2
    # The place in the mailbox gets lost, as after a restored backup of ours or another of theirs.
    with db.session_for(engine, PROGRAM) as session:
        session.execute(sa.update(ReadMailbox).values(uid_validity=1, last_uid=700))
    mailbox.take_out(Mailbox.REPLIES, server.url(name))
    assert len(kept(engine)) == 2
    assert place(engine).last_uid == 2


class Killed(BaseException):
    """The worker dies here."""


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("place_of_death", ["read_up_to", "mark_seen"])
def test_a_worker_killed_in_between_loses_and_doubles_nothing(
    engine: sa.Engine,
    server: Dovecot,
    name: str,
    place_of_death: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(*arguments: object) -> None:
        raise Killed

    server.deliver(name, *(mails.written(text=str(each)).as_bytes() for each in range(3)))
    with monkeypatch.context() as patch:
        of = mailbox.mailboxes if place_of_death == "read_up_to" else imap.Box
        patch.setattr(of, place_of_death, die)
        with pytest.raises(Killed):
            mailbox.take_out(Mailbox.REPLIES, server.url(name))
    assert unseen(server, name) == 3
    mailbox.take_out(Mailbox.REPLIES, server.url(name))
    assert len(kept(engine)) == 3
    assert unseen(server, name) == 0


@pytest.mark.usefixtures("settings")
def test_what_a_person_opened_before_is_taken_all_the_same(
    engine: sa.Engine, server: Dovecot, name: str
) -> None:
    server.deliver(name, mails.written().as_bytes())
    with server.mailbox(name) as box:
        assert len(list(box.fetch(mark_seen=True))) == 1
    mailbox.take_out(Mailbox.REPLIES, server.url(name))
    assert len(kept(engine)) == 1


@pytest.mark.usefixtures("settings")
def test_of_a_mail_that_is_too_big_the_head_is_kept_and_the_rest_left_where_it_is(
    engine: sa.Engine, server: Dovecot, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "SIZE_LIMIT", 1_000)
    server.deliver(name, mails.written(text="x" * 2_000).as_bytes())
    mailbox.take_out(Mailbox.REPLIES, server.url(name))
    (found,) = kept(engine)
    assert not found.whole
    assert found.size > 2_000
    with db.session_for(engine, PROGRAM) as session:
        service.read(session, found.id)
    (found,) = kept(engine)
    assert found.doubts == [Doubt.TOO_BIG]
    assert (found.sender, found.subject, found.text) == (mails.MISSION, "Your note verbale", "")


@pytest.mark.usefixtures("settings")
def test_a_mailbox_that_cannot_be_read_is_told_until_it_can(
    engine: sa.Engine, server: Dovecot, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.take_out(Mailbox.REPLIES, server.url(name, "not-the-password"))
    with db.open_session(engine, PROGRAM) as session:
        (told,) = queries.troubles(session)
    assert "LoginError" in told.problem
    since = told.problem_since
    monkeypatch.delenv("SSL_CERT_FILE")
    mailbox.take_out(Mailbox.REPLIES, server.url(name))
    assert "CERTIFICATE_VERIFY_FAILED" in place(engine).problem
    assert place(engine).problem_since == since
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    mailbox.take_out(Mailbox.REPLIES, server.url(name))
    assert (place(engine).problem, place(engine).problem_since) == ("", None)


def test_the_worker_reads_the_mailboxes_of_the_settings_once_a_minute(
    office: Office, server: Dovecot, name: str
) -> None:
    def arrange(url: str | None) -> None:
        mailboxes = {"reply_mailbox": None if url is None else SecretStr(url)}
        config.use(config.current().model_copy(update=mailboxes))

    server.deliver(name, mails.in_arabic_with_a_scan(office.token(Road.REPLY)))
    arrange(None)
    mailbox.fetch.run()
    assert kept(office.engine) == []
    with db.session_for(office.engine, PROGRAM) as session:
        session.execute(sa.delete(Tick))
    arrange(server.url(name))
    mailbox.fetch.run()
    with db.open_session(office.engine, PROGRAM) as session:
        promised = session.scalars(sa.select(Outbox).where(Outbox.task == service.READ)).one()
    mailbox.read.run(promised.id)
    assert [each.stage for each in kept(office.engine)] == [IncomingStage.MATCHED]


@pytest.mark.parametrize("url", ["imap://u:p@host/INBOX", "imaps://host/INBOX", "imaps://u@host"])
def test_a_mailbox_is_only_read_under_tls_and_with_a_password(url: str, settings: Settings) -> None:
    with pytest.raises(ValueError, match="must be imaps://"):
        Settings.model_validate({**settings.model_dump(), "reply_mailbox": url})
