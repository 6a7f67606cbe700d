"""The list of participants: who is in it, how a version is kept, printed and corrected."""

import io
from dataclasses import replace
from datetime import date
from uuid import UUID

import docx
import pytest
import sqlalchemy as sa

from letters.list_of_participants import printed
from letters.word_document import written
from registration.accounts.models import Account
from registration.delegations import service as delegations
from registration.delegations.persons import Person
from registration.documents import service as documents
from registration.errors import Conflict, NotAllowed, Refused
from registration.journal.models import Outbox
from registration.journal.service import story
from registration.meetings.models import Meeting
from registration.participants import printing, queries, service
from registration.participants.models import ListFile, ListVersion
from registration.participants.rules import FileForm, ListKind
from registration.responses import answering
from registration.responses import service as responses
from registration.states.models import InstrumentKind
from registration.verification import service as verification
from registration.verification.queries import comparison
from registration.verification.rules import Verdict
from tests import builders
from tests.participants.reading import text_of
from tests.responses.conftest import World
from tests.responses.samples import person
from tests.verification.conftest import Answer

SYMBOL = "CAC/COSP/EG.1/2013/INF/1"
PRINTERS = {FileForm.PDF: printed, FileForm.DOCX: written}


def confirm(world: World, nomination_id: UUID, *, unmatched: str = "") -> None:
    """Let Otto find every name in the note but one, and confirm."""
    with world.acting(world.otto) as session:
        found = comparison(session, nomination_id)
        verdicts = {
            each.designation.id: Verdict.NOT_IN_NOTE
            if unmatched and unmatched in each.designation.name
            else Verdict.MATCHES
            for each in found.names
        }
        verification.compare(session, nomination_id, verdicts, [], version=found.version)
        version = comparison(session, nomination_id).version
        verification.verify(session, nomination_id, version=version)
        version = comparison(session, nomination_id).version
        verification.confirm(session, nomination_id, version=version)
        session.commit()


def make(
    world: World,
    kind: ListKind = ListKind.PROVISIONAL,
    *,
    seen: int = 0,
    symbol: str = SYMBOL,
    by: Account | None = None,
) -> ListVersion:
    with world.acting(by or world.otto) as session:
        meeting = session.get_one(Meeting, world.meeting_id)
        version = service.make_list(
            session,
            meeting,
            kind,
            symbol=symbol,
            dated=date(2013, 11, 20),
            languages=["fr", "en"],
            seen=seen,
        )
        session.commit()
        return version


def print_all(world: World) -> None:
    """Do what the worker does with each promise."""
    with world.office() as office:
        for key in office.scalars(
            sa.select(Outbox.subject_id).where(Outbox.task == service.PRINT)
        ).all():
            printing.make_file(office, PRINTERS, UUID(key))
        office.commit()


def the_file(world: World, number: int, language: str, form: FileForm) -> bytes:
    with world.office() as office:
        file = office.scalars(
            sa.select(ListFile)
            .join(ListVersion, ListVersion.id == ListFile.version_id)
            .where(
                ListVersion.number == number, ListFile.language == language, ListFile.form == form
            )
        ).one()
        assert file.document_id is not None, file.problem
        return documents.read(office, file.document_id)


def test_only_confirmed_names_are_printed_in_the_order_of_the_note_and_no_address(
    world: World, answer: Answer
) -> None:
    with world.acting(world.austria) as session:
        nomination = answering.begin(session, world.note_id)
        delegations.add(session, nomination, [person("Zeman"), person(head=True)])
        session.commit()
    confirm(world, answer(names=("Huber", "Gruber", "Adler")), unmatched="Gruber")
    answer(world.niue, names=("Talagi",))
    make(world)
    print_all(world)
    text = text_of(the_file(world, 1, "en", FileForm.PDF))
    # The head stood second in the note, and nobody is put in alphabetical order.
    assert text.index("HUBER") < text.index("ZEMAN") < text.index("ADLER")
    assert SYMBOL in text
    assert "Head of delegation" in text
    assert "GRUBER" not in text
    assert "TALAGI" not in text
    assert "@" not in text


def test_a_version_is_there_in_each_language_as_pdf_and_for_word(
    world: World, answer: Answer
) -> None:
    confirm(world, answer())
    make(world)
    print_all(world)
    assert "Liste provisoire des participants" in text_of(
        the_file(world, 1, "fr", FileForm.PDF)
    ).replace("\n", " ")
    word = docx.Document(io.BytesIO(the_file(world, 1, "fr", FileForm.DOCX)))
    lines = [each.text for each in word.paragraphs]
    assert lines[0] == SYMBOL
    assert "State AUT (fr)" in lines
    assert any("HUBER" in line and "(Chef de délégation)" in line for line in lines)


def test_a_version_stays_as_it_was_and_a_corrigendum_says_what_changed(
    world: World, answer: Answer
) -> None:
    nomination_id = answer(names=("Huber", "Gruber"))
    confirm(world, nomination_id)
    make(world)
    with world.acting(world.austria) as session:
        nomination = answering.begin(session, world.note_id)
        huber, gruber = nomination.delegates
        title = person("Huber", head=True)
        delegations.reword(
            session, nomination, huber, _with_title(title, "Minister"), version=huber.version
        )
        delegations.remove(session, nomination, gruber)
        delegations.add(session, nomination, [person("Adler")])
        responses.submit(session, nomination, world.note(session))
        session.commit()
    with world.acting(world.otto) as session:
        if comparison(session, nomination_id).nomination.stage == "nominated":
            verification.take_note_in(
                session, nomination_id, version=comparison(session, nomination_id).version
            )
            session.commit()
    confirm(world, nomination_id)
    make(world, ListKind.CORRIGENDUM, seen=1, symbol=f"{SYMBOL}/Corr.1")
    print_all(world)
    first = text_of(the_file(world, 1, "en", FileForm.PDF))
    assert "GRUBER" in first
    assert "ADLER" not in first
    corrigendum = text_of(the_file(world, 2, "en", FileForm.PDF)).replace("\n", " ")
    added, removed, corrected = (
        corrigendum.index(word) for word in ("Added", "Removed", "Corrected")
    )
    assert added < corrigendum.index("ADLER") < removed < corrigendum.index("GRUBER") < corrected
    assert "read “Ms. Eva HUBER, Minister" in corrigendum[corrected:]


def _with_title(one: Person, title: str) -> Person:
    return replace(one, title=title)


def test_nothing_changed_is_no_corrigendum(world: World, answer: Answer) -> None:
    confirm(world, answer())
    make(world)
    with pytest.raises(Refused, match="Nothing changed"):
        make(world, ListKind.CORRIGENDUM, seen=1)


def test_two_officers_cannot_make_the_same_version(world: World, answer: Answer) -> None:
    confirm(world, answer())
    make(world)
    with pytest.raises(Conflict):
        make(world)


def test_a_version_cannot_be_changed_in_the_database(world: World, answer: Answer) -> None:
    confirm(world, answer())
    version = make(world)
    with world.office() as office, pytest.raises(sa.exc.ProgrammingError, match="permission"):
        office.execute(
            sa.update(ListVersion).where(ListVersion.id == version.id).values(symbol="other")
        )


def test_a_name_that_cannot_be_printed_parks_its_file_with_the_reason(
    world: World, answer: Answer
) -> None:
    confirm(world, answer(names=("ᚠᚢᚦ",)))
    make(world)
    print_all(world)
    with world.office() as office:
        problems = office.scalars(
            sa.select(ListFile.problem).where(ListFile.form == FileForm.PDF)
        ).all()
        assert len(problems) == 2
        assert all("cannot print" in each for each in problems)
        kinds = [each.kind for each in story(office, "meeting", world.meeting_id)]
        assert kinds.count("list_of_participants.parked") == 2


def test_a_state_whose_status_is_not_known_keeps_the_list_from_being_made(
    world: World, answer: Answer
) -> None:
    confirm(world, answer())
    with world.office() as office:
        deposit = builders.an_instrument(
            office, "AUT", InstrumentKind.RATIFICATION, date(2013, 1, 1)
        )
        deposit.day = None
        deposit.not_before, deposit.not_after = date(2013, 1, 1), date(2014, 1, 1)
        office.commit()
    with pytest.raises(Refused, match="It is not known"):
        make(world)


def test_who_only_reads_makes_no_list(world: World, answer: Answer) -> None:
    confirm(world, answer())
    with pytest.raises(NotAllowed):
        make(world, by=world.rosa)
    with world.acting(world.austria) as session:
        assert queries.versions(session, world.meeting_id) == []
