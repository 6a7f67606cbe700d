"""Pages of the states slice."""

from registration.states.views import correct, index, instruments, mission, show
from registration.states.views.edge import pages

__all__ = ["correct", "index", "instruments", "mission", "pages", "show"]
