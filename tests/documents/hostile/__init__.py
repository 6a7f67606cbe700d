"""Files that attackers upload: several hundred, made by families from a few ideas.

Each is refused with a flaw of its family. Where `None` is among the flaws it may pass: a parser
mends it, and nothing is in it that acts.
"""

from dataclasses import dataclass

from registration.documents.rules import Flaw
from tests.documents.hostile import acting, disguised, swollen


@dataclass(frozen=True)
class Hostile:
    """One file, and the flaws that refuse it."""

    name: str
    content: bytes
    flaws: frozenset[Flaw | None]


def everything() -> list[Hostile]:
    """The whole collection; the same files at every call."""
    families = (
        disguised.wrong_types,
        disguised.polyglots,
        disguised.truncated,
        acting.acts,
        acting.embedded,
        disguised.encrypted,
        swollen.bombs,
        swollen.nested,
        swollen.loops,
        acting.outside,
        acting.numbers,
    )
    return [Hostile(*each) for family in families for each in family()]
