"""The rehearsal: every copy really made and thrown away, and what was in the way told by State."""

import pytest
import sqlalchemy as sa

from letters.compose import Press
from registration.documents.models import Document
from registration.errors import IllegalMove, NotAllowed, Refused
from registration.journal import service as journal
from registration.journal.models import Outbox
from registration.meetings.models import Meeting
from registration.notes import clearance, drafting, queries, writing
from registration.notes.models import Letter, Note
from registration.notes.rehearsal import queries as rehearsals
from registration.notes.rehearsal import rules, service
from registration.notes.rehearsal.models import RehearsalRun
from registration.notes.rehearsal.rules import Problem, Standing, Trouble
from registration.post.models import Message
from registration.states.models import Mission, MissionAddress, State
from tests.notes.desk import Desk


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def asked(desk: Desk, note: Note) -> None:
    with desk.acting(desk.anna) as session:
        service.ask(session, queries.by_id(session, note.id))


def made(desk: Desk, press: Press) -> None:
    """What the worker does with each promise."""
    with desk.program() as session:
        promised = session.scalars(
            sa.select(Outbox.subject_id).where(Outbox.task == service.REHEARSE)
        ).all()
    for run_id in promised:
        with desk.program() as session:
            service.make(session, press, run_id)  # type: ignore[arg-type]


def rehearsed(desk: Desk, press: Press, note: Note) -> rehearsals.Last:
    asked(desk, note)
    made(desk, press)
    return found(desk, note)


def found(desk: Desk, note: Note) -> rehearsals.Last:
    with desk.program() as session:
        last = rehearsals.last(session, queries.by_id(session, note.id))
    assert last is not None
    return last


def test_every_copy_is_made_and_nothing_of_it_stays(desk: Desk, press: Press) -> None:
    note = desk.draft()
    last = rehearsed(desk, press, note)
    assert (last.standing, last.made, last.rehearsal.addressed) == (Standing.CLEAN, 3, 3)
    assert {run.language: run.copies for run in last.rehearsal.runs} == {"en": 2, "fr": 1}
    with desk.program() as session:
        for table in (Letter, Document, Message):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
        event = journal.story(session, "note", note.id)[-1]
    assert (event.kind, event.detail["made"], event.detail["problems"]) == ("note.rehearsed", 3, 2)


def test_a_state_without_an_address_is_listed_and_in_nobodys_way(desk: Desk, press: Press) -> None:
    last = rehearsed(desk, press, desk.draft())
    assert {(each.trouble, each.state_code) for each in last.problems} == {
        (Trouble.NO_ADDRESS, "EU"),
        (Trouble.NO_ADDRESS, "NIU"),
    }


def test_an_address_that_a_mail_server_could_misread_is_found(desk: Desk, press: Press) -> None:
    with desk.program() as session:
        session.execute(sa.update(MissionAddress).values(email="a@b.example, c@d.example"))
    last = rehearsed(desk, press, desk.draft())
    bad = [each for each in last.problems if each.trouble is Trouble.BAD_ADDRESS]
    assert [each.state_code for each in bad] == ["AUT"]
    assert last.standing is Standing.WITH_PROBLEMS


def test_a_name_that_does_not_fit_is_found_for_its_state_alone(desk: Desk, press: Press) -> None:
    with desk.program() as session:
        long_name = "the Very Long Republic of " + "Austria and " * 20
        session.get_one(State, "NIU").formal_names = dict.fromkeys(["en", "fr"], long_name)
    last = rehearsed(desk, press, desk.draft())
    unprintable = [each for each in last.problems if each.trouble is Trouble.UNPRINTABLE]
    assert [each.state_code for each in unprintable] == ["NIU"]
    assert "too long" in unprintable[0].sentence
    assert last.made == 2


def test_a_character_without_a_glyph_is_found_once_for_its_language(
    desk: Desk, press: Press
) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        draft = queries.by_id(session, note.id)
        text = drafting.text_in(draft, "en")
        writing.write(
            session, draft, "en", text.subject, f"{text.body}\n\n\U00012000", text.version
        )
    last = rehearsed(desk, press, note)
    unprintable = [each for each in last.problems if each.trouble is Trouble.UNPRINTABLE]
    assert [(each.state_code, each.language) for each in unprintable] == [(None, "en")]
    assert last.made == 1


def test_a_text_that_cannot_be_completed_is_found(desk: Desk, press: Press) -> None:
    note = desk.draft()
    with desk.program() as session:
        session.execute(sa.update(Meeting).values(places={"en": "Panama City", "fr": "Panama"}))
    last = rehearsed(desk, press, note)
    incomplete = {
        each.language for each in last.problems if each.trouble is Trouble.TEXT_INCOMPLETE
    }
    assert incomplete == {"ar", "es", "ru", "zh"}


@pytest.mark.parametrize("what", ["a text", "the meeting", "an address"])
def test_a_change_puts_the_rehearsal_out_of_date(desk: Desk, press: Press, what: str) -> None:
    note = desk.draft()
    assert rehearsed(desk, press, note).standing is Standing.CLEAN
    with desk.acting(desk.anna) as session:
        draft = queries.by_id(session, note.id)
        text = drafting.text_in(draft, "es")
        if what == "a text":
            writing.write(session, draft, "es", text.subject, f"{text.body}\n\nMás.", text.version)
        elif what == "the meeting":
            session.execute(sa.update(Meeting).values(number=4))
        else:
            session.execute(sa.update(Mission).values(language="es"))
    assert found(desk, note).standing is Standing.OUT_OF_DATE


def test_asked_for_twice_one_rehearsal_goes_on(desk: Desk, press: Press) -> None:
    note = desk.draft()
    asked(desk, note)
    asked(desk, note)
    with desk.program() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RehearsalRun)) == 2
    assert found(desk, note).standing is Standing.UNDER_WAY


def test_what_an_older_rehearsal_promised_is_harmless(desk: Desk, press: Press) -> None:
    note = desk.draft()
    asked(desk, note)
    with desk.program() as session:
        session.execute(sa.update(Meeting).values(number=4))
    last = rehearsed(desk, press, note)
    assert last.standing is Standing.CLEAN
    with desk.program() as session:
        told = [each.kind for each in journal.story(session, "note", note.id)]
    assert told.count("note.rehearsed") == 1


def test_a_run_that_was_given_up_is_a_problem_and_not_a_wait(desk: Desk) -> None:
    note = desk.draft()
    asked(desk, note)
    with desk.program() as session:
        runs = session.scalars(sa.select(RehearsalRun.id)).all()
    for run_id in runs:
        with desk.program() as session:
            service.give_up(session, run_id, "MemoryError")
    last = found(desk, note)
    assert last.standing is Standing.WITH_PROBLEMS
    assert Trouble.NOT_TRIED in {each.trouble for each in last.problems}


def test_what_is_issued_is_rehearsed_no_more(desk: Desk) -> None:
    note = desk.issued()
    with pytest.raises(IllegalMove):
        asked(desk, note)


def test_whoever_only_reads_asks_for_no_rehearsal(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.rosa) as session, pytest.raises(NotAllowed):
        service.ask(session, queries.by_id(session, note.id))


def test_a_note_is_submitted_unrehearsed_only_knowingly(desk: Desk, press: Press) -> None:
    note = desk.draft()
    with pytest.raises(Refused, match="No rehearsal"):
        desk.do(desk.anna, note, clearance.submit)
    rehearsed(desk, press, note)
    desk.do(desk.anna, note, clearance.submit)
    other = desk.submitted()
    with desk.program() as session:
        said = {
            each.subject_id: each.detail["rehearsal"]
            for note_id in (note.id, other.id)
            for each in journal.story(session, "note", note_id)
            if each.kind == "note.submitted"
        }
    assert said == {str(note.id): "clean", str(other.id): "none"}


def test_a_problem_is_kept_whole() -> None:
    problem = Problem(Trouble.BAD_ADDRESS, "fr", "AUT", "Between %(low)s and 20.", {"low": 1})
    assert Problem.of(problem.stored()) == problem


@pytest.mark.parametrize(
    ("fresh", "finished", "troubles", "expected"),
    [
        (True, [True, True], [], Standing.CLEAN),
        (True, [True, True], [Trouble.NO_ADDRESS], Standing.CLEAN),
        (True, [True, True], [Trouble.UNPRINTABLE], Standing.WITH_PROBLEMS),
        (True, [True, False], [Trouble.UNPRINTABLE], Standing.UNDER_WAY),
        (False, [True, True], [], Standing.OUT_OF_DATE),
        (False, [False], [], Standing.OUT_OF_DATE),
    ],
)
def test_how_a_rehearsal_stands(
    fresh: bool, finished: list[bool], troubles: list[Trouble], expected: Standing
) -> None:
    problems = [Problem(each, "en") for each in troubles]
    assert rules.standing(fresh=fresh, finished=finished, problems=problems) is expected
