"""Reads a table row by row: the persons that it puts forward, and every mistake in it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from registration import text
from registration.delegations.models import Courtesy, Delegate
from registration.delegations.persons import NEEDED, Person, cleaned, known_by, person_of
from registration.delegations.rules import Capacity
from registration.delegations.service import PERSONS_LIMIT
from registration.errors import Refused
from registration.responses.imports.mapping import Columns, folded, values_of
from registration.responses.imports.rules import Column, Mistake, Table
from registration.words import sentence

_BETWEEN = re.compile(r"[,;/|\n،؛、；，]+")
_LIMITS = {Column.TELEPHONE: 100}
_LINE_LIMIT = 200
_UNKNOWN = sentence("“%(words)s” is not known here. What can be written stands under the template.")
_UNKNOWN_COURTESY = sentence("“%(words)s” is no form of address here: write Ms. or Mr.")
_COURTESY_MISSING = sentence("Write Ms. or Mr.")


@dataclass(frozen=True)
class Preview:
    """What would be written: nothing at all, as long as there are mistakes."""

    persons: tuple[Person, ...]  # of rows without a mistake, in their order
    new: tuple[Person, ...]  # of whom the answer does not say exactly this already
    mistakes: tuple[Mistake, ...]


def read(table: Table, columns: Columns, delegates: Iterable[Delegate] = ()) -> Preview:
    """Read a table whose columns are known, beside those who are in the answer already."""
    rows = _Rows(table, columns)
    here = list(delegates)
    known = {known_by(person_of(each)) for each in here}
    new = [(number, each) for number, each in rows.persons if known_by(each) not in known]
    excess = len(here) + len(new) - PERSONS_LIMIT
    if excess > 0:
        rows.refuse(
            new[-excess][0],
            "",
            Refused("A delegation has at most %(limit)s persons here.", limit=PERSONS_LIMIT),
        )
    return Preview(
        persons=tuple(each for _, each in rows.persons),
        new=tuple(each for _, each in new),
        mistakes=tuple(sorted(rows.mistakes, key=lambda each: each.row)),
    )


class _Rows:
    """All rows of a table, read once."""

    def __init__(self, table: Table, columns: Columns) -> None:
        self.persons: list[tuple[int, Person]] = []
        self.mistakes: list[Mistake] = []
        self._headings = {
            column: heading
            for column, heading in zip(columns, table.headings, strict=True)
            if column is not None
        }
        self._first: dict[Person, int] = {}
        self._head: int | None = None
        for number, cells in table.rows:
            said = {
                column: cell
                for column, cell in zip(columns, cells, strict=True)
                if column is not None
            }
            if any(cell.strip() for cell in said.values()):
                self._read(number, said)

    def refuse(self, row: int, heading: str, error: Refused) -> None:
        self.mistakes.append(Mistake(row, heading, error.sentence, error.values))

    def _read(self, number: int, said: dict[Column, str]) -> None:
        before, values = len(self.mistakes), {}
        for column, cell in said.items():
            try:
                values[column.value] = _value(column, cell)
            except Refused as error:
                self.refuse(number, self._headings[column], error)
        if len(self.mistakes) == before:
            self._take(number, cleaned(Person(**{"given_names": "", **values})))

    def _take(self, number: int, person: Person) -> None:
        """A person who stands there twice is a mistake too, and so is a second head."""
        first = self._first.setdefault(known_by(person), number)
        if first != number:
            self.refuse(
                number,
                self._headings[Column.FAMILY_NAME],
                Refused("This person stands in row %(row)s already.", row=first),
            )
        elif person.head_of_delegation and self._head is not None:
            self.refuse(
                number,
                self._headings[Column.HEAD],
                Refused("Row %(row)s is head of delegation already.", row=self._head),
            )
        else:
            self._head = number if person.head_of_delegation else self._head
            self.persons.append((number, person))


def _value(column: Column, cell: str) -> Any:
    """What a cell says, as `Person` has it. Raises Refused."""
    return _READERS.get(column, _line)(column, cell)


def _line(column: Column, cell: str) -> str:
    # Cells often hold line breaks where a sheet was made to fit; a person's words have none.
    line = text.line(" ".join(cell.splitlines()), limit=_LIMITS.get(column, _LINE_LIMIT))
    if not line and column.value in NEEDED:
        raise Refused(NEEDED[column.value])
    return line


def _courtesy(column: Column, cell: str) -> Courtesy:
    if not cell.strip():
        raise Refused(_COURTESY_MISSING)
    return Courtesy(_known(column, cell, _UNKNOWN_COURTESY))


def _capacity(column: Column, cell: str) -> Capacity:
    return Capacity(_known(column, cell)) if cell.strip() else Capacity.EXPERT


def _is_head(column: Column, cell: str) -> bool:
    return bool(cell.strip()) and _known(column, cell) == "yes"


def _email(_: Column, cell: str) -> str:
    return text.email(cell) if cell.strip() else ""


def _several(column: Column, cell: str) -> tuple[str, ...]:
    return tuple(_known(column, each) for each in _BETWEEN.split(cell) if each.strip())


def _known(column: Column, words: str, unknown: str = _UNKNOWN) -> str:
    """Raises Refused, with the sentence `unknown`, where nobody knows these words."""
    value = values_of(column).get(folded(words))
    if value is None:
        raise Refused(unknown, words=text.line(" ".join(words[:80].split())))
    return value


_READERS: dict[Column, Callable[[Column, str], Any]] = {
    Column.COURTESY: _courtesy,
    Column.CAPACITY: _capacity,
    Column.HEAD: _is_head,
    Column.EMAIL: _email,
    Column.AREAS: _several,
    Column.LANGUAGES: _several,
}
