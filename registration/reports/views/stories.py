"""The story of one State: everything between it and the office."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import Response, get_template_attribute, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from letters.letter import LetterError
from registration import clock, web
from registration.authorities.forms import CATEGORIES
from registration.errors import Refused
from registration.exports.sheet import Cell, Sheet, begin, log
from registration.exports.views import file
from registration.permissions import Permission, Scope
from registration.reports import forms, pictures, stories
from registration.reports.entries import Entry, Kind
from registration.reports.stories import Story
from registration.reports.views.edge import meeting_label, pages
from registration.reports.views.waiting import shown
from registration.reports.waiting import waiting_about
from registration.responses.forms import KINDS, OUTCOMES
from registration.states.forms import field_label, value_label
from registration.web import asked_page, page_language
from registration.words import OWN_NAMES

ENTRIES_ON_A_PAGE = 50


@pages.get("/states/<code>/story", permission=Permission.READ_REGISTER, scope=Scope.STAFF)
def state_story(code: str) -> str:
    """Everything between one State and the office, newest first."""
    found = stories.story(web.session(), code)
    kind = forms.member(Kind, request.args.get("kind"))
    entries = _of_kind(found, kind)
    page, last = asked_page(len(entries), ENTRIES_ON_A_PAGE)
    return render_template(
        "reports/state_story.html",
        story=found,
        entries=entries[(page - 1) * ENTRIES_ON_A_PAGE :][:ENTRIES_ON_A_PAGE],
        page=page,
        last_page=last,
        page_url=lambda number: url_for("reports.state_story", code=code, kind=kind, page=number),
        tabs_of_kinds=_kinds(found, kind),
        waiting=[shown(each) for each in waiting_about(web.session(), web.actor(), code)],
        export_url=url_for("reports.export_story", code=code, kind=kind),
        print_url=url_for("reports.print_story", code=code, kind=kind),
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
    return file(_sheet(code, kind, [_row(entry) for entry in _of_kind(found, kind)]))


def _sheet(code: str, kind: Kind | None, rows: list[list[Cell]]) -> Sheet:
    return Sheet(
        name=f"{code} story",
        columns=[str(column) for column in forms.STORY_COLUMNS],
        rows=rows,
        subject_kind="state",
        subject_id=code,
        detail={"kind": kind.value} if kind else {},
    )


@pages.post("/states/<code>/story/print", permission=Permission.EXPORT, scope=Scope.STAFF)
def print_story(code: str) -> Response:
    """The story of one State, or what of it the address chooses, as a PDF."""
    session = web.session()
    begin(session)
    found = stories.story(session, code)
    kind = forms.member(Kind, request.args.get("kind"))
    entries = _of_kind(found, kind)
    pdf = _printed(found, entries, kind)
    log(session, _sheet(code, kind, [[entry.at] for entry in entries]), "pdf")
    session.commit()
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{code} story.pdf")
    return answer


def _printed(story: Story, entries: Sequence[Entry], kind: Kind | None) -> bytes:
    """The story in the language of whoever prints. Loads WeasyPrint at the first call."""
    from letters.story import PrintedStory, Told, printed

    name = story.state.name(page_language())
    count = ngettext("%(num)s entry", "%(num)s entries", len(entries))
    chosen = forms.words(kind) if kind else _("Everything")
    try:
        return printed(
            PrintedStory(
                language=page_language(),
                title=_("Story of %(state)s", state=name),
                facts=(f"{chosen}: {count}", web.moment(clock.now())),
                columns=(_("When"), _("What happened"), _("Details"), _("By whom")),
                lines=tuple(
                    Told(
                        web.moment(entry.at),
                        _sentence("what", entry),
                        _sentence("detail", entry),
                        entry.who,
                    )
                    for entry in entries
                ),
            )
        )
    except LetterError as error:
        raise Refused("This cannot be printed: %(reason)s", reason=error.reason) from error


# What the sentences of a story call things by.
_NAMES = {
    "channels": forms.CHANNELS,
    "kinds": forms.DESIGNATION_KINDS,
    "categories": CATEGORIES,
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
