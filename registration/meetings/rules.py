"""How a meeting is named in an address, and how much of its dates may be said."""

import re
import unicodedata


def slug(year: int, place: str) -> str:
    """The name of a meeting in addresses: `slug(2013, "Panama City")` is 2013-panama-city.

    A place without any Latin letter leaves the year alone.
    """
    latin = unicodedata.normalize("NFKD", place).encode("ascii", "ignore").decode().lower()
    return "-".join([str(year), *re.findall(r"[a-z0-9]+", latin)])
