"""Everything goes wrong at random while a dispatch runs, and every copy is handed over once.

`python3 dev.py chaos --seeds 20` lets one dispatch to 193 States run for each seed, with two
workers, a relay and a mail server that refuses, postpones and hangs up, while worker processes are
killed (kill -9), Valkey is emptied or killed, and PostgreSQL crashes and recovers. All the while an
officer takes numbers for further notes. A run is right when all 193 copies are handed over, the
mail server has each once, and the numbers have no gap.

What is chosen comes from the seed; when exactly it strikes depends on the machine. Leases, pauses
between attempts and the ten minutes after which the mail server's log proves something are made to
pass at once, so a run says nothing of how long all of that takes by itself.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from registration import config, db
from registration.accounts.models import Account
from registration.documents.models import DocumentKind
from registration.documents.service import store
from registration.journal.models import Outbox
from registration.meetings import queries as meetings
from registration.notes import dispatching, numbering
from registration.notes.models import Letter, Note
from registration.notes.rules import LetterStage, NoteStage
from registration.permissions import system
from registration.post import mailings
from registration.post.models import Mailing, MailServer, Message
from registration.post.rules import MailingAction, MailingStage, MessageStage
from registration.states.queries import all_states
from tests import builders as make
from tests.faults.office import Office
from workshop.frail_mail import Unreliable, UnreliableCatcher
from workshop.mail_catcher import Mailbox
from workshop.services import APPLICATION, ValkeyServer
from workshop.testbed import SEEDED, Testbed, own_valkey, renew_database

PROGRAM = system("chaos")
DATABASE, SLUG, YEAR = "registration_chaos", "2013-panama-city", 2013
COPIES = 193
FAULTS = 10
SMTP_FAULTS = 0.08  # of the conversations
PATIENCE = 300.0
STANDSTILL = 15.0  # seconds without the mails that a strike waits for
_MINUTES = sa.text("interval '20 minutes'")


class Moody(Unreliable):
    """A mail server that now and then refuses for the moment, or hangs up."""

    def __init__(self, mailbox: Mailbox, dice: random.Random, told: Counter[str]) -> None:
        super().__init__(mailbox)
        self._dice = dice
        self._told = told
        self.calm = False

    async def objection(self) -> str | None:
        """Now and then it asks to come back."""
        strikes = self._strikes("postponed by the mail server")
        return "451 4.3.2 Come back later" if strikes else None

    def hangs_up(self, *, taken: bool) -> bool:
        """Now and then, before it took a message, or after it but before it said so."""
        return self._strikes(f"hung up {'after' if taken else 'before'} it took the message")

    def _strikes(self, what: str) -> bool:
        if self.calm or self._dice.random() >= SMTP_FAULTS / 3:
            return False
        self._told[what] += 1
        return True


class Officer(threading.Thread):
    """Takes one number after the other for notes, whatever happens to the database."""

    def __init__(self, bind: sa.Engine) -> None:
        super().__init__(daemon=True)
        self._bind = bind
        self._enough = threading.Event()

    def run(self) -> None:
        while not self._enough.wait(0.2):
            with suppress(sa.exc.DBAPIError), db.session_for(self._bind, PROGRAM) as session:
                meeting = meetings.by_slug(session, SLUG)
                drafter, clearer = _officers(session)
                reference = numbering.take_next(session, YEAR).short
                make.a_note(
                    session,
                    meeting,
                    drafter,
                    stage=NoteStage.ISSUED,
                    clearer=clearer,
                    reference=reference,
                )

    def stop(self) -> None:
        """Go home, once the number in hand is taken."""
        self._enough.set()
        self.join()


@dataclass
class Run:
    """One dispatch under one seed: its processes, and what struck it."""

    seed: int
    copies: int
    testbed: Testbed
    valkey: ValkeyServer
    catcher: UnreliableCatcher[Moody]
    office: Office
    dice: random.Random
    told: Counter[str]
    workers: list[Any] = field(default_factory=list)

    def go(self, faults: int) -> list[str]:
        """Let it run, strike, wait until all is done; a sentence for each thing that is wrong."""
        note_id = _prepare(self.office.bind, self.copies)
        officer = Officer(self.office.bind)
        officer.start()
        self.workers = [self.office.start_worker(concurrency=2)]
        self.office.start_relay()
        _confirm(self.office.bind, note_id)
        for number in range(faults):
            self._let_some_leave((number + 1) * self.copies // (faults + 1))
            self._strike()
        self.catcher.judge.calm = True
        officer.stop()
        self._wait(self._is_still, "every copy handed over or in doubt")
        self._deploy()  # in ten minutes no conversation would be left; so there is none
        self.office.let_ten_minutes_pass(self.catcher.mailbox.log)
        self._wait(self._is_done, "every copy handed over")
        return self._wrong(note_id)

    def _let_some_leave(self, count: int) -> None:
        """Spread the strikes over the dispatch; where it stands still, strike all the same."""
        enough = time.monotonic() + STANDSTILL
        while len(self.catcher.mailbox.numbers()) < count and time.monotonic() < enough:
            time.sleep(0.5)
            with suppress(sa.exc.DBAPIError):  # as long as it asks us to wait, nothing leaves
                _let_pauses_pass(self.office.bind)

    def _strike(self) -> None:
        fault = self.dice.choice(
            [
                self._kill_a_child,
                self._kill_a_worker,
                self._deploy,
                self._kill_the_relay,
                self._empty_valkey,
                self._kill_valkey,
                self._crash_postgres,
            ]
        )
        self.told[fault.__name__.strip("_").replace("_", " ")] += 1
        fault()

    def _kill_a_child(self) -> None:
        children = Path(f"/proc/{self.workers[-1].pid}/task/{self.workers[-1].pid}/children")
        with suppress(FileNotFoundError, ProcessLookupError, IndexError):
            os.kill(int(self.dice.choice(children.read_text().split())), signal.SIGKILL)

    def _kill_a_worker(self) -> None:
        os.killpg(self.workers[-1].pid, signal.SIGKILL)
        self.workers[-1].wait()
        self.workers.append(self.office.start_worker(concurrency=2))

    def _deploy(self) -> None:
        """A new version: the old worker may end what it has in hand."""
        self.workers[-1].terminate()
        self.workers[-1].wait()
        self.workers.append(self.office.start_worker(concurrency=2))

    def _kill_the_relay(self) -> None:
        self.office.kill_relay()

    def _empty_valkey(self) -> None:
        with self.valkey.client() as client:
            client.flushall()

    def _kill_valkey(self) -> None:
        self.valkey.kill()
        time.sleep(self.dice.uniform(0.1, 1.0))
        self.valkey.start()

    def _crash_postgres(self) -> None:
        server = self.testbed.postgres
        if server.pid is not None:
            os.kill(server.pid, signal.SIGQUIT)
        server.stop()
        server.start()

    def _wait(self, until: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(AssertionError):
                self.office.wait(until, what=what, patience=5.0)
                return
            _let_pauses_pass(self.office.bind)
        raise SystemExit(f"seed {self.seed}: not within {PATIENCE:.0f} s: {what}\n{self._state()}")

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

    def _wrong(self, note_id: Any) -> list[str]:
        accepted = Counter(self.catcher.mailbox.accepted_ids())
        with db.session_for(self.office.bind, PROGRAM) as session:
            ids = session.scalars(sa.select(Message.message_id)).all()
            states = session.scalars(
                sa.select(Letter.state_code).where(Letter.note_id == note_id)
            ).all()
            issued = session.scalars(sa.select(Note.reference).where(Note.id != note_id)).all()
            last = numbering.last_of(session, YEAR)
        numbers = sorted(int(str(each).rpartition("/")[2]) for each in issued)
        wrong = []
        if accepted != Counter(ids) or len(ids) != len(set(states)) or len(ids) != self.copies:
            lost = sum(1 for each in ids if not accepted[str(each)])
            doubled = sum(1 for each in accepted.values() if each > 1)
            wrong.append(f"{len(ids)} copies, {lost} lost, {doubled} doubled")
        if numbers != list(range(1, last + 1)):
            wrong.append(f"the numbers of notes are {numbers}, and {last} were counted")
        return wrong


def _officers(session: db.Session) -> tuple[Account, Account]:
    drafter, clearer = session.scalars(sa.select(Account).order_by(Account.name))
    return drafter, clearer


def _prepare(bind: sa.Engine, copies: int) -> Any:
    """An issued note whose copies are made; numbers are taken for other notes, in 2013."""
    with db.session_for(bind, PROGRAM) as session:
        drafter, clearer = make.anna(session), make.otto(session)
        meeting = meetings.by_slug(session, SLUG)
        note = make.a_note(
            session,
            meeting,
            drafter,
            stage=NoteStage.ISSUED,
            clearer=clearer,
            reference="CU 2012/1",
        )
        for state in all_states(session)[:copies]:
            make.an_addressee(session, note, state.code)
        for letter in session.scalars(sa.select(Letter).where(Letter.note_id == note.id)):
            document = store(
                session,
                b"%PDF-1.7\n" + os.urandom(2_000),
                kind=DocumentKind.LETTER,
                filename=f"copy-{letter.state_code}.pdf",
                media_type="application/pdf",
                state_code=letter.state_code,
            )
            letter.document_id, letter.stage = document.id, LetterStage.RENDERED
            letter.rendered_at = note.issued_at
    return note.id


def _confirm(bind: sa.Engine, note_id: Any) -> None:
    with db.session_for(bind, PROGRAM) as session:
        officer = _officers(session)[0]
    with db.session_for(bind, make.acting(officer)) as session:
        dispatching.confirm(session, session.get_one(Note, note_id))


def _let_pauses_pass(bind: sa.Engine) -> None:
    """Let the minutes pass for which a message or a promise waits for another attempt.

    An officer meanwhile resumes a dispatch that paused because its worker was killed three times.
    """
    with db.session_for(bind, PROGRAM) as session:
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
        session.execute(sa.update(MailServer).values(wait_until=MailServer.wait_until - _MINUTES))
        paused = sa.select(Mailing.id).where(Mailing.stage == MailingStage.PAUSED)
        for mailing_id in session.scalars(paused).all():
            mailings.act(session, mailing_id, MailingAction.RESUME)


@contextmanager
def _servers() -> Iterator[tuple[Testbed, ValkeyServer]]:
    """A database that survives crashes, and a queue."""
    testbed, folder = Testbed(fast=False), Path(tempfile.mkdtemp(prefix="registration-chaos-"))
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
def _run(testbed: Testbed, valkey: ValkeyServer, seed: int, copies: int) -> Iterator[Run]:
    renew_database(testbed.cluster, DATABASE, template=SEEDED)
    with valkey.client() as client:
        client.flushall()
    folder = Path(tempfile.mkdtemp(prefix="registration-chaos-"))
    dice, told = random.Random(seed), Counter[str]()  # noqa: S311 - chance, and no secret
    catcher = UnreliableCatcher(
        Moody(Mailbox(folder / "mail"), random.Random(seed + 1), told)  # noqa: S311
    )
    catcher.start()
    environment = {
        "REGISTRATION_DATABASE_URL": testbed.cluster.url(APPLICATION, DATABASE),
        "REGISTRATION_BROKER_URL": valkey.url,
        "REGISTRATION_SECRET_KEY": "for-chaos-only-0123456789-abcdefghijk",
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
        yield Run(seed, copies, testbed, valkey, catcher, office, dice, told)
    finally:
        office.stop()
        catcher.stop()
        shutil.rmtree(folder)


def main(arguments: list[str]) -> int:
    """Let every seed run; 1 where one of them lost, doubled or left out anything."""
    words = argparse.ArgumentParser(prog="python3 dev.py chaos", description=__doc__)
    words.add_argument("--seeds", type=int, default=20, metavar="COUNT")
    words.add_argument("--first", type=int, default=1, metavar="SEED")
    words.add_argument("--copies", type=int, default=COPIES, help="States that get a copy")
    words.add_argument("--faults", type=int, default=FAULTS, help="for each seed")
    chosen = words.parse_args(arguments)
    failed = 0
    with _servers() as (testbed, valkey):
        for seed in range(chosen.first, chosen.first + chosen.seeds):
            started = time.monotonic()
            with _run(testbed, valkey, seed, chosen.copies) as run:
                wrong = run.go(chosen.faults)
                struck = ", ".join(f"{count} {what}" for what, count in sorted(run.told.items()))
            failed += bool(wrong)
            took = time.monotonic() - started
            outcome = "; ".join(wrong) or f"{chosen.copies} handed over once, numbers whole"
            print(f"seed {seed}: {outcome} ({took:.0f} s; {struck})", flush=True)
    right = chosen.seeds - failed
    print(f"{right} of {chosen.seeds} seeds: {chosen.copies} copies handed over once each")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
