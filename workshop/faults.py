"""What can go wrong while a dispatch runs, made on purpose on an instance like a production's.

Each fault begins a dispatch, strikes, and returns when what struck is over: a killed program is
dead, a server that was away is back. From then on nobody helps but what watches over the programs.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import sqlalchemy as sa

from registration import db
from registration.journal.models import Tick
from registration.permissions import system
from workers.app import LETTERS, SWEEP
from workshop.frail_mail import Mood
from workshop.instance import Instance
from workshop.supervisor import Supervisor

PROGRAM = system("recover")
AWAY = 10.0  # seconds for which a server is away, hangs or has a full disk
LIMIT = 120.0  # seconds, the goal


class Scene(Protocol):
    """What a fault strikes at, and the dispatch during which it does."""

    @property
    def instance(self) -> Instance:
        """Its servers and its ports."""

    @property
    def supervisor(self) -> Supervisor:
        """What starts its programs again."""

    @property
    def bind(self) -> sa.Engine:
        """Its database, as the application's role."""

    def begin(self) -> None:
        """Let the dispatch begin."""

    def wait(self, until: Callable[[], bool], what: str) -> None:
        """Look after the programs until that holds."""

    def left(self) -> int:
        """How many copies of the dispatch have left."""

    def arm(self, point: str) -> None:
        """Let the next program that comes to this place die there."""

    def is_armed(self) -> bool:
        """Whether none has died there yet."""

    def mood(self, mood: Mood) -> None:
        """The mail server's, from now on."""

    def struck_by_mail(self) -> int:
        """How many conversations the mail server's mood has spoilt."""

    def mail_away(self, away: bool) -> None:
        """Let the mail server refuse every connection, or listen again."""

    def full_disk(self) -> AbstractContextManager[None]:
        """Leave no room where the copies are stored while the block runs."""


@dataclass(frozen=True)
class Fault:
    """One fault. `also` asks what must be right beside the dispatch."""

    what: str
    strike: Callable[[Scene], None]
    also: Callable[[Scene, datetime], bool] = lambda scene, since: True
    needs_small_disk: bool = False


def _at(point: str) -> Callable[[Scene], None]:
    """Whoever comes to that place first is killed (kill -9)."""

    def strike(scene: Scene) -> None:
        scene.arm(point)
        scene.begin()
        scene.wait(lambda: not scene.is_armed(), f"somebody dies at {point}")

    return strike


def _midway(act: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """Strike when a quarter of the copies has left."""

    def strike(scene: Scene) -> None:
        scene.begin()
        scene.wait(lambda: scene.left() >= 3, "three copies have left")
        act(scene)

    return strike


def _signal(name: str, number: signal.Signals) -> Callable[[Scene], None]:
    """The program and all its children get the signal; it ends."""

    def act(scene: Scene) -> None:
        pid = scene.supervisor.pids[name]
        os.killpg(pid, number)
        scene.wait(lambda: scene.supervisor.pids[name] != pid, f"another {name} was started")

    return act


def _deploy(scene: Scene) -> None:
    pid = scene.supervisor.pids["worker"]
    os.kill(pid, signal.SIGTERM)
    scene.wait(lambda: scene.supervisor.pids["worker"] != pid, "another worker was started")


def _pass(scene: Scene, seconds: float = AWAY) -> None:
    until = time.monotonic() + seconds
    scene.wait(lambda: time.monotonic() > until, "time passes")


def _empty_valkey(scene: Scene) -> None:
    with scene.instance.valkey.client() as client:
        client.flushall()


def _lose_the_wake_up(scene: Scene) -> None:
    """The queue is emptied while it holds the only wake-up, which no worker has taken yet."""
    worker = scene.supervisor.pids["worker"]
    os.killpg(worker, signal.SIGSTOP)
    try:
        _cut_off_valkey(scene)  # the worker had asked for its next task already
        scene.begin()
        with scene.instance.valkey.client() as client:
            scene.wait(lambda: client.llen(LETTERS) == 1, "it is published")
            client.flushall()
    finally:
        os.killpg(worker, signal.SIGCONT)


def _valkey_away(scene: Scene) -> None:
    scene.instance.valkey.kill()
    _pass(scene)
    scene.instance.valkey.start()


def _valkey_hangs(scene: Scene) -> None:
    pid = scene.instance.valkey.pid
    assert pid is not None  # noqa: S101 - it runs
    os.kill(pid, signal.SIGSTOP)
    _pass(scene)
    os.kill(pid, signal.SIGCONT)


def _cut_off_valkey(scene: Scene) -> None:
    with scene.instance.valkey.client() as client:
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


def _crash_postgres(scene: Scene) -> None:
    server = scene.instance.postgres
    assert server.pid is not None  # noqa: S101 - it runs
    os.kill(server.pid, signal.SIGQUIT)  # its "immediate" end: what is in memory is lost
    server.stop()
    _pass(scene)
    server.start()


def _restart_postgres(scene: Scene) -> None:
    scene.instance.postgres.stop()
    scene.instance.postgres.start()


def _cut_off_postgres(scene: Scene) -> None:
    with scene.instance.postgres.cluster.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname IS NOT NULL AND pid <> pg_backend_pid()"
        )


def _mail_away(scene: Scene) -> None:
    scene.mail_away(True)
    _pass(scene)
    scene.mail_away(False)


def _mail(mood: Mood) -> Callable[[Scene], None]:
    """The mail server spoils at least one conversation in that way."""

    def act(scene: Scene) -> None:
        before = scene.struck_by_mail()
        scene.mood(mood)
        scene.wait(lambda: scene.struck_by_mail() > before, "the mail server spoils one")
        scene.mood(Mood.CALM)

    return act


def _full_disk(scene: Scene) -> None:
    with scene.full_disk():
        scene.begin()
        _pass(scene)


def _beats_again(scene: Scene, since: datetime) -> bool:
    """Whether a periodic job's slot was claimed that began after the fault."""
    with db.session_for(scene.bind, PROGRAM) as session:
        last = session.scalar(sa.select(sa.func.max(Tick.slot)).where(Tick.job == SWEEP))
    return last is not None and last.astimezone(UTC) > since


KILL = signal.SIGKILL
_DYING = "kill -9 of a worker's child: "
# What is in one group is struck one fault after the other, and then waited for together: a lease
# is waited for once.
GROUPS: list[list[Fault]] = [
    [
        Fault(f"{_DYING}before the final dot, which is marked", _at("post.end_marked")),
        Fault(f"{_DYING}after the final dot", _at("post.dot_sent")),
        Fault(f"{_DYING}the next message prepared", _at("post.prepared")),
        Fault("mail server hangs up instead of taking the message", _midway(_mail(Mood.FORGET))),
        Fault(f"{_DYING}after the server's answer", _at("post.answered")),
        Fault(f"{_DYING}before the answer is recorded", _at("post.before_settled")),
        Fault(f"{_DYING}after it is recorded", _at("post.settled")),
        Fault(
            "mail server takes the message and hangs up before it says so",
            _midway(_mail(Mood.CONCEAL)),
        ),
    ],
    [
        Fault(f"{_DYING}message claimed", _at("post.claimed")),
        Fault(f"{_DYING}message composed", _at("post.composed")),
        Fault(f"{_DYING}mail server reached", _at("post.connected")),
        Fault(f"{_DYING}addresses given", _at("post.addressed")),
        Fault(f"{_DYING}before the mark", _at("post.before_mark")),
        Fault(f"{_DYING}after the mark, before the body", _at("post.marked")),
        Fault(f"{_DYING}within the body", _at("post.body_begun")),
        Fault(f"{_DYING}after the body, before its end is marked", _at("post.body_sent")),
        Fault(f"{_DYING}one recorded, the next taken", _at("post.next_taken")),
        Fault("kill -9 of the worker and all its children", _midway(_signal("worker", KILL))),
    ],
    *(
        [Fault(f"{_DYING}{where}", _at(point))]
        for where, point in (
            ("making of copies begun", "unit.counted"),
            ("copies printed", "letters.printed"),
            ("copies stored", "letters.stored"),
            ("before the commit", "unit.before_commit"),
            ("after the commit", "unit.committed"),
        )
    ),
    [Fault("kill -9 of the relay before it publishes", _at("relay.claimed"))],
    [Fault("kill -9 of the relay after it published", _at("relay.published"))],
    [Fault("kill -9 of the relay", _midway(_signal("relay", KILL)))],
    [Fault("kill -9 of the clock (beat)", _midway(_signal("beat", KILL)), also=_beats_again)],
    [Fault("kill -9 of the web server and all its children", _midway(_signal("web", KILL)))],
    [Fault("a new version: SIGTERM to the worker", _midway(_deploy))],
    [Fault("FLUSHALL in the middle", _midway(_empty_valkey))],
    [Fault("FLUSHALL while it holds the only wake-up", _lose_the_wake_up)],
    [Fault("every client of Valkey cut off", _midway(_cut_off_valkey))],
    [Fault(f"Valkey killed, {AWAY:.0f} s away", _midway(_valkey_away))],
    [Fault(f"Valkey hangs for {AWAY:.0f} s", _midway(_valkey_hangs))],
    [Fault("every connection to PostgreSQL cut off", _midway(_cut_off_postgres))],
    [Fault("PostgreSQL restarted", _midway(_restart_postgres))],
    [Fault(f"PostgreSQL crashed, {AWAY:.0f} s away", _midway(_crash_postgres))],
    [Fault(f"mail server away for {AWAY:.0f} s", _midway(_mail_away))],
    [Fault("mail server stalls", _midway(_mail(Mood.STALL)))],
    [Fault("mail server asks to come back later", _midway(_mail(Mood.POSTPONE)))],
    [Fault(f"disk of the copies full for {AWAY:.0f} s", _full_disk, needs_small_disk=True)],
]
