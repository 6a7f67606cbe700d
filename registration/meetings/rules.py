"""How a meeting is named in an address, and which days may stand beside how much certainty."""

import re
import unicodedata
from datetime import date
from enum import StrEnum


class DateStatus(StrEnum):
    """How sure the dates of a meeting are. Only what is verified is shown as a day."""

    VERIFIED = "verified"
    PARTLY = "partly"
    WEEK_VERIFIED = "week verified"
    WEEK_ONLY = "week only"
    UNVERIFIED = "unverified"
    UNKNOWN = "unknown"


class Funding(StrEnum):
    """Which States may ask that the travel of a person be paid."""

    NONE = "none"
    LEAST_DEVELOPED = "least_developed"
    ALL = "all"


def may_ask_for_funding(funding: Funding, *, least_developed: bool) -> bool:
    """Whether a State may ask for it."""
    return funding is Funding.ALL or (funding is Funding.LEAST_DEVELOPED and least_developed)


# Without at least a week there is no day to write down: what is not known is not stored.
WITH_DAYS = (DateStatus.VERIFIED, DateStatus.WEEK_VERIFIED, DateStatus.WEEK_ONLY)


def days_fit(status: DateStatus, year: int, begins_on: date | None, ends_on: date | None) -> bool:
    """Whether these days may stand beside this certainty: both in order in the year, or neither."""
    if status not in WITH_DAYS:
        return begins_on is None and ends_on is None
    if begins_on is None or ends_on is None:
        return False
    return begins_on <= ends_on and begins_on.year == year


def slug(year: int, place: str) -> str:
    """The name of a meeting in addresses: `slug(2013, "Panama City")` is 2013-panama-city.

    A place without any Latin letter leaves the year alone.
    """
    latin = unicodedata.normalize("NFKD", place).encode("ascii", "ignore").decode().lower()
    return "-".join([str(year), *re.findall(r"[a-z0-9]+", latin)])
