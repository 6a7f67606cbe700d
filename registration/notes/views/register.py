"""The register of notes."""

from typing import Any

from flask import render_template, request

from registration.meetings import queries as meetings
from registration.notes import (
    forms,
    queries,
)
from registration.notes.rules import NoteStage
from registration.notes.views.edge import READ, STAFF, meeting_label, pages
from registration.web import session


@pages.get("/notes", permission=READ, scope=STAFF)
def index() -> str:
    """The register of notes: all, or those that a search finds."""
    search = request.args.get("search", "")[:200]
    stage = _chosen(NoteStage, "stage")
    series = meetings.series(session())
    meeting = next((each for each in series if each.slug == request.args.get("meeting")), None)
    return render_template(
        "notes/index.html",
        found=queries.register(
            session(), search=search, stage=stage, meeting_id=meeting.id if meeting else None
        ),
        search=search,
        stage=stage.value if stage else "",
        meeting=meeting.slug if meeting else "",
        meetings=[(each.slug, meeting_label(each)) for each in series],
        forms=forms,
        stages=[(each.value, word) for each, (word, _tone) in forms.STAGES.items()],
        label=meeting_label,
    )


def _chosen(kind: Any, name: str) -> Any:
    """The member of a StrEnum that the address names, or None."""
    return next((each for each in kind if each.value == request.args.get(name)), None)
