"""Pages of the list of participants, of observers, of attendance, and of all put forward."""

from registration.participants.views import attendance, lists, observers, persons
from registration.participants.views.edge import pages

__all__ = ["attendance", "lists", "observers", "pages", "persons"]
