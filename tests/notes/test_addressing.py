"""Addressed notes: each copy speaks to its own State, with the right article or case."""

import io

import pypdfium2
import pytest
import sqlalchemy as sa

from letters.compose import Press
from registration import clock
from registration.documents import service as documents
from registration.errors import Refused
from registration.meetings.models import Meeting
from registration.notes import (
    addressing,
    clearance,
    content,
    drafting,
    queries,
    rendering,
    writing,
)
from registration.notes.models import Addressee, Letter, Note, NoteForm
from registration.notes.rehearsal import queries as rehearsals
from registration.notes.rehearsal import service as rehearsing
from registration.notes.rehearsal.models import RehearsalRun
from registration.notes.rehearsal.rules import Trouble
from registration.states import corrections
from registration.states.models import Mission, State, StateKind
from tests.notes.desk import DAY, DEADLINE, EVERYBODY, Desk, unrehearsed

NAMES = {
    "AUT": {"fr": "la République d'Autriche", "ru": "Австрийская Республика"},
    "NIU": {"en": "Niue", "ru": "Ниуэ"},
    "EU": {"en": "the European Union", "ru": "Европейский союз"},
}


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


@pytest.fixture
def named(desk: Desk) -> Desk:
    """The desk with formal names that inflect as real ones do."""
    with desk.program() as session:
        for code, names in NAMES.items():
            state = session.get_one(State, code)
            state.formal_names = {**state.formal_names, **names}
        session.get_one(State, "EU").kind = StateKind.REIO
    return desk


def draft(desk: Desk, form: NoteForm = NoteForm.ADDRESSED) -> Note:
    with desk.acting(desk.anna) as session:
        return drafting.draft(
            session,
            form=form,
            meeting=session.get_one(Meeting, desk.meeting.id),
            title="To each by name",
            respond_by=DEADLINE,
            audience=EVERYBODY,
        )


def write(desk: Desk, note: Note, language: str, paragraph: str) -> None:
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        text = drafting.text_in(found, language)
        body = f"{text.body}\n\n{paragraph}"
        writing.write(session, found, language, text.subject, body, text.version)


def cleared(desk: Desk, note: Note) -> Note:
    desk.do(desk.anna, note, unrehearsed)
    return desk.do(desk.otto, note, clearance.clear)


def in_russian(desk: Desk, *codes: str) -> None:
    with desk.program() as session:
        for code in codes:
            mission = session.scalar(sa.select(Mission).where(Mission.state_code == code))
            if mission is None:
                session.add(
                    Mission(state_code=code, language="ru", source="a test", as_at="2013-07-01")
                )
            else:
                mission.language = "ru"


def printed(desk: Desk, press: Press, state_code: str | None, language: str) -> str:
    with desk.program() as session:
        letter = session.scalars(
            sa.select(Letter).where(
                Letter.state_code.is_not_distinct_from(state_code), Letter.language == language
            )
        ).one()
        rendering.render(session, press, letter.id)
        assert letter.document_id is not None, letter.problem
        pdf = documents.read(session, letter.document_id)
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split()).replace("’", "'")


def test_each_copy_greets_its_own_mission_and_the_master_none(named: Desk, press: Press) -> None:
    note = draft(named)
    write(named, note, "fr", "Ceci est adressé ((to_state)), membre de la réunion ((of_state)).")
    named.issue(cleared(named, note))
    copy = printed(named, press, "AUT", "fr")
    assert "à la Mission permanente de la République d'Autriche auprès de" in copy
    assert "adressé à la République d'Autriche, membre de la réunion de la République" in copy
    assert "renouveler à la Mission permanente" in copy
    master = printed(named, press, None, "fr")
    assert "à la Mission permanente [de l'État] auprès de" in master
    assert "adressé [à l'État]" in master
    assert "compliments to the Delegation of the European Union to" in printed(
        named, press, "EU", "en"
    )


def test_a_generic_note_names_no_state(desk: Desk) -> None:
    note = draft(desk, NoteForm.GENERIC)
    with pytest.raises(Refused, match=r"\(\(of_state\)\)"):
        write(desk, note, "fr", "Un mot ((of_state)).")


def test_a_text_that_names_a_state_keeps_a_note_made_generic_from_being_submitted(
    named: Desk,
) -> None:
    note = draft(named)
    write(named, note, "fr", "Un mot ((of_state)).")
    with named.acting(named.anna) as session:
        found = queries.by_id(session, note.id)
        drafting.revise(
            session,
            found,
            session.get_one(Meeting, named.meeting.id),
            title=found.title,
            respond_by=DEADLINE,
            audience=EVERYBODY,
            version=found.version,
            form=NoteForm.GENERIC,
        )
    with pytest.raises(Refused, match=r"\(\(of_state\)\)"):
        named.do(named.anna, note, unrehearsed)


def test_a_note_is_not_issued_while_the_form_of_a_name_is_missing(
    named: Desk, press: Press
) -> None:
    in_russian(named, "NIU", "EU", "AUT")
    note = cleared(named, draft(named))
    with pytest.raises(Refused, match="State NIU"):
        named.issue(note)
    with named.acting(named.anna) as session:
        corrections.correct(
            session,
            "NIU",
            "of_state.ru",
            "Ниуэ",
            seen="",
            source="Note of the mission",
            as_at=DAY,
        )
    named.issue(note)
    assert "Постоянному представительству Ниуэ при" in printed(named, press, "NIU", "ru")
    assert "Постоянному представительству Австрийской Республики при" in printed(
        named, press, "AUT", "ru"
    )
    assert "Делегации Европейского союза при" in printed(named, press, "EU", "ru")


def test_a_form_is_only_missed_where_the_text_uses_it(named: Desk) -> None:
    in_russian(named, "NIU")
    note = draft(named)
    with named.program() as session:
        found = queries.by_id(session, note.id)
        [niue] = [each for each in rehearsals.whom(session, found, DAY) if each.language == "ru"]
        assert addressing.missing(found, niue) == ["of_state.ru"]
        for text in found.texts:
            text.body = text.body.replace("((opening))", "")
        assert addressing.missing(found, niue) == []
        session.rollback()


def test_a_rehearsal_lists_the_forms_that_are_missing(named: Desk, press: Press) -> None:
    in_russian(named, "NIU")
    note = draft(named)
    with named.acting(named.anna) as session:
        rehearsing.ask(session, queries.by_id(session, note.id))
    with named.program() as session:
        for run in session.scalars(sa.select(RehearsalRun.id)).all():
            rehearsing.make(session, press, run)
    with named.program() as session:
        last = rehearsals.last(session, queries.by_id(session, note.id))
    assert last is not None
    [problem] = [each for each in last.problems if each.trouble is Trouble.MISSING_FORM]
    assert (problem.state_code, problem.values) == ("NIU", {"field": "of_state.ru"})


def test_what_a_copy_says_is_frozen_at_the_issue(named: Desk, press: Press) -> None:
    named.issue(cleared(named, draft(named)))
    with named.acting(named.anna) as session:
        corrections.correct(
            session,
            "AUT",
            "formal_names.fr",
            "l'Autriche",
            seen=NAMES["AUT"]["fr"],
            source="Note of the mission",
            as_at=clock.today(),
        )
    assert "permanente de la République d'Autriche auprès" in printed(named, press, "AUT", "fr")


def test_a_generic_notes_copies_have_nothing_of_their_own(desk: Desk) -> None:
    note = desk.issued()
    with desk.program() as session:
        places = session.scalars(sa.select(Addressee.places)).all()
        texts = content.completed(queries.by_id(session, note.id), desk.meeting)
    assert places == [{}, {}, {}]
    assert "the Permanent Missions to the United Nations" in texts["en"].body


def test_a_form_that_was_entered_goes_with_the_name_that_it_was_made_of(named: Desk) -> None:
    word = {"source": "Note of the mission", "as_at": DAY}
    with named.acting(named.anna) as session:
        corrections.correct(session, "NIU", "of_state.ru", "Ниуэ", seen="", **word)
        corrections.correct(session, "NIU", "to_state.fr", "à Nioué", seen="", **word)
        assert session.get_one(State, "NIU").inflected("of_state", "ru") == "Ниуэ"
        corrections.correct(
            session, "NIU", "formal_names.ru", "Республика Ниуэ", seen="Ниуэ", **word
        )
        niue = session.get_one(State, "NIU")
        assert niue.inflected("of_state", "ru") == "Республики Ниуэ"
        assert niue.inflected("to_state", "fr") == "à Nioué"
