"""Pages of the reports slice: the work page, boards, a State's story, and files to take away."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from babel.dates import format_date, format_skeleton
from flask import Response, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import clock, web
from registration.errors import Refused
from registration.meetings.models import Meeting
from registration.notes import queries as notes
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.permissions import Actor, Permission, Scope
from registration.post.rules import MessageStage
from registration.reports import boards, export, forms, pictures, sheets, stories
from registration.reports import work as waiting_work
from registration.reports.boards import Board, Choice, Line, Order
from registration.reports.export import Cell, Sheet
from registration.reports.rules import Step
from registration.reports.stories import Kind, Story
from registration.responses.rules import Standing
from registration.states.forms import REGIONAL_GROUPS, field_label, value_label
from registration.web import Pages
from registration.words import OWN_NAMES

pages = Pages("reports", __name__)

LINES_ON_A_PAGE = 25


@pages.get("/", permission=Permission.READ_PUBLIC, scope=Scope.PUBLIC)
def home() -> AnyResponse:
    """Send each to where their work is, and a stranger to the meetings."""
    first_pages = {Scope.STAFF: "reports.work", Scope.STATE: "responses.home"}
    return web.see_other(first_pages.get(web.actor().scope, "meetings.index"))


@pages.get("/work", permission=Permission.READ_REGISTER, scope=Scope.STAFF)
def work() -> str:
    """What waits for the person, what runs, what comes next and what happened last."""
    found = waiting_work.gather(web.session())
    return render_template(
        "reports/work.html",
        work=found,
        waiting=_waiting(found, web.actor()),
        meeting_label=_meeting,
    )


@pages.get("/notes/<uuid:note_id>/board", permission=Permission.READ_REGISTER, scope=Scope.STAFF)
def note_board(note_id: UUID) -> str:
    """Who responded to a note, who is awaited, and what to do next."""
    board = boards.board_of_note(web.session(), note_id)
    return render_template("reports/note_board.html", note=board.notes[0], **_on_a_board(board))


@pages.get("/meetings/<slug>/board", permission=Permission.READ_REGISTER, scope=Scope.STAFF)
def meeting_board(slug: str) -> str:
    """Who responded to any of a meeting's notes, and who is awaited."""
    board = boards.board_of_meeting(web.session(), slug)
    return render_template("reports/meeting_board.html", **_on_a_board(board))


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
        meeting_label=_meeting,
        day_of=clock.day_of,
        page_language=_language(),
    )


@pages.post("/notes/<uuid:note_id>/board/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export_note_board(note_id: UUID) -> Response:
    """The lines of a note's board that the address chooses, as a file."""
    session = web.session()
    export.begin(session)
    board = boards.board_of_note(session, note_id)
    return _file(_board_sheet(board, _called(board.notes[0]), "note", note_id))


@pages.post("/meetings/<slug>/board/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export_meeting_board(slug: str) -> Response:
    """The lines of a meeting's board that the address chooses, as a file."""
    session = web.session()
    export.begin(session)
    board = boards.board_of_meeting(session, slug)
    return _file(_board_sheet(board, slug, "meeting", board.meeting.id))


@pages.post(
    "/notes/<uuid:note_id>/responses/export", permission=Permission.EXPORT, scope=Scope.STAFF
)
def export_responses(note_id: UUID) -> Response:
    """Every response to a note, as a file."""
    session = web.session()
    export.begin(session)
    note = notes.by_id(session, note_id)
    rows = sheets.of_responses(session, note_id, _language(), forms.words)
    name = f"{_called(note)} responses"
    return _file(_sheet(name, forms.RESPONSES_COLUMNS, rows, "note", note_id))


@pages.post(
    "/notes/<uuid:note_id>/designations/export", permission=Permission.EXPORT, scope=Scope.STAFF
)
def export_designations(note_id: UUID) -> Response:
    """Every designation that responses to a note made, as a file."""
    session = web.session()
    export.begin(session)
    note = notes.by_id(session, note_id)
    rows = sheets.of_designations(session, note_id, _language(), forms.words)
    name = f"{_called(note)} designations"
    return _file(_sheet(name, forms.DESIGNATIONS_COLUMNS, rows, "note", note_id))


@pages.post("/states/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export_states() -> Response:
    """All States with their status as at a day, as a file."""
    session = web.session()
    export.begin(session)
    form = forms.StatesOnADay()
    day: date | None = form.on.data
    if not form.validate() or day is None:
        raise Refused("Enter a day that exists, like 25/11/2013.", field="on")
    rows = sheets.of_states(session, day, _language(), forms.words)
    name = f"States as at {day}"
    return _file(_sheet(name, forms.STATES_COLUMNS, rows, "states", str(day)))


def _board_sheet(board: Board, name: str, subject_kind: str, subject_id: UUID) -> Sheet:
    choice = forms.choice(request.args)
    lines = boards.chosen(board.lines, choice, _language())
    return _sheet(
        f"{name} board",
        forms.BOARD_COLUMNS,
        sheets.of_board(lines, _language(), forms.words),
        subject_kind,
        subject_id,
        chosen=forms.asked_for(choice),
    )


def _sheet(
    name: str,
    columns: Sequence[Any],
    rows: list[list[Cell]],
    subject_kind: str,
    subject_id: UUID | str,
    **detail: Any,
) -> Sheet:
    return Sheet(name, [str(column) for column in columns], rows, subject_kind, subject_id, detail)


def _file(sheet: Sheet) -> Response:
    """The sheet as a file to take away, once it stands in the journal that it was taken."""
    session = web.session()
    export.log(session, sheet)
    session.commit()
    response = Response(export.lines(sheet), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=sheet.filename)
    return response


def _called(note: Note) -> str:
    return note.reference or note.title


def _language() -> str:
    """The language of the page."""
    language: str = get_locale().language
    return language


def _meeting(meeting: Meeting) -> str:
    """A meeting in a few words: its place and year."""
    place = meeting.place(_language())
    return str(_("%(place)s, %(year)s", place=place, year=meeting.year))


# The work page


def _waiting(work: waiting_work.Work, actor: Actor) -> list[dict[str, Any]]:
    """The acts that wait for this person, as the policy table has it."""
    return [
        *_waiting_notes(work, actor),
        *_waiting_troubles(work, actor),
        *_waiting_overdue(work),
    ]


def _waiting_notes(work: waiting_work.Work, actor: Actor) -> list[dict[str, Any]]:
    asked = {
        NoteStage.IN_CLEARANCE: (Permission.CLEAR_NOTE, _("To clear"), "waits"),
        NoteStage.CLEARED: (Permission.ISSUE_NOTE, _("To issue"), "waits"),
        NoteStage.DRAFT: (Permission.EDIT_NOTE, _("Draft"), "neutral"),
    }
    return [
        {
            "title": note.title,
            "detail": _meeting(meeting),
            "url": url_for("notes.show", note_id=note.id),
            "status": label,
            "tone": tone,
        }
        for stage, (permission, label, tone) in asked.items()
        for note, meeting in work.in_the_office
        if note.stage is stage and actor.may(permission, note)
    ]


def _waiting_troubles(work: waiting_work.Work, actor: Actor) -> list[dict[str, Any]]:
    copies = [
        {
            "title": ngettext("%(num)s copy was not made", "%(num)s copies were not made", number),
            "detail": note.reference,
            "url": url_for("notes.copies", note_id=note.id),
            "status": _("To settle"),
            "tone": "stop",
        }
        for note, number in work.parked
        if actor.may(Permission.RELEASE_LETTER)
    ]
    told = {
        MessageStage.UNCERTAIN: (_("Messages in doubt"), "doubt"),
        MessageStage.FAILED: (_("Messages that the mail server refused"), "stop"),
        MessageStage.PARKED: (_("Messages that were tried too often"), "stop"),
        MessageStage.BOUNCED: (_("Messages that came back"), "stop"),
    }
    messages = [
        {
            "title": told[stage][0],
            "url": url_for("post.index"),
            "status": ngettext("%(num)s message", "%(num)s messages", number),
            "tone": told[stage][1],
        }
        for stage, number in work.unsettled.items()
        if actor.may(Permission.SETTLE_MESSAGE)
    ]
    return [*copies, *messages]


def _waiting_overdue(work: waiting_work.Work) -> list[dict[str, Any]]:
    return [
        {
            "title": _("States without a response after the date"),
            "detail": _called(each.note),
            "url": url_for("reports.note_board", note_id=each.note.id, standing=Standing.OVERDUE),
            "status": ngettext("%(num)s State", "%(num)s States", overdue),
            "tone": "stop",
        }
        for each in work.running
        if (overdue := each.standings[Standing.OVERDUE])
    ]


# Boards


def _on_a_board(board: Board) -> dict[str, Any]:
    """What the template of a board shows, with the choice that the address makes."""
    choice = forms.choice(request.args)
    lines = boards.chosen(board.lines, choice, _language())
    page, last = _page(len(lines))
    return {
        "board": board,
        "choice": choice,
        "found": len(lines),
        "lines": lines[(page - 1) * LINES_ON_A_PAGE :][:LINES_ON_A_PAGE] if page else lines,
        "page": page,
        "last_page": last,
        "page_url": lambda number: f"{_here(choice, page=number)}#states",
        "all_url": _here(choice, page="all"),
        "clear_url": _here(Choice(order=choice.order, descending=choice.descending)),
        "sort": request.args.get("sort", ""),
        "column": partial(_column, choice),
        "export_url": _here(choice, endpoint=f"reports.export_{_endpoint()}"),
        "words": forms.words,
        "options": _options(),
        "own_names": OWN_NAMES,
        "meeting_label": _meeting,
        "page_language": _language(),
        "step_url": _step_url,
        "day_of": clock.day_of,
        "tones": pictures.TONES,
        "days_left": (board.respond_by - clock.today()).days if board.notes else 0,
        "pictures": _pictures(board) if board.lines else None,
    }


def _pictures(board: Board) -> dict[str, Any]:
    return {
        "figures": pictures.figures(board, _("Addressed"), forms.words, _address),
        "segments": pictures.segments(forms.words),
        "groups": pictures.group_rows(board, forms.words, _address),
        "tiles": pictures.tile_groups(board, _language(), forms.words, _story_url, _said_of),
        "steps": pictures.steps(board, web.day, _short, _("last day"), _("today")),
    }


def _address(**chosen: Any) -> str:
    return _here(Choice(**chosen))


def _story_url(code: str) -> str:
    return url_for("reports.state_story", code=code)


def _said_of(line: Line) -> str:
    return web.day(clock.day_of(line.answered_at)) if line.answered_at else ""


def _options() -> dict[str, list[tuple[str, Any]]]:
    """What can be chosen in each filter, with the choice of all first."""
    everything = ("", _("All"))
    return {
        "standing": [everything, *forms.STANDINGS.items()],
        "group": [everything, *REGIONAL_GROUPS.items()],
        "language": [everything, *OWN_NAMES.items()],
        "road": [everything, *forms.ROADS.items()],
    }


def _page(lines: int) -> tuple[int, int]:
    """The page asked for, from 1 (0 for all lines on one), and how many there are."""
    last = max(-(-lines // LINES_ON_A_PAGE), 1)
    if request.args.get("page") == "all":
        return 0, last
    return min(max(request.args.get("page", 1, type=int), 1), last), last


def _endpoint() -> str:
    return (request.endpoint or "").partition(".")[2]


def _here(choice: Choice, *, page: int | str = 1, endpoint: str | None = None) -> str:
    """The address of this board (or of its export) with a choice."""
    asked = {**(request.view_args or {}), **forms.asked_for(choice)}
    if page != 1:
        asked["page"] = page
    return url_for(endpoint or request.endpoint or "", **asked)


def _column(choice: Choice, order: str, label: str, *, numeric: bool = False) -> dict[str, Any]:
    """The heading of a column that can be sorted by, and which way it is sorted now."""
    sorted_by_it = choice.order is Order(order)
    turned = replace(choice, order=Order(order), descending=sorted_by_it and not choice.descending)
    column = {"label": label, "numeric": numeric, "sort_url": f"{_here(turned)}#states"}
    if sorted_by_it:
        column["sorted"] = "descending" if choice.descending else "ascending"
    return column


def _short(day: date) -> str:
    """A day without its year, for the foot of a picture: 1 Jul."""
    locale = get_locale()
    if _language() == "en":
        return format_date(day, "d MMM", locale=locale)
    return format_skeleton("MMMd", day, locale=locale)


def _step_url(line: Line) -> str | None:
    """Where the next step about a State is done, if on a page that this person may use."""
    may = web.actor().may
    if line.next_step is Step.LOOK_AT_COPY:
        return url_for("notes.copies", note_id=line.note_id)
    if line.next_step is Step.ENTER_ADDRESS and may(Permission.CORRECT_STATE):
        return url_for("states.show", code=line.state.code)
    if line.next_step is Step.SETTLE_MESSAGE and may(Permission.SETTLE_MESSAGE):
        return url_for("post.show", message_id=line.message_id)
    return None


# A State's story


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
