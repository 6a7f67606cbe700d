"""Every paper of the note to all States: read back in its language, with the name it is for."""

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from letters.compose import Press
from registration.documents import service as documents
from registration.notes import rendering
from registration.notes.models import Addressee, Letter, NoteText
from registration.notes.rules import LetterStage
from registration.states import queries as states
from registration.states import service as missions
from registration.words import LANGUAGES
from tests.letters.reading import fonts, texts, words
from tests.notes.desk import Desk

pytestmark = pytest.mark.reference_data


def open_missions(desk: Desk) -> None:
    """A mission for every State, written to in the language that is proposed for it."""
    with desk.acting(desk.anna) as session:
        for state in states.all_states(session):
            missions.open_mission(
                session, state.code, state.proposed_language, "invented", date(2013, 6, 1)
            )


def wanted_words(desk: Desk) -> dict[str, set[str]]:
    """The words of the issued text in each language."""
    with desk.program() as session:
        issued = session.scalars(sa.select(NoteText)).all()
    return {text.language: set(words(f"{text.subject} {text.body}")) for text in issued}


def test_every_copy_reads_in_its_language_names_its_addressee_and_brings_its_fonts(
    real_desk: Desk,
) -> None:
    open_missions(real_desk)
    real_desk.issued()
    press, wanted = Press(), wanted_words(real_desk)
    made: Counter[tuple[str, bool]] = Counter()
    with real_desk.program() as session:
        planned = session.execute(
            sa.select(Letter.id, Letter.language, Letter.code, Addressee.name).outerjoin(
                Addressee, Addressee.id == Letter.addressee_id
            )
        ).all()
    for letter_id, _language, _code, addressee in planned:
        if addressee is None:
            with real_desk.program() as session:
                rendering.run(session, press, letter_id)
    for letter_id, language, code, addressee in planned:
        with real_desk.program() as session:
            letter = session.get_one(Letter, letter_id)
            assert letter.stage is LetterStage.RENDERED, letter.problem
            pdf = documents.read(session, letter.document_id)
        pages = texts(pdf)
        printed = set(words(" ".join(pages)))
        whole = "".join(words(" ".join(pages)))
        missing = [word for word in wanted[language] if word not in printed and word not in whole]
        assert len(missing) <= 0.05 * len(wanted[language]), (addressee, missing)
        assert all(embedded for _name, embedded in fonts(pdf))
        if addressee is not None:
            assert all(word in "".join(words(pages[0])) for word in words(addressee)), addressee
            assert "".join(words(code)) in whole
        made[language, addressee is None] += 1
    assert {language for language, is_master in made if is_master} == set(LANGUAGES)
    assert {language for language, is_master in made if not is_master} == set(LANGUAGES)
    assert made.total() == 175 + len(LANGUAGES)
