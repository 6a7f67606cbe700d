"""Rendering: a planned letter becomes a kept PDF and a message, once, or is parked."""

import io
from collections.abc import Sequence
from dataclasses import replace

import pypdfium2
import pytest
import sqlalchemy as sa

from letters.compose import Edition, Press
from letters.letter import Copy, LetterError
from letters.letter import Letter as Text
from registration import config
from registration.accounts.models import Account
from registration.db import Session
from registration.documents import service as documents
from registration.documents.models import Document
from registration.errors import IllegalMove, NotAllowed
from registration.journal import service as journal
from registration.journal.models import Outbox
from registration.notes import (
    clearance,
    drafting,
    issuing,
    paper,
    preview,
    queries,
    rendering,
    writing,
)
from registration.notes.models import Addressee, Dispatch, Letter, Note
from registration.notes.rules import LetterStage
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.service import COPY_OF_A_NOTE
from registration.states.models import State
from registration.words import LANGUAGES
from tests.notes.desk import Desk, unrehearsed

# Clearing officers get mail, too.
POSTED = sa.select(Message).where(Message.purpose == COPY_OF_A_NOTE)


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def letter_of(session: Session, state_code: str | None, language: str = "en") -> Letter:
    if state_code is None:
        question = sa.select(Letter).where(
            Letter.addressee_id.is_(None), Letter.language == language
        )
    else:
        question = sa.select(Letter).where(Letter.state_code == state_code)
    return session.scalars(question).one()


def rendered(desk: Desk, press: Press, state_code: str | None, language: str = "en") -> Letter:
    with desk.program() as session:
        letter = letter_of(session, state_code, language)
        rendering.render(session, press, letter.id)
    return letter


def words(desk: Desk, letter: Letter) -> str:
    with desk.program() as session:
        pdf = documents.read(session, letter.document_id)  # type: ignore[arg-type]
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join("\n".join(pages).split())


def test_a_copy_is_printed_in_its_language_and_names_its_addressee(
    desk: Desk, press: Press
) -> None:
    desk.issued()
    letter = rendered(desk, press, "AUT")
    text = words(desk, letter)
    assert letter.stage is LetterStage.RENDERED
    assert "CU 2013/175" in text
    assert "Vienne, le 1er juillet 2013" in text
    assert "Republic of AUT (fr)" in text
    assert str(letter.code) in text
    assert f"{config.current().base_url}/verify/{letter.code}" in text
    assert "OC" in text  # the initials of who cleared it


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_master_is_printed_in_every_language_without_a_copy_mark(
    desk: Desk, press: Press, language: str
) -> None:
    desk.issued()
    letter = rendered(desk, press, None, language)
    assert letter.stage is LetterStage.RENDERED
    assert "verify" not in words(desk, letter)
    with desk.program() as session:
        assert session.scalars(POSTED).all() == []


def test_a_copy_with_an_address_is_posted_in_the_transaction_that_keeps_it(
    desk: Desk, press: Press
) -> None:
    desk.issued()
    letter = rendered(desk, press, "AUT")
    with desk.program() as session:
        dispatch = session.scalars(sa.select(Dispatch)).one()
        message = session.get_one(Message, dispatch.message_pk)
        promised = session.scalars(
            sa.select(Outbox).where(Outbox.subject_id == str(message.id))
        ).one()
    assert dispatch.letter_id == letter.id
    assert message.recipients == ["mission.aut@missions.example"]
    assert message.language == "fr"
    assert "CU 2013/175" in message.subject
    assert "deuxième" in message.subject
    assert str(letter.code) in message.text
    assert "((" not in message.subject + message.text
    assert message.attachments == [
        {"document_id": str(letter.document_id), "filename": "CU-2013-175.pdf"}
    ]
    assert promised.task == "post.send_copy"


@pytest.mark.parametrize("state_code", ["NIU", "EU"])
def test_a_copy_without_an_address_is_made_and_kept_but_not_posted(
    desk: Desk, press: Press, state_code: str
) -> None:
    note = desk.issued()
    assert rendered(desk, press, state_code).stage is LetterStage.RENDERED
    with desk.program() as session:
        assert session.scalars(POSTED).all() == []
        assert queries.progress(session, note).no_address == 2


def test_rendering_twice_changes_nothing(desk: Desk, press: Press) -> None:
    desk.issued()
    first = rendered(desk, press, "AUT")
    again = rendered(desk, press, "AUT")
    assert (again.document_id, again.attempts) == (first.document_id, 1)
    with desk.program() as session:
        for things in (sa.select(Document), sa.select(Dispatch), POSTED):
            assert len(session.scalars(things).all()) == 1


def test_the_same_letter_gives_the_same_bytes(desk: Desk, press: Press) -> None:
    note = desk.issued()
    letter = rendered(desk, press, "AUT")
    with desk.program() as session:
        kept = documents.read(session, letter.document_id)  # type: ignore[arg-type]
        addressee = session.get_one(Addressee, letter.addressee_id)
        text = paper.text_of(session, session.get_one(Note, note.id), "fr")
        mark = Copy(addressee.name, str(letter.code), paper.verify_url(str(letter.code)))
    assert press.copy(text, mark) == kept


def with_an_unprintable_text(desk: Desk) -> Note:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        text = drafting.text_in(found, "fr")
        writing.write(session, found, "fr", text.subject, f"{text.body}\n\n\U0001f600", 1)
    desk.do(desk.anna, note, unrehearsed)
    desk.do(desk.otto, note, clearance.clear)
    return desk.issue(note, "CU 2013/175")


def test_a_letter_that_cannot_be_printed_is_parked_with_its_reason(
    desk: Desk, press: Press
) -> None:
    note = with_an_unprintable_text(desk)
    letter = rendered(desk, press, "AUT")
    assert letter.stage is LetterStage.PARKED
    assert "U+1F600" in letter.reason
    assert letter.document_id is None
    assert rendered(desk, press, "NIU").stage is LetterStage.RENDERED
    with desk.program() as session:
        assert queries.progress(session, note).parked == 1


def test_a_parked_letter_is_tried_again_by_somebody_who_may(desk: Desk, press: Press) -> None:
    with_an_unprintable_text(desk)
    parked = rendered(desk, press, "AUT")
    with desk.acting(desk.rosa) as session, pytest.raises(NotAllowed):
        issuing.release(session, queries.letter(session, parked.id, lock=True))
    with desk.acting(desk.anna) as session:
        issuing.release(session, queries.letter(session, parked.id, lock=True))
    with desk.program() as session:
        letter = session.get_one(Letter, parked.id)
        promised = session.scalars(
            sa.select(Outbox.key).where(Outbox.subject_id == str(letter.id)).order_by(Outbox.id)
        ).all()
        assert (letter.stage, letter.problem) == (LetterStage.PLANNED, None)
    assert promised == [f"letters.render:{letter.id}:1"]
    with desk.acting(desk.anna) as session, pytest.raises(IllegalMove):
        issuing.release(session, queries.letter(session, parked.id, lock=True))


def test_a_letter_whose_worker_dies_again_and_again_is_parked(desk: Desk) -> None:
    desk.issued()
    with desk.program() as session:
        letter = letter_of(session, "AUT")
        rendering.give_up(session, letter.id, "Whoever worked on this was killed three times.")
        assert letter.stage is LetterStage.PARKED
        assert "killed" in letter.reason


def test_giving_up_a_letter_that_was_made_meanwhile_changes_nothing(
    desk: Desk, press: Press
) -> None:
    desk.issued()
    letter = rendered(desk, press, "AUT")
    with desk.program() as session:
        rendering.give_up(session, letter.id, "too late")
        assert session.get_one(Letter, letter.id).stage is LetterStage.RENDERED


HOSTILE = "<img src=x>{{ 7*7 }} %(a)s <script>"


def test_hostile_text_stays_text_on_paper_and_in_the_mail(desk: Desk, press: Press) -> None:
    with desk.program() as session:
        state = session.get_one(State, "AUT")
        state.formal_names = {**state.formal_names, "fr": HOSTILE}
        meeting = session.merge(desk.meeting)
        meeting.places = {**meeting.places, "fr": f"Panama ((deadline)) {HOSTILE}"}
    desk.issued()
    letter = rendered(desk, press, "AUT")
    text = words(desk, letter)
    assert text.count(HOSTILE) >= 2
    assert "((deadline))" in text
    with desk.program() as session:
        assert HOSTILE in session.scalars(POSTED).one().text


def test_a_preview_of_a_draft_says_that_it_is_one(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        pdf = preview.pdf(session, queries.by_id(session, note.id), "en")
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        assert "Draft: not issued" in document[0].get_textpage().get_text_bounded()


def test_every_letter_of_a_demonstration_says_that_it_is_one(
    desk: Desk, press: Press, settings: config.Settings
) -> None:
    config.use(settings.model_copy(update={"demo": True}))
    desk.issued()
    letter = rendered(desk, press, "AUT")
    assert "Démonstration" in words(desk, letter)
    with desk.program() as session:
        assert "Démonstration" in session.scalars(POSTED).one().text


def test_initials_are_letters_of_the_name_alone(desk: Desk, press: Press) -> None:
    with desk.program() as session:
        session.get_one(Account, desk.otto.id).name = "Otto Example (demo clearing officer)"
    note = desk.issued()
    with desk.program() as session:
        assert paper.text_of(session, session.get_one(Note, note.id), "en").initials == "OE"


def test_progress_adds_up(desk: Desk, press: Press) -> None:
    note = desk.issued()
    with desk.program() as session:
        before = queries.progress(session, note)
    assert (before.addressed, before.planned, before.masters) == (3, 3, 6)
    assert before.under_way
    for state_code in ("AUT", "NIU", "EU"):
        rendered(desk, press, state_code)
    for language in LANGUAGES:
        rendered(desk, press, None, language)
    with desk.program() as session:
        session.execute(
            sa.update(Message)
            .where(Message.purpose == COPY_OF_A_NOTE)
            .values(stage=MessageStage.HANDED_OVER, message_id="<1@x.example>")
        )
        after = queries.progress(session, note)
    assert after == replace(
        before, planned=0, rendered=3, masters_rendered=6, handed_over=1, no_address=2
    )
    assert not after.under_way


# --- runs -------------------------------------------------------------------------------------


def run(desk: Desk, press: Press, language: str) -> None:
    with desk.program() as session:
        rendering.run(session, press, letter_of(session, None, language).id)


def stages(desk: Desk) -> dict[str, LetterStage]:
    with desk.program() as session:
        letters = session.scalars(sa.select(Letter)).all()
    return {letter.state_code or letter.language: letter.stage for letter in letters}


def test_a_run_makes_the_master_and_every_copy_of_its_language(desk: Desk, press: Press) -> None:
    desk.issued()
    run(desk, press, "en")
    made = {code for code, stage in stages(desk).items() if stage is LetterStage.RENDERED}
    assert made == {"en", "NIU", "EU"}
    run(desk, press, "fr")
    assert stages(desk)["AUT"] is LetterStage.RENDERED
    with desk.program() as session:
        dispatch = session.scalars(sa.select(Dispatch)).one()
        message = session.get_one(Message, dispatch.message_pk)
        assert (
            session.get_one(Letter, dispatch.letter_id).state_code == dispatch.state_code == "AUT"
        )
        assert message.recipients == ["mission.aut@missions.example"]
        promised = session.scalars(
            sa.select(Outbox.task).where(Outbox.subject_id == str(message.id))
        ).all()
    assert promised == ["post.send_copy"]


def test_the_copies_of_a_run_name_their_own_addressees(desk: Desk, press: Press) -> None:
    desk.issued()
    run(desk, press, "en")
    for state_code, other in (("NIU", "EU"), ("EU", "NIU")):
        with desk.program() as session:
            letter = letter_of(session, state_code)
        text = words(desk, letter)
        assert f"of {state_code} (en)" in text
        assert f"of {other} (en)" not in text
        assert str(letter.code) in text


def test_a_run_done_again_changes_nothing(desk: Desk, press: Press) -> None:
    desk.issued()
    run(desk, press, "fr")
    with desk.program() as session:
        before = letter_of(session, "AUT").document_id
    run(desk, press, "fr")
    with desk.program() as session:
        assert letter_of(session, "AUT").document_id == before
        assert len(session.scalars(sa.select(Document)).all()) == 2
        assert len(session.scalars(POSTED).all()) == 1


def test_a_run_that_is_not_committed_leaves_nothing_and_gives_the_same_bytes_again(
    desk: Desk, press: Press, settings: config.Settings
) -> None:
    desk.issued()
    with desk.program() as session:
        rendering.run(session, press, letter_of(session, None).id)
        session.rollback()
    assert set(stages(desk).values()) == {LetterStage.PLANNED}
    first = {path.name for path in settings.store_dir.rglob("*") if path.is_file()}
    run(desk, press, "en")
    assert {path.name for path in settings.store_dir.rglob("*") if path.is_file()} == first


def test_a_copy_that_cannot_be_made_is_parked_alone(desk: Desk, press: Press) -> None:
    with desk.program() as session:
        state = session.get_one(State, "NIU")
        state.formal_names = {**state.formal_names, "en": "the Republic of \U0001f600"}
    desk.issued()
    run(desk, press, "en")
    found = stages(desk)
    assert found["NIU"] is LetterStage.PARKED
    assert found["EU"] is found["en"] is LetterStage.RENDERED
    with desk.program() as session:
        assert "U+1F600" in letter_of(session, "NIU").reason


def test_the_letters_of_a_run_that_is_given_up_are_made_one_by_one(
    desk: Desk, press: Press
) -> None:
    desk.issued()
    with desk.program() as session:
        master = letter_of(session, None).id
        rendering.give_up_run(session, master, "Whoever worked on this was killed three times.")
        one_by_one = session.scalars(
            sa.select(Outbox.subject_id).where(Outbox.task == "letters.render")
        ).all()
        english = session.scalars(sa.select(Letter.id).where(Letter.language == "en")).all()
    assert sorted(one_by_one) == sorted(map(str, english))


class FailingPress:
    """Stands for a press whose letter cannot be set; the rule under test is what follows."""

    def edition(self, letter: Text, copies: Sequence[Copy]) -> Edition:
        def refuse() -> bytes:
            raise LetterError("No letter today.")

        return Edition(refuse, iter(()))


def test_why_a_master_is_parked_stands_in_the_story_of_the_note(desk: Desk) -> None:
    note = desk.issued()
    with desk.program() as session:
        letter = letter_of(session, None, "zh")
        rendering.render(session, FailingPress(), letter.id)  # type: ignore[arg-type]
    with desk.program() as session:
        last = journal.story(session, "note", note.id)[-1]
    assert (last.kind, last.detail["reason"]) == ("letter.parked", "No letter today.")
