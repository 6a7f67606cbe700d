"""Starts an instance's processes in order, keeps them running, and stops them in order."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from workshop.children import dies_with_parent, start_child, stop_child
from workshop.instance import LOOPBACK, ROOT, Instance
from workshop.services import failed_start
from workshop.steps import Steps

_HEALTHY_WITHIN_SECONDS = 120
# A process that lived this long was well: the next restart is quick again.
_LONG_LIFE_SECONDS = 60
_SLOWEST_RESTART_SECONDS = 30


@dataclass(frozen=True)
class Program:
    """One process of the instance. `ready` is asked until it says True."""

    name: str
    command: list[str]
    ready: Callable[[Path], bool]
    patience: float = 10


def programs_of(instance: Instance, worker_app: str) -> list[Program]:
    """The processes of an instance, in the order in which they start."""
    python, ports = sys.executable, instance.ports
    return [
        Program(
            "mail catcher",
            [
                python,
                "-m",
                "workshop.mail_catcher",
                "--folder",
                str(instance.mail),
                "--smtp-port",
                str(ports.smtp),
                "--page-port",
                str(ports.mail_page),
            ],
            ready=lambda _: _listens(ports.smtp) and _listens(ports.mail_page),
        ),
        Program(
            "worker",
            [
                python,
                "-m",
                "celery",
                "-A",
                worker_app,
                "worker",
                "--loglevel",
                "INFO",
                "--concurrency",
                "2",
                "--without-mingle",
                "--without-gossip",
            ],
            ready=lambda log: b" ready." in log.read_bytes(),
            # It gives the work in hand 30 seconds; what is cut off is taken up again.
            patience=35,
        ),
        Program(
            "relay",
            [python, "-m", "workers.relay"],
            ready=lambda log: b"relay: ready" in log.read_bytes(),
        ),
        Program(
            "beat",
            [
                python,
                "-m",
                "celery",
                "-A",
                "workers.app",
                "beat",
                "--loglevel",
                "INFO",
                "--pidfile",
                "",
            ],
            ready=lambda log: b"beat: Starting" in log.read_bytes(),
        ),
        Program(
            "web",
            [
                python,
                "-m",
                "gunicorn",
                "registration.app:create_app()",
                "--config",
                "python:registration.serving",
                "--bind",
                f"{LOOPBACK}:{ports.web}",
                "--worker-class",
                "gthread",
                "--workers",
                "2",
                "--threads",
                "4",
                "--preload",
                "--no-control-socket",
                "--worker-tmp-dir",
                str(instance.logs),
            ],
            ready=lambda _: answers_healthy(ports.web),
        ),
    ]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def answers_healthy(port: int) -> bool:
    """Whether the web server at that port of this machine says that it is well."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@dataclass
class _Running:
    program: Program
    log: Path
    child: subprocess.Popen[bytes]
    started: float
    failures: int = 0
    restart_at: float | None = field(default=None)


class Supervisor:
    """The processes of one instance that is held. Use `running()`, then `watch()` till the end.

    A benchmark may put another application of Celery in the worker's place.
    """

    def __init__(
        self, instance: Instance, steps: Steps, *, worker_app: str = "workers.app"
    ) -> None:
        self._instance = instance
        self._steps = steps
        self._programs = programs_of(instance, worker_app)
        self._running: list[_Running] = []
        self._stopping = threading.Event()
        self._environment: dict[str, str] = {}

    @property
    def pids(self) -> dict[str, int]:
        """The process number of each program."""
        return {one.program.name: one.child.pid for one in self._running}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Servers and programs up and healthy while the block runs, everything stopped after it.

        SIGTERM, SIGHUP and Ctrl-C end `watch()` and `run()`.
        """
        steps, instance = self._steps, self._instance
        former = {
            one: signal.signal(one, self._on_farewell)
            for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        }
        try:
            with steps.step(f"Starting PostgreSQL {instance.postgres.major}"):
                instance.postgres.start()
            with steps.step(f"Starting {instance.valkey.name.capitalize()}"):
                instance.valkey.start()
            with steps.step("Bringing the database up to date"):
                instance.prepare_database()
            self._environment = instance.environment()
            with steps.step("Starting " + ", ".join(one.name for one in self._programs)):
                self._start_programs()
            yield
        finally:
            self._stop_everything()
            for one, action in former.items():
                signal.signal(one, action)

    def watch(self) -> None:
        """Start again what ends, until this process is asked to stop."""
        while not self._stopping.wait(0.25):
            self._look_after_programs()

    def wait_for(self, until: Callable[[], bool]) -> bool:
        """Start again what ends until something holds; False when asked to stop before it did."""
        while not until():
            self._look_after_programs()
            if self._stopping.wait(0.1):
                return False
        return True

    def run(self, *arguments: str, output: Path | None = None) -> int | None:
        """Run one of the application's commands beside the programs.

        What it says goes to the terminal, or to the file `output`. Returns its exit code, or None
        when this process was asked to stop meanwhile.
        """
        with output.open("wb") if output is not None else nullcontext() as file:
            child = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "registration.app", *arguments],
                env=self._environment,
                cwd=ROOT,
                stdout=file,
                stderr=file,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )
        if not self.wait_for(lambda: child.poll() is not None):
            stop_child(child, signal.SIGTERM, patience=10)
            return None
        return child.returncode

    def _on_farewell(self, *_: object) -> None:
        self._stopping.set()

    def _start_programs(self) -> None:
        for program in self._programs:
            log = self._instance.logs / f"{program.name.replace(' ', '-')}.log"
            if log.exists():
                log.replace(log.with_suffix(".log.1"))
            self._running.append(
                _Running(program, log, self._launch(program, log), time.monotonic())
            )
        deadline = time.monotonic() + _HEALTHY_WITHIN_SECONDS
        for one in self._running:
            self._await_ready(one, deadline)

    def _launch(self, program: Program, log: Path) -> subprocess.Popen[bytes]:
        return start_child(program.command, log=log, env=self._environment, cwd=ROOT)

    def _await_ready(self, one: _Running, deadline: float) -> None:
        while not one.program.ready(one.log):
            if self._stopping.is_set():
                raise KeyboardInterrupt
            if one.child.poll() is not None or time.monotonic() > deadline:
                raise failed_start(f"The {one.program.name}", one.log)
            time.sleep(0.05)

    def _look_after_programs(self) -> None:
        for one in self._running:
            if one.restart_at is not None:
                if time.monotonic() >= one.restart_at:
                    one.restart_at = None
                    one.started = time.monotonic()
                    one.child = self._launch(one.program, one.log)
            elif (code := one.child.poll()) is not None:
                self._plan_restart(one, code)

    def _plan_restart(self, one: _Running, code: int) -> None:
        # Its own children, if it left any, must not work beside their successors.
        _end_session(one.child.pid)
        lived = time.monotonic() - one.started
        one.failures = 0 if lived > _LONG_LIFE_SECONDS else one.failures + 1
        delay = min(0.5 * 2**one.failures, _SLOWEST_RESTART_SECONDS) if one.failures > 1 else 0.2
        one.restart_at = time.monotonic() + delay
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        self._steps.say(
            f"  The {one.program.name} {how}; starting it again in {delay:.1f} s ({one.log})"
        )

    def _stop_everything(self) -> None:
        working = [one for one in self._running if one.child.poll() is None]
        catcher = [one for one in working if one.program.name == "mail catcher"]
        others = [one for one in reversed(working) if one not in catcher]
        # All are told at once and then waited for; the mail catcher goes on until the worker has
        # put down the mail in its hand.
        for one in others:
            one.child.terminate()
        for one in [*others, *catcher]:
            stop_child(one.child, signal.SIGTERM, patience=one.program.patience)
        for one in self._running:
            _end_session(one.child.pid)
        self._running.clear()
        self._instance.valkey.stop()
        self._instance.postgres.stop()


def _end_session(leader: int) -> None:
    """End whatever is left of the session that an ended child had led."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:  # nothing was left
        return
