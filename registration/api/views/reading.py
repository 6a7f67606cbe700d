"""The addresses that other programs read."""

from collections import Counter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from registration.api.views import schemas
from registration.api.views.edge import Reading, snapshot
from registration.designations.models import Designation
from registration.errors import NotFound
from registration.meetings.models import Meeting
from registration.notes import queries as notes
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.permissions import Permission
from registration.reports import boards
from registration.reports.boards import Board, Line
from registration.responses import queries as responses
from registration.states.models import State
from registration.web import page_language

reading = Reading("api", __name__, url_prefix="/api/v1", description="Read with a key.")


@reading.reads(
    "/notes",
    Permission.READ_STANDINGS,
    takes=schemas.NotesQuery(),
    gives=schemas.NoteLine(many=True),
)
def all_notes(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The issued notes, the newest first."""
    question = (
        sa.select(Note, Meeting.slug)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(Note.stage == NoteStage.ISSUED)
        .order_by(Note.issued_on.desc(), Note.issued_at.desc())
    )
    if "meeting" in asked:
        question = question.where(Meeting.slug == asked["meeting"])
    return [
        {
            "id": note.id,
            "reference": note.reference,
            "title": note.title,
            "kind": note.kind,
            "meeting": slug,
            "issued_on": note.issued_on,
            "respond_by": note.respond_by,
        }
        for note, slug in snapshot().execute(question)
    ]


@reading.reads(
    "/notes/<uuid:note_id>/standings",
    Permission.READ_STANDINGS,
    gives=schemas.StandingLine(many=True),
)
def standings_of_a_note(note_id: UUID) -> list[dict[str, Any]]:
    """Where each addressee of a note stands, in the English order of lists."""
    board = boards.board_of_note(snapshot(), note_id)
    return [_standing(line) for line in board.lines]


@reading.reads(
    "/meetings/<slug>/standings", Permission.READ_STANDINGS, gives=schemas.StandingLine(many=True)
)
def standings_of_a_meeting(slug: str) -> list[dict[str, Any]]:
    """Where each State stands towards a meeting: it answered when it did to any of its notes."""
    return [_standing(line) for line in boards.board_of_meeting(snapshot(), slug).lines]


@reading.reads(
    "/notes/<uuid:note_id>/responses",
    Permission.READ_RESPONSES,
    gives=schemas.ResponseLine(many=True),
)
def responses_to_a_note(note_id: UUID) -> list[dict[str, Any]]:
    """Every response to a note, the first one first."""
    session = snapshot()
    note = notes.by_id(session, note_id)
    found = sorted(responses.of_note(session, note.id), key=lambda each: each.response.received_at)
    return [
        {
            "id": each.response.id,
            "state": _state(each.state),
            "kind": each.response.kind,
            "channel": each.response.channel,
            "received_at": each.response.received_at,
            "mission_reference": each.response.mission_reference,
            "mission_note_date": each.response.mission_note_date,
            "has_document": each.response.document_id is not None,
        }
        for each in found
    ]


@reading.reads(
    "/designations",
    Permission.READ_DESIGNATIONS,
    takes=schemas.DesignationsQuery(),
    gives=schemas.DesignationLine(many=True),
)
def all_designations(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """What States designated; what is in force now, unless more is asked for."""
    question = (
        sa.select(Designation, State)
        .join(State, State.code == Designation.state_code)
        .order_by(State.sort_key, Designation.kind, Designation.id)
    )
    if "state" in asked:
        question = question.where(State.code == asked["state"].upper())
    if "kind" in asked:
        question = question.where(Designation.kind == asked["kind"])
    if asked["in_force"]:
        question = question.where(Designation.in_force_until.is_(None))
    return [
        {
            **{name: getattr(found, name) for name in _OF_A_DESIGNATION},
            "state": _state(state),
        }
        for found, state in snapshot().execute(question)
    ]


_OF_A_DESIGNATION = tuple(name for name in schemas.DesignationLine().fields if name != "state")


@reading.reads(
    "/meetings/<slug>/statistics", Permission.READ_STATISTICS, gives=schemas.MeetingStatistics()
)
def statistics_of_a_meeting(slug: str) -> dict[str, Any]:
    """How many States were addressed and where they stand, by regional group."""
    board = boards.board_of_meeting(snapshot(), slug)
    if not board.notes:
        raise NotFound("No note of this meeting has been issued.")
    return _statistics(board)


def _statistics(board: Board) -> dict[str, Any]:
    return {
        "meeting": board.meeting.slug,
        "number": board.meeting.number,
        "year": board.meeting.year,
        "notes": len(board.notes),
        "addressed": len(board.lines),
        "standings": _counted(board.by_standing),
        "groups": [
            {
                "regional_group": group,
                "addressed": counted.total(),
                "standings": _counted(counted),
            }
            for group, counted in board.by_group.items()
        ],
    }


def _counted(standings: Counter[Any]) -> dict[str, int]:
    return {standing.value: number for standing, number in standings.items()}


def _standing(line: Line) -> dict[str, Any]:
    return {
        "state": _state(line.state),
        "standing": line.standing,
        "handed_over_at": line.handed_over_at,
        "answered_at": line.answered_at,
        "is_late": line.is_late,
        "extended_until": line.extended_until,
        "missing": line.missing,
        "days": line.days,
    }


def _state(state: State) -> dict[str, Any]:
    return {
        "code": state.code,
        "name": state.name(page_language()),
        "regional_group": state.regional_group,
    }
