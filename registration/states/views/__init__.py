"""Pages of the states slice."""

from registration.states.views import correct, index, instruments, mission, show, suspects
from registration.states.views.edge import pages

__all__ = ["correct", "index", "instruments", "mission", "pages", "show", "suspects"]
