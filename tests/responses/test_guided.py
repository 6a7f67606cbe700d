"""The parts of an answer: where each stands, who wrote what, and what is not needed."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from registration.db import Session
from registration.delegations import parts
from registration.delegations import service as delegations
from registration.delegations.models import Nomination
from registration.delegations.rules import Part
from registration.designations.rules import DesignationKind
from registration.documents.examination import Upload
from registration.documents.models import Document
from registration.errors import Conflict, Refused
from registration.meetings.models import Funding, Meeting
from registration.responses import answering, service, times, working_copy
from registration.responses.models import Response
from registration.responses.rules import PartStage, part_stage
from registration.responses.working_copy import Answer
from registration.states.models import State
from tests import builders as make
from tests.responses.browser import Browser, at, words
from tests.responses.conftest import AUSTRIA, NIUE, World
from tests.responses.samples import MINISTRY, a_pdf, person

WORDS = {"needs": "Training of judges.", "good_practices": "", "networks": ""}


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with world.acting(world.austria) as session:
        yield session


@pytest.fixture
def nomination(session: Session, world: World) -> Nomination:
    return answering.begin(session, world.note_id)


def stages(world: World, session: Session) -> dict[Part, PartStage]:
    return answer(world, session).stages


def answer(world: World, session: Session) -> Answer:
    session.expire_all()
    return working_copy.answer(session, AUSTRIA, session.get_one(Meeting, world.meeting_id))


@pytest.mark.parametrize(
    ("begun", "complete", "not_needed", "stage"),
    [
        (False, False, False, PartStage.NOT_STARTED),
        (False, False, True, PartStage.NOT_NEEDED),
        (True, False, False, PartStage.IN_PROGRESS),
        (True, False, True, PartStage.IN_PROGRESS),
        (True, True, False, PartStage.DONE),
        (True, True, True, PartStage.DONE),
    ],
)
def test_where_a_part_stands(
    begun: bool, complete: bool, not_needed: bool, stage: PartStage
) -> None:
    assert part_stage(begun=begun, complete=complete, not_needed=not_needed) is stage


def test_each_part_goes_from_not_started_to_done(
    world: World, session: Session, nomination: Nomination
) -> None:
    assert set(stages(world, session).values()) == {PartStage.NOT_STARTED}
    delegations.add(session, nomination, [person()])
    parts.answer(session, nomination, WORDS, version=0)
    found = stages(world, session)
    assert found[Part.DELEGATION] is found[Part.QUESTIONNAIRE] is PartStage.IN_PROGRESS
    delegations.make_head(session, nomination, nomination.delegates[0])
    parts.answer(session, nomination, dict.fromkeys(WORDS, "Said."), version=1)
    chosen = [nomination.delegates[0].id]
    parts.ask_for(session, nomination, Part.VISA_LETTERS, chosen, "", version=0)
    answering.add_authority(session, nomination, DesignationKind.CENTRAL_AUTHORITY, MINISTRY)
    parts.mark(session, nomination, Part.LOCAL_AUTHORITIES, not_needed=True)
    answering.lay_note_beside(session, nomination, Upload("n.pdf", a_pdf()), "1")
    found = stages(world, session)
    assert found.pop(Part.LOCAL_AUTHORITIES) is PartStage.NOT_NEEDED
    assert set(found.values()) == {PartStage.DONE}


def test_the_note_is_always_needed(session: Session, nomination: Nomination) -> None:
    with pytest.raises(Refused):
        parts.mark(session, nomination, Part.MISSION_NOTE, not_needed=True)


def test_what_is_named_after_all_counts_more_than_that_it_was_not_needed(
    world: World, session: Session, nomination: Nomination
) -> None:
    parts.mark(session, nomination, Part.LOCAL_AUTHORITIES, not_needed=True)
    answering.add_authority(session, nomination, DesignationKind.LOCAL_AUTHORITY, MINISTRY)
    assert stages(world, session)[Part.LOCAL_AUTHORITIES] is PartStage.DONE


@pytest.mark.parametrize(
    ("funding", "least_developed", "offered"),
    [
        (Funding.NONE, True, False),
        (Funding.LEAST_DEVELOPED, False, False),
        (Funding.LEAST_DEVELOPED, True, True),
        (Funding.ALL, False, True),
    ],
)
def test_funding_is_offered_to_whom_the_meeting_says(
    world: World, session: Session, funding: Funding, least_developed: bool, offered: bool
) -> None:
    with world.office() as office:
        office.get_one(Meeting, world.meeting_id).funding = funding
        office.get_one(State, AUSTRIA).least_developed = least_developed
        office.commit()
    assert (Part.FUNDING in stages(world, session)) is offered


def test_two_colleagues_who_write_one_part_see_both_and_choose(
    world: World, browser: Browser, colleague: Browser
) -> None:
    path = at(world.note_id, "questionnaire")
    browser.post(path, {"needs": "Training of judges."})
    refused = colleague.send(
        path, {"needs": "Interpreters.", "version": "0", "csrf_token": colleague.token()}
    )
    assert refused.status_code == 409
    assert "Training of judges." in words(refused)
    html = refused.get_data(as_text=True)
    assert "Interpreters." in html.split("<textarea", 1)[1]
    version = html.split('name="version"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    kept = colleague.send(
        path, {"needs": "Both.", "version": version, "csrf_token": colleague.token()}
    )
    assert kept.status_code == 303


def test_two_parts_are_written_at_once_without_a_conflict(
    session: Session, nomination: Nomination
) -> None:
    delegations.add(session, nomination, [person(head=True)])
    parts.answer(session, nomination, WORDS, version=0)
    chosen = [nomination.delegates[0].id]
    parts.ask_for(session, nomination, Part.VISA_LETTERS, chosen, "", version=0)
    with pytest.raises(Conflict):
        parts.ask_for(session, nomination, Part.VISA_LETTERS, chosen, "Other.", version=0)


def test_a_form_that_was_sent_twice_changes_nothing(
    world: World, session: Session, nomination: Nomination
) -> None:
    note = Upload("n.pdf", a_pdf())  # made once: a PDF holds the second in which it was made
    for _ in range(2):
        answering.name_central_authority(session, nomination, MINISTRY, version=0)
        answering.add_authority(session, nomination, DesignationKind.LOCAL_AUTHORITY, MINISTRY)
        delegations.add(session, nomination, [person("Huber", head=True), person("Gruber")])
        parts.answer(session, nomination, WORDS, version=0)
        answering.lay_note_beside(session, nomination, note, "1")
    before = nomination.version
    found = answer(world, session)
    assert (len(found.authorities), len(found.delegates)) == (2, 2)
    assert session.scalar(sa.select(sa.func.count()).select_from(Document)) == 1
    delegations.add(session, nomination, [person("Huber", head=True), person("Gruber")])
    assert nomination.version == before


def test_what_was_asked_besides_names_is_on_record_with_the_response(
    world: World, session: Session, nomination: Nomination
) -> None:
    delegations.add(session, nomination, [person(head=True), person("Gruber")])
    chosen = [nomination.delegates[1].id]
    parts.ask_for(session, nomination, Part.VISA_LETTERS, chosen, "Soon.", version=0)
    parts.answer(session, nomination, WORDS, version=0)
    service.submit(session, nomination, world.note(session))
    response = session.scalars(sa.select(Response)).one()
    assert response.besides == {
        "visa_letters": {"persons": ["Eva Gruber"], "remark": "Soon."},
        "questionnaire": {"needs": "Training of judges."},
    }


def test_the_deadline_is_said_in_the_time_of_the_capital_too(
    world: World, niue: Browser, browser: Browser
) -> None:
    with world.office() as office:
        office.get_one(State, NIUE).time_zone = "Pacific/Niue"
        office.get_one(State, AUSTRIA).time_zone = "Europe/Vienna"
        # Its mission is in Vienna, and its focal point may sit in the capital.
        make.a_mission(office, NIUE)
        office.commit()
    assert "that is 30 September 2013, 05:00 in your capital" in niue.page("/answer")
    assert "in your capital" not in browser.page("/answer")


def test_vienna_says_all_where_the_clocks_agree() -> None:
    noon = datetime(2013, 9, 30, 16, tzinfo=UTC)
    assert times.elsewhere(noon, "Europe/Paris") is None
    assert times.elsewhere(noon, "") is None
    there = times.elsewhere(noon, "Africa/Nairobi")
    assert there is not None
    assert f"{there:%H:%M}" == "19:00"
