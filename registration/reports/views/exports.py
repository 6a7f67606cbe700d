"""Files to take away: each is one snapshot, and stands in the journal."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request

from registration import web
from registration.errors import Refused
from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.notes import queries as notes
from registration.permissions import Permission, Scope
from registration.reports import boards, forms, sheets
from registration.reports.boards import Board
from registration.reports.views.edge import called, pages
from registration.web import page_language


@pages.post("/notes/<uuid:note_id>/board/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export_note_board(note_id: UUID) -> Response:
    """The lines of a note's board that the address chooses, as a file."""
    session = web.session()
    begin(session)
    board = boards.board_of_note(session, note_id)
    return file(_board_sheet(board, called(board.notes[0]), "note", note_id))


@pages.post("/meetings/<slug>/board/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export_meeting_board(slug: str) -> Response:
    """The lines of a meeting's board that the address chooses, as a file."""
    session = web.session()
    begin(session)
    board = boards.board_of_meeting(session, slug)
    return file(_board_sheet(board, slug, "meeting", board.meeting.id))


@pages.post(
    "/notes/<uuid:note_id>/responses/export", permission=Permission.EXPORT, scope=Scope.STAFF
)
def export_responses(note_id: UUID) -> Response:
    """Every response to a note, as a file."""
    session = web.session()
    begin(session)
    note = notes.by_id(session, note_id)
    rows = sheets.of_responses(session, note_id, page_language(), forms.words)
    name = f"{called(note)} responses"
    return file(_sheet(name, forms.RESPONSES_COLUMNS, rows, "note", note_id))


@pages.post(
    "/notes/<uuid:note_id>/designations/export", permission=Permission.EXPORT, scope=Scope.STAFF
)
def export_designations(note_id: UUID) -> Response:
    """Every designation that responses to a note made, as a file."""
    session = web.session()
    begin(session)
    note = notes.by_id(session, note_id)
    rows = sheets.of_designations(session, note_id, page_language(), forms.words)
    name = f"{called(note)} designations"
    return file(_sheet(name, forms.DESIGNATIONS_COLUMNS, rows, "note", note_id))


@pages.post("/states/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export_states() -> Response:
    """All States with their status as at a day, as a file."""
    session = web.session()
    begin(session)
    form = forms.StatesOnADay()
    day: date | None = form.on.data
    if not form.validate() or day is None:
        raise Refused("Enter a day that exists, like 25/11/2013.", field="on")
    rows = sheets.of_states(session, day, page_language(), forms.words)
    name = f"States as at {day}"
    return file(_sheet(name, forms.STATES_COLUMNS, rows, "states", str(day)))


def _board_sheet(board: Board, name: str, subject_kind: str, subject_id: UUID) -> Sheet:
    choice = forms.choice(request.args)
    lines = boards.chosen(board.lines, choice, page_language())
    return _sheet(
        f"{name} board",
        forms.BOARD_COLUMNS,
        sheets.of_board(lines, page_language(), forms.words),
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
