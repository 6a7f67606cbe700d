"""The story of one State: everything between it and the office."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

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


class Beside(NamedTuple):
    """What the page says beside the timeline: a task that is open, or a designation in force."""

    at: datetime | None  # since when it is in force; a task has no day
    about: str
    what: str
    detail: str


def _beside(story: Story, choice: Choice) -> list[Beside]:
    """The open tasks and every designation in force, ahead of the whole story; of a part, none."""
    if choice != Choice():
        return []
    tasks = [shown(each) for each in waiting_about(web.session(), web.actor(), story.state.code)]
    return [
        *(
            Beside(
                None,
                _("Waits for you"),
                str(each["title"]),
                " · ".join(str(part) for part in (each.get("detail"), each["status"]) if part),
            )
            for each in tasks
        ),
        *(
            Beside(
                each.in_force_from,
                _("Designations in force"),
                f"{forms.DESIGNATION_KINDS[each.kind]}: {web.named(each.name)}",
                ", ".join(filter(None, (each.title, each.institution, each.email, each.telephone))),
            )
            for each in story.in_force
        ),
    ]


def _row_beside(each: Beside) -> list[Cell]:
    return [each.at, each.about, each.what, each.detail, None, None, None]


@pages.post("/states/<code>/story/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export_story(code: str) -> Response:
    """The story of one State, or what of it the address chooses, as a file."""
    session = web.session()
    begin(session)
    found, choice = stories.story(session, code), _choice(series(session))
    rows = [*map(_row_beside, _beside(found, choice)), *map(_row, found.chosen(choice))]
    return file(_sheet(code, choice, rows))


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
    entries, beside = found.chosen(choice), _beside(found, choice)
    meeting = next((each for each in of_series if each.slug == choice.meeting), None)
    pdf = _printed(found, beside, entries, _facts(choice, meeting, len(entries)))
    log(session, _sheet(code, choice, [*map(_row_beside, beside), *map(_row, entries)]), "pdf")
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


def _printed(
    story: Story, beside: Sequence[Beside], entries: Sequence[Entry], facts: tuple[str, ...]
) -> bytes:
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
                lines=(
                    *(
                        Told(
                            web.moment(each.at) if each.at else "",
                            f"{each.about}: {each.what}",
                            each.detail,
                            "",
                        )
                        for each in beside
                    ),
                    *(
                        Told(
                            web.moment(entry.at),
                            _sentence("what", entry),
                            _sentence("detail", entry),
                            entry.who,
                        )
                        for entry in entries
                    ),
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
