"""How a paper in a list of documents is called: a document's symbol or a note's reference."""

import re
from dataclasses import dataclass
from typing import ClassVar

from registration.documents.reference import Reference
from registration.errors import Refused

_SPACE = re.compile(r"\s+")


def _number(digits: str) -> int:
    """A number as it stands in a symbol: it has no leading zero."""
    if digits.startswith("0"):
        raise ValueError(digits)
    return int(digits)


@dataclass(frozen=True, order=True)
class DocumentSymbol:
    """The symbol of a document of the Conference or its bodies; the same in all languages.

    Symbols sort as people file them: by body and year, then the main documents before the papers of
    each class, by number, and every addendum, corrigendum and revision behind what it belongs to.
    """

    body: str  # e.g. CAC/COSP/EG.1
    year: int
    paper: str  # "" for a main document, else CRP. INF/ INF. L. NGO/
    number: int
    parts: tuple[tuple[str, int], ...] = ()  # e.g. (("Corr", 1),)
    reissued: bool = False  # an asterisk: issued again for technical reasons

    _PATTERN: ClassVar[re.Pattern[str]] = re.compile(
        r"(?P<body>CAC/COSP(?:/(?:IRG|EG\.\d+|WG\.\d+))?)/(?P<year>\d{4})"
        r"/(?P<paper>CRP\.|INF/|INF\.|L\.|NGO/)?(?P<number>\d+)"
        r"(?P<parts>(?:/(?:ADD|CORR|REV)\.\d+)*)(?P<reissued>\*?)",
        re.ASCII,
    )

    @classmethod
    def parse(cls, typed: str) -> "DocumentSymbol":
        """The symbol that was typed, in its one proper form (`/CORR.1` is `/Corr.1`).

        Raises Refused, on the field `symbol`.
        """
        found = cls._PATTERN.fullmatch(_SPACE.sub("", typed).upper())
        try:
            if found is None:
                raise ValueError(typed)
            return cls(
                body=found["body"],
                year=int(found["year"]),
                paper=found["paper"] or "",
                number=_number(found["number"]),
                parts=tuple(_part(each) for each in found["parts"].split("/")[1:]),
                reissued=bool(found["reissued"]),
            )
        except ValueError:
            raise Refused(
                "Enter a symbol like CAC/COSP/EG.1/2013/2 or CAC/COSP/EG.1/2013/2/Corr.1.",
                field="symbol",
            ) from None

    def __str__(self) -> str:
        parts = "".join(f"/{name}.{number}" for name, number in self.parts)
        star = "*" if self.reissued else ""
        return f"{self.body}/{self.year}/{self.paper}{self.number}{parts}{star}"


def _part(text: str) -> tuple[str, int]:
    name, number = text.split(".")
    return name.capitalize(), _number(number)


def parse(typed: str) -> DocumentSymbol | Reference:
    """What stands in a list of documents: a symbol, or a note's reference.

    Raises Refused, on the field `symbol`.
    """
    if typed.lstrip().upper().startswith("CU"):
        try:
            return Reference.parse(typed)
        except Refused as error:
            raise Refused(error.sentence, field="symbol", **error.values) from None
    return DocumentSymbol.parse(typed)


def filing_order(symbol: DocumentSymbol | Reference) -> tuple[bool, DocumentSymbol | Reference]:
    """A sort key for a list of documents: notes verbales first, then documents by their symbol."""
    return isinstance(symbol, DocumentSymbol), symbol
