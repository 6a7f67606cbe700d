"""The words of a note: places are filled in once, from a list, and text stays text."""

from datetime import date

import pytest

from letters.letter import Paragraph
from registration.db import Session
from registration.errors import Refused
from registration.meetings.models import DateStatus, Meeting
from registration.notes import content, wording
from registration.notes.models import Note
from registration.notes.wording import PLACES, Wording
from registration.words import LANGUAGES
from tests.notes.desk import Desk

KIND = wording.kind("invitation")


def test_what_a_native_reader_has_not_seen_is_marked() -> None:
    assert KIND.needs_native_check == {"ar"}


def test_an_unknown_place_is_refused_with_its_paragraph() -> None:
    text = Wording("Subject", "First line\n\n((opening)) and ((colour))")
    with pytest.raises(Refused, match=r"Paragraph 2: .*\(\(colour\)\)") as refusal:
        wording.refuse_unknown_places(text)
    assert refusal.value.field == "body"


@pytest.mark.parametrize(
    "hostile",
    ["{{ 7 * 7 }}", "{% import os %}", "%(place)s", "${place}", "<script>x</script>", "((", "))"],
)
def test_text_that_looks_like_a_program_stays_text(hostile: str) -> None:
    text = Wording(hostile, f"{hostile} ((place))")
    wording.refuse_unknown_places(text)
    done = wording.complete(text, {"place": "Vienna"})
    assert done == Wording(hostile, f"{hostile} Vienna")


def test_a_value_is_never_filled_in_again() -> None:
    done = wording.complete(Wording("((place))", "((deadline))"), {"place": "((deadline))"})
    assert done.subject == "((deadline))"


def test_a_value_with_a_blank_line_makes_no_paragraph() -> None:
    done = wording.complete(Wording("s", "At ((place)), today"), {"place": "Vienna\n\n9. Injected"})
    assert wording.paragraphs(done.body, "en") == (Paragraph("At Vienna 9. Injected, today"),)


def test_a_paragraph_that_begins_with_a_number_hangs_from_it() -> None:
    body = "Opening.\n\n1. First.\n\n12. Twelfth.\n\n2013 was a year.\n\n1.5 million."
    assert wording.paragraphs(body, "en") == (
        Paragraph("Opening."),
        Paragraph("First.", number=1),
        Paragraph("Twelfth.", number=12),
        Paragraph("2013 was a year."),
        Paragraph("1.5 million."),
    )


def test_french_gets_the_spaces_that_no_keyboard_offers() -> None:
    assert wording.typeset("l'Office : « oui » ; non", "fr") == (
        "l’Office\u00a0: «\u00a0oui\u00a0»\u00a0; non"
    )
    assert wording.typeset("the Office : no", "en") == "the Office : no"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_meeting_fills_every_place_in_every_language(desk: Desk, language: str) -> None:
    note = desk.draft()
    with desk.program() as session:
        known = content.values(note, session.get_one(Meeting, desk.meeting.id), language)
    assert set(known) >= PLACES
    assert {name for name in PLACES if not known[name]} == {"original_reference", "original_date"}


def _problems(desk: Desk, note: Note, **changes: object) -> dict[str, list[str]]:
    with desk.program() as session:
        meeting = session.get_one(Meeting, desk.meeting.id)
        for name, value in changes.items():
            setattr(meeting, name, value)
        found = content.problems(_reread(session, note), meeting)
        session.rollback()
    return {language: [str(each) for each in refusals] for language, refusals in found.items()}


def _reread(session: Session, note: Note) -> Note:
    return session.get_one(Note, note.id)


def test_the_standard_text_of_a_known_meeting_has_no_problem(desk: Desk) -> None:
    assert _problems(desk, desk.draft()) == {}


def test_a_place_that_is_not_known_in_one_language_is_a_problem_of_that_language(
    desk: Desk,
) -> None:
    places = {language: "Panama" for language in LANGUAGES if language != "zh"}
    found = _problems(desk, desk.draft(), places=places)
    assert list(found) == ["zh"]
    assert found["zh"] == ["The value of ((place)) is not recorded in this language."]


def test_days_that_are_not_verified_never_stand_in_a_note(desk: Desk) -> None:
    found = _problems(desk, desk.draft(), date_status=DateStatus.UNVERIFIED)
    assert set(found) == set(LANGUAGES)
    assert found["en"] == ["The dates of the meeting are not confirmed."]


def test_a_subject_without_the_deadline_is_a_problem(desk: Desk) -> None:
    note = desk.draft()
    with desk.program() as session:
        for text in _reread(session, note).texts:
            text.subject = "Invitation"
    assert "deadline" in _problems(desk, note)["ru"][0]


def test_equal_contents_have_one_canonical_form() -> None:
    composed, decomposed = (
        {"b": "é", "a": date(2013, 7, 1)},
        {"a": date(2013, 7, 1), "b": "e\u0301"},
    )
    assert content.canonical(composed) == content.canonical(decomposed)
