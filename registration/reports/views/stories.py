"""The story of one State: everything between it and the office."""

from collections import Counter
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from registration import clock, web
from registration.permissions import Permission, Scope
from registration.reports import forms, pictures, stories
from registration.reports.stories import Kind, Story
from registration.reports.views.edge import meeting_label, page_language, pages
from registration.states.forms import field_label, value_label
from registration.words import OWN_NAMES


@pages.get("/states/<code>/story", permission=Permission.READ_REGISTER, scope=Scope.STAFF)
def state_story(code: str) -> str:
    """Everything between one State and the office, newest first."""
    found = stories.story(web.session(), code)
    kind = forms.member(Kind, request.args.get("kind"))
    return render_template(
        "reports/state_story.html",
        story=found,
        entries=[each for each in found.entries if kind in (None, each.kind)],
        tabs_of_kinds=_kinds(found, kind),
        tones=pictures.STORY_TONES,
        channels=forms.CHANNELS,
        kinds=forms.DESIGNATION_KINDS,
        field_label=field_label,
        value_label=value_label,
        own_names=OWN_NAMES,
        meeting_label=meeting_label,
        day_of=clock.day_of,
        page_language=page_language(),
    )


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
