"""An issued note, a copy of it handed over to Austria's mission, and the mailboxes' addresses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from registration import config, db
from registration.accounts.models import Account
from registration.config import Settings
from registration.db import Session, new_id
from registration.inbox import service
from registration.inbox.models import Incoming
from registration.inbox.rules import Mailbox
from registration.notes.models import Channel, Dispatch, Letter, Note
from registration.notes.rules import LetterStage, NoteStage
from registration.permissions import system
from registration.post import handover, tokens
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.service import post
from registration.post.tokens import Road
from tests import builders as make
from tests.inbox.dovecot import Dovecot, dovecot
from tests.inbox.mails import MISSION

PROGRAM = system("worker")
CAME_AT = datetime(2013, 7, 3, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Office:
    """One note, one message with its copy, and the people."""

    engine: sa.Engine
    note: Note
    message: Message
    anna: Account
    rosa: Account

    def token(self, road: Road) -> str:
        """The address that names the message, on that road."""
        base = "bounces" if road is Road.BOUNCE else "answers"
        return tokens.address(f"{base}@registration.example", road, self.message.id)

    def take_in(self, content: bytes, mailbox: Mailbox = Mailbox.REPLIES) -> Incoming:
        """Keep a mail and read it, as the workers do."""
        with db.session_for(self.engine, PROGRAM) as session:
            incoming_id = service.keep(session, content, mailbox=mailbox, received_at=CAME_AT)
        assert incoming_id is not None
        return self.read(incoming_id)

    def read(self, incoming_id: UUID) -> Incoming:
        with db.session_for(self.engine, PROGRAM) as session:
            service.read(session, incoming_id)
        return self.incoming(incoming_id)

    def incoming(self, incoming_id: UUID) -> Incoming:
        with db.open_session(self.engine, PROGRAM) as session:
            found = session.get_one(Incoming, incoming_id)
            assert found.files is not None  # to be looked at after the session
            return found

    def sent(self) -> Message:
        """The message as it is now."""
        with db.open_session(self.engine, PROGRAM) as session:
            return session.get_one(Message, self.message.id)


@pytest.fixture(scope="session")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def name(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a fresh mailbox, whose server's certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    return f"answers-{new_id().hex[-8:]}"


@pytest.fixture
def office(engine: sa.Engine, settings: Settings) -> Office:
    config.use(
        settings.model_copy(
            update={
                "bounce_address": "bounces@registration.example",
                "reply_address": "answers@registration.example",
            }
        )
    )
    with db.session_for(engine, PROGRAM) as session:
        for code in ("AUT", "NIU", "PAN"):
            make.a_state(session, code)
        make.a_mission(session, "AUT", addresses=[MISSION])
        make.a_mission(session, "NIU", addresses=["niue@gmail.com"])
        anna, otto, rosa = make.anna(session), make.otto(session), make.rosa(session)
        note = make.a_note(
            session, make.a_meeting(session), anna, stage=NoteStage.ISSUED, clearer=otto
        )
        for code in ("AUT", "NIU"):
            make.an_addressee(session, note, code)
        message = a_message(session, note, [MISSION])
    return Office(engine, note, message, anna, rosa)


def a_message(session: Session, note: Note, recipients: list[str]) -> Message:
    """A copy for Austria, handed over to those addresses."""
    message = post(
        session,
        purpose="note",
        recipients=recipients,
        subject="Our note",
        text="Please find attached our note verbale.",
        state_code="AUT",
    )
    claimed = handover.claim(session, message.id, "secretariat@registration.example")
    assert claimed is not None
    handover.start_body(session, claimed)
    handover.end_body(session, claimed)
    handover.accept(
        session, handover.regain(session, claimed, MessageStage.UNCERTAIN), "250 Ok", {}
    )
    letter = session.scalars(
        sa.select(Letter).where(Letter.note_id == note.id, Letter.state_code == "AUT")
    ).one()
    letter.stage = LetterStage.RENDERED
    session.add(
        Dispatch(
            note_id=note.id,
            addressee_id=letter.addressee_id,
            state_code="AUT",
            letter_id=letter.id,
            channel=Channel.EMAIL,
            message_pk=message.id,
        )
    )
    session.flush()
    return message
