"""The workers' application with a press that lays out every copy in full."""

from collections.abc import Iterator, Sequence
from functools import cache, partial

import workers.letters
from letters.compose import Edition, Press
from letters.letter import Copy, Letter, LetterError, Printed
from workers.app import celery


class FullLayouts(Press):
    """A press that makes no use of what copies have in common."""

    def edition(self, letter: Letter, copies: Sequence[Copy]) -> Edition:
        """One layout for each copy and the master; fonts and style sheet are shared, and warm."""
        return Edition(partial(self.master, letter), self._one_by_one(letter, copies))

    def _one_by_one(self, letter: Letter, copies: Sequence[Copy]) -> Iterator[Printed]:
        for copy in copies:
            try:
                yield Printed(copy, self.copy(letter, copy))
            except LetterError as problem:
                yield Printed(copy, None, problem)


workers.letters.press = cache(FullLayouts)

__all__ = ["celery"]
