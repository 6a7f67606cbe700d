"""`up` as a person uses it: it starts, mends, keeps, refuses a second self, and leaves nothing."""

import http.client
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from workshop.instance import LOOPBACK, Instance, Ports
from workshop.memory import descendants
from workshop.services import DATABASE

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(300)


class Up:
    """One `up --empty` in a process of its own, from its first line to its last."""

    def __init__(self, folder: Path, web: int) -> None:
        self.folder = folder
        self.port = web
        self.said = ""
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, stderr=subprocess.PIPE, text=True, bufsize=1
        )

    @property
    def command(self) -> list[str]:
        words = ["up", "--empty", "--folder", str(self.folder), "--port", str(self.port)]
        return [sys.executable, "-m", "workshop", *words]

    def wait_for(self, words: str) -> None:
        """Read what it says up to a line with these words."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line
            if words in line:
                return
        pytest.fail(f"it never said {words!r}, but:\n{self.said}")

    def pid_of(self, words: str) -> int:
        """The process below it whose command line holds these words; the parent of such."""
        return next(
            pid for pid in sorted(descendants(self.process.pid)) if words in _command_line(pid)
        )

    def stop(self, farewell: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(farewell)
        assert self.process.stderr is not None
        with self.process.stderr as rest:
            self.said += rest.read()
        return self.process.wait(60)


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def await_true(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def an_up() -> Iterator[Up]:
    folder = Path(tempfile.mkdtemp(prefix="registration-up-"))
    folder.chmod(0o755)
    up = Up(folder / "instance", Ports.any_free().web)
    try:
        up.wait_for("Ctrl-C stops everything")
        yield up
    finally:
        if up.process.poll() is None:
            up.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    with an_up() as running:
        yield running


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    connection.request("GET", "/healthz")
    healthy = connection.getresponse().status == 200
    connection.close()
    return healthy


def test_it_tells_each_step_and_where_the_pages_are(up: Up):
    for words in (r"Starting PostgreSQL \d+ … [\d.]+ s", r"mail catcher, worker, relay, beat, web"):
        assert re.search(words, up.said), up.said
    assert f"http://127.0.0.1:{up.port}" in up.said
    assert is_healthy(up.port)


def test_the_health_check_of_the_compose_file_asks_as_the_application_expects(up: Up):
    services: dict[str, Any] = YAML(typ="safe").load(ROOT / "docker-compose.yml")["services"]
    _, _, *words = services["web"]["healthcheck"]["test"]
    code = words[-1].replace("8000", str(up.port))
    for host, outcome in ((f"http://127.0.0.1:{up.port}", 0), ("http://evil.example", 1)):
        environment = os.environ | {"REGISTRATION_BASE_URL": host}
        done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
        assert done.returncode == outcome


@pytest.mark.parametrize("words", ["workers.app worker", "workers.relay", "mail_catcher"])
def test_a_killed_process_is_started_again(up: Up, words: str):
    killed = up.pid_of(words)
    os.kill(killed, signal.SIGKILL)
    up.wait_for("was killed by signal 9; starting it again")
    await_true(lambda: any(words in _command_line(pid) for pid in descendants(up.process.pid)))
    assert up.pid_of(words) != killed
    assert is_healthy(up.port)


def test_a_second_up_on_the_same_instance_is_refused(up: Up):
    second = subprocess.run(up.command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "is running already" in second.stderr
    assert is_healthy(up.port)


def test_it_says_how_the_first_administrator_gets_in_and_that_command_does_it(up: Up):
    [command] = [line for line in up.said.splitlines() if "invite-administrator" in line]
    start, _, words = command.strip().partition("dev.py ")
    assert start == "python3 "
    done = subprocess.run(
        [sys.executable, "-m", "workshop", *shlex.split(words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "on its way to ada@secretariat.example" in done.stdout
    assert ask(up, "SELECT count(*) FROM account") == 1


def test_ctrl_c_stops_everything_and_the_next_start_finds_the_data():
    with an_up() as first:
        below = descendants(first.process.pid)
        ask(first, "CREATE TABLE kept AS SELECT 7 AS number")
        assert first.stop(signal.SIGINT) == 0
        assert [pid for pid in below if _command_line(pid)] == []
        again = Up(first.folder, first.port)
        again.wait_for("Ctrl-C stops everything")
        assert ask(again, "SELECT number FROM kept") == 7
        # The hardest of all ends: nothing below it is told by its own hand.
        below = [pid for pid in descendants(again.process.pid) if pid != again.process.pid]
        again.stop(signal.SIGKILL)
        await_true(lambda: not any(map(_command_line, below)))


def ask(up: Up, question: str) -> Any:
    instance = Instance(up.folder, Ports.beside(1), demo=False)
    instance.join()
    with instance.postgres.cluster.connect(DATABASE) as connection:
        answer = connection.execute(question)
        return answer.fetchone()[0] if answer.description else None
