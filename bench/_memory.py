"""What a process that prints letters holds in memory, note after note."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.connection import Connection
from pathlib import Path

from letters.compose import Press
from letters.letter import LANGUAGES
from tests.letters.samples import a_letter, copies_for

NOTES = 10
COPIES = 193
# Flat: what a page more or less of the allocator makes.
TOLERANCE_MB = 8.0


def measure() -> list[float]:
    """Megabytes after each of the notes, each in six languages for 193 States, in a new process."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=_print_notes, args=(theirs,))
    child.start()
    theirs.close()
    held = [float(ours.recv()) for _ in range(NOTES)]
    child.join()
    return held


def _print_notes(tell: Connection) -> None:
    press = Press()
    press.warm_up()
    for _ in range(NOTES):
        for language in LANGUAGES:
            for printed in press.copies(a_letter(language), copies_for(language)[:COPIES]):
                printed.taken()
        tell.send(_megabytes())


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
