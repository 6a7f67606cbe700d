"""Pages of the responses slice: a State's own, and those on which staff record what came."""

from registration.responses.views import (
    asking,
    authorities,
    besides,
    ending,
    experts,
    home,
    links,
    mission_note,
    office,
    particulars,
    passports,
    requests,
    sending,
    tables,
)
from registration.responses.views.edge import pages

__all__ = [
    "asking",
    "authorities",
    "besides",
    "ending",
    "experts",
    "home",
    "links",
    "mission_note",
    "office",
    "pages",
    "particulars",
    "passports",
    "requests",
    "sending",
    "tables",
]
