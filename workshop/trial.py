"""One dispatch to 193 States by real processes, which may be killed, and what became of it.

All is right when every copy is handed over, the mail server has each once, and the numbers that an
officer took for further notes meanwhile have no gap. Leases, pauses between attempts and the ten
minutes after which the mail server's log proves something are made to pass at once, so a trial says
nothing of how long all of that takes by itself.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from registration import config, db
from registration.accounts.models import Account
from registration.journal.models import Outbox
from registration.meetings import queries as meetings
from registration.notes import numbering
from registration.notes.models import Letter, Note
from registration.notes.rules import NoteStage
from registration.permissions import system
from registration.post import mailings
from registration.post.models import Mailing, MailServer, Message
from registration.post.rules import MailingAction, MailingStage, MessageStage
from registration.states.queries import all_states
from tests import builders as make
from tests.faults.office import Office
from workshop.mail_catcher import MailCatcher
from workshop.services import APPLICATION, ValkeyServer
from workshop.testbed import SEEDED, Testbed, own_valkey, renew_database

PROGRAM = system("trial")
COPIES = 193
_DATABASE, _SLUG, _YEAR = "registration_trial", "2013-panama-city", 2013
_PATIENCE = 300.0  # seconds
_MINUTES = sa.text("interval '20 minutes'")


class Officer(threading.Thread):
    """Takes one number after the other for notes, whatever happens to the database."""

    def __init__(self, bind: sa.Engine) -> None:
        super().__init__(daemon=True)
        self._bind = bind
        self._enough = threading.Event()

    def run(self) -> None:
        while not self._enough.wait(0.2):
            with suppress(sa.exc.DBAPIError), db.session_for(self._bind, PROGRAM) as session:
                _a_note(session, numbering.take_next(session, _YEAR).short)

    def stop(self) -> None:
        """Go home, once the number in hand is taken."""
        self._enough.set()
        self.join()


@dataclass
class Trial:
    """The servers and processes of one dispatch. `name` is for messages, e.g. "seed 7"."""

    name: str
    copies: int
    testbed: Testbed
    valkey: ValkeyServer
    catcher: MailCatcher
    office: Office
    workers: list[Any] = field(default_factory=list)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """A worker, a relay and an officer, as long as the block runs; the officer then goes."""
        officer = Officer(self.office.bind)
        officer.start()
        self.start_worker()
        self.office.start_relay()
        try:
            yield
        finally:
            officer.stop()

    def start_worker(self) -> None:
        """One worker of two processes."""
        self.workers.append(self.office.start_worker(concurrency=2))

    def deploy(self) -> None:
        """A new version: the old worker may end what it has in hand."""
        self.workers[-1].terminate()
        self.workers[-1].wait()
        self.start_worker()

    def issue(self) -> UUID:
        """An issued note with a planned copy for each State; its number is of another year."""
        with db.session_for(self.office.bind, PROGRAM) as session:
            make.anna(session)
            make.otto(session)
            note = _a_note(session, "CU 2012/1")
            for state in all_states(session)[: self.copies]:
                make.an_addressee(session, note, state.code)
        return note.id

    def left(self) -> int:
        """How many messages the mail server has."""
        return len(self.catcher.mailbox.numbers())

    def come_to_an_end(self) -> None:
        """Wait until nothing is in anybody's hands, and let the log settle what is in doubt."""
        self.wait(self._is_still, "every copy handed over or in doubt")
        self.deploy()  # in ten minutes no conversation would be left; so there is none
        self.office.let_ten_minutes_pass(self.catcher.mailbox.log)
        self.wait(self._is_done, "every copy handed over")

    def wait(self, until: Callable[[], bool], what: str) -> None:
        """Wait for it; pauses pass meanwhile, and processes that ended are started again."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with suppress(AssertionError):
                self.office.wait(until, what=what, patience=5.0)
                return
            self.let_pauses_pass()
        raise SystemExit(f"{self.name}: not within {_PATIENCE:.0f} s: {what}\n{self._state()}")

    def let_pauses_pass(self) -> None:
        """Let the minutes pass for which a message or a promise waits for another attempt.

        An officer meanwhile resumes a dispatch that paused because its worker was killed thrice.
        """
        with db.session_for(self.office.bind, PROGRAM) as session:
            session.execute(
                sa.update(Message)
                .where(Message.stage == MessageStage.READY)
                .values(due_at=Message.due_at - _MINUTES)
            )
            session.execute(
                sa.update(Outbox)
                .where(Outbox.done_at.is_(None))
                .values(due_at=Outbox.due_at - _MINUTES)
            )
            session.execute(
                sa.update(MailServer).values(wait_until=MailServer.wait_until - _MINUTES)
            )
            paused = sa.select(Mailing.id).where(Mailing.stage == MailingStage.PAUSED)
            for mailing_id in session.scalars(paused).all():
                mailings.act(session, mailing_id, MailingAction.RESUME)

    def wrong(self, note_id: UUID) -> list[str]:
        """A sentence for each thing that is not as it must be."""
        accepted = Counter(self.catcher.mailbox.accepted_ids())
        with db.session_for(self.office.bind, PROGRAM) as session:
            ids = session.scalars(sa.select(Message.message_id)).all()
            letters = session.execute(
                sa.select(Letter.state_code, Letter.document_id).where(
                    Letter.note_id == note_id, Letter.state_code.is_not(None)
                )
            ).all()
            issued = session.scalars(sa.select(Note.reference).where(Note.id != note_id)).all()
            last = numbering.last_of(session, _YEAR)
        states = {code for code, document_id in letters if document_id is not None}
        numbers = sorted(int(str(each).rpartition("/")[2]) for each in issued)
        wrong = []
        if accepted != Counter(ids) or len(ids) != len(states) or len(ids) != self.copies:
            lost = sum(1 for each in ids if not accepted[str(each)])
            doubled = sum(1 for each in accepted.values() if each > 1)
            wrong.append(f"{len(ids)} copies, {lost} lost, {doubled} doubled")
        if numbers != list(range(1, last + 1)):
            wrong.append(f"the numbers of notes are {numbers}, and {last} were counted")
        return wrong

    def _stages(self) -> Counter[MessageStage]:
        return Counter(self.office.stages())

    def _is_still(self) -> bool:
        stages = self._stages()
        still = stages[MessageStage.HANDED_OVER] + stages[MessageStage.UNCERTAIN]
        return still == self.copies and self.office.open_rows() == 0

    def _is_done(self) -> bool:
        return self._stages() == {MessageStage.HANDED_OVER: self.copies}

    def _state(self) -> str:
        return f"{dict(self._stages())}\n{self.office.said()[-3000:]}"


def officers(session: db.Session) -> tuple[Account, Account]:
    """Who drafts, and who clears."""
    drafter, clearer = session.scalars(sa.select(Account).order_by(Account.name))
    return drafter, clearer


def _a_note(session: db.Session, reference: str) -> Note:
    drafter, clearer = officers(session)
    return make.a_note(
        session,
        meetings.by_slug(session, _SLUG),
        drafter,
        stage=NoteStage.ISSUED,
        clearer=clearer,
        reference=reference,
    )


@contextmanager
def servers() -> Iterator[tuple[Testbed, ValkeyServer]]:
    """A database that survives crashes, and a queue."""
    testbed, folder = Testbed(fast=False), Path(tempfile.mkdtemp(prefix="registration-trial-"))
    folder.chmod(0o755)
    valkey = own_valkey(folder)
    testbed.start()
    try:
        testbed.make_templates()
        valkey.start()
        yield testbed, valkey
    finally:
        valkey.stop()
        testbed.stop()
        shutil.rmtree(folder)


@contextmanager
def prepared(
    name: str, copies: int, servers: tuple[Testbed, ValkeyServer], catcher: MailCatcher
) -> Iterator[Trial]:
    """A trial on a fresh database and an empty queue; nothing runs yet but the mail server."""
    testbed, valkey = servers
    renew_database(testbed.cluster, _DATABASE, template=SEEDED)
    with valkey.client() as client:
        client.flushall()
    folder = Path(tempfile.mkdtemp(prefix="registration-trial-"))
    catcher.start()
    environment = {
        "REGISTRATION_DATABASE_URL": testbed.cluster.url(APPLICATION, _DATABASE),
        "REGISTRATION_BROKER_URL": valkey.url,
        "REGISTRATION_SECRET_KEY": "for-trials-only-0123456789-abcdefghijk",
        "REGISTRATION_ENCRYPTION_KEYS": "Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OS1hYmNkZWY=",
        "REGISTRATION_BASE_URL": "http://127.0.0.1:8000",
        "REGISTRATION_STORE_DIR": str(folder / "store"),
        "REGISTRATION_SMTP_URL": catcher.url,
        "REGISTRATION_MAIL_SENDER": "secretariat@registration.example",
        "REGISTRATION_MAIL_LOG": str(catcher.mailbox.log),
        "REGISTRATION_DEMO": "0",
    }
    os.environ.update(environment)
    config.use(config.Settings())
    office = Office(environment, folder)
    try:
        yield Trial(name, copies, testbed, valkey, catcher, office)
    finally:
        office.stop()
        catcher.stop()
        shutil.rmtree(folder)
