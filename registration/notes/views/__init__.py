"""Pages of the notes slice."""

from registration.notes.views import (
    enclosures,
    issue,
    letters,
    office,
    preview,
    register,
    verification,
    writing,
)
from registration.notes.views.edge import pages

__all__ = [
    "enclosures",
    "issue",
    "letters",
    "office",
    "pages",
    "preview",
    "register",
    "verification",
    "writing",
]
