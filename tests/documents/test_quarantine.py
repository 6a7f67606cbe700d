"""Until a file from outside was examined, nobody is given it but whoever sent it."""

import pytest
import sqlalchemy as sa

from registration.config import Settings, use
from registration.db import Session, open_session, session_for
from registration.documents import confinement, passage, quarantine, service
from registration.documents.antivirus import Unreachable
from registration.documents.confinement import NotDrawn
from registration.documents.models import Document, DocumentKind
from registration.documents.rules import QUOTA, ExaminationStage, Flaw
from registration.errors import IllegalMove, NotAllowed, NotFound, Refused
from registration.journal.models import Outbox
from registration.journal.service import story
from registration.permissions import Actor, Scope, system
from tests import builders as make
from tests.documents.making import plain
from tests.documents.scanner import FOUND, WORDS, clamd

pytestmark = pytest.mark.usefixtures("settings")
OWN, OTHER = make.WITH_A_MISSION, make.WITHOUT_A_MISSION
PROGRAM = system("test")


@pytest.fixture
def people(engine: sa.Engine) -> dict[str, Actor]:
    with session_for(engine, PROGRAM) as session:
        make.a_state(session, OWN)
        make.a_state(session, OTHER)
        colleague = make.a_focal_point(session, OWN)
        colleague.email = "deputy@secretariat.example"
        session.flush()
        return {
            "sender": make.acting(make.a_focal_point(session, OWN)),
            "colleague": make.acting(colleague),
            "stranger": make.acting(make.a_focal_point(session, OTHER)),
            "anna": make.acting(make.anna(session)),
            "rosa": make.acting(make.rosa(session)),
        }


def _sent(engine: sa.Engine, people: dict[str, Actor], content: bytes) -> Document:
    with session_for(engine, people["sender"]) as session:
        return service.store(
            session,
            content,
            kind=DocumentKind.INCOMING_NOTE,
            filename="note.pdf",
            media_type="application/pdf",
            state_code=OWN,
        )


def _examined(engine: sa.Engine, document: Document) -> ExaminationStage:
    with session_for(engine, PROGRAM) as session:
        return passage.examine(session, document.id).stage


def _given(engine: sa.Engine, actor: Actor, document: Document) -> bytes:
    with open_session(engine, actor) as session:
        return service.read(session, document.id)


def test_a_file_is_given_to_others_only_once_it_passed(
    engine: sa.Engine, people: dict[str, Actor]
) -> None:
    content = plain(3)
    document = _sent(engine, people, content)
    assert _given(engine, people["sender"], document) == content
    for other in ("colleague", "anna"):
        with pytest.raises(IllegalMove, match="still being examined"):
            _given(engine, people[other], document)
    assert _examined(engine, document) is ExaminationStage.PASSED
    for other in ("colleague", "anna"):
        assert _given(engine, people[other], document) == content
    with pytest.raises(NotFound):
        _given(engine, people["stranger"], document)


def test_the_pages_of_what_passed_can_be_looked_at(
    engine: sa.Engine, people: dict[str, Actor]
) -> None:
    document = _sent(engine, people, plain(3))
    _examined(engine, document)
    with open_session(engine, people["anna"]) as session:
        assert [each.number for each in quarantine.pictures(session, document.id)] == [1, 2, 3]
        assert quarantine.of(session, document.id).pages == 3
        assert quarantine.show(session, document.id, 2).startswith(b"\xff\xd8\xff")
        with pytest.raises(NotFound):
            quarantine.show(session, document.id, 4)
    with open_session(engine, people["stranger"]) as session:
        assert quarantine.pictures(session, document.id) == []
        with pytest.raises(NotFound):
            quarantine.show(session, document.id, 1)


def test_the_same_bytes_are_drawn_once(
    engine: sa.Engine, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    _examined(engine, _sent(engine, people, plain(2)))
    monkeypatch.setattr(confinement, "drawn", None)
    again = _sent(engine, people, plain(2))
    assert _examined(engine, again) is ExaminationStage.PASSED
    with open_session(engine, people["anna"]) as session:
        assert len(quarantine.pictures(session, again.id)) == 2


def test_examining_twice_changes_nothing(engine: sa.Engine, people: dict[str, Actor]) -> None:
    document = _sent(engine, people, plain())
    _examined(engine, document)
    _examined(engine, document)
    with open_session(engine, PROGRAM) as session:
        events = [each.kind for each in story(session, "document", document.id)]
        assert events == ["document.passed"]
        assert len(quarantine.pictures(session, document.id)) == 1


def test_a_virus_is_given_to_nobody_and_its_file_stays_sealed(
    engine: sa.Engine, people: dict[str, Actor], settings: Settings
) -> None:
    content = plain() + b"\n%" + WORDS + b"\n"
    document = _sent(engine, people, content)
    with clamd() as address:
        use(settings.model_copy(update={"clamav": address}))
        assert _examined(engine, document) is ExaminationStage.REFUSED
        clean = _sent(engine, people, plain())
        assert _examined(engine, clean) is ExaminationStage.PASSED
    with open_session(engine, people["anna"]) as session:
        found = quarantine.of(session, document.id)
        assert (found.flaw, found.remark) == (Flaw.INFECTED, FOUND)
        assert found.scanner.startswith("ClamAV")
        with pytest.raises(IllegalMove, match="did not pass"):
            service.read(session, document.id)
    with open_session(engine, PROGRAM) as session:
        assert service.the_store().get(document.sha256) == content


def test_without_its_scanner_nothing_passes(
    engine: sa.Engine, people: dict[str, Actor], settings: Settings
) -> None:
    document = _sent(engine, people, plain())
    use(settings.model_copy(update={"clamav": "unix:/nowhere/clamd"}))
    with pytest.raises(Unreachable):
        _examined(engine, document)
    with pytest.raises(IllegalMove):
        _given(engine, people["anna"], document)


def test_what_cannot_be_drawn_is_refused_unless_the_machine_is_to_blame(
    engine: sa.Engine, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(content: bytes, *, slow: bool) -> None:
        raise NotDrawn(slow=slow)

    document = _sent(engine, people, plain())
    monkeypatch.setattr(confinement, "drawn", lambda content: fail(content, slow=True))
    with pytest.raises(NotDrawn):
        _examined(engine, document)
    monkeypatch.setattr(confinement, "drawn", lambda content: fail(content, slow=False))
    assert _examined(engine, document) is ExaminationStage.REFUSED


def test_what_could_not_be_examined_is_parked_and_tried_again(
    engine: sa.Engine, people: dict[str, Actor]
) -> None:
    document = _sent(engine, people, plain())
    with session_for(engine, PROGRAM) as session:
        passage.give_up(session, document.id, "no scanner")
    with session_for(engine, people["rosa"]) as session, pytest.raises(NotAllowed):
        quarantine.try_again(session, document.id)
    with session_for(engine, people["anna"]) as session:
        quarantine.try_again(session, document.id)
    assert _examined(engine, document) is ExaminationStage.PASSED
    with open_session(engine, PROGRAM) as session:
        keys = session.scalars(sa.select(Outbox.key).where(Outbox.task == quarantine.EXAMINE))
        assert len(set(keys)) == 2


def test_one_state_cannot_fill_the_store(engine: sa.Engine, people: dict[str, Actor]) -> None:
    with session_for(engine, PROGRAM) as session:
        session.add(_a_file_of(OWN, QUOTA))
        session.add(_a_file_of(OTHER, 1))
    with pytest.raises(Refused, match="200 MB"):
        _sent(engine, people, plain())
    with session_for(engine, people["stranger"]) as session:
        quarantine.refuse_too_much(session, 20)


def _a_file_of(state_code: str, size: int) -> Document:
    return Document(
        sha256="0" * 64,
        size=size,
        media_type="application/pdf",
        filename="a.pdf",
        kind=DocumentKind.INCOMING_NOTE,
        state_code=state_code,
        stored_by="test",
    )


FORGERIES = [
    "update examination set stage = 'passed', pages = 1",
    "delete from examination",
    "insert into page_picture select id, 1, state_code, sha256, 1, 1 from document",
]


@pytest.mark.parametrize("attempt", FORGERIES)
def test_a_state_passes_no_file_of_its_own(
    attempt: str, engine: sa.Engine, people: dict[str, Actor]
) -> None:
    document = _sent(engine, people, plain())
    with open_session(engine, people["sender"]) as session:
        assert session.actor.scope is Scope.STATE
        assert _rows_changed(session, attempt) == 0
    with open_session(engine, PROGRAM) as session:
        assert quarantine.of(session, document.id).stage is ExaminationStage.WAITING


def _rows_changed(session: Session, attempt: str) -> int:
    try:
        return session.execute(sa.text(attempt)).rowcount
    except sa.exc.ProgrammingError:  # not even tried
        return 0
