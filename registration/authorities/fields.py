"""What is written in the fields of an entry, made clean: one gate for all who write there."""

from collections.abc import Callable, Mapping
from typing import Any

from registration import text
from registration.authorities.rules import (
    LIST_LIMIT,
    NO,
    SEARCHED,
    YES,
    Category,
    Format,
    Shape,
    fields_of,
)
from registration.designations.rules import can_be_reached
from registration.errors import Refused

TEXT_LIMIT = 2_000


def clean(category: Category, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of that category that hold something; lists are lists of strings.

    Raises Refused for the field where something cannot be, or where no request would arrive.
    """
    cleaned = {}
    for field in fields_of(category):
        try:
            value = _GATES[field.shape](typed.get(field.name) or "")
        except Refused as error:
            raise Refused(error.sentence, field=field.name, **error.values) from None
        if value:
            cleaned[field.name] = value
    if not cleaned.get("authority_name"):
        raise Refused("Enter the name of the authority.", field="authority_name")
    if not can_be_reached(
        email=" ".join(cleaned.get("email", [])),
        telephone=" ".join(cleaned.get("telephone", [])),
        address=cleaned.get("address", ""),
    ):
        raise Refused(
            "Enter an e-mail address, a telephone number or an address: requests for assistance"
            " must find the authority.",
            field="email",
        )
    return cleaned


def searched(particulars: Mapping[str, Any]) -> str:
    """The words under which an entry is found."""
    return " ".join(str(particulars[name]) for name in SEARCHED if particulars.get(name))


def _lines(value: Any) -> list[str]:
    typed = value if isinstance(value, list) else str(value).splitlines()
    lines = [line for line in (text.line(each) for each in typed) if line]
    if len(lines) > LIST_LIMIT:
        raise Refused("Enter at most %(limit)s lines.", limit=LIST_LIMIT)
    return lines


def _emails(value: Any) -> list[str]:
    return [text.email(each) for each in _lines(value)]


def _links(value: Any) -> list[str]:
    links = _lines(value)
    if not all(each.startswith(("https://", "http://")) for each in links):
        raise Refused("Enter addresses that begin with https:// or http://, one a line.")
    return links


def _yes_or_no(value: Any) -> str:
    return value if value in (YES, NO) else ""


def _formats(value: Any) -> list[str]:
    chosen = set(value if isinstance(value, list) else [])
    return [each.value for each in Format if each.value in chosen]


_GATES: dict[Shape, Callable[[Any], Any]] = {
    Shape.LINE: text.line,
    Shape.TEXT: lambda value: text.paragraphs(value, limit=TEXT_LIMIT),
    Shape.LINES: _lines,
    Shape.EMAILS: _emails,
    Shape.LINKS: _links,
    Shape.YES_OR_NO: _yes_or_no,
    Shape.FORMATS: _formats,
}
