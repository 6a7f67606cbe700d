"""One line on the terminal for each step, with the seconds it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Steps:
    """Tells a person what is being done. Writes to standard error, so that output stays clean."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, sentence: str) -> Iterator[None]:
        """Say what begins, and after the block how many seconds it took."""
        started = time.monotonic()
        self._write(f"  {sentence} … ")
        try:
            yield
        except BaseException:
            self._write("\n")
            raise
        self.seconds[sentence] = time.monotonic() - started
        self._write(f"{self.seconds[sentence]:.1f} s\n")

    def say(self, sentence: str = "") -> None:
        """Say one line."""
        self._write(f"{sentence}\n")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
