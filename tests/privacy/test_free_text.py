"""Persons within remarks, requests, particulars and pictures: found for them, and gone in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from registration import clock, db
from registration.authorities.models import Authority, CorrectionRequest
from registration.authorities.rules import Category, RequestStage
from registration.config import Settings
from registration.db import Base, Session
from registration.delegations.models import Courtesy, Nomination, NominationPart
from registration.delegations.rules import Part
from registration.documents import service as documents
from registration.documents.models import Document, DocumentKind, Examination, PagePicture
from registration.documents.rules import ExaminationStage
from registration.documents.store import StoreError
from registration.participants.models import Observer, Organization
from registration.participants.rules import OrganizationKind
from registration.permissions import SIGNING_IN, system
from registration.privacy import holdings, purging
from registration.privacy.rules import KEPT
from registration.responses.models import Response, ResponseChannel
from registration.verification.models import Review
from registration.words import ANONYMOUS
from tests import builders as make

WHO = "Ada Quillfeather"
LAST_DAY = date(2013, 11, 26)  # of `make.a_meeting`
DAY = timedelta(days=1)
CONTACT = {"authority_name": "Ministry", "contact_person_title": WHO, "email": ["a@b.example"]}
AFTER_THE_MEETING = ("requests", "responses", "reviews", "observers")


@dataclass(frozen=True)
class World:
    session: Session
    picture: str  # digest of a file in the store

    def of(self, table: type[Base]) -> list[object]:
        self.session.expire_all()
        return list(self.session.scalars(sa.select(table)))


@pytest.fixture
def world(engine: sa.Engine, settings: Settings) -> Iterator[World]:
    with db.open_session(engine, system("test")) as session:
        picture = _build(session)
        session.commit()
        yield World(session, picture)


def _build(session: Session) -> str:
    for code in ("AUT", "PAN"):
        make.a_state(session, code)
    anna, meeting = make.anna(session), make.a_meeting(session)
    note = make.a_note(session, meeting, anna)
    nomination = Nomination(state_code="AUT", meeting_id=meeting.id)
    addressee = make.an_addressee(session, note)
    bank = Organization(kind=OrganizationKind.ENTITY, names={"en": "Bank"}, entered_by_id=anna.id)
    session.add_all([nomination, bank])
    session.flush()
    document = _an_upload(session, b"%PDF-1.4\n%%EOF\n")
    response = Response(
        note_id=note.id,
        addressee_id=addressee.id,
        state_code="AUT",
        channel=ResponseChannel.PORTAL,
        received_at=clock.now(),
        recorded_by_id=anna.id,
        nomination_id=nomination.id,
        document_id=document.id,
        remark=f"Handed over by {WHO}",
        besides={
            "funding": {"persons": [WHO, "Eva Huber"], "remark": f"{WHO} first"},
            "questionnaire": {"needs": "Training"},
            "reason": f"{WHO} is ill",
        },
    )
    session.add(response)
    digest = documents.the_store().put(b"a picture of a page")
    session.flush()
    session.add_all(
        [
            _a_picture(document, digest),
            NominationPart(
                nomination_id=nomination.id,
                state_code="AUT",
                part=Part.FUNDING,
                answers={"remark": f"{WHO} first"},
            ),
            Review(
                response_id=response.id,
                nomination_id=nomination.id,
                state_code="AUT",
                remark=f"{WHO} is not in the note",
                changed_by_id=anna.id,
            ),
            Observer(
                meeting_id=meeting.id,
                organization_id=bank.id,
                courtesy=Courtesy.MS,
                given_names="Ada",
                family_name="Quillfeather",
                title="Director",
                entered_by_id=anna.id,
            ),
            _an_entry(anna.id, "In force", None),
            _an_entry(anna.id, "Ended", clock.today()),
            CorrectionRequest(
                line_id=db.new_id(),
                state_code="AUT",
                category=Category.PREVENTION,
                particulars=dict(CONTACT),
                remark=f"{WHO} takes over",
                stage=RequestStage.ACCEPTED,
                asked_by_id=anna.id,
                decided_at=clock.now(),
                decided_by_id=anna.id,
            ),
        ]
    )
    return digest


def _an_upload(session: Session, content: bytes) -> Document:
    """A file that a State uploaded, and that passed."""
    document = documents.store(
        session,
        content,
        kind=DocumentKind.INCOMING_NOTE,
        filename="note.pdf",
        media_type="application/pdf",
        state_code="AUT",
    )
    examination = session.get_one(Examination, document.id)
    examination.stage, examination.pages = ExaminationStage.PASSED, 1
    examination.ended_at = clock.now()
    session.flush()
    return document


def _a_picture(document: Document, digest: str) -> PagePicture:
    return PagePicture(
        document_id=document.id, state_code="AUT", number=1, sha256=digest, width=1, height=1
    )


def _an_entry(officer_id: object, name: str, ended_on: date | None) -> Authority:
    return Authority(
        line_id=db.new_id(),
        state_code="AUT",
        category=Category.PREVENTION,
        name=name,
        particulars={**CONTACT, "authority_name": name},
        searched=f"{name} {WHO}",
        in_force_from=clock.today(),
        notified_by="Note verbale",
        recorded_by_id=officer_id,
        in_force_until=ended_on,
        ended_by_id=officer_id if ended_on else None,
    )


def period(key: str) -> timedelta:
    return next(each.period for each in KEPT if each.key == key) or timedelta(0)


def test_a_person_is_found_wherever_a_text_names_him_or_her(world: World) -> None:
    found = holdings.of_named(world.session, WHO.upper())
    assert set(found) == {
        "response",
        "nomination_part",
        "review",
        "observer",
        "authority",
        "authority_request",
    }
    assert "Eva Huber" not in str(found)  # who stands beside the person there
    assert len(found["authority"]) == 2


def test_what_names_persons_for_a_meeting_goes_years_after_it(world: World) -> None:
    for key in AFTER_THE_MEETING:
        over = clock.closing(LAST_DAY) + period(key)
        with time_machine.travel(over - DAY, tick=False):
            assert purging.purge(world.session)[key] == 0
        with time_machine.travel(over + 2 * DAY, tick=False):
            purging.purge(world.session)
            assert purging.purge(world.session)[key] == 0
    (response,), (part,), (review,), (observer,) = (
        world.of(each) for each in (Response, NominationPart, Review, Observer)
    )
    assert isinstance(response, Response)
    assert (response.remark, response.besides) == (
        "",
        {
            "funding": {"persons": [ANONYMOUS, ANONYMOUS]},
            "questionnaire": {"needs": "Training"},
        },
    )
    assert isinstance(part, NominationPart)
    assert isinstance(review, Review)
    assert isinstance(observer, Observer)
    assert (part.answers, review.remark) == ({}, "")
    assert (observer.given_names, observer.family_name, observer.title) == ("", ANONYMOUS, "")
    assert "response" not in holdings.of_named(world.session, WHO)


def test_contact_persons_go_with_what_ended_and_stay_in_what_is_in_force(world: World) -> None:
    with time_machine.travel(clock.now() + period("authorities") + 2 * DAY, tick=False):
        gone = purging.purge(world.session)
        assert (gone["authorities"], gone["corrections"]) == (1, 1)
        again = purging.purge(world.session)
        assert (again["authorities"], again["corrections"]) == (0, 0)
    entries = {each.name: each for each in world.of(Authority) if isinstance(each, Authority)}
    assert entries["Ended"].particulars == {"authority_name": "Ended"}
    assert entries["Ended"].searched == "Ended"
    assert entries["In force"].particulars["contact_person_title"] == WHO
    (request,) = world.of(CorrectionRequest)
    assert isinstance(request, CorrectionRequest)
    assert (request.remark, request.particulars) == ("", {"authority_name": "Ministry"})


def test_pictures_of_pages_go_with_their_files_and_the_note_stays(world: World) -> None:
    store = documents.the_store()
    with time_machine.travel(clock.now() + period("page_pictures") - DAY, tick=False):
        assert purging.purge(world.session)["page_pictures"] == 0
        assert store.get(world.picture)
    with time_machine.travel(clock.now() + period("page_pictures") + DAY, tick=False):
        assert purging.purge(world.session)["page_pictures"] == 1
    assert world.of(PagePicture) == []
    with pytest.raises(StoreError):
        store.get(world.picture)
    (examination,) = world.of(Examination)
    assert isinstance(examination, Examination)
    assert documents.read(world.session, examination.document_id).startswith(b"%PDF")


def test_a_file_that_was_replaced_before_it_was_sent_goes_and_what_was_sent_stays(
    world: World,
) -> None:
    session, store = world.session, documents.the_store()
    (sent,) = world.of(Document)
    assert isinstance(sent, Document)
    replaced = _an_upload(session, b"%PDF-1.4\nreplaced %%EOF\n")
    same_again = _an_upload(session, store.get(sent.sha256))  # the bytes of what was sent
    only_here = store.put(b"another picture of a page")
    session.add_all([_a_picture(replaced, only_here), _a_picture(same_again, world.picture)])
    gone = (replaced.sha256, only_here)
    session.commit()
    with time_machine.travel(clock.now() + period("replaced_files") - DAY, tick=False):
        assert purging.purge(session)["replaced_files"] == 0
    with time_machine.travel(clock.now() + period("replaced_files") + DAY, tick=False):
        assert purging.purge(session)["replaced_files"] == 2
        assert purging.purge(session)["replaced_files"] == 0
    session.commit()
    assert [each.id for each in world.of(Document)] == [sent.id]
    assert store.get(sent.sha256)
    assert store.get(world.picture)
    for digest in gone:
        with pytest.raises(StoreError):
            store.get(digest)


def test_bytes_do_not_go_while_somebody_stores_the_same_again(
    world: World, engine: sa.Engine
) -> None:
    session, content = world.session, b"%PDF-1.4\nreplaced %%EOF\n"
    _an_upload(session, content)
    session.commit()
    with db.open_session(engine, system("test")) as theirs:
        again = _an_upload(theirs, content)
        with time_machine.travel(clock.now() + period("replaced_files") + DAY, tick=False):
            session.execute(sa.text("set local lock_timeout = '50ms'"))
            with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
                purging.purge(session)
        session.rollback()
        theirs.commit()
    assert documents.read(session, again.id) == content


def test_the_note_of_an_answer_goes_a_year_after_the_meeting_unless_it_was_sent(
    world: World,
) -> None:
    session = world.session
    (sent,) = world.of(Document)
    (nomination,) = world.of(Nomination)
    assert isinstance(sent, Document)
    assert isinstance(nomination, Nomination)
    over = clock.closing(LAST_DAY) + period("drafts") + 2 * DAY
    nomination.mission_note_id = sent.id
    session.commit()
    with time_machine.travel(over, tick=False):
        assert purging.purge(session)["drafts"] == 0
    with time_machine.travel(clock.closing(LAST_DAY) - DAY, tick=False):
        nomination.mission_note_id = _an_upload(session, b"%PDF-1.4\na draft %%EOF\n").id
        session.commit()
    with time_machine.travel(over - 4 * DAY, tick=False):
        gone = purging.purge(session)
        assert (gone["drafts"], gone["replaced_files"]) == (0, 0)
    with time_machine.travel(over, tick=False):
        gone = purging.purge(session)
        assert (gone["drafts"], gone["replaced_files"]) == (1, 1)
    session.commit()
    assert [each.id for each in world.of(Document)] == [sent.id]


def test_a_file_to_which_anything_refers_cannot_be_forgotten(world: World) -> None:
    (sent,) = world.of(Document)
    assert isinstance(sent, Document)
    with pytest.raises(sa.exc.IntegrityError):
        world.session.scalar(sa.select(sa.func.forget_files([sent.id])))


def test_only_the_program_forgets_files(world: World) -> None:
    ida = make.ida(world.session)
    (sent,) = world.of(Document)
    assert isinstance(sent, Document)
    world.session.commit()
    for actor in (make.acting(ida), SIGNING_IN):
        with (
            db.open_session(world.session.get_bind(), actor) as theirs,
            pytest.raises(sa.exc.ProgrammingError, match="privilege"),
        ):
            theirs.scalar(sa.select(sa.func.forget_files([sent.id])))


@pytest.mark.parametrize("forget", ["anonymize_responses", "anonymize_authorities"])
def test_only_the_program_forgets_what_is_on_record(world: World, forget: str) -> None:
    ida = make.ida(world.session)
    world.session.commit()
    for actor in (make.acting(ida), SIGNING_IN):
        with (
            db.open_session(world.session.get_bind(), actor) as theirs,
            pytest.raises(sa.exc.ProgrammingError, match="privilege"),
        ):
            theirs.scalar(sa.select(getattr(sa.func, forget)(clock.today())))
