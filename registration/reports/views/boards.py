"""The boards: who responded to a note or to any note of a meeting, and who is awaited."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from babel.dates import format_date, format_skeleton
from flask import render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from registration import clock, web
from registration.permissions import Permission, Scope
from registration.reports import boards, forms, pictures
from registration.reports.boards import Board, Choice, Line, Order
from registration.reports.forecast import FEWEST
from registration.reports.rules import Step
from registration.reports.views.edge import meeting_label, pages
from registration.responses.rules import Standing
from registration.states.forms import REGIONAL_GROUPS
from registration.web import asked_page, page_language
from registration.words import OWN_NAMES

LINES_ON_A_PAGE = 25


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


def _on_a_board(board: Board) -> dict[str, Any]:
    """What the template of a board shows, with the choice that the address makes."""
    choice = forms.choice(request.args)
    lines = boards.chosen(board.lines, choice, page_language())
    page, last = _page(len(lines))
    story_url = web.addresses("reports.state_story", "code")
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
        "missing": _missing,
        "options": _options(),
        "own_names": OWN_NAMES,
        "meeting_label": meeting_label,
        "page_language": page_language(),
        "step_url": _step_url,
        "day_of": clock.day_of,
        "tones": pictures.TONES,
        "days_left": (board.respond_by - clock.today()).days if board.notes else 0,
        "fewest_meetings": FEWEST,
        "story_url": story_url,
        "pictures": _pictures(board, story_url) if board.lines else None,
    }


def _pictures(board: Board, story_url: Callable[[str], str]) -> dict[str, Any]:
    return {
        "figures": [
            *pictures.figures(board, _("Addressed"), forms.words, _address),
            *_suspect(board),
        ],
        "segments": pictures.segments(board, forms.words),
        "groups": pictures.group_rows(board, forms.words, _address),
        "tiles": pictures.tile_groups(board, page_language(), forms.words, story_url, _said_of),
        "steps": pictures.steps(board, web.day, _short, _("last day"), _("today")),
    }


def _suspect(board: Board) -> list[dict[str, Any]]:
    """The figure of addresses in doubt, where there are any; it leads to where they are settled."""
    if not board.with_suspect_address:
        return []
    figure = {"number": board.with_suspect_address, "label": _("With an address in doubt")}
    return [figure | {"url": url_for("states.suspects"), "tone": "doubt"}]


def _address(**chosen: Any) -> str:
    return _here(Choice(**chosen))


def _said_of(line: Line) -> str:
    if line.standing is Standing.PARTIAL:
        return str(_("missing: %(things)s", things=_missing(line, ", ")))
    if line.standing is Standing.EXTENDED:
        return str(_("until %(day)s", day=web.day(line.extended_until)))
    return web.day(clock.day_of(line.answered_at)) if line.answered_at else ""


def _missing(line: Line, between: str) -> str:
    return between.join(forms.words(each) for each in line.missing)


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
    page, last = asked_page(lines, LINES_ON_A_PAGE)
    return (0 if request.args.get("page") == "all" else page), last


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
    if page_language() == "en":
        return format_date(day, "d MMM", locale=locale)
    return format_skeleton("MMMd", day, locale=locale)


def _step_url(line: Line) -> str | None:
    """Where the next step about a State is done, if on a page that this person may use."""
    may = web.actor().may
    if line.next_step is Step.LOOK_AT_COPY:
        return url_for("notes.copies", note_id=line.note_id)
    if line.next_step is Step.ENTER_ADDRESS and may(Permission.CORRECT_STATE):
        return url_for("states.show", code=line.state.code)
    if line.next_step is Step.SETTLE_REQUEST and may(Permission.SETTLE_REQUEST):
        return url_for("responses.requests")
    if line.next_step is Step.SETTLE_MESSAGE and may(Permission.SETTLE_MESSAGE):
        return url_for("post.show", message_id=line.message_id)
    return None
