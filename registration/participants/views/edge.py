"""What the pages of participants share: their blueprint, and how a meeting is called."""

from flask_babel import gettext as _

from registration.meetings.models import Meeting
from registration.web import Pages, page_language

pages = Pages("participants", __name__)


def called(meeting: Meeting) -> str:
    """A meeting in a few words: its place and year."""
    place = meeting.place(page_language())
    return str(_("%(place)s, %(year)s", place=place, year=meeting.year))
