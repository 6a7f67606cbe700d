"""A State says that it will not nominate, takes back what it sent, or thinks again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from registration.db import Session
from registration.delegations import service as delegations
from registration.delegations.models import Nomination
from registration.delegations.rules import NominationStage
from registration.designations import queries as designations
from registration.designations.rules import DesignationKind
from registration.errors import IllegalMove, NotFound, Refused
from registration.journal.models import Event
from registration.meetings.models import Meeting
from registration.notes.models import Note
from registration.post.models import Message
from registration.responses import (
    answering,
    declining,
    queries,
    record,
    sending_along,
    service,
)
from registration.responses.models import Response
from registration.responses.rules import ResponseKind
from tests import builders
from tests.responses.browser import Browser, at
from tests.responses.conftest import AUSTRIA, World
from tests.responses.samples import MINISTRY, person

CENTRAL, LOCAL = DesignationKind.CENTRAL_AUTHORITY, DesignationKind.LOCAL_AUTHORITY


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with world.acting(world.austria) as session:
        yield session


@pytest.fixture
def nomination(session: Session, world: World) -> Nomination:
    return answering.begin(session, world.note_id)


def sent(session: Session, nomination: Nomination, note: Note) -> Response:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    answering.add_authority(session, nomination, LOCAL, MINISTRY)
    delegations.add(session, nomination, [person(head=True)])
    return service.submit(session, nomination, note)


def test_a_state_says_once_that_it_will_not_nominate(
    world: World, session: Session, nomination: Nomination
) -> None:
    note = world.note(session)
    said = declining.decline(session, nomination, note, reason="Nobody is free.")
    assert declining.decline(session, nomination, note) is said
    assert (said.kind, said.besides) == (
        ResponseKind.WILL_NOT_NOMINATE,
        {"reason": "Nobody is free."},
    )
    assert nomination.stage is NominationStage.DECLINED
    session.commit()
    with world.office() as office:
        assert "will not nominate" in office.scalars(sa.select(Message)).one().text
        event = office.scalars(sa.select(Event).where(Event.kind == "response.received")).one()
        assert event.detail["kind"] == "will_not_nominate"


def test_a_state_that_will_not_nominate_may_think_again(
    world: World, session: Session, nomination: Nomination
) -> None:
    declining.decline(session, nomination, world.note(session))
    response = sent(session, nomination, world.note(session))
    assert response.kind is ResponseKind.NOMINATION
    assert len(designations.in_force(session, AUSTRIA)) == 3


def test_what_was_sent_cannot_be_declined_and_what_was_not_cannot_be_withdrawn(
    world: World, session: Session, nomination: Nomination
) -> None:
    note = world.note(session)
    with pytest.raises(IllegalMove):
        declining.withdraw(session, nomination, note)
    sent(session, nomination, note)
    with pytest.raises(IllegalMove):
        declining.decline(session, nomination, note)


def test_withdrawing_ends_what_was_named_for_the_meeting_and_keeps_the_central_authority(
    world: World, session: Session, nomination: Nomination
) -> None:
    note = world.note(session)
    sent(session, nomination, note)
    ended = declining.withdraw(session, nomination, note, reason="A change of plans.")
    assert declining.withdraw(session, nomination, note) is ended
    assert [each.kind for each in designations.in_force(session, AUSTRIA)] == [CENTRAL]
    assert [each.after for each in record.changes_by(session, ended)] == [None, None]
    again = service.submit(session, nomination, note)
    assert again.id != ended.id
    assert len(designations.in_force(session, AUSTRIA)) == 3


def test_a_person_is_replaced_in_the_place_and_the_office_sees_both(
    world: World, session: Session, nomination: Nomination
) -> None:
    sent(session, nomination, world.note(session))
    (huber,) = nomination.delegates
    delegations.replace(session, nomination, huber, person("Gruber"), version=huber.version)
    (gruber,) = nomination.delegates
    assert (gruber.position, gruber.head_of_delegation) == (1, True)
    response = service.submit(session, nomination, world.note(session))
    changes = record.changes_by(session, response)
    names = {(c.before and c.before.name, c.after and c.after.name) for c in changes}
    assert names == {("Eva Huber", None), (None, "Eva Gruber")}


@pytest.fixture
def another_meeting(world: World) -> Note:
    """A later meeting with a note of its own to Austria."""
    with world.office() as office:
        meeting = builders.a_meeting(office, 92)
        note = builders.a_note(
            office,
            meeting,
            office.merge(world.anna, load=False),
            stage=office.get_one(Note, world.note_id).stage,
            clearer=office.merge(world.otto, load=False),
            reference="CU 2013/200",
        )
        builders.an_addressee(office, note, AUSTRIA)
        office.commit()
        return note


def test_an_answer_cannot_be_sent_to_a_note_about_another_meeting(
    world: World, session: Session, nomination: Nomination, another_meeting: Note
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    with pytest.raises(NotFound):
        service.submit(session, nomination, session.get_one(Note, another_meeting.id))


def test_an_older_answer_ends_no_newer_central_authority_unless_that_is_meant(
    world: World, session: Session, nomination: Nomination, another_meeting: Note
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    service.submit(session, nomination, world.note(session))
    later = delegations.begin(session, another_meeting.meeting_id)
    answering.add_authority(session, later, CENTRAL, MINISTRY)
    service.submit(session, later, session.get_one(Note, another_meeting.id))
    delegations.add(session, nomination, [person(head=True)])
    with pytest.raises(Refused, match="was named after") as refusal:
        service.submit(session, nomination, world.note(session))
    assert refusal.value.field == "replaces_newer"
    service.submit(session, nomination, world.note(session), replaces_newer=True)


def test_what_was_given_for_one_meeting_is_offered_for_the_next_and_named_once(
    world: World, browser: Browser, session: Session, another_meeting: Note
) -> None:
    nomination = answering.begin(session, world.note_id)
    sent(session, nomination, world.note(session))
    session.commit()
    note_id = another_meeting.id
    page = browser.get(at(note_id, "local-authorities/add")).get_data(as_text=True)
    known = page.split('name="again" value="', 1)[1].split('"', 1)[0]
    browser.post(at(note_id, "local-authorities/add"), {"again": known})
    page = browser.get(at(note_id, "experts/add")).get_data(as_text=True)
    assert "Eva Huber, Prosecutor" in page
    known = page.split('name="again" value="', 1)[1].split('"', 1)[0]
    browser.post(at(note_id, "experts/add"), {"again": known})
    later = delegations.begin(session, another_meeting.meeting_id)
    delegations.make_head(session, later, later.delegates[0])
    service.submit(session, later, session.get_one(Note, note_id))
    local = [each for each in designations.in_force(session, AUSTRIA) if each.kind is LOCAL]
    assert [each.name for each in local] == [MINISTRY.name]
    assert session.get_one(Meeting, later.meeting_id).number == 92


def test_the_pages_of_ending_say_what_was_done(world: World, browser: Browser) -> None:
    assert "will not nominate anybody" in browser.page(at(world.note_id, "decline"))
    answer = browser.post(at(world.note_id, "decline"), {"reason": "No."})
    assert "Will not nominate" in browser.page(answer.location)
    assert "think again" in browser.page(at(world.note_id))
    assert browser.get(at(world.note_id, "withdraw")).status_code == 303


def test_one_delegation_is_sent_to_two_meetings_of_one_week(
    world: World, browser: Browser, session: Session, another_meeting: Note
) -> None:
    nomination = answering.begin(session, world.note_id)
    delegations.add(session, nomination, [person("Huber", head=True), person("Gruber")])
    session.commit()
    check = at(world.note_id, "send")
    assert "Panama City (CU 2013/200)" in browser.page(check)
    browser.post(check, {"also": str(another_meeting.id)})
    browser.post(check, {"also": str(another_meeting.id)})
    delegations.reword(
        session,
        answering.begin(session, world.note_id),
        nomination.delegates[0],
        replace(person("Huber", head=True), title="Judge"),
        version=nomination.delegates[0].version,
    )
    session.commit()
    browser.post(check, {"also": str(another_meeting.id)})
    session.expire_all()
    later = delegations.begin(session, another_meeting.meeting_id)
    assert [(each.family_name, each.title) for each in later.delegates] == [
        ("Huber", "Judge"),
        ("Gruber", "Prosecutor"),
    ]
    assert [each.head_of_delegation for each in later.delegates] == [True, False]
    answers = session.scalars(sa.select(Response.note_id)).all()
    assert sorted(map(str, answers)) == sorted([str(world.note_id), str(another_meeting.id)] * 2)


def test_a_meeting_of_another_week_is_not_answered_along(
    world: World, session: Session, nomination: Nomination, another_meeting: Note
) -> None:
    with world.office() as office:
        meeting = office.get_one(Meeting, another_meeting.meeting_id)
        meeting.begins_on, meeting.ends_on = date(2013, 12, 2), date(2013, 12, 3)
        office.commit()
    question = queries.asked(session, world.note_id, AUSTRIA)
    with pytest.raises(NotFound):
        sending_along.send_along(session, nomination, question, [another_meeting.id])
