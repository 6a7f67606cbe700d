"""What goes along with a note is laid to a draft, complete, and cleared with it."""

from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa

from registration.config import Settings, use
from registration.documents.examination import Upload
from registration.errors import Conflict, IllegalMove, NotAllowed, Refused
from registration.meetings.models import Meeting, MeetingDocument
from registration.notes import (
    content,
    enclosing,
    enclosures,
    queries,
)
from registration.notes.clearance import meeting_of
from registration.notes.models import Note
from registration.words import LANGUAGES
from tests.documents.scanner import WORDS, clamd
from tests.notes.desk import Desk, unrehearsed
from tests.notes.enclosures import (
    SYMBOL,
    TITLES,
    a_paper_of_the_meeting,
    a_pdf,
    added,
    enclosed,
    issued,
)


def test_an_enclosure_is_scanned_before_it_is_taken(desk: Desk, settings: Settings) -> None:
    infected = Upload("Guide.pdf", an_infected_pdf())
    with clamd() as address:
        use(settings.model_copy(update={"clamav": address}))
        with pytest.raises(Refused, match="virus scanner found") as refusal:
            enclosed(desk, infected.content)
        assert refusal.value.field == "file"
        note, enclosure = enclosed(desk)
        with desk.acting(desk.anna) as session:
            found = queries.by_id(session, note.id)
            one = enclosing.enclosure_of(found, enclosure.id)
            with pytest.raises(Refused, match="virus scanner found"):
                enclosing.lay(session, found, one, "fr", infected)


def an_infected_pdf() -> bytes:
    """A sound PDF that says what our scanner's one signature looks for."""
    file = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].Contents = pdf.make_stream(b"% " + WORDS + b"\n")
        pdf.save(file, compress_streams=False)
    return file.getvalue()


def test_nothing_is_enclosed_while_the_scanner_does_not_answer(
    desk: Desk, settings: Settings
) -> None:
    use(settings.model_copy(update={"clamav": "unix:/nowhere/clamd"}))
    with pytest.raises(Refused, match="does not answer"):
        enclosed(desk)


def lacking(desk: Desk, note: Note) -> dict[str, list[str]]:
    """What the enclosures of a draft lack, by language."""
    with desk.program() as session:
        found = queries.by_id(session, note.id)
        meeting = meeting_of(session, found)
        by_language = {
            each: [str(problem) for problem in enclosures.problems(found, meeting, each)]
            for each in LANGUAGES
        }
    return {each: problems for each, problems in by_language.items() if problems}


def test_a_title_that_is_missing_keeps_a_note_from_being_submitted(desk: Desk) -> None:
    note, _ = enclosed(desk, titles={"en": "Guide"})
    assert set(lacking(desk, note)) == set(LANGUAGES) - {"en"}
    with pytest.raises(Refused, match="no title"):
        desk.do(desk.anna, note, unrehearsed)


def test_a_language_without_a_file_keeps_a_note_from_being_submitted(desk: Desk) -> None:
    note, enclosure = enclosed(desk, language="fr")
    assert set(lacking(desk, note)) == set(LANGUAGES) - {"fr"}
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        ours = enclosing.enclosure_of(found, enclosure.id)
        enclosing.lay(session, found, ours, "all", Upload("g.pdf", a_pdf(2)))
    assert lacking(desk, note) == {}
    desk.do(desk.anna, note, unrehearsed)


def test_a_document_that_left_the_meetings_list_keeps_a_note_from_being_submitted(
    desk: Desk,
) -> None:
    a_paper_of_the_meeting(desk)
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        added = enclosing.enclose_document(session, found, meeting_of(session, found), SYMBOL)
        assert added.titles == {"en": "Annotated provisional agenda"}
        enclosing.entitle(session, found, added, TITLES, added.version)
    assert lacking(desk, note) == {}
    with desk.program() as session:
        session.execute(sa.delete(MeetingDocument))
    assert set(lacking(desk, note)) == set(LANGUAGES)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"%PDF-1.7\n"], ids=["nothing", "a page", "the mark alone"]
)
def test_only_a_plain_pdf_is_enclosed(desk: Desk, content: bytes) -> None:
    note = desk.draft()
    with pytest.raises(Refused) as refusal:
        added(desk, note, content)
    assert refusal.value.field == "file"


def test_each_copy_gets_the_file_in_its_language(desk: Desk) -> None:
    note, enclosure = enclosed(desk)
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        ours = enclosing.enclosure_of(found, enclosure.id)
        enclosing.lay(session, found, ours, "fr", Upload("Guide.fr.pdf", a_pdf(3)))
    with desk.program() as session:
        ours = enclosing.enclosure_of(queries.by_id(session, note.id), enclosure.id)
        names = {each: ours.file_in(each) for each in LANGUAGES}
        assert {each for each, file in names.items() if file and file.filename == "Guide.pdf"} == (
            set(LANGUAGES) - {"fr"}
        )
        assert names["fr"] is not None
        assert names["fr"].filename == "Guide.fr.pdf"


@pytest.mark.parametrize("change", ["title", "file", "order", "removal", "addition"])
def test_any_change_of_the_enclosures_voids_a_clearance(desk: Desk, change: str) -> None:
    note, first = enclosed(desk)
    second = added(desk, note, a_pdf(2))

    def digest() -> str:
        with desk.program() as session:
            found = queries.by_id(session, note.id)
            return content.digest(found, session.get_one(Meeting, desk.meeting.id))

    before = digest()
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        ours = enclosing.enclosure_of(found, second.id)
        match change:
            case "title":
                changed = {**TITLES, "ar": "دليل"}
                enclosing.entitle(session, found, ours, changed, ours.version)
            case "file":
                enclosing.lay(session, found, ours, "all", Upload("g.pdf", a_pdf(3)))
            case "order":
                enclosing.move_up(session, found, ours)
                assert [each.id for each in found.enclosures] == [second.id, first.id]
            case "removal":
                enclosing.remove(session, found, ours)
            case "addition":
                added(desk, note, a_pdf(4))
    assert digest() != before


def test_an_enclosure_is_laid_to_a_draft_alone_and_by_a_drafter(desk: Desk) -> None:
    note, enclosure = enclosed(desk)
    with desk.acting(desk.rosa) as session:
        found = queries.by_id(session, note.id)
        ours = enclosing.enclosure_of(found, enclosure.id)
        with pytest.raises(NotAllowed):
            enclosing.remove(session, found, ours)
    desk.do(desk.anna, note, unrehearsed)
    with pytest.raises(IllegalMove):
        added(desk, note)


def test_a_double_click_encloses_a_file_once(desk: Desk) -> None:
    content = a_pdf()
    note, once = enclosed(desk, content)
    assert added(desk, note, content).id == once.id
    assert added(desk, note, content, titles={"en": "Another guide"}).id != once.id


def test_whoever_enclosed_something_does_not_clear_the_note(desk: Desk) -> None:
    note, _ = enclosed(desk)
    with desk.program() as session:
        assert queries.by_id(session, note.id).written_by_ids == [desk.anna.id]


def test_of_two_officers_with_the_same_titles_open_the_second_is_told(desk: Desk) -> None:
    note, enclosure = enclosed(desk)
    for title in ("One", "Two"):
        with desk.acting(desk.anna) as session:
            found = queries.by_id(session, note.id)
            ours = enclosing.enclosure_of(found, enclosure.id)
            if title == "One":
                enclosing.entitle(session, found, ours, {"en": title}, enclosure.version)
            else:
                with pytest.raises(Conflict, match="Somebody else"):
                    enclosing.entitle(session, found, ours, {"en": title}, enclosure.version)


@pytest.mark.parametrize(
    "attempt",
    [
        "update enclosure set titles = '{}'",
        "delete from enclosure_file",
        "update enclosure_file set language = 'fr'",
        "insert into enclosure (id, note_id, place, titles, version)"
        " select gen_random_uuid(), note_id, 9, '{}', 1 from enclosure",
    ],
)
def test_the_database_itself_keeps_what_was_sent_along(desk: Desk, attempt: str) -> None:
    note, _ = enclosed(desk)
    issued(desk, note)
    with (
        pytest.raises(sa.exc.DatabaseError, match="only a draft can be changed"),
        desk.program() as session,
    ):
        session.execute(sa.text(attempt))
