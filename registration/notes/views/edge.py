"""What the pages of the notes share: their blueprint, labels, and files for a browser."""

from flask import Response
from flask_babel import gettext as _

from registration.errors import ReferenceTaken, Refused
from registration.meetings import forms as meeting_forms
from registration.meetings.models import Meeting
from registration.notes import wording
from registration.permissions import Permission, Scope
from registration.web import Pages, page_language

pages = Pages("notes", __name__)

READ, STAFF = Permission.READ_REGISTER, Scope.STAFF

# A browser's own viewer shows the file; nothing in it may run or be framed elsewhere.
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"


def meeting_label(meeting: Meeting) -> str:
    """A meeting in one line: its number, place and days."""
    label: str = _(
        "%(number)s. %(place)s, %(when)s",
        number=meeting.number,
        place=meeting.place(page_language()),
        when=meeting_forms.when(meeting),
    )
    return label


def kind_choices() -> list[tuple[str, str]]:
    """The kinds of note with their names, in the order in which an officer chooses."""
    return [(key, kind.names[page_language()]) for key, kind in wording.kinds().items()]


def kind_purposes() -> dict[str, str]:
    """What each kind of note is for."""
    return {key: kind.purposes[page_language()] for key, kind in wording.kinds().items()}


def pdf_file(pdf: bytes, filename: str, *, disposition: str) -> Response:
    """A PDF to be seen ("inline") or kept ("attachment")."""
    response = Response(pdf, mimetype="application/pdf")
    response.headers.set("Content-Disposition", disposition, filename=filename)
    response.headers["Content-Security-Policy"] = _PDF_POLICY
    return response


def beside(error: Refused | ReferenceTaken) -> Refused:
    """The error with the field that its message belongs to."""
    if isinstance(error, Refused):
        return error
    return Refused(error.sentence, field="reference", **error.values)
