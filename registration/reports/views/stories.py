"""The story of one State: everything between it and the office."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
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
from registration.meetings.models import Meeting
from registration.meetings.queries import series
from registration.permissions import Permission, Scope
from registration.reports import forms, pictures, stories
from registration.reports.entries import Entry, Kind
from registration.reports.stories import Choice, Story
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
    of_series = series(web.session())
    choice = _choice(of_series)
    entries = found.chosen(choice)
    page, last = asked_page(len(entries), ENTRIES_ON_A_PAGE)

    def address(endpoint: str, **values: Any) -> str:
        return url_for(f"reports.{endpoint}", code=code, **{**_asked_for(choice), **values})

    return render_template(
        "reports/state_story.html",
        story=found,
        choice=choice,
        entries=entries[(page - 1) * ENTRIES_ON_A_PAGE :][:ENTRIES_ON_A_PAGE],
        page=page,
        last_page=last,
        page_url=lambda number: address("state_story", page=number),
        tabs_of_kinds=_kinds(found, choice, address),
        meetings=[("", _("All")), *((each.slug, meeting_label(each)) for each in of_series)],
        clear_url=url_for("reports.state_story", code=code),
        waiting=[shown(each) for each in waiting_about(web.session(), web.actor(), code)],
        export_url=address("export_story"),
        print_url=address("print_story"),
        tone_of=pictures.tone_of,
        by=_NAMES,
        day_of=clock.day_of,
        page_language=page_language(),
    )


def _choice(meetings: Iterable[Meeting]) -> Choice:
    """What the address asks for. What makes no sense there chooses nothing."""
    meeting = request.args.get("meeting", "")
    return Choice(
        kind=forms.member(Kind, request.args.get("kind")),
        meeting=meeting if meeting in {each.slug for each in meetings} else "",
    )


def _asked_for(choice: Choice) -> dict[str, str]:
    """The part of an address that asks for this choice; `_choice` reads it back."""
    asked = {"kind": choice.kind.value if choice.kind else "", "meeting": choice.meeting}
    return {name: value for name, value in asked.items() if value}


@pages.post("/states/<code>/story/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export_story(code: str) -> Response:
    """The story of one State, or what of it the address chooses, as a file."""
    session = web.session()
    begin(session)
    found, choice = stories.story(session, code), _choice(series(session))
    return file(_sheet(code, choice, [_row(entry) for entry in found.chosen(choice)]))


def _sheet(code: str, choice: Choice, rows: list[list[Cell]]) -> Sheet:
    return Sheet(
        name=f"{code} story",
        columns=[str(column) for column in forms.STORY_COLUMNS],
        rows=rows,
        subject_kind="state",
        subject_id=code,
        detail=_asked_for(choice),
    )


@pages.post("/states/<code>/story/print", permission=Permission.EXPORT, scope=Scope.STAFF)
def print_story(code: str) -> Response:
    """The story of one State, or what of it the address chooses, as a PDF."""
    session = web.session()
    begin(session)
    found, of_series = stories.story(session, code), series(session)
    choice = _choice(of_series)
    entries = found.chosen(choice)
    meeting = next((each for each in of_series if each.slug == choice.meeting), None)
    pdf = _printed(found, entries, _facts(choice, meeting, len(entries)))
    log(session, _sheet(code, choice, [[entry.at] for entry in entries]), "pdf")
    session.commit()
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{code} story.pdf")
    return answer


def _facts(choice: Choice, meeting: Meeting | None, number: int) -> tuple[str, ...]:
    """What stands under the title of a printed story: what was chosen, and when."""
    chosen = forms.words(choice.kind) if choice.kind else _("Everything")
    count = ngettext("%(num)s entry", "%(num)s entries", number)
    at = [meeting_label(meeting)] if meeting else []
    return (*at, f"{chosen}: {count}", web.moment(clock.now()))


def _printed(story: Story, entries: Sequence[Entry], facts: tuple[str, ...]) -> bytes:
    """The story in the language of whoever prints. Loads WeasyPrint at the first call."""
    from letters.story import PrintedStory, Told, printed

    name = story.state.name(page_language())
    try:
        return printed(
            PrintedStory(
                language=page_language(),
                title=_("Story of %(state)s", state=name),
                facts=facts,
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


def _kinds(story: Story, choice: Choice, address: Callable[..., str]) -> list[dict[str, Any]]:
    """The tabs of a story: everything, and each kind with how often it occurs at that meeting."""
    of_meeting = story.chosen(replace(choice, kind=None))
    counted = Counter(entry.kind for entry in of_meeting)
    everything = {
        "label": _("Everything"),
        "url": address("state_story", kind=None),
        "count": len(of_meeting),
        "current": choice.kind is None,
    }
    return [everything] + [
        {
            "label": label,
            "url": address("state_story", kind=kind.value),
            "count": counted[kind],
            "current": kind is choice.kind,
        }
        for kind, label in forms.KINDS.items()
    ]
