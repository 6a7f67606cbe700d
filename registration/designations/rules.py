"""As what a State names somebody, and what a new answer changes in what it said before."""

from collections.abc import Container, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class DesignationKind(StrEnum):
    """As what a State names an authority or a person (Conference resolution 4/2)."""

    CENTRAL_AUTHORITY = "central_authority"
    LOCAL_AUTHORITY = "local_authority"
    GOVERNMENTAL_EXPERT = "governmental_expert"


@dataclass(frozen=True)
class Line:
    """One authority or expert as a State words it; `line_id` stays through all corrections.

    `continues` is the line of an earlier answer that this one names again.
    """

    line_id: UUID
    kind: DesignationKind
    name: str
    institution: str = ""
    title: str = ""
    email: str = ""
    telephone: str = ""
    address: str = ""
    courtesy: str = ""
    head_of_delegation: bool = False
    capacity: str = ""
    printed_name: str = ""
    sorting_name: str = ""
    areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    continues: UUID | None = field(default=None, compare=False)

    @property
    def place(self) -> Hashable:
        """What the line is compared under: a State has one central authority at a time."""
        return self.kind if self.kind is DesignationKind.CENTRAL_AUTHORITY else self.line_id


@dataclass(frozen=True)
class Changes:
    """What becomes of the designations in force, which are named by their identifiers."""

    unchanged: tuple[UUID, ...]
    superseded: tuple[tuple[UUID, Line], ...]
    withdrawn: tuple[UUID, ...]
    added: tuple[Line, ...]


def compare(in_force: Mapping[UUID, Line], said: Iterable[Line]) -> Changes:
    """Compare what is in force with what is said now, line by line.

    An authority that an answer for another meeting named is superseded even by the same words: the
    newer answer is then the source of what is in force.
    """
    standing = {line.place: (identifier, line) for identifier, line in in_force.items()}
    said_at = {_place(line, standing): line for line in said}
    both = [(*standing[place], line) for place, line in said_at.items() if place in standing]
    return Changes(
        unchanged=tuple(known for known, old, new in both if old == new),
        superseded=tuple((known, new) for known, old, new in both if old != new),
        withdrawn=tuple(known for place, (known, _) in standing.items() if place not in said_at),
        added=tuple(line for place, line in said_at.items() if place not in standing),
    )


def _place(line: Line, standing: Container[Hashable]) -> Hashable:
    """Where a line stands: its own place, unless only the one that it continues is in force."""
    return line.place if line.continues is None or line.place in standing else line.continues


def can_be_reached(*, email: str, telephone: str, address: str) -> bool:
    """Whether requests for assistance can be sent there at all."""
    return any(each.strip() for each in (email, telephone, address))
