"""Each mail goes to the archive too, and what lies there settles what was left in doubt."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from registration import clock, config, db
from registration.config import Settings
from registration.journal.models import Outbox
from registration.post.mail_log import Answer, Several
from registration.post.models import Message
from registration.post.rules import GRACE, MessageStage
from registration.post.service import SEND, post
from tests.faults.failing_smtp import FailingServer, Phase, Way
from tests.inbox import mails
from tests.inbox.conftest import PROGRAM, Office
from tests.inbox.dovecot import Dovecot
from workers import post as posting
from workers.archive import Archive
from workshop.mail_catcher import MailCatcher

ARCHIVE = "archive@registration.example"


class AWitness:
    """A log with one answer."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def answer(self, message_id: str, since: object) -> Answer:
        return self._answer


F, S, U = Answer.FOUND, Answer.SURELY_ABSENT, Answer.UNKNOWN


@pytest.mark.parametrize(
    ("answers", "together"),
    [((F, U), F), ((S, F), F), ((U, S), S), ((S, U), S), ((U, U), U), ((), U)],
)
def test_what_one_witness_saw_has_happened(answers: tuple[Answer, ...], together: Answer) -> None:
    several = Several([AWitness(each) for each in answers])
    assert several.answer("<x@y.example>", clock.now()) is together


@pytest.mark.parametrize("confidential", [False, True])
def test_a_mail_goes_to_the_archive_too_and_names_it_nowhere(
    engine: sa.Engine, settings: Settings, mail_server: MailCatcher, confidential: bool
) -> None:
    changed = {
        "smtp_url": SecretStr(mail_server.url),
        "archive_address": ARCHIVE,
        "archive_mailbox": SecretStr("imaps://archive:password@localhost/INBOX"),
    }
    config.use(settings.model_copy(update=changed))
    with db.session_for(engine, PROGRAM) as session:
        post(
            session,
            purpose="invitation",
            recipients=["otto@secretariat.example"],
            subject="Your access",
            text="You can sign in.",
            confidential=confidential,
        )
        promised = session.scalars(sa.select(Outbox.id)).one()
    posting.attempt(promised, SEND)
    (mail,) = mail_server.messages
    also = () if confidential else (ARCHIVE,)
    assert mail.recipients == ("otto@secretariat.example", *also)
    assert ARCHIVE not in str(mail.message["To"])
    assert mail.message["Bcc"] is None


@pytest.mark.parametrize("way", [Way.LATER, Way.NEVER])
def test_a_server_that_does_not_take_it_for_the_archive_gets_it_all_the_same(
    engine: sa.Engine, settings: Settings, way: Way
) -> None:
    server = FailingServer(Phase.LAST_RCPT, way, recipients=2)
    changed = {
        "smtp_url": SecretStr(f"smtp://localhost:{server.port}"),
        "archive_address": ARCHIVE,
        "archive_mailbox": SecretStr("imaps://archive:password@localhost/INBOX"),
    }
    config.use(settings.model_copy(update=changed))
    with db.session_for(engine, PROGRAM) as session:
        message = post(
            session,
            purpose="invitation",
            recipients=["otto@secretariat.example"],
            subject="Your access",
            text="You can sign in.",
        )
        promised = session.scalars(sa.select(Outbox.id)).one()
    posting.attempt(promised, SEND)
    server.close()
    with db.session_for(engine, PROGRAM) as session:
        after = session.get_one(Message, message.id)
    assert (after.stage, after.refused) == (MessageStage.HANDED_OVER, {})
    assert len(server.accepted) == 1


def leave_in_doubt(office: Office) -> str:
    with db.session_for(office.engine, PROGRAM) as session:
        message = session.get_one(Message, office.message.id)
        message.stage, message.handed_over_at = MessageStage.UNCERTAIN, None
        session.execute(
            sa.update(Message).values(body_started_at=sa.func.now() - GRACE - timedelta(minutes=1))
        )
    return message.message_id or ""


def test_what_lies_in_the_archive_was_handed_over_and_the_rest_waits_for_a_person(
    office: Office, server: Dovecot, name: str
) -> None:
    changed = {"archive_address": ARCHIVE, "archive_mailbox": SecretStr(server.url(name))}
    config.use(config.current().model_copy(update=changed))
    message_id = leave_in_doubt(office)
    server.deliver(name, mails.written(Message_ID=f"<not-{message_id[1:]}").as_bytes())
    posting.reconcile.run()
    assert office.sent().stage is MessageStage.UNCERTAIN
    server.deliver(name, mails.written(Message_ID=message_id).as_bytes())
    with db.session_for(office.engine, PROGRAM) as session:
        session.execute(sa.text("delete from tick"))
    posting.reconcile.run()
    assert office.sent().stage is MessageStage.HANDED_OVER
    assert "archive" in (office.sent().reply or "")


def test_an_archive_that_cannot_be_asked_knows_nothing(server: Dovecot, name: str) -> None:
    archive = Archive(server.url(name, "not-the-password"))
    assert archive.answer("<x@y.example>", clock.now()) is Answer.UNKNOWN
    assert archive.answer("<x@y.example>", clock.now()) is Answer.UNKNOWN
