"""The workers' application with a press that lays out every copy in full."""

from collections.abc import Iterator, Sequence
from functools import cache

import workers.letters
from letters.compose import Press
from letters.letter import Copy, Letter, LetterError, Printed
from workers.app import celery


class FullLayouts(Press):
    """A press that makes no use of what copies have in common."""

    def copies(self, letter: Letter, copies: Sequence[Copy]) -> Iterator[Printed]:
        """One layout for each copy; fonts and style sheet are shared, and warm."""
        for copy in copies:
            try:
                yield Printed(copy, self.copy(letter, copy))
            except LetterError as problem:
                yield Printed(copy, None, problem)


workers.letters.press = cache(FullLayouts)

__all__ = ["celery"]
