"""Sending an answer: the State's word, line by line, once for each act, late or in time."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine

from registration import clock
from registration.accounts.models import Account
from registration.db import Session
from registration.delegations import parts
from registration.delegations import service as delegations
from registration.delegations.models import Delegate, Nomination
from registration.delegations.rules import NominationStage
from registration.designations import queries as designation_queries
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.documents.examination import Upload
from registration.errors import Conflict, NotAllowed, NotFound, Refused
from registration.journal.models import Event, Outbox
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.post.models import Message
from registration.responses import answering, queries, service
from registration.responses.models import Response, ResponseChannel
from registration.responses.rules import Standing
from tests import builders
from tests.responses.conftest import AUSTRIA, NIUE, World
from tests.responses.samples import MINISTRY, a_pdf, person

CENTRAL = DesignationKind.CENTRAL_AUTHORITY


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with world.acting(world.austria) as session:
        yield session


@pytest.fixture
def nomination(world: World, session: Session) -> Nomination:
    return answering.begin(session, world.note_id)


def send(world: World, session: Session, **how: int) -> Response:
    nomination = answering.begin(session, world.note_id)
    response = service.submit(session, nomination, world.note(session), **how)
    session.commit()
    return response


def mail_sent(world: World) -> Message:
    """The one message that was posted; a focal point does not read what the office sends."""
    with world.office() as office:
        return office.scalars(sa.select(Message)).one()


def test_an_answer_makes_what_it_names_the_states_word(
    world: World, session: Session, nomination: Nomination
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    delegations.add(session, nomination, [person(head=True), person("Gruber")])
    response = send(world, session)
    assert response.channel is ResponseChannel.PORTAL
    assert response.recorded_by_id == world.austria.id
    in_force = designation_queries.in_force(session, AUSTRIA)
    assert [(each.kind.value, each.name, each.head_of_delegation) for each in in_force] == [
        ("central_authority", MINISTRY.name, False),
        ("governmental_expert", "Eva Huber", True),
        ("governmental_expert", "Eva Gruber", False),
    ]
    assert {each.response_id for each in in_force} == {response.id}
    assert nomination.stage is NominationStage.NOMINATED


def test_what_changed_is_superseded_what_went_is_withdrawn_what_stayed_stays(
    world: World, session: Session, nomination: Nomination, clock_of_summer: time_machine.Traveller
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    huber, gruber = delegations.add(session, nomination, [person(head=True), person("Gruber")])
    first = send(world, session)
    clock_of_summer.shift(timedelta(days=1))
    nomination = answering.begin(session, world.note_id)
    delegations.reword(
        session, nomination, huber, person("Huber-Lang", head=True), version=huber.version
    )
    delegations.remove(session, nomination, gruber)
    delegations.add(session, nomination, [person("Novak")])
    assert nomination.stage is NominationStage.IN_CORRECTION
    second = send(world, session)
    rows = session.scalars(sa.select(Designation).order_by(Designation.id)).all()
    assert [(each.name, each.response_id, each.ended_by_response_id) for each in rows] == [
        (MINISTRY.name, first.id, None),
        ("Eva Huber", first.id, second.id),
        ("Eva Gruber", first.id, second.id),
        ("Eva Huber-Lang", second.id, None),
        ("Eva Novak", second.id, None),
    ]
    assert all(
        each.in_force_until == second.received_at for each in rows if each.ended_by_response_id
    )
    assert [each.name for each in queries.named_in(session, first)] == [
        "Eva Huber",
        MINISTRY.name,
        "Eva Gruber",
    ]
    assert [each.name for each in queries.named_in(session, second)] == [
        "Eva Huber-Lang",
        MINISTRY.name,
        "Eva Novak",
    ]


def test_sending_twice_without_a_change_is_one_response_and_one_mail(
    world: World, session: Session, nomination: Nomination
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    version = nomination.version
    first = send(world, session, version=version)
    assert send(world, session, version=version).id == first.id
    with world.office() as office:
        assert office.scalar(sa.select(sa.func.count()).select_from(Response)) == 1
        assert office.scalar(sa.select(sa.func.count()).select_from(Message)) == 1
        assert office.scalar(sa.select(sa.func.count()).select_from(Designation)) == 1


def test_two_people_who_send_at_the_same_time_make_one_response(world: World) -> None:
    with world.acting(world.austria) as first, world.acting(world.colleague) as second:
        nomination = answering.begin(first, world.note_id)
        answering.add_authority(first, nomination, CENTRAL, MINISTRY)
        first.commit()
        stale = second.get_one(Nomination, nomination.id)
        one = service.submit(first, nomination, world.note(first), version=nomination.version)
        first.commit()
        two = service.submit(second, stale, world.note(second), version=stale.version)
        second.commit()
        assert one.id == two.id


def test_an_answer_that_somebody_changed_meanwhile_is_not_sent_unseen(world: World) -> None:
    with world.acting(world.austria) as first, world.acting(world.colleague) as second:
        nomination = answering.begin(first, world.note_id)
        answering.add_authority(first, nomination, CENTRAL, MINISTRY)
        first.commit()
        checked = nomination.version
        delegations.add(second, answering.begin(second, world.note_id), [person(head=True)])
        second.commit()
        with pytest.raises(Conflict):
            service.submit(first, nomination, world.note(first), version=checked)
        first.rollback()
        assert first.scalar(sa.select(sa.func.count()).select_from(Response)) == 0
        assert first.scalar(sa.select(Delegate.family_name)) == "Huber"


def test_a_second_note_about_the_meeting_can_be_answered_with_the_same_names(
    world: World, session: Session, nomination: Nomination
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    first = send(world, session)
    second_note = session.get_one(Note, world.second_note_id)
    second = service.submit(session, nomination, second_note)
    session.commit()
    assert second.id != first.id
    assert nomination.stage is NominationStage.NOMINATED
    assert session.scalar(sa.select(sa.func.count()).select_from(Designation)) == 1
    assert [each.name for each in queries.named_in(session, second)] == [MINISTRY.name]


def test_a_central_authority_in_force_is_ended_only_by_another_one(
    world: World, session: Session, nomination: Nomination
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    first = send(world, session)
    note = session.get_one(Note, _a_note_about_another_meeting(world))
    other = answering.begin(session, note.id)
    delegations.add(session, other, [person(head=True)])
    service.submit(session, other, note)
    assert _source_of_the_central_authority(session) == first.id
    answering.add_authority(session, other, CENTRAL, MINISTRY)
    newest = service.submit(session, other, note)
    assert _source_of_the_central_authority(session) == newest.id


def _a_note_about_another_meeting(world: World) -> UUID:
    with world.office() as office:
        anna, otto = (office.get_one(Account, each) for each in (world.anna.id, world.otto.id))
        note = builders.a_note(
            office,
            builders.a_meeting(office, 92),
            anna,
            stage=NoteStage.ISSUED,
            clearer=otto,
            reference="CU 2014/1",
        )
        builders.an_addressee(office, note, AUSTRIA)
        office.commit()
        return note.id


def _source_of_the_central_authority(session: Session) -> UUID:
    central = designation_queries.central_in_force(session, AUSTRIA)
    assert central is not None
    return central.response_id


def test_nothing_is_not_an_answer(world: World, session: Session, nomination: Nomination) -> None:
    with pytest.raises(Refused, match="central authority or at least one expert"):
        service.submit(session, nomination, world.note(session))


def test_local_authorities_alone_are_not_an_answer(
    world: World, session: Session, nomination: Nomination
) -> None:
    answering.add_authority(session, nomination, DesignationKind.LOCAL_AUTHORITY, MINISTRY)
    with pytest.raises(Refused, match="central authority or at least one expert"):
        service.submit(session, nomination, world.note(session))


def test_a_delegation_without_a_head_cannot_be_sent(
    world: World, session: Session, nomination: Nomination
) -> None:
    delegations.add(session, nomination, [person(), person("Gruber")])
    with pytest.raises(Refused, match="head of delegation"):
        service.submit(session, nomination, world.note(session))


def test_an_answer_may_run_ahead_of_its_note_verbale_and_the_mail_says_so(
    world: World, session: Session, nomination: Nomination
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    assert send(world, session).document_id is None
    mail = mail_sent(world)
    assert "still missing" in mail.text


def test_the_note_verbale_that_was_sent_stays_with_its_response(
    world: World, session: Session, nomination: Nomination
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    answering.lay_note_beside(session, nomination, Upload("note.pdf", a_pdf()), "No. 17/2013")
    first = send(world, session)
    document = first.document_id
    assert document is not None
    parts.detach_note(session, answering.begin(session, world.note_id), version=1)
    second = send(world, session)
    assert (first.document_id, first.mission_reference) == (document, "No. 17/2013")
    assert (second.document_id, second.mission_reference) == (None, "")


@pytest.mark.parametrize(
    ("sent_at", "is_late", "expected"),
    [
        ("2013-09-30 17:59:59+02:00", False, Standing.ANSWERED),
        ("2013-09-30 18:00:00+02:00", False, Standing.ANSWERED),
        ("2013-09-30 18:00:01+02:00", True, Standing.LATE),
        ("2013-10-28 09:00:00+01:00", True, Standing.LATE),
    ],
)
def test_after_six_in_vienna_an_answer_is_accepted_and_marked_late(
    world: World,
    session: Session,
    nomination: Nomination,
    sent_at: str,
    is_late: bool,
    expected: Standing,
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    answering.lay_note_beside(session, nomination, Upload("note.pdf", a_pdf()), "No. 17/2013")
    with time_machine.travel(sent_at, tick=False):
        response = send(world, session)
    asked = queries.asked(session, world.note_id, AUSTRIA)
    assert asked.is_late(response) is is_late
    assert asked.standing is expected
    mail = mail_sent(world)
    assert ("marked as late" in mail.text) is is_late


def test_the_acknowledgement_is_in_the_persons_language_with_the_names_as_registered(
    world: World, session: Session, nomination: Nomination
) -> None:
    with world.office() as office:
        office.get_one(Account, world.austria.id).language = "fr"
        office.commit()
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    delegations.add(session, nomination, [person("O’Brien", head=True, given_names="Zoë")])
    send(world, session)
    mail = mail_sent(world)
    assert mail.purpose == "acknowledgement"
    assert mail.language == "fr"
    assert mail.recipients == [world.austria.email]
    assert "CU 2013/175" in mail.subject
    assert "State AUT (fr)" in mail.text
    assert "2 septembre 2013" in mail.text
    assert "Zoë O’Brien" in mail.text
    assert MINISTRY.name in mail.text


def test_an_acknowledgement_of_a_very_long_list_is_still_sent(
    world: World, session: Session, nomination: Nomination
) -> None:
    long = "Long " * 35
    persons = [person(long + str(each), given_names=long) for each in range(100)]
    delegates = delegations.add(session, nomination, persons)
    delegations.make_head(session, nomination, delegates[0])
    send(world, session)
    mail = mail_sent(world)
    assert len(mail.text) < 20_000
    assert "The list goes on" in mail.text


def test_event_response_and_mail_stand_or_fall_together(
    world: World, session: Session, nomination: Nomination
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    session.commit()
    service.submit(session, nomination, world.note(session))
    session.rollback()
    with world.office() as office:
        assert office.scalars(sa.select(Event).where(Event.kind == "response.received")).all() == []
        assert office.scalars(sa.select(Message)).all() == []
        assert office.scalars(sa.select(Outbox)).all() == []
    response = send(world, session)
    with world.office() as office:
        event = office.scalars(sa.select(Event).where(Event.kind == "response.received")).one()
        mail = office.scalars(sa.select(Message)).one()
        promised = dict(office.execute(sa.select(Outbox.task, Outbox.subject_id)).all())
    assert (event.subject_id, event.state_code) == (str(response.id), AUSTRIA)
    assert event.actor_id == world.austria.id
    assert event.detail == {
        "note": "CU 2013/175",
        "channel": "portal",
        "kind": "nomination",
        "unchanged": 0,
        "superseded": 0,
        "withdrawn": 0,
        "added": 1,
    }
    assert promised == {"post.send": str(mail.id), "responses.acknowledge": str(response.id)}


def test_each_step_of_an_answer_is_in_the_journal_without_any_name(
    world: World, session: Session, nomination: Nomination
) -> None:
    delegations.add(session, nomination, [person(head=True)])
    session.commit()
    events = session.scalars(sa.select(Event).order_by(Event.at, Event.id)).all()
    assert [(each.kind, each.detail) for each in events] == [
        ("nomination.begun", {}),
        ("nomination.changed", {"part": "experts", "act": "added", "count": 1}),
    ]


def test_a_note_that_was_not_addressed_or_not_issued_cannot_be_answered(world: World) -> None:
    with world.acting(world.niue) as session:
        for note_id in (world.second_note_id, world.draft_id):
            with pytest.raises(NotFound):
                answering.begin(session, note_id)
        nomination = answering.begin(session, world.note_id)
        answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    with world.office() as office:
        second = office.get_one(Note, world.second_note_id)
    with world.acting(world.niue) as session:
        nomination = answering.begin(session, world.note_id)
        with pytest.raises(NotFound):
            service.submit(session, nomination, second)


def test_a_focal_point_cannot_send_another_states_answer(world: World, session: Session) -> None:
    nomination = answering.begin(session, world.note_id)
    session.commit()
    with world.acting(world.niue) as other, pytest.raises(NotAllowed):
        service.submit(other, nomination, world.note(other))


def test_staff_cannot_answer_for_a_state(world: World) -> None:
    with world.acting(world.anna) as session, pytest.raises(NotAllowed):
        answering.begin(session, world.note_id)


def test_answers_of_two_states_do_not_meet(world: World, session: Session) -> None:
    nomination = answering.begin(session, world.note_id)
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    send(world, session)
    with world.acting(world.niue) as other:
        assert queries.asked(other, world.note_id, NIUE).answered_at is None
        assert queries.of_note(other, world.note_id) == []
        assert designation_queries.in_force(other, AUSTRIA) == []
        with pytest.raises(NotFound):
            queries.asked(other, world.note_id, AUSTRIA)


def test_the_instant_of_a_response_is_the_clocks(
    world: World, session: Session, nomination: Nomination
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    before = clock.now()
    assert before <= send(world, session).received_at <= clock.now()
