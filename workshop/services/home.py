"""The folders of an instance's servers, who owns them, and why a server did not start."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workshop.children import Account, account_for_servers
from workshop.errors import WorkshopError

START_LIMIT_SECONDS = 30
# Where root keeps what an unprivileged server must reach when the project stands in a closed home.
SHARED_HOME = Path("/var/lib/registration-workshop")
# A Unix socket's path may have 107 bytes; PostgreSQL adds "/.s.PGSQL.5432.lock" to its folder's.
LONGEST_SOCKET_FOLDER = 85
_ROOMY_MEGABYTES = 200


def plain_environment() -> dict[str, str]:
    """The environment of a server: nothing of ours, so that no PG* variable changes its ways."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "HOME": "/",
    }


@dataclass(frozen=True)
class Home:
    """The folders of one instance's servers, and the account that owns them.

    `data` holds what must last, `run` the sockets, `logs` what the servers say.
    """

    data: Path
    run: Path
    logs: Path
    account: Account | None

    @classmethod
    def under(cls, folder: Path) -> Home:
        """Make (or find again) the servers' folders for the instance in `folder`.

        As root inside a closed home directory the data go below /var/lib instead, because the
        servers' own account cannot pass through the closed one.
        """
        account = account_for_servers()
        folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        place = folder
        if account is not None and not account.reaches(folder / "data"):
            place = SHARED_HOME / "instances" / short_hash(str(folder))
            place.mkdir(parents=True, exist_ok=True, mode=0o755)
        run = place / "run"
        if len(os.fsencode(run)) > LONGEST_SOCKET_FOLDER:
            run = Path(tempfile.gettempdir()) / f"registration-{short_hash(str(run))}"
        home = cls(data=place / "data", run=run, logs=folder / "logs", account=account)
        for closed in (home.data, home.run):
            closed.mkdir(exist_ok=True, mode=0o700)
            _refuse_foreign(closed, account)
            closed.chmod(0o700)
            if account is not None:
                account.owns(closed)
        home.logs.mkdir(exist_ok=True, mode=0o700)
        return home

    def remove(self) -> None:
        """Take the servers' folders away, wherever they are, with all that is in them."""
        for folder in (self.data, self.run, self.logs):
            shutil.rmtree(folder)

    @contextlib.contextmanager
    def passed_secret(self, text: str) -> Iterator[Path]:
        """A file that holds `text` while the block runs, readable by the servers' account alone."""
        descriptor, name = tempfile.mkstemp(dir=self.run)
        path = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            if self.account is not None:
                self.account.owns(path)
            yield path
        finally:
            path.unlink()


def _refuse_foreign(folder: Path, account: Account | None) -> None:
    allowed = {os.geteuid()} | ({account.uid} if account is not None else set())
    if folder.is_symlink() or folder.stat().st_uid not in allowed:
        raise WorkshopError(
            f"The folder {folder} belongs to another user of this machine.",
            mend=f"look at what it is, then: rm -r {folder}",
        )


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def require_free_space(folder: Path, *, megabytes: int = _ROOMY_MEGABYTES) -> None:
    """Raise WorkshopError unless `folder`'s disk has `megabytes` free: a full disk stops writes."""
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < megabytes:
        raise WorkshopError(
            f"The disk that holds {folder} is full: {free} MB are free and {megabytes} MB needed.",
            mend=f"free some space (see: du -xh --max-depth=2 {_disk_of(folder)} | sort -h | tail)",
        )


def _disk_of(folder: Path) -> Path:
    place = folder.resolve()
    while not place.is_mount():
        place = place.parent
    return place


def last_words(log: Path, *, lines: int = 8) -> str:
    """The last lines of a log file."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])


def failed_start(name: str, log: Path) -> WorkshopError:
    """Why the program `name` did not start, from what it said in `log`, or from the full disk."""
    words = last_words(log)
    if "No space left on device" in words or shutil.disk_usage(log.parent).free < 1_000_000:
        return WorkshopError(
            f"{name} stopped because the disk is full.",
            mend=f"free some space on the disk that holds {log.parent}, then start again",
        )
    return WorkshopError(f"{name} did not start. It said:\n{words}", mend=f"read {log}")
