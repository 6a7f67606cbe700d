"""A workflow is a table: (stage, action) -> stage. Buttons, tests and diagrams are read from it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from registration.errors import IllegalMove

Stage = TypeVar("Stage", bound=StrEnum)
Action = TypeVar("Action", bound=StrEnum)


def not_now() -> IllegalMove:
    """The error of a move that is not possible at present, to be raised."""
    return IllegalMove(
        "This is no longer possible, or not yet: it was done already, or somebody else did"
        " something in between. Go back and reload the page to see where it stands."
    )


class Workflow(Generic[Stage, Action]):
    """The legal moves of one kind of thing, starting at `initial`."""

    def __init__(
        self, name: str, *, initial: Stage, moves: Mapping[tuple[Stage, Action], Stage]
    ) -> None:
        self.name = name
        self.initial = initial
        self.moves = dict(moves)

    def after(self, stage: Stage, action: Action) -> Stage:
        """The stage that an action leads to. Raises IllegalMove where the table has none."""
        try:
            return self.moves[stage, action]
        except KeyError:
            raise not_now() from None

    def actions(self, stage: Stage) -> tuple[Action, ...]:
        """What may be done at a stage, in the order of the table."""
        return tuple(action for (at, action) in self.moves if at is stage)

    def reachable(self) -> frozenset[Stage]:
        """Every stage that some sequence of moves reaches from the initial one."""
        found = {self.initial}
        while more := {to for (at, _), to in self.moves.items() if at in found} - found:
            found |= more
        return frozenset(found)

    def mermaid(self) -> str:
        """The table as a state diagram, for docs/workflows.md."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial.value}"]
        lines += [
            f"    {at.value} --> {to.value}: {action.value.replace('_', ' ')}"
            for (at, action), to in self.moves.items()
        ]
        return "\n".join(lines)
