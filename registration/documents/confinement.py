"""Sends files to the confined process that parses them (`probe.py`), and reads what it answers."""

import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

PROBE = Path(__file__).with_name("probe.py")
STARTING = 20  # seconds until a busy machine has started the process
# For each file; a little more than the process gives itself.
SECONDS = {"examine": 12, "draw": 42, "cells": 12, "mail": 42}
PICTURES_LIMIT = 60
LONGEST_SIDE = 2_000  # pixels


class Ended(StrEnum):
    """How the work on one file ended."""

    DONE = "d"
    DIED = "x"  # it swelled, crashed, or used up its share of the processor
    TOO_SLOW = "t"  # by the clock: the machine may be to blame


@dataclass(frozen=True)
class Said:
    """What the confined process said of one file."""

    ended: Ended
    words: bytes


@dataclass(frozen=True)
class Picture:
    """One page as a JPEG, its size in pixels."""

    width: int
    height: int
    content: bytes


@dataclass(frozen=True)
class Pictures:
    """The first pages of a file, and how many pages it has."""

    pages: int
    pictures: tuple[Picture, ...]


class NotDrawn(Exception):
    """The pages could not be drawn; `slow` where the machine may be to blame for it."""

    def __init__(self, *, slow: bool) -> None:
        super().__init__("too slow" if slow else "the file breaks what draws it")
        self.slow = slow


def examined(contents: Sequence[bytes]) -> list[Said]:
    """One word for each file, in their order; where the process itself fails, all have died."""
    return _asked("examine", contents)


def drawn(content: bytes) -> Pictures:
    """The pages as pictures. Raises NotDrawn."""
    said = _asked("draw", [content])[0]
    if said.ended is not Ended.DONE:
        raise NotDrawn(slow=said.ended is Ended.TOO_SLOW)
    try:
        return _pictures(said.words)
    except (struct.error, ValueError):
        raise NotDrawn(slow=False) from None


def cells_read(content: bytes) -> Said:
    """The cells of a workbook as `cells.py` writes them down."""
    return _asked("cells", [content])[0]


def mail_read(content: bytes) -> Said:
    """A mail as `mail.py` writes it down."""
    return _asked("mail", [content])[0]


def _asked(work: str, contents: Sequence[bytes]) -> list[Said]:
    sent = b"".join(struct.pack(">Q", len(each)) + each for each in contents)
    try:
        process = subprocess.run(
            [sys.executable, "-I", str(PROBE), work],
            input=sent,
            capture_output=True,
            timeout=STARTING + SECONDS[work] * len(contents),
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        return [Said(Ended.TOO_SLOW, b"")] * len(contents)
    said = list(_answers(process.stdout))
    return said + [Said(Ended.DIED, b"")] * (len(contents) - len(said))


def _answers(answered: bytes) -> list[Said]:
    found, place = [], 0
    while place + 9 <= len(answered):
        ended, length = struct.unpack_from(">cQ", answered, place)
        place += 9 + length
        found.append(Said(Ended(ended.decode("ascii")), answered[place - length : place]))
    return found


def _pictures(words: bytes) -> Pictures:
    """Read strictly: what was confined is not believed. Raises ValueError and struct.error."""
    (pages,) = struct.unpack_from(">I", words)
    place, pictures = 4, []
    while place < len(words):
        width, height, length = struct.unpack_from(">III", words, place)
        place += 12 + length
        content = words[place - length : place]
        if len(content) != length or not content.startswith(b"\xff\xd8\xff"):
            raise ValueError("no picture")
        if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
            raise ValueError("no size")
        pictures.append(Picture(width, height, content))
    if not 0 < len(pictures) <= PICTURES_LIMIT:
        raise ValueError("no pages")
    return Pictures(pages, tuple(pictures))
