"""The difference of two texts, paragraph by paragraph and word by word, as a person reads it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from registration.notes.markup import blocks

# Chinese puts no spaces between words, so each of its characters is a word here.
_WORD: Final = re.compile(r"\s+|[\u2e80-\u9fff\uf900-\ufaff]|\w+|[^\w\s]")
# Beyond it two paragraphs are not compared by words: the comparison takes the square of them.
_COMPARABLE: Final = 1_500


class Change(StrEnum):
    """What happened to some words."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """Neighbouring words that share their fate."""

    change: Change
    text: str


# The pieces of one paragraph, in the order in which they are read.
Pieces = tuple[Piece, ...]


def between(before: str, after: str) -> tuple[Pieces, ...]:
    """The paragraphs of both texts in one, each in pieces."""
    old, new = blocks(before), blocks(after)
    found: list[Pieces] = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found += ((Piece(Change.KEPT, each),) for each in old[i:j])
        else:
            found += (_words(a, b) for a, b in _pairs(old[i:j], new[k:m]))
    return tuple(found)


def changed(paragraphs: Sequence[Pieces]) -> bool:
    """Whether there is a difference at all."""
    return any(piece.change is not Change.KEPT for pieces in paragraphs for piece in pieces)


def of_lines(before: str, after: str) -> Pieces:
    """The difference of two lines, for instance of two subjects."""
    return _words(before, after)


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Paragraphs that took each other's place; what has no partner is gone or new as a whole."""
    return zip_longest(old, new, fillvalue="")


def _words(before: str, after: str) -> Pieces:
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _COMPARABLE:
        return _merged([(Change.GONE, before), (Change.NEW, after)])
    pieces: list[tuple[Change, str]] = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append((Change.KEPT, "".join(old[i:j])))
        else:
            pieces += [(Change.GONE, "".join(old[i:j])), (Change.NEW, "".join(new[k:m]))]
    return _merged(_without_single_spaces(pieces))


def _without_single_spaces(pieces: list[tuple[Change, str]]) -> list[tuple[Change, str]]:
    """A space that was kept between two changes makes them unreadable: it changes with them."""
    found: list[tuple[Change, str]] = []
    for at, (change, text) in enumerate(pieces):
        amid = 0 < at < len(pieces) - 1
        if change is Change.KEPT and amid and not text.strip():
            found += [(Change.GONE, text), (Change.NEW, text)]
        else:
            found.append((change, text))
    return found


def _merged(pieces: list[tuple[Change, str]]) -> Pieces:
    """Between two stretches that were kept: all that is gone first, then all that is new."""
    found: list[Piece] = []
    gone = new = ""
    for change, text in [*pieces, (Change.KEPT, "")]:
        if change is Change.GONE:
            gone += text
        elif change is Change.NEW:
            new += text
        else:
            found += [Piece(Change.GONE, gone), Piece(Change.NEW, new), Piece(Change.KEPT, text)]
            gone = new = ""
    return tuple(piece for piece in found if piece.text)
