"""What the database itself keeps of a note's way, whatever a program asks of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from registration.notes import drafting, numbering, queries, writing
from registration.notes.models import Note, NoteText
from registration.notes.rules import NoteStage
from tests.notes.desk import Desk

OF_THE_TEXT = sa.update(NoteText).where(NoteText.language == "en")
CHANGES: dict[str, Callable[[UUID], sa.Executable]] = {
    "a text is changed": lambda note: OF_THE_TEXT.values(body="Another."),
    "a text is added": lambda note: sa.insert(NoteText).values(
        note_id=note, language="xx", subject="S", body="B", version=1
    ),
    "a text is taken away": lambda note: sa.delete(NoteText).where(NoteText.language == "en"),
    "the audience is changed": lambda note: sa.update(Note).values(audience={"statuses": []}),
    "the deadline is changed": lambda note: sa.update(Note).values(respond_by=None),
    "the kind is changed": lambda note: sa.update(Note).values(kind="reminder"),
    "what it follows is changed": lambda note: sa.update(Note).values(follows_id=note),
}


@pytest.mark.parametrize("stage", [NoteStage.IN_CLEARANCE, NoteStage.CLEARED, NoteStage.ISSUED])
def test_only_a_draft_is_changed(desk: Desk, stage: NoteStage) -> None:
    makers: dict[NoteStage, Callable[[], Note]] = {
        NoteStage.IN_CLEARANCE: desk.submitted,
        NoteStage.CLEARED: desk.cleared,
        NoteStage.ISSUED: desk.issued,
    }
    note = makers[stage]()
    for change in CHANGES.values():
        refused = pytest.raises(sa.exc.DBAPIError, match=r"only a draft|is final")
        with refused, desk.program() as session:
            session.execute(change(note.id))


def test_nobody_writes_in_a_draft_without_standing_on_its_list(desk: Desk) -> None:
    note = desk.draft()
    refused = pytest.raises(sa.exc.IntegrityError, match="stands on its list")
    with refused, desk.acting(desk.otto) as session:
        session.execute(OF_THE_TEXT.where(NoteText.note_id == note.id).values(body="Otto's."))


@pytest.mark.parametrize("values", [{"written_by_ids": []}, {"drafted_by_id": "otto"}])
def test_nobody_is_taken_from_the_list_of_writers(desk: Desk, values: dict[str, Any]) -> None:
    note = desk.draft()
    if "drafted_by_id" in values:
        values = {"drafted_by_id": desk.otto.id}
    refused = pytest.raises(sa.exc.IntegrityError, match="stays on its list")
    with refused, desk.program() as session:
        session.execute(sa.update(Note).where(Note.id == note.id).values(**values))


def test_whoever_writes_through_the_program_stands_on_the_list(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        text = drafting.text_in(found, "en")
        writing.write(session, found, "en", text.subject, f"{text.body}\n\nMore.", text.version)
        assert desk.anna.id in found.written_by_ids


def test_a_number_is_borne_by_one_note_whatever_else_its_reference_carries(desk: Desk) -> None:
    desk.issued("CU 2013/175(A)/DTA")
    other = desk.cleared()
    refused = pytest.raises(sa.exc.IntegrityError, match="uq_note_number")
    with refused, desk.program() as session:
        session.execute(sa.update(Note).where(Note.id == other.id).values(reference="CU 2013/175"))


def test_a_void_number_is_borne_by_no_note(desk: Desk) -> None:
    with desk.acting(desk.anna) as session:
        numbering.make_void(session, numbering.proposed(session, 2013), "Given elsewhere.")
    note = desk.cleared()
    with pytest.raises(sa.exc.IntegrityError, match="is void"), desk.program() as session:
        session.execute(sa.update(Note).where(Note.id == note.id).values(reference="CU 2013/1(A)"))
