"""The folder that all files of one test run lie in; what a killed run left is swept by the next."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "registration-run-"


class RunFolder:
    """A new folder below `place`, held until it is closed or its process ends in whatever way."""

    def __init__(self, place: Path) -> None:
        # Whoever sweeps must not see a folder that its own run has not taken hold of yet.
        with _opened(place) as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            _sweep(place)
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
            self._hold = os.open(self.path, os.O_RDONLY)
            fcntl.flock(self._hold, fcntl.LOCK_EX)
        self.path.chmod(0o755)  # the servers' own account passes here

    def close(self) -> None:
        """Remove it; a program that is still dying may keep some of it until the next run."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._hold)


def _sweep(place: Path) -> None:
    """Remove the folders of runs that ended without a farewell: nobody holds them any more."""
    for folder in place.glob(f"{_PREFIX}*"):
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            continue
        with _opened(folder) as left:
            try:
                fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # another run, at work
                continue
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
