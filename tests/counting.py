"""Counts the questions that a piece of work asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def counted_queries(engine: sa.Engine) -> Iterator[list[str]]:
    """The statements that are sent while the block runs, in their order."""
    seen: list[str] = []

    def note_down(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    sa.event.listen(engine, "before_cursor_execute", note_down)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note_down)
