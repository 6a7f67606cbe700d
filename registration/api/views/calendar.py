"""A calendar of the office's deadlines and meetings, to subscribe to."""

from datetime import timedelta

import icalendar
import sqlalchemy as sa
from flask import Response, url_for
from flask_babel import gettext as _

from registration import clock, config
from registration.api.views.edge import snapshot
from registration.api.views.reading import reading
from registration.meetings.models import DateStatus, Meeting
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.permissions import Permission
from registration.web import page_language


# Calendar programs cannot send a header: here the key is part of the address, and opens nothing
# else unless it was made for more.
@reading.reads("/calendar/<key>.ics", Permission.READ_CALENDAR, content_type="text/calendar")
def deadlines(key: str) -> Response:
    """The last days for responses and the days of the meetings, as whole days (RFC 5545)."""
    session = snapshot()
    book = icalendar.Calendar()
    book.add("prodid", "-//Registration//Deadlines//EN")
    book.add("version", "2.0")
    book.add("name", _("Notes verbales and meetings"))
    awaited = sa.select(Note).where(Note.stage == NoteStage.ISSUED, Note.respond_by.is_not(None))
    for note in session.scalars(awaited.order_by(Note.respond_by)):
        entry = _entry(
            f"note-{note.id}", _("Last day for responses: %(reference)s", reference=note.reference)
        )
        entry.add("dtstart", note.respond_by)
        entry.add("url", url_for("reports.note_board", note_id=note.id, _external=True))
        book.add_component(entry)
    known = sa.select(Meeting).where(Meeting.date_status == DateStatus.VERIFIED)
    for meeting in session.scalars(known.order_by(Meeting.begins_on)):
        if meeting.begins_on is None:
            continue
        entry = _entry(
            f"meeting-{meeting.id}", _("Meeting in %(place)s", place=meeting.place(page_language()))
        )
        entry.add("dtstart", meeting.begins_on)
        entry.add("dtend", (meeting.ends_on or meeting.begins_on) + timedelta(days=1))
        entry.add("url", url_for("meetings.show", slug=meeting.slug, _external=True))
        book.add_component(entry)
    return Response(book.to_ical(), mimetype="text/calendar")


def _entry(identifier: str, summary: str) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", f"{identifier}@{config.current().host}")
    entry.add("dtstamp", clock.now())
    entry.add("summary", summary)
    entry.add("transp", "TRANSPARENT")
    return entry
