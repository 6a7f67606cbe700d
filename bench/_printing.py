"""Copies per second on one core: by run, one full layout per copy, and by Typst, in turns."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench._typst import Typst
from letters.compose import Press
from letters.letter import LANGUAGES, Copy, Letter
from registration.documents.store import Store
from tests.letters.samples import a_letter, copies_for

COPIES = 193
SAMPLE = 6
ROUNDS = 3


@dataclass(frozen=True)
class Rates:
    """Copies per second on one core, layout and file writes included."""

    by_run: float
    naive: float
    typst: float


@contextmanager
def one_core() -> Iterator[None]:
    """Let this process, and every thread that it starts meanwhile, use one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def measure() -> Rates:
    """The three in turns, so that what else the machine does meets them alike; the best rounds."""
    with one_core():
        press, peer = Press(), Typst()
        ways: dict[str, tuple[int, Callable[[Letter, list[Copy]], Iterable[bytes]]]] = {
            "by_run": (COPIES, lambda letter, copies: _by_run(press, letter, copies)),
            "naive": (SAMPLE, lambda letter, copies: (press.copy(letter, c) for c in copies)),
            "typst": (SAMPLE, lambda letter, copies: (peer.copy(letter, c) for c in copies)),
        }
        press.warm_up()
        for language in LANGUAGES:
            peer.copy(a_letter(language), copies_for(language)[-1])
        rounds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            seconds = dict.fromkeys(ways, 0.0)
            for language in LANGUAGES:
                for name, (number, way) in ways.items():
                    seconds[name] += _seconds(way, language, number)
            for name, (number, _way) in ways.items():
                rounds[name].append(len(LANGUAGES) * number / seconds[name])
    return Rates(**{name: max(rates) for name, rates in rounds.items()})


def _by_run(press: Press, letter: Letter, copies: list[Copy]) -> Iterator[bytes]:
    return (printed.taken() for printed in press.copies(letter, copies))


def _seconds(
    way: Callable[[Letter, list[Copy]], Iterable[bytes]], language: str, number: int
) -> float:
    """Seconds to set `number` copies and keep them on the disk."""
    letter, copies = a_letter(language), copies_for(language)[:number]  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with Store(Path(folder)).batch() as put:
            for pdf in way(letter, copies):
                put(pdf)
        return time.perf_counter() - started
