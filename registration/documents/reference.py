"""The reference of a note verbale: how it is typed, written and put in order."""

import re
from dataclasses import dataclass

from registration.errors import Refused

SERIES = "CU"
_TYPED = re.compile(
    r"(?P<series>[A-Z]{2})-?(?P<year>\d{4})[/-](?P<number>\d{1,5})(?P<suffix>.*)", re.ASCII
)
LAST = 99_999  # no number of a year has more digits
_SUFFIX = re.compile(r"(\([A-Z]\))?(/[A-Z]+)*")


@dataclass(frozen=True, order=True)
class Reference:
    """A reference such as CU 2013/175. The number counts the notes of a series in a year.

    `suffix` is what the long form carries besides, e.g. (A)/DTA/CEB/CSS; it is printed, but two
    notes never share a number, whatever their suffixes.
    """

    series: str
    year: int
    number: int
    suffix: str = ""

    @classmethod
    def parse(cls, typed: str) -> "Reference":
        """What somebody typed: CU 2013/175, cu2013-175, CU 2013/0175.

        Raises Refused, on the field `reference`.
        """
        match = _TYPED.fullmatch("".join(typed.upper().split()))
        if not match or match["series"] != SERIES or not _SUFFIX.fullmatch(match["suffix"]):
            raise Refused(
                "Write the reference like %(example)s.", field="reference", example="CU 2013/175"
            )
        if not int(match["number"]):
            raise Refused("The first number of a year is 1.", field="reference")
        return cls(match["series"], int(match["year"]), int(match["number"]), match["suffix"])

    def __str__(self) -> str:
        return f"{self.short}{self.suffix}"

    @property
    def short(self) -> str:
        """The reference without what its long form carries besides."""
        return f"{self.series} {self.year}/{self.number}"

    @property
    def filename(self) -> str:
        """The reference as the name of a file, without its ending: CU-2013-175."""
        return f"{self.series}-{self.year}-{self.number}"
