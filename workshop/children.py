"""Child processes that drop privileges where they must and never outlive their maker."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: a child between fork and exec must not load libraries.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


@dataclass(frozen=True)
class Account:
    """The account of the operating system under which a server runs."""

    name: str
    uid: int
    gid: int

    def owns(self, path: Path) -> None:
        """Give `path` to this account (allowed to root only)."""
        os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether this account can pass through every folder that leads to `path`."""
        return all(
            _may_pass(folder, self.uid, self.gid)
            for folder in path.resolve().parents
            if folder.exists()
        )


def _may_pass(folder: Path, uid: int, gid: int) -> bool:
    status = folder.stat()
    if status.st_uid == uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def account_for_servers() -> Account | None:
    """The account that PostgreSQL and Valkey run under: None for "as myself", else not root.

    PostgreSQL refuses to run as root, and no server here needs to.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise LookupError("neither an account named postgres nor one named nobody exists")


def dies_with_parent(farewell: signal.Signals) -> Callable[[], None]:
    """What a child runs before exec: the kernel shall send it `farewell` when its parent ends."""
    parent = os.getpid()

    def before_exec() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(farewell), 0, 0, 0)
            if os.getppid() != parent:  # the parent ended before the kernel was asked
                os._exit(1)

    return before_exec


def start_child(
    command: Sequence[str | Path],
    *,
    log: Path,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    farewell: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` with its output appended to `log`; it gets `farewell` when this thread ends.

    Call it from a thread that lives as long as the child should: the kernel counts the death of
    the *thread* that made the child. A child is in its own session, so that Ctrl-C reaches only
    the supervisor, which then stops everything in the right order.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            # Runs after the change of user, which would clear the kernel's promise.
            preexec_fn=dies_with_parent(farewell),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def run_child(
    command: Sequence[str | Path], *, account: Account | None, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run `command` to its end under `account` and return what it said; the caller judges it."""
    return subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=dict(env),
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def stop_child(
    child: subprocess.Popen[bytes], farewell: signal.Signals, *, patience: float
) -> None:
    """Ask `child` to end with `farewell`; after `patience` seconds, end its whole session."""
    if child.poll() is not None:
        return
    child.send_signal(farewell)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def copy_for_accounts(trees: Mapping[str, Path], target: Path) -> Path:
    """Copy each tree to its place below `target`, readable by every account; returns `target`.

    The copy is complete or absent: it is made beside its place and then renamed.
    """
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    for place, tree in trees.items():
        shutil.copytree(tree, unfinished / place, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        unfinished.rename(target)
    except OSError:  # another start was quicker, and its copy is as good
        if not target.exists():
            raise
        shutil.rmtree(unfinished)
    return target
