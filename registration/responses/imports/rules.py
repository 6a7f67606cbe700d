"""What a table of persons may be, and what its columns can stand for."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

SIZE_LIMIT = 5 * 2**20
CELL_LIMIT = 2_000
KEPT_FOR = timedelta(hours=24)
TABLES_LIMIT = 50  # of one person, until they are taken or expire
MISTAKES_SHOWN = 200


class Column(StrEnum):
    """What a column of the table says of a person."""

    COURTESY = "courtesy"
    GIVEN_NAMES = "given_names"
    FAMILY_NAME = "family_name"
    TITLE = "title"
    INSTITUTION = "institution"
    CAPACITY = "capacity"
    HEAD = "head_of_delegation"
    EMAIL = "email"
    TELEPHONE = "telephone"
    AREAS = "areas"
    LANGUAGES = "languages"
    PRINTED_NAME = "printed_name"
    SORTING_NAME = "sorting_name"


NEEDED = (Column.COURTESY, Column.FAMILY_NAME, Column.TITLE, Column.INSTITUTION)


class Encoding(StrEnum):
    """In which characters a text file is written, by Python's names."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    WESTERN = "cp1252"
    CENTRAL_EUROPEAN = "cp1250"
    CYRILLIC = "cp1251"
    ARABIC = "cp1256"
    CHINESE = "gb18030"


@dataclass(frozen=True)
class Table:
    """A table as it came: its headings, and its rows with their numbers, each as long as those."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Mistake:
    """What is wrong in one cell: the number of its row, the heading of its column, a sentence.

    `sentence` may hold `%(name)s` places; they are filled from `values` once it is translated.
    """

    row: int
    heading: str
    sentence: str
    values: dict[str, object]
