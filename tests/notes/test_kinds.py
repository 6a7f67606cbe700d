"""The kinds of note: folders with texts in six languages that say the same, and their rules."""

import re
from collections.abc import Mapping
from datetime import date

import pytest

from registration.db import Session
from registration.errors import NotFound, Refused
from registration.meetings.models import Meeting
from registration.notes import clearance, content, drafting, markup, queries, wording, writing
from registration.notes.models import Note, NoteForm
from registration.notes.rules import NoteStage
from registration.notes.wording import COVER_PLACES, Wording
from registration.reports import boards
from registration.responses import queries as responses
from registration.words import LANGUAGES
from tests.notes.desk import DEADLINE, EVERYBODY, Desk, unrehearsed

KINDS = wording.kinds()
ASKING = [key for key, kind in KINDS.items() if kind.awaits_response]
TELLING = [key for key in KINDS if key not in ASKING]

each_kind = pytest.mark.parametrize("key", KINDS)
# The standard texts in six languages, those that are for notes to each mission by name among them.
TEXTS = {
    **{key: kind.texts for key, kind in KINDS.items()},
    **{f"{key}, addressed": kind.addressed_texts for key, kind in KINDS.items()},
}
TEXTS = {key: texts for key, texts in TEXTS.items() if texts}
each_text = pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)


def test_there_are_the_kinds_of_the_trade() -> None:
    assert list(KINDS) == [
        "invitation",
        "reminder",
        "postponement",
        "corrigendum",
        "information_note",
        "acknowledgement",
    ]


@each_kind
def test_a_kind_is_complete_in_six_languages_with_known_places(key: str) -> None:
    kind = KINDS[key]
    for texts in (kind.names, kind.purposes, kind.texts, kind.covers):
        assert set(texts) == set(LANGUAGES)
    for language in LANGUAGES:
        wording.refuse_unknown_places(kind.texts[language])
        if kind.addressed_texts:
            addressed = kind.addressed_texts[language]
            wording.refuse_unknown_places(addressed, wording.places_of(NoteForm.ADDRESSED))
            assert markup.read(addressed.body).refusals == ()
        wording.refuse_unknown_places(kind.covers[language], COVER_PLACES)
        assert markup.read(kind.texts[language].body).refusals == ()
    assert kind.original in LANGUAGES
    assert kind.needs_native_check < set(LANGUAGES)


def _places(text: Wording) -> list[set[str]]:
    return [
        {name.removesuffix("_genitive") for name in re.findall(r"\(\((\w+)\)\)", paragraph)}
        for paragraph in [text.subject, *markup.blocks(text.body)]
    ]


@each_text
def test_each_paragraph_of_a_kind_fills_in_the_same_places_in_all_languages(
    texts: Mapping[str, Wording],
) -> None:
    for language in LANGUAGES:
        assert _places(texts[language]) == _places(texts["en"]), language
        assert len(wording.gaps(texts[language])) == len(wording.gaps(texts["en"]))


@each_text
def test_the_paragraphs_of_a_kind_are_numbered_alike_in_all_languages(
    texts: Mapping[str, Wording],
) -> None:
    numbers = {
        language: [each.number for each in markup.read(text.body).paragraphs]
        for language, text in texts.items()
    }
    assert len({tuple(each) for each in numbers.values()}) == 1
    counted = [each for each in numbers["en"] if each is not None]
    assert counted == list(range(1, len(counted) + 1))


@pytest.mark.parametrize("key", wording.paragraphs_to_insert())
def test_a_standard_paragraph_says_the_same_in_six_languages(key: str) -> None:
    paragraph = wording.paragraph(key)
    assert set(paragraph.names) == set(paragraph.texts) == set(LANGUAGES)
    texts = {language: Wording("", each) for language, each in paragraph.texts.items()}
    for language, text in texts.items():
        wording.refuse_unknown_places(text)
        assert _places(text) == _places(texts["en"]), language
        assert len(markup.read(text.body).paragraphs) == 1


def a_note(desk: Desk, key: str, respond_by: date | None) -> Note:
    with desk.acting(desk.anna) as session:
        return drafting.draft(
            session,
            kind=key,
            meeting=session.get_one(Meeting, desk.meeting.id),
            title=f"A note: {key}",
            respond_by=respond_by,
            audience=EVERYBODY,
        )


def test_a_note_begins_with_the_texts_and_the_form_of_its_kind(desk: Desk) -> None:
    for key, kind in KINDS.items():
        note = a_note(desk, key, DEADLINE if kind.awaits_response else None)
        assert (note.kind, note.form) == (key, kind.form)
        assert {each.language: each.body for each in note.texts} == {
            language: text.body for language, text in kind.texts.items()
        }
    assert KINDS["acknowledgement"].form is NoteForm.ADDRESSED


def test_a_kind_that_there_is_not_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        a_note(desk, "../invitation", DEADLINE)
    assert refusal.value.field == "kind"


@pytest.mark.parametrize("key", ASKING)
def test_what_asks_for_a_response_needs_a_deadline(desk: Desk, key: str) -> None:
    with pytest.raises(Refused, match="Enter the deadline"):
        a_note(desk, key, None)


@pytest.mark.parametrize("key", TELLING)
def test_what_asks_for_no_response_has_no_deadline(desk: Desk, key: str) -> None:
    with pytest.raises(Refused, match="asks for no response"):
        a_note(desk, key, DEADLINE)


def test_what_the_standard_text_leaves_open_keeps_a_note_from_being_submitted(desk: Desk) -> None:
    note = a_note(desk, "information_note", None)
    with desk.program() as session:
        found = queries.by_id(session, note.id)
        problems = content.problems(found, clearance.meeting_of(session, found))
    assert set(problems) == set(LANGUAGES)
    assert str(problems["en"][0]).startswith("Something is still to be written: [… what")


def _filled(session: Session, note: Note) -> None:
    for text in note.texts:
        body = text.body.replace(wording.gaps(Wording("", text.body))[0], "2013")
        writing.write(session, note, text.language, text.subject, body, text.version)


def test_a_note_that_awaits_no_response_is_issued_and_nobody_is_overdue(desk: Desk) -> None:
    note = a_note(desk, "information_note", None)
    with desk.acting(desk.anna) as session:
        _filled(session, queries.by_id(session, note.id))
    desk.do(desk.anna, note, unrehearsed)
    desk.do(desk.otto, note, clearance.clear)
    issued = desk.issue(note)
    assert issued.stage is NoteStage.ISSUED
    with desk.program() as session:
        assert responses.all_asked(session, "AUT") == []
        assert [each.note.id for each in responses.all_told(session, "AUT")] == [note.id]
        assert boards.board_of_meeting(session, desk.meeting.slug).notes == ()
        with pytest.raises(NotFound):
            boards.board_of_note(session, note.id)
        with pytest.raises(NotFound):
            responses.asked(session, note.id, "AUT")
