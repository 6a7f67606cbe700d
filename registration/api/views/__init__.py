"""What other programs read, and the pages on which their keys are made."""

from registration.api.views import calendar, keys, reading
from registration.api.views.edge import install

__all__ = ["calendar", "install", "keys", "reading"]
