"""Pages of the responses slice: a State's own, and those on which staff record what came."""

from registration.responses.views import authorities, experts, home, mission_note, office, sending
from registration.responses.views.edge import pages

__all__ = ["authorities", "experts", "home", "mission_note", "office", "pages", "sending"]
