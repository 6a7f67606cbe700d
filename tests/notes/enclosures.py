"""Files and papers that are laid to a note."""

from io import BytesIO

import pikepdf

from registration.documents.examination import Upload
from registration.meetings.models import MeetingDocument
from registration.notes import (
    clearance,
    enclosing,
    queries,
)
from registration.notes.enclosed import Enclosure
from registration.notes.models import Note
from registration.words import LANGUAGES
from tests.notes.desk import Desk, unrehearsed

TITLES = {each: f"Guide ({each})" for each in LANGUAGES}
SYMBOL = "CAC/COSP/EG.1/2013/1"


def a_pdf(pages: int = 1, padding: int = 0) -> bytes:
    file = BytesIO()
    with pikepdf.new() as pdf:
        for _number in range(pages):
            pdf.add_blank_page()
        pdf.save(file, deterministic_id=True)
    return file.getvalue() + b"\n" * padding


def enclosed(desk: Desk, content: bytes | None = None, **values: object) -> tuple[Note, Enclosure]:
    """A draft with an enclosure that lacks nothing."""
    note = desk.draft()
    return note, added(desk, note, content, **values)


def added(desk: Desk, note: Note, content: bytes | None = None, **values: object) -> Enclosure:
    with desk.acting(desk.anna) as session:
        return enclosing.enclose_file(
            session,
            queries.by_id(session, note.id),
            Upload("Guide.pdf", a_pdf() if content is None else content),
            **{"titles": TITLES, "language": "all", **values},
        )


def a_paper_of_the_meeting(desk: Desk) -> None:
    with desk.program() as session:
        session.add(
            MeetingDocument(
                meeting_id=desk.meeting.id,
                symbol=SYMBOL,
                title="Annotated provisional agenda",
                kind="agenda",
                languages=["en"],
            )
        )


def issued(desk: Desk, note: Note) -> Note:
    desk.do(desk.anna, note, unrehearsed)
    desk.do(desk.otto, note, clearance.clear)
    return desk.issue(note, "CU 2013/175")
