"""The office at work: a relay and workers as real processes, which a test may kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from celery import Celery

from registration import db
from registration.journal.models import Outbox, Tick
from registration.killpoint import VARIABLE
from registration.permissions import system
from registration.post.models import Message
from registration.post.rules import LEASE, MessageStage
from workers.app import HOUSEKEEPING, QUEUE_OF, RECONCILE
from workshop.children import start_child, stop_child

PROGRAM = system("test")
ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 300.0  # seconds for one thing that must come true, on however busy a machine
# A claim this old is taken for that of a dead worker, which the lease itself would be much later.
DEAD_AFTER = timedelta(seconds=3)
# A task of the tests' own application (tests.faults.poison), and the row that kills it.
PAINT = "test.paint"
POISON = UUID(int=666)


class Office:
    """Processes that share one environment. A relay that died is started again."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._armed = folder / "armed"
        self._log = folder / "office.log"
        self._heartbeat = folder / "heartbeat"
        self._beats: set[int] = set()
        self._environment = {**os.environ, **environment, VARIABLE: str(self._armed)}
        self._children: list[subprocess.Popen[bytes]] = []
        self._relay: subprocess.Popen[bytes] | None = None
        self.bind = db.engine(environment["REGISTRATION_DATABASE_URL"], pool_size=2)

    def start_worker(
        self, app: str = "workers.app", concurrency: int = 1
    ) -> subprocess.Popen[bytes]:
        """One Celery worker; its children are killed by kill points, it starts new ones."""
        words = f"-m celery -A {app} worker --concurrency {concurrency} --loglevel INFO"
        words += f" --without-gossip --without-mingle -n worker{len(self._children)}@localhost"
        return self._start(words)

    def start_relay(self) -> subprocess.Popen[bytes]:
        """One relay, in more of a hurry than in the service."""
        self._relay = self._start(
            f"-m workers.relay --sweep 0.3 --again 1 --heartbeat {self._heartbeat}"
        )
        return self._relay

    def relay_rounds(self) -> int:
        """How often the relay was seen to leave a sign of life since this was first asked."""
        if self._heartbeat.exists():
            self._beats.add(self._heartbeat.stat().st_mtime_ns)
        return len(self._beats)

    def start_beat(self) -> subprocess.Popen[bytes]:
        """The clock of the periodic jobs."""
        return self._start("-m celery -A workers.app beat --loglevel INFO")

    def stop(self) -> None:
        """End every process and forget the connections."""
        for child in self._children:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            stop_child(child, signal.SIGKILL, patience=10)
        self.bind.dispose()

    def arm(self, point: str) -> None:
        """Let the next process that comes to this place die there."""
        draft = self._armed.with_suffix(".draft")
        draft.write_text(point)
        draft.replace(self._armed)

    @property
    def is_armed(self) -> bool:
        """Whether nobody has died of it yet."""
        return self._armed.exists()

    def said(self) -> str:
        """All that the processes wrote."""
        return self._log.read_text(errors="replace")

    def kill_relay(self) -> None:
        """Kill it without a word; whoever waits starts it again."""
        if self._relay is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._relay.pid, signal.SIGKILL)
            self._relay.wait()

    def wait(self, until: Callable[[], bool], *, what: str, patience: float = PATIENCE) -> None:
        """Wait until something holds; meanwhile restart a dead relay and end dead leases."""
        deadline = time.monotonic() + patience
        while not until():
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"{what}: not after {patience} s\n{self._in_hand()}\n{self.said()[-4000:]}"
                )
            if self._relay is not None and self._relay.poll() is not None:
                self.start_relay()
            self.let_leases_run_out()
            time.sleep(0.05)

    def let_leases_run_out(self) -> None:
        """End the claims older than `DEAD_AFTER`. Whoever still lives loses his.

        On a busy machine that may happen to one message again and again: such an attempt is not
        counted, lest the message be parked for want of a quick machine.
        """
        with db.session_for(self.bind, PROGRAM) as session:
            session.execute(
                sa.update(Message)
                .where(
                    sa.or_(Message.stage == MessageStage.CLAIMED, Message.body_open),
                    Message.lease_until > sa.func.now(),
                    Message.lease_until < sa.func.now() + LEASE - DEAD_AFTER,
                )
                .values(
                    lease_until=sa.func.now() - sa.text("interval '1 second'"),
                    attempts=Message.attempts - 1,
                )
            )

    def let_ten_minutes_pass(self, mail_log: Path) -> None:
        """Make every doubt old enough for the log, which was begun a day ago, and ring for it.

        To be called when no worker is at a message: in ten minutes none would be.
        """
        with mail_log.open("r+b") as log:  # in its place: the mail server may add lines meanwhile
            log.write(f"{time.time() - 86_400:.3f} -\n".encode())
        with db.session_for(self.bind, PROGRAM) as session:
            session.execute(sa.delete(Tick).where(Tick.job == RECONCILE))
            session.execute(
                sa.update(Message)
                .where(Message.stage == MessageStage.UNCERTAIN)
                .values(body_started_at=Message.body_started_at - sa.text("interval '11 minutes'"))
            )
        self.ring(RECONCILE)

    def ring(self, task: str, *arguments: object) -> None:
        """Put a message into the queue, as beat and the relay do, or as a stranger would."""
        with Celery(broker=self._environment["REGISTRATION_BROKER_URL"]) as stranger:
            stranger.send_task(task, args=arguments, queue=QUEUE_OF.get(task, HOUSEKEEPING))

    def stages(self) -> list[MessageStage]:
        """Where all messages stand."""
        with db.session_for(self.bind, PROGRAM) as session:
            return list(session.scalars(sa.select(Message.stage)))

    def open_rows(self) -> int:
        """How many promises are not kept yet."""
        with db.session_for(self.bind, PROGRAM) as session:
            count = sa.select(sa.func.count()).select_from(Outbox)
            return session.scalars(count.where(Outbox.done_at.is_(None))).one()

    def _in_hand(self) -> str:
        """What is not finished, for the report of a failed test."""
        with db.session_for(self.bind, PROGRAM) as session:
            messages = session.execute(
                sa.select(
                    Message.subject, Message.stage, Message.attempts, Message.due_at, Message.reply
                ).where(Message.stage != MessageStage.HANDED_OVER)
            ).all()
            rows = session.execute(
                sa.select(
                    Outbox.id, Outbox.task, Outbox.attempts, Outbox.due_at, Outbox.problem
                ).where(Outbox.done_at.is_(None))
            ).all()
        return "\n".join(map(str, [*messages, *rows]))

    def _start(self, words: str) -> subprocess.Popen[bytes]:
        child = start_child(
            [sys.executable, *words.split()],
            log=self._log,
            env=self._environment,
            cwd=ROOT,
            farewell=signal.SIGKILL,
        )
        self._children.append(child)
        return child
