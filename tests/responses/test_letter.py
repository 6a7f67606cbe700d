"""The letter that confirms a response: in the language of the mission, in six languages."""

from collections.abc import Iterator

import pytest

from letters.compose import Press
from letters.letter import LANGUAGES
from registration.db import Session
from registration.delegations import service as delegations
from registration.designations.rules import DesignationKind
from registration.documents import service as documents
from registration.responses import answering, confirming, declining, service
from registration.responses.models import Acknowledgement, Response
from tests.letters import reading
from tests.responses.browser import Browser, at
from tests.responses.conftest import World
from tests.responses.samples import MINISTRY, person


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with world.acting(world.austria) as session:
        yield session


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_holds_its_words_in_every_language(
    world: World, session: Session, press: Press, language: str
) -> None:
    nomination = answering.begin(session, world.note_id)
    declined = declining.decline(session, nomination, world.note(session), reason="Nobody.")
    for kind in (DesignationKind.CENTRAL_AUTHORITY, DesignationKind.LOCAL_AUTHORITY):
        answering.add_authority(session, nomination, kind, MINISTRY)
    delegations.add(session, nomination, [person(head=True)])
    nominated = service.submit(session, nomination, world.note(session))
    withdrawn = declining.withdraw(session, nomination, world.note(session))
    for response in (declined, nominated, withdrawn):
        letter = confirming.compose(session, response, language)  # type: ignore[arg-type]
        text = reading.texts(press.master(letter))
        assert any("CU 2013/175" in page for page in text)
        words = " ".join(each.words for each in letter.paragraphs)
        assert "{" not in words + letter.subject
    assert "Eva Huber" in " ".join(
        each.words
        for each in confirming.compose(session, nominated, language).paragraphs  # type: ignore[arg-type]
    )


def test_the_letter_is_made_once_and_its_state_and_the_office_read_it(
    world: World, press: Press, browser: Browser, rosa: Browser, niue: Browser
) -> None:
    browser.post(at(world.note_id, "decline"), {"reason": "Nobody is free."})
    with world.office() as office:
        (response,) = office.query(Response).all()
        for _ in range(2):
            confirming.confirm(office, press, response.id)
        office.commit()
        (made,) = office.query(Acknowledgement).all()
        assert documents.find(office, made.document_id).state_code == world.austria.state_code
    mine = at(world.note_id, f"responses/{response.id}/letter")
    for answer in (browser.get(mine), rosa.get(f"/responses/{response.id}/letter")):
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert "SUBJECT" in "".join(reading.texts(answer.data))
    assert niue.get(mine).status_code == 404
