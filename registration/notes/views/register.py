"""The register of notes."""

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.meetings import queries as meetings
from registration.meetings.models import Meeting
from registration.notes import (
    forms,
    queries,
)
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.notes.views.edge import READ, STAFF, meeting_label, pages
from registration.permissions import Permission
from registration.web import session


@pages.get("/notes", permission=READ, scope=STAFF)
def index() -> str:
    """The register of notes: all, or those that a search finds."""
    series = meetings.series(session())
    search, stage, meeting = _asked(series)
    return render_template(
        "notes/index.html",
        found=queries.register(
            session(), search=search, stage=stage, meeting_id=meeting.id if meeting else None
        ),
        export_url=url_for("notes.export", **_address(search, stage, meeting)),
        search=search,
        stage=stage.value if stage else "",
        meeting=meeting.slug if meeting else "",
        meetings=[(each.slug, meeting_label(each)) for each in series],
        forms=forms,
        stages=[(each.value, word) for each, (word, _tone) in forms.STAGES.items()],
        label=meeting_label,
    )


@pages.post("/notes/export", permission=Permission.EXPORT, scope=STAFF)
def export() -> Response:
    """The notes that the address chooses, as a file."""
    begin(session())
    search, stage, meeting = asked = _asked(meetings.series(session()))
    found = queries.register(
        session(), search=search, stage=stage, meeting_id=meeting.id if meeting else None
    )
    columns = [
        _("Title"),
        _("Reference"),
        _("Stage"),
        _("Meeting"),
        _("Date"),
        _("Deadline"),
        _("Issued (Vienna)"),
    ]
    rows = [_row(note, its_meeting) for note, its_meeting in found]
    return file(Sheet("Notes verbales", columns, rows, "note", "register", _address(*asked)))


def _row(note: Note, meeting: Meeting) -> list[Cell]:
    return [
        note.title,
        note.reference,
        str(forms.STAGES[note.stage][0]),
        meeting_label(meeting),
        note.issued_on,
        note.respond_by,
        note.issued_at,
    ]


def _asked(series: Sequence[Meeting]) -> tuple[str, NoteStage | None, Meeting | None]:
    """What the address asks for: words, a stage, and a meeting of the series."""
    meeting = next((each for each in series if each.slug == request.args.get("meeting")), None)
    return request.args.get("search", "")[:200], _chosen(NoteStage, "stage"), meeting


def _address(search: str, stage: NoteStage | None, meeting: Meeting | None) -> dict[str, Any]:
    """The part of an address that asks for these notes; `_asked` reads it back."""
    asked = {
        "search": search,
        "stage": stage.value if stage else "",
        "meeting": meeting.slug if meeting else "",
    }
    return {name: value for name, value in asked.items() if value}


def _chosen(kind: Any, name: str) -> Any:
    """The member of a StrEnum that the address names, or None."""
    return next((each for each in kind if each.value == request.args.get(name)), None)
