"""The working copy of an answer: kept at each step, by several people, in one order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import UUID

import pytest
import sqlalchemy as sa

from registration.accounts.models import Account
from registration.db import Session
from registration.delegations import parts
from registration.delegations import service as delegations
from registration.delegations.models import Nomination
from registration.delegations.rules import NominationStage
from registration.designations import queries as designation_queries
from registration.designations.rules import DesignationKind
from registration.errors import Conflict, NotAllowed, NotFound, Refused
from registration.journal.models import Event
from registration.meetings.models import Meeting
from registration.post.models import Message
from registration.responses import answering, service, working_copy
from registration.responses.models import Response
from registration.responses.rules import Lack
from tests.responses.conftest import AUSTRIA, World
from tests.responses.samples import MINISTRY, person

CENTRAL, LOCAL = DesignationKind.CENTRAL_AUTHORITY, DesignationKind.LOCAL_AUTHORITY


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with world.acting(world.austria) as session:
        yield session


@pytest.fixture
def nomination(world: World, session: Session) -> Nomination:
    return answering.begin(session, world.note_id)


def names(nomination: Nomination) -> list[str]:
    return [each.family_name for each in nomination.delegates]


def heads(nomination: Nomination) -> list[str]:
    return [each.family_name for each in nomination.delegates if each.head_of_delegation]


def test_there_is_one_answer_for_each_state_and_meeting(world: World, session: Session) -> None:
    first = answering.begin(session, world.note_id)
    assert answering.begin(session, world.second_note_id).id == first.id
    assert first.stage is NominationStage.DRAFT
    begun = session.scalars(sa.select(Event).where(Event.kind == "nomination.begun")).all()
    assert len(begun) == 1


def test_looking_at_an_answer_begins_none(world: World, session: Session) -> None:
    answer = working_copy.answer(session, AUSTRIA, session.get_one(Meeting, world.meeting_id))
    assert answer.nomination is None
    assert answer.lacks == (Lack.NAMES, Lack.NOTE)
    assert not answer.may_be_sent


def test_persons_stand_in_the_order_in_which_they_were_added_and_moved(
    session: Session, nomination: Nomination
) -> None:
    delegations.add(session, nomination, [person("Auer"), person("Berger")])
    (christ,) = delegations.add(session, nomination, [person("Christ")])
    assert names(nomination) == ["Auer", "Berger", "Christ"]
    delegations.move_up(session, nomination, christ)
    assert names(nomination) == ["Auer", "Christ", "Berger"]
    delegations.move_up(session, nomination, christ)
    before = nomination.version
    delegations.move_up(session, nomination, christ)
    assert names(nomination) == ["Christ", "Auer", "Berger"]
    assert nomination.version == before, "the first person is above all others already"


def test_a_delegation_has_one_head_whoever_is_marked(
    session: Session, nomination: Nomination
) -> None:
    auer, berger = delegations.add(
        session, nomination, [person("Auer", head=True), person("Berger")]
    )
    assert heads(nomination) == ["Auer"]
    delegations.make_head(session, nomination, berger)
    assert heads(nomination) == ["Berger"]
    delegations.add(session, nomination, [person("Christ", head=True)])
    assert heads(nomination) == ["Christ"]
    delegations.reword(session, nomination, auer, person("Auer", head=True), version=auer.version)
    assert heads(nomination) == ["Auer"]
    delegations.reword(session, nomination, auer, person("Auer"), version=auer.version)
    assert heads(nomination) == []
    with pytest.raises(Refused, match="one person only"):
        delegations.add(
            session, nomination, [person("Dorn", head=True), person("Egger", head=True)]
        )


def test_five_hundred_persons_are_enough(session: Session, nomination: Nomination) -> None:
    delegations.add(session, nomination, [person(f"N{each}") for each in range(500)])
    with pytest.raises(Refused, match="at most 500"):
        delegations.add(session, nomination, [person("Auer")])


@pytest.mark.parametrize("field", ["family_name", "title", "institution"])
def test_what_a_list_of_participants_needs_cannot_be_blank(
    session: Session, nomination: Nomination, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        delegations.add(session, nomination, [replace(person(), **{field: " \t"})])
    assert refused.value.field == field


def test_one_name_only_and_no_address_are_possible(
    session: Session, nomination: Nomination
) -> None:
    mononym = replace(person("Sukarno"), given_names="", email="")
    (delegate,) = delegations.add(session, nomination, [mononym])
    assert (delegate.name, delegate.email) == ("Sukarno", "")


def test_a_person_or_authority_that_is_gone_is_not_found(
    session: Session, nomination: Nomination
) -> None:
    (auer,) = delegations.add(session, nomination, [person("Auer")])
    court = answering.add_authority(session, nomination, LOCAL, MINISTRY)
    delegations.remove(session, nomination, auer)
    answering.drop_authority(session, nomination, court.id)
    with pytest.raises(NotFound):
        delegations.find(nomination, auer.id)
    with pytest.raises(NotFound):
        answering.drop_authority(session, nomination, court.id)


def test_there_is_one_central_authority_and_many_local_ones(
    world: World, session: Session, nomination: Nomination
) -> None:
    answering.name_central_authority(session, nomination, MINISTRY, version=0)
    with pytest.raises(Conflict):
        answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    for name in ("First court", "Second court"):
        answering.add_authority(session, nomination, LOCAL, replace(MINISTRY, name=name))
    found = designation_queries.proposed(session, AUSTRIA, world.meeting_id)
    assert [each.name for each in found] == [MINISTRY.name, "First court", "Second court"]


def test_a_central_authority_taken_out_meanwhile_is_a_conflict(
    session: Session, nomination: Nomination
) -> None:
    answering.name_central_authority(session, nomination, MINISTRY, version=0)
    central = designation_queries.proposed_central(session, AUSTRIA, nomination.meeting_id)
    assert central is not None
    answering.drop_authority(session, nomination, central.id)
    with pytest.raises(Conflict, match="took the central authority out"):
        answering.name_central_authority(session, nomination, MINISTRY, version=1)


def test_a_colleague_waits_until_the_first_one_is_done(world: World) -> None:
    with world.acting(world.austria) as first, world.acting(world.colleague) as second:
        answering.begin(first, world.note_id)
        first.commit()
        delegations.add(first, answering.begin(first, world.note_id), [person("Auer")])
        second.execute(sa.text("set local lock_timeout = '200ms'"))
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            answering.begin(second, world.note_id)
        second.rollback()
        first.commit()
        nomination = answering.begin(second, world.note_id)
        delegations.add(second, nomination, [person("Berger")])
        second.commit()
        assert names(nomination) == ["Auer", "Berger"]


def test_a_click_repeated_at_the_same_moment_makes_one_response(
    world: World, session: Session, nomination: Nomination
) -> None:
    answering.add_authority(session, nomination, CENTRAL, MINISTRY)
    session.commit()
    version, at_once = nomination.version, Barrier(4)

    def click(account: Account) -> UUID:
        with world.acting(account) as own:
            at_once.wait(timeout=30)
            answer = answering.begin(own, world.note_id)
            sent = service.submit(own, answer, world.note(own), version=version)
            own.commit()
            return sent.id

    with ThreadPoolExecutor(4) as browsers:
        people = [world.austria, world.colleague] * 2
        found = list(browsers.map(click, people))
    assert len(set(found)) == 1
    with world.office() as office:
        assert office.scalar(sa.select(sa.func.count()).select_from(Response)) == 1
        assert office.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


def test_nobody_but_the_states_focal_point_changes_its_answer(
    world: World, session: Session, nomination: Nomination
) -> None:
    (auer,) = delegations.add(session, nomination, [person("Auer")])
    court = answering.add_authority(session, nomination, LOCAL, MINISTRY)
    session.commit()
    for account in (world.niue, world.anna):
        with world.acting(account) as other:
            for act in (
                lambda: delegations.add(other, nomination, [person()]),
                lambda: delegations.reword(other, nomination, auer, person(), version=1),
                lambda: delegations.remove(other, nomination, auer),
                lambda: delegations.make_head(other, nomination, auer),
                lambda: delegations.move_up(other, nomination, auer),
                lambda: parts.detach_note(other, nomination, version=0),
                lambda: answering.add_authority(other, nomination, LOCAL, MINISTRY),
                lambda: service.submit(other, nomination, world.note(session)),
            ):
                with pytest.raises(NotAllowed):
                    act()
            with pytest.raises((NotFound, NotAllowed)):
                answering.drop_authority(other, nomination, court.id)
