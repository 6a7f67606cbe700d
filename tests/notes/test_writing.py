"""Writing a text: what is kept of it, who is told of whom, and the way back."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine

from registration.accounts.models import Account
from registration.db import Session
from registration.errors import Conflict, IllegalMove, NotAllowed, NotFound, Refused
from registration.journal.models import Event
from registration.notes import (
    clearance,
    content,
    drafting,
    history,
    markup,
    native,
    queries,
    writing,
)
from registration.notes.models import Note, NoteText
from registration.permissions import Role
from tests import builders
from tests.notes.desk import Desk

NOON = "2013-06-20 12:00+00:00"


@pytest.fixture
def boris(desk: Desk) -> Account:
    """Boris drafts too."""
    with desk.program() as session:
        return builders.a_colleague(session, "Boris Drafter", Role.DRAFTER)


def write(
    desk: Desk, who: Account, note: Note, body: str, version: int, *, automatic: bool = False
) -> int:
    """The version of the Spanish text after it was written."""
    with desk.acting(who) as session:
        found = queries.by_id(session, note.id, lock=True)
        text = writing.write(
            session, found, "es", "((deadline))", body, version, automatic=automatic
        )
        return text.version


def entries(desk: Desk, note: Note) -> list[history.Entry]:
    with desk.program() as session:
        return history.entries(session, _spanish(session, note))


def _spanish(session: Session, note: Note) -> NoteText:
    return drafting.text_in(queries.by_id(session, note.id), "es")


def events(desk: Desk, kind: str) -> int:
    with desk.program() as session:
        return session.scalar(sa.select(sa.func.count()).where(Event.kind == kind)) or 0


def test_the_history_begins_with_the_standard_text(desk: Desk) -> None:
    note = desk.draft()
    (first,) = entries(desk, note)
    assert first.writer == "Anna Drafter"
    assert first.is_first
    assert "resolución 4/2" in first.revision.body


def test_what_is_saved_by_itself_is_one_entry_and_one_event_until_its_writer_saves(
    desk: Desk,
) -> None:
    note, version = desk.draft(), 1
    for words in ("Uno.", "Uno y", "Uno y dos."):
        version = write(desk, desk.anna, note, words, version, automatic=True)
    assert [each.revision.body for each in entries(desk, note)[:-1]] == ["Uno y dos."]
    assert events(desk, "note.written") == 1
    write(desk, desk.anna, note, "Uno y dos.", version)
    write(desk, desk.anna, note, "Tres.", version, automatic=True)
    found = [each.revision.body for each in entries(desk, note)[:-1]]
    assert found == ["Tres.", "Uno y dos."]
    assert events(desk, "note.written") == 2


def test_an_entry_does_not_grow_beyond_some_minutes_nor_over_another_writer(
    desk: Desk, boris: Account
) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        note = desk.draft()
        version = write(desk, desk.anna, note, "A.", 1, automatic=True)
        traveller.shift(history.FOLD)
        version = write(desk, desk.anna, note, "B.", version, automatic=True)
        version = write(desk, boris, note, "C.", version, automatic=True)
        write(desk, desk.anna, note, "D.", version, automatic=True)
    found = [(each.writer, each.revision.body) for each in entries(desk, note)[:-1]]
    assert found == [
        ("Anna Drafter", "D."),
        ("Boris Drafter", "C."),
        ("Anna Drafter", "B."),
        ("Anna Drafter", "A."),
    ]


def test_history_grows_with_the_work_and_not_with_the_saving(desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        note, version = desk.draft(), 1
        for number in range(60):
            version = write(desk, desk.anna, note, f"Texto {number}.", version, automatic=True)
            traveller.shift(timedelta(seconds=30))
    assert len(entries(desk, note)) == 1 + 30 * 60 // history.FOLD.total_seconds()


def test_an_entry_shows_what_it_changed(desk: Desk) -> None:
    note = desk.draft()
    version = write(desk, desk.anna, note, "La reunión se celebrará en Viena.\n\nFin.", 1)
    write(desk, desk.anna, note, "La reunión se celebrará en Panamá.\n\nFin.", version)
    (pieces,) = entries(desk, note)[0].changed
    said = [(piece.change.value, piece.text) for piece in pieces]
    assert said == [
        ("kept", "La reunión se celebrará en "),
        ("gone", "Viena"),
        ("new", "Panamá"),
        ("kept", "."),
    ]


def test_an_earlier_text_can_stand_again_and_nothing_is_lost_by_it(desk: Desk) -> None:
    note = desk.draft()
    version = write(desk, desk.anna, note, "Nuevo.", 1)
    first = entries(desk, note)[-1].revision
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        writing.restore(session, found, "es", first.id, version)
    now, before, _standard = entries(desk, note)
    assert now.revision.body == first.body
    assert now.revision.restored_from_id == first.id
    assert before.revision.body == "Nuevo."
    assert events(desk, "note.restored") == 1


def test_an_entry_of_another_text_cannot_be_restored(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        french = history.entries(session, drafting.text_in(found, "fr"))[0].revision
        with pytest.raises(NotFound):
            writing.restore(session, found, "es", french.id, 1)


def test_a_text_older_than_its_history_is_its_first_entry(desk: Desk) -> None:
    note = desk.draft()
    with desk.program() as session:
        old = builders.a_note(session, desk.meeting, desk.anna, title="Old")
    write(desk, desk.anna, old, "Nuevo.", 1)
    assert [(each.writer, each.revision.body) for each in entries(desk, old)] == [
        ("Anna Drafter", "Nuevo."),
        ("", "A first paragraph.\n\nA second paragraph."),
    ]
    assert len(entries(desk, note)) == 1


def test_the_second_is_told_who_writes_and_since_when(desk: Desk, boris: Account) -> None:
    def told(who: Account) -> history.Writer | None:
        with desk.acting(who) as session:
            return history.another_writer(session, _spanish(session, note))

    with time_machine.travel(NOON, tick=False) as traveller:
        note = desk.draft()
        traveller.shift(history.WRITING * 2)
        assert told(boris) is None
        version = write(desk, desk.anna, note, "A.", 1, automatic=True)
        traveller.shift(timedelta(minutes=1))
        write(desk, desk.anna, note, "B.", version, automatic=True)
        found = told(boris)
        assert found is not None
        assert found.name == "Anna Drafter"
        assert found.last - found.since == timedelta(minutes=1)
        assert told(desk.anna) is None
        traveller.shift(history.WRITING * 2)
        assert told(boris) is None


def test_two_who_write_at_once_overwrite_nothing(desk: Desk, boris: Account) -> None:
    note = desk.draft()
    write(desk, desk.anna, note, "De Anna.", 1, automatic=True)
    with pytest.raises(Conflict):
        write(desk, boris, note, "De Boris.", 1, automatic=True)
    with desk.program() as session:
        text = _spanish(session, note)
        assert text.body == "De Anna."
        seen = history.seen(session, text, 1)
        assert seen is not None
        assert "resolución 4/2" in seen.body
    assert write(desk, boris, note, "De Anna y de Boris.", 2) == 3


def test_the_same_words_twice_are_no_conflict_and_no_change(desk: Desk) -> None:
    note = desk.draft()
    assert write(desk, desk.anna, note, "Uno.", 1, automatic=True) == 2
    assert write(desk, desk.anna, note, "Uno.", 1) == 2
    assert len(entries(desk, note)) == 2


def test_a_standard_paragraph_comes_into_all_languages_numbered(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        writing.insert(session, queries.by_id(session, note.id), "funding", 4)
    with desk.program() as session:
        found = queries.by_id(session, note.id)
        for text in found.texts:
            paragraphs = markup.blocks(text.body)
            assert len(paragraphs) == 11
            assert paragraphs[4].startswith("4. ")
            assert "((address))" in paragraphs[4]
            assert paragraphs[9].startswith("9. ")
        assert content.problems(found, clearance.meeting_of(session, found)) == {}
    assert events(desk, "note.paragraph_inserted") == 1


def test_a_standard_paragraph_stands_before_the_closing_unless_a_place_is_chosen(
    desk: Desk,
) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        writing.insert(session, queries.by_id(session, note.id), "visas", 0)
        paragraphs = markup.blocks(_spanish(session, note).body)
    assert paragraphs[-2].startswith("9. Se ruega")
    assert paragraphs[-1] == "((closing))"


def test_a_paragraph_that_there_is_not_is_refused(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session, pytest.raises(Refused):
        writing.insert(session, queries.by_id(session, note.id), "../../etc", 0)


def test_nobody_writes_in_a_note_that_is_with_the_clearing_officer(desk: Desk) -> None:
    note = desk.submitted()
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        with pytest.raises(IllegalMove):
            writing.insert(session, found, "visas", 0)
        with pytest.raises(IllegalMove):
            writing.restore(session, found, "es", UUID(int=0), 1)
    with desk.acting(desk.rosa) as session, pytest.raises(NotAllowed):
        writing.insert(session, queries.by_id(session, note.id), "visas", 0)


def test_who_inserted_a_paragraph_does_not_clear_the_note(desk: Desk, boris: Account) -> None:
    note = desk.draft()
    with desk.acting(boris) as session:
        found = queries.by_id(session, note.id)
        writing.insert(session, found, "visas", 0)
        assert boris.id in found.written_by_ids


def test_a_wording_is_marked_as_read_once_for_every_note_that_uses_it(desk: Desk) -> None:
    note, other = desk.draft(), desk.draft(title="Another")

    def unread(which: Note) -> frozenset[str]:
        with desk.program() as session:
            return native.unread(session, queries.by_id(session, which.id))

    assert unread(note) == {"ar"}
    with desk.acting(desk.otto) as session:
        found = queries.by_id(session, note.id)
        arabic = drafting.text_in(found, "ar")
        native.mark(session, found, arabic, native.digest(arabic))
        check = native.checks(session, found)["ar"]
    assert check.name == "Otto Clearing"
    assert unread(note) == unread(other) == frozenset()
    assert events(desk, "note.wording_checked") == 1
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, other.id)
        writing.write(session, found, "ar", "((deadline))", "نص آخر.", 1)
    assert unread(other) == {"ar"}
    assert unread(note) == frozenset()


def test_what_was_not_shown_is_not_marked_as_read(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.otto) as session:
        found = queries.by_id(session, note.id)
        with pytest.raises(Conflict):
            native.mark(session, found, drafting.text_in(found, "ar"), "0" * 64)
    with desk.acting(desk.rosa) as session, pytest.raises(NotAllowed):
        native.mark(session, found, drafting.text_in(found, "ar"), "0" * 64)
