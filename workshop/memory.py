"""How much memory a process and everything below it used at its highest."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import TracebackType

_PROC = Path("/proc")


def descendants(ancestor: int) -> list[int]:
    """The process numbers of all processes below `ancestor`, itself included."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The name in brackets may hold spaces; the parent is the second word after it.
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
        children.setdefault(parent, []).append(int(entry.name))
    found, unseen = [], [ancestor]
    while unseen:
        one = unseen.pop()
        found.append(one)
        unseen += children.get(one, [])
    return found


def resident_bytes(pid: int) -> int:
    """Memory that `pid` holds now; a page that several processes share counts in equal parts."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):  # ended, or another's
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


class PeakMemory:
    """Within its block, watches this process and all below it. `megabytes` is the highest sum."""

    def __init__(self, *, every: float = 0.3) -> None:
        self._every = every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._highest = 0

    @property
    def megabytes(self) -> int:
        """The highest sum seen so far."""
        return self._highest // 1_000_000

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self._highest = max(self._highest, sum(map(resident_bytes, descendants(os.getpid()))))
            if self._ended.wait(self._every):
                return
