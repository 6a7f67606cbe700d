"""Everything goes wrong at random while a dispatch runs, and every copy is handed over once.

`python3 dev.py chaos --seeds 20` lets one dispatch to 193 States run for each seed, with two
workers, a relay and a mail server that refuses, postpones and hangs up, while worker processes are
killed (kill -9), Valkey is emptied or killed, and PostgreSQL crashes and recovers. What is chosen
comes from the seed; when exactly it strikes depends on the machine. What is right, and what is not
measured, says `workshop.trial`.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from registration import db
from registration.documents.models import DocumentKind
from registration.documents.service import store
from registration.notes import dispatching
from registration.notes.models import Letter, Note
from registration.notes.rules import LetterStage
from tests import builders as make
from workshop.frail_mail import Unreliable, UnreliableCatcher
from workshop.mail_catcher import Mailbox
from workshop.services import ValkeyServer
from workshop.testbed import Testbed
from workshop.trial import COPIES, PROGRAM, Trial, officers, prepared, servers

FAULTS = 10
SMTP_FAULTS = 0.08  # of the conversations
STANDSTILL = 15.0  # seconds without the mails that a strike waits for


class Moody(Unreliable):
    """A mail server that now and then refuses for the moment, or hangs up."""

    def __init__(self, mailbox: Mailbox, dice: random.Random, told: Counter[str]) -> None:
        super().__init__(mailbox)
        self._dice = dice
        self._told = told
        self.calm = False

    async def objection(self, *, again: bool) -> str | None:
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


@dataclass
class Chaos:
    """What strikes at one trial, chosen by dice. `told` counts it."""

    trial: Trial
    mail: Moody
    dice: random.Random
    told: Counter[str]

    def go(self, faults: int) -> list[str]:
        """Let it run, strike, wait until all is done; a sentence for each thing that is wrong."""
        trial = self.trial
        note_id = trial.issue()
        _make_the_copies(trial.office.bind, note_id)
        with trial.at_work():
            _confirm(trial.office.bind, note_id)
            for number in range(faults):
                self._let_some_leave((number + 1) * trial.copies // (faults + 1))
                self._strike()
            self.mail.calm = True
        trial.come_to_an_end()
        return trial.wrong(note_id)

    def _let_some_leave(self, count: int) -> None:
        """Spread the strikes over the dispatch; where it stands still, strike all the same."""
        enough = time.monotonic() + STANDSTILL
        while self.trial.left() < count and time.monotonic() < enough:
            time.sleep(0.5)
            with suppress(sa.exc.DBAPIError):  # as long as it asks us to wait, nothing leaves
                self.trial.let_pauses_pass()

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
        worker = self.trial.workers[-1].pid
        children = Path(f"/proc/{worker}/task/{worker}/children")
        with suppress(FileNotFoundError, ProcessLookupError, IndexError):
            os.kill(int(self.dice.choice(children.read_text().split())), signal.SIGKILL)

    def _kill_a_worker(self) -> None:
        worker = self.trial.workers[-1]
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        self.trial.start_worker()

    def _deploy(self) -> None:
        self.trial.deploy()

    def _kill_the_relay(self) -> None:
        self.trial.office.kill_relay()

    def _empty_valkey(self) -> None:
        with self.trial.valkey.client() as client:
            client.flushall()

    def _kill_valkey(self) -> None:
        self.trial.valkey.kill()
        time.sleep(self.dice.uniform(0.1, 1.0))
        self.trial.valkey.start()

    def _crash_postgres(self) -> None:
        server = self.trial.testbed.postgres
        if server.pid is not None:
            os.kill(server.pid, signal.SIGQUIT)
        server.stop()
        server.start()


def _make_the_copies(bind: sa.Engine, note_id: UUID) -> None:
    """The making is not struck here: each copy is a few bytes that stand for a letter."""
    with db.session_for(bind, PROGRAM) as session:
        note = session.get_one(Note, note_id)
        for letter in session.scalars(sa.select(Letter).where(Letter.note_id == note_id)):
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


def _confirm(bind: sa.Engine, note_id: UUID) -> None:
    with db.session_for(bind, PROGRAM) as session:
        officer = officers(session)[0]
    with db.session_for(bind, make.acting(officer)) as session:
        dispatching.confirm(session, session.get_one(Note, note_id))


def _try(seed: int, copies: int, faults: int, both: tuple[Testbed, ValkeyServer]) -> bool:
    """Let that seed run and print what became of it; whether all was right."""
    started = time.monotonic()
    dice, told = random.Random(seed), Counter[str]()  # noqa: S311 - chance, and no secret
    with tempfile.TemporaryDirectory(prefix="registration-chaos-") as folder:
        mail = Moody(Mailbox(Path(folder)), random.Random(seed + 1), told)  # noqa: S311 - the same
        with prepared(f"seed {seed}", copies, both, UnreliableCatcher(mail)) as trial:
            wrong = Chaos(trial, mail, dice, told).go(faults)
    struck = ", ".join(f"{count} {what}" for what, count in sorted(told.items()))
    outcome = "; ".join(wrong) or f"{copies} handed over once, numbers whole"
    print(f"seed {seed}: {outcome} ({time.monotonic() - started:.0f} s; {struck})", flush=True)
    return not wrong


def main(arguments: list[str]) -> int:
    """Let every seed run; 1 where one of them lost, doubled or left out anything."""
    words = argparse.ArgumentParser(prog="python3 dev.py chaos", description=__doc__)
    words.add_argument("--seeds", type=int, default=20, metavar="COUNT")
    words.add_argument("--first", type=int, default=1, metavar="SEED")
    words.add_argument("--copies", type=int, default=COPIES, help="States that get a copy")
    words.add_argument("--faults", type=int, default=FAULTS, help="for each seed")
    chosen = words.parse_args(arguments)
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    with servers() as both:
        right = sum(_try(seed, chosen.copies, chosen.faults, both) for seed in seeds)
    print(f"{right} of {len(seeds)} seeds: {chosen.copies} copies handed over once each")
    return 0 if right == len(seeds) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
