"""The story of one State: everything between it and the office."""

from collections import Counter
from typing import Any

from flask import Response, get_template_attribute, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from registration import clock, web
from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.permissions import Permission, Scope
from registration.reports import forms, pictures, stories
from registration.reports.stories import Entry, Kind, Story
from registration.reports.views.edge import meeting_label, pages
from registration.responses.forms import KINDS, OUTCOMES
from registration.states.forms import field_label, value_label
from registration.web import page_language
from registration.words import OWN_NAMES


@pages.get("/states/<code>/story", permission=Permission.READ_REGISTER, scope=Scope.STAFF)
def state_story(code: str) -> str:
    """Everything between one State and the office, newest first."""
    found = stories.story(web.session(), code)
    kind = forms.member(Kind, request.args.get("kind"))
    return render_template(
        "reports/state_story.html",
        story=found,
        entries=_of_kind(found, kind),
        tabs_of_kinds=_kinds(found, kind),
        export_url=url_for("reports.export_story", code=code, kind=kind),
        tones=pictures.STORY_TONES,
        by=_NAMES,
        day_of=clock.day_of,
        page_language=page_language(),
    )


@pages.post("/states/<code>/story/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export_story(code: str) -> Response:
    """The story of one State, or what of it the address chooses, as a file."""
    session = web.session()
    begin(session)
    found = stories.story(session, code)
    kind = forms.member(Kind, request.args.get("kind"))
    return file(
        Sheet(
            name=f"{code} story",
            columns=[str(column) for column in forms.STORY_COLUMNS],
            rows=[_row(entry) for entry in _of_kind(found, kind)],
            subject_kind="state",
            subject_id=code,
            detail={"kind": kind.value} if kind else {},
        )
    )


# What the sentences of a story call things by.
_NAMES = {
    "channels": forms.CHANNELS,
    "kinds": forms.DESIGNATION_KINDS,
    "response_kinds": KINDS,
    "outcomes": OUTCOMES,
    "field_label": field_label,
    "value_label": value_label,
    "own_names": OWN_NAMES,
    "meeting_label": meeting_label,
}


def _of_kind(story: Story, kind: Kind | None) -> list[Entry]:
    return [each for each in story.entries if kind in (None, each.kind)]


def _row(entry: Entry) -> list[Cell]:
    return [
        entry.at,
        forms.words(entry.kind),
        _sentence("what", entry),
        _sentence("detail", entry),
        entry.note.reference if entry.note else None,
        meeting_label(entry.meeting) if entry.meeting else None,
        entry.who,
    ]


def _sentence(macro: str, entry: Entry) -> str:
    """What the page says of it, without its marks."""
    said: Markup = get_template_attribute("reports/_story.html", macro)(entry, _NAMES)
    return said.striptags()


def _kinds(story: Story, chosen: Kind | None) -> list[dict[str, Any]]:
    """The tabs of a story: everything, and each kind with how often it occurs."""
    counted = Counter(entry.kind for entry in story.entries)
    everything = {
        "label": _("Everything"),
        "url": url_for("reports.state_story", code=story.state.code),
        "count": len(story.entries),
        "current": chosen is None,
    }
    return [everything] + [
        {
            "label": label,
            "url": url_for("reports.state_story", code=story.state.code, kind=kind.value),
            "count": counted[kind],
            "current": kind is chosen,
        }
        for kind, label in forms.KINDS.items()
    ]
