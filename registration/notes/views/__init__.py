"""Pages of the notes slice."""

from registration.notes.views import (
    dispatch,
    enclosures,
    frame,
    issue,
    ladder,
    letters,
    numbers,
    office,
    outputs,
    preview,
    register,
    rehearsing,
    text_history,
    verification,
    writing,
)
from registration.notes.views.edge import pages

__all__ = [
    "dispatch",
    "enclosures",
    "frame",
    "issue",
    "ladder",
    "letters",
    "numbers",
    "office",
    "outputs",
    "pages",
    "preview",
    "register",
    "rehearsing",
    "text_history",
    "verification",
    "writing",
]
