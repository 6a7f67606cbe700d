"""What the pages of the reports share: their blueprint, and how a note and a meeting are called."""

from flask_babel import gettext as _

from registration.meetings.models import Meeting
from registration.notes.models import Note
from registration.web import Pages, page_language

pages = Pages("reports", __name__)


def called(note: Note) -> str:
    """A note in a few words: its reference, or its title before it has one."""
    return note.reference or note.title


def meeting_label(meeting: Meeting) -> str:
    """A meeting in a few words: its place and year."""
    place = meeting.place(page_language())
    return str(_("%(place)s, %(year)s", place=place, year=meeting.year))
