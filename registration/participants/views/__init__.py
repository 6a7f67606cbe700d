"""Pages of the list of participants, of attendance, and of everybody put forward."""

from registration.participants.views import attendance, lists, persons
from registration.participants.views.edge import pages

__all__ = ["attendance", "lists", "pages", "persons"]
