"""Dispatching: nothing leaves unconfirmed; it can be held, sent again, carried by hand."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa

from letters.compose import Press
from registration import db
from registration.db import Session
from registration.errors import IllegalMove, NotAllowed, Refused
from registration.journal.models import Outbox
from registration.journal.service import story
from registration.notes import dispatching, queries, rendering
from registration.notes.models import Channel, Letter, Note
from registration.post import handover
from registration.post.models import Message
from registration.post.rules import MailingAction, MailingStage, MessageStage
from registration.post.service import COPY_OF_A_NOTE
from registration.states import queries as states
from registration.states import service as state_service
from tests import builders
from tests.notes.desk import DAY, Desk

PAUSE, RESUME, STOP = MailingAction.PAUSE, MailingAction.RESUME, MailingAction.STOP


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


@pytest.fixture
def note(desk: Desk) -> Note:
    return desk.issue_only(desk.cleared(), "CU 2013/175")


@pytest.fixture
def anna(desk: Desk, note: Note) -> Iterator[Session]:
    """Anna's session, committed at the end."""
    with desk.acting(desk.anna) as session:
        yield session


def make(desk: Desk, press: Press, code: str = "AUT") -> Letter:
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter).where(Letter.state_code == code)).one()
        rendering.render(session, press, letter.id)
    return letter


def mails(desk: Desk) -> list[Message]:
    with desk.program() as session:
        return list(
            session.scalars(
                sa.select(Message).where(Message.purpose == COPY_OF_A_NOTE).order_by(Message.id)
            )
        )


def promises(desk: Desk) -> int:
    with desk.program() as session:
        return len(session.scalars(sa.select(Outbox).where(Outbox.task == "post.send_copy")).all())


def confirm(desk: Desk, note: Note, *left_out: str) -> None:
    with desk.acting(desk.anna) as session:
        dispatching.confirm(session, queries.by_id(session, note.id), left_out=left_out)


def post(desk: Desk, note: Note) -> None:
    with desk.program() as session:
        dispatching.post(session, note.id)


def act(desk: Desk, note: Note, action: MailingAction) -> None:
    with desk.acting(desk.anna) as session:
        dispatching.act(session, queries.by_id(session, note.id), action, "A reason")


def send_again(desk: Desk, note: Note, letter: Letter, reason: str = "It was asked for") -> None:
    with desk.acting(desk.anna) as session:
        last = dispatching.last_dispatch(session, letter)
        dispatching.send_again(session, note, letter, reason=reason, seen=last.id if last else None)


def settle(desk: Desk, stage: MessageStage) -> None:
    with desk.program() as session:
        session.execute(
            sa.update(Message)
            .where(Message.purpose == COPY_OF_A_NOTE)
            .values(stage=stage, message_id="<1@example>")
        )


def attempt(desk: Desk, message: Message) -> Message | None:
    with desk.program() as session:
        return handover.claim(session, message.id, "office@secretariat.example")


def test_a_copy_that_is_made_leaves_only_after_an_officer_confirmed(
    desk: Desk, press: Press, note: Note
) -> None:
    make(desk, press)
    assert mails(desk) == []
    confirm(desk, note)
    assert mails(desk) == []  # the click itself posts nothing: a worker does
    post(desk, note)
    (message,) = mails(desk)
    assert message.recipients == ["mission.aut@missions.example"]
    assert promises(desk) == 1


def test_a_copy_that_is_made_after_the_confirmation_leaves_at_once(
    desk: Desk, press: Press, note: Note
) -> None:
    confirm(desk, note)
    make(desk, press)
    assert len(mails(desk)) == 1


def test_copies_are_posted_once_however_often_the_work_is_done(
    desk: Desk, press: Press, note: Note
) -> None:
    confirm(desk, note)
    make(desk, press)
    post(desk, note)
    post(desk, note)
    assert len(mails(desk)) == promises(desk) == 1


def test_a_confirmation_that_waits_for_a_run_finds_what_it_made(
    desk: Desk, press: Press, note: Note
) -> None:
    with desk.program() as working:
        letter = working.scalars(sa.select(Letter).where(Letter.state_code == "AUT")).one()
        rendering.render(working, press, letter.id)
        with desk.program() as posting:
            posting.execute(sa.text("set local lock_timeout = '100ms'"))
            with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
                dispatching.post(posting, note.id)
            posting.rollback()


def test_a_dispatch_is_confirmed_once(desk: Desk, note: Note) -> None:
    confirm(desk, note)
    with pytest.raises(IllegalMove):
        confirm(desk, note)


def test_a_note_that_is_not_issued_has_nothing_to_confirm(desk: Desk) -> None:
    with pytest.raises(IllegalMove):
        confirm(desk, desk.cleared())


def test_a_tracker_confirms_nothing(desk: Desk, note: Note) -> None:
    with desk.acting(desk.rosa) as session, pytest.raises(NotAllowed):
        dispatching.confirm(session, queries.by_id(session, note.id))


def test_a_state_left_out_gets_no_mail_and_is_counted(desk: Desk, press: Press, note: Note) -> None:
    confirm(desk, note, "AUT")
    make(desk, press)
    assert mails(desk) == []
    with desk.program() as session:
        counted = queries.progress(session, note)
    assert (counted.addressed, counted.no_address, counted.by_mail) == (3, 2, 0)


@pytest.mark.parametrize("code", ["NIU", "PAN"])
def test_only_a_state_that_would_get_mail_can_be_left_out(
    desk: Desk, note: Note, code: str
) -> None:
    with pytest.raises(Refused):
        confirm(desk, note, code)


def test_a_paused_dispatch_hands_nothing_to_a_worker_and_a_resumed_one_does(
    desk: Desk, press: Press, note: Note
) -> None:
    confirm(desk, note)
    make(desk, press)
    (message,) = mails(desk)
    act(desk, note, PAUSE)
    assert attempt(desk, message) is None
    with desk.program() as session:
        assert not handover.is_open(session, message.id)  # so its promise is closed
    act(desk, note, RESUME)
    assert promises(desk) == 2
    assert attempt(desk, message) is not None


def test_what_is_made_during_a_pause_waits_with_the_rest(
    desk: Desk, press: Press, note: Note
) -> None:
    confirm(desk, note)
    act(desk, note, PAUSE)
    make(desk, press)
    (message,) = mails(desk)
    assert attempt(desk, message) is None


def test_a_stop_ends_what_has_not_left_for_good(desk: Desk, press: Press, note: Note) -> None:
    confirm(desk, note)
    make(desk, press)
    act(desk, note, STOP)
    assert [each.stage for each in mails(desk)] == [MessageStage.VOID]
    with pytest.raises(IllegalMove):
        act(desk, note, RESUME)


def test_what_is_made_after_a_stop_is_not_posted(desk: Desk, press: Press, note: Note) -> None:
    confirm(desk, note)
    act(desk, note, STOP)
    make(desk, press)
    assert mails(desk) == []


def test_a_message_that_a_worker_held_at_the_stop_and_let_go_is_given_up(
    desk: Desk, press: Press, note: Note
) -> None:
    confirm(desk, note)
    make(desk, press)
    claimed = attempt(desk, mails(desk)[0])
    assert claimed is not None
    act(desk, note, STOP)
    assert [each.stage for each in mails(desk)] == [MessageStage.CLAIMED]
    with desk.program() as session:
        session.execute(
            sa.update(Message).values(lease_until=sa.func.now() - sa.text("interval '1 second'"))
        )
    assert attempt(desk, claimed) is None
    assert [each.stage for each in mails(desk)] == [MessageStage.VOID]


def test_a_stop_needs_a_reason(desk: Desk, note: Note) -> None:
    confirm(desk, note)
    with desk.acting(desk.anna) as session, pytest.raises(Refused):
        dispatching.act(session, queries.by_id(session, note.id), STOP, " ")


def test_a_copy_sent_again_is_a_new_dispatch_to_the_present_address(
    desk: Desk, press: Press, note: Note
) -> None:
    confirm(desk, note)
    letter = make(desk, press)
    settle(desk, MessageStage.BOUNCED)
    with desk.acting(desk.anna) as session:
        mission = states.mission_of(session, "AUT")
        assert mission is not None
        state_service.end_address(session, mission.addresses[0], "It bounced", DAY)
        state_service.add_address(session, mission, "new@missions.example", "The mission", DAY)
    send_again(desk, note, letter)
    first, second = mails(desk)
    assert second.recipients == ["new@missions.example"]
    assert first.attachments == second.attachments
    with desk.program() as session:
        found = queries.dispatches(session, letter)
        assert [dispatch.reason for dispatch, _ in found] == ["", "It was asked for"]
        counted = queries.progress(session, note)
        assert (counted.bounced, counted.ready) == (0, 1)  # the last one counts
        assert [each.message for each in queries.copies(session, note) if each.message] == [
            session.get_one(Message, second.id)
        ]


def test_a_second_click_sends_no_third_copy(desk: Desk, press: Press, note: Note) -> None:
    confirm(desk, note)
    letter = make(desk, press)
    settle(desk, MessageStage.HANDED_OVER)
    with desk.acting(desk.anna) as session:
        seen = dispatching.last_dispatch(session, letter)
    assert seen is not None
    send_again(desk, note, letter)
    with desk.acting(desk.anna) as session, pytest.raises(IllegalMove):
        dispatching.send_again(session, note, letter, reason="Again", seen=seen.id)
    assert len(mails(desk)) == 2


@pytest.mark.parametrize(
    "stage", [MessageStage.READY, MessageStage.CLAIMED, MessageStage.UNCERTAIN]
)
def test_a_copy_that_may_still_arrive_is_not_sent_again(
    desk: Desk, press: Press, note: Note, stage: MessageStage
) -> None:
    confirm(desk, note)
    letter = make(desk, press)
    settle(desk, stage)
    with pytest.raises(IllegalMove):
        send_again(desk, note, letter)


def test_what_is_sent_anew_is_not_also_released_later(desk: Desk, press: Press, note: Note) -> None:
    confirm(desk, note)
    letter = make(desk, press)
    settle(desk, MessageStage.PARKED)
    send_again(desk, note, letter)
    assert [each.stage for each in mails(desk)] == [MessageStage.VOID, MessageStage.READY]


def test_sending_again_needs_a_reason(desk: Desk, press: Press, note: Note) -> None:
    confirm(desk, note)
    letter = make(desk, press)
    settle(desk, MessageStage.HANDED_OVER)
    with pytest.raises(Refused):
        send_again(desk, note, letter, reason=" ")


def test_before_the_confirmation_no_copy_is_sent_by_itself(
    desk: Desk, press: Press, note: Note
) -> None:
    with pytest.raises(IllegalMove):
        send_again(desk, note, make(desk, press, "NIU"))


def test_a_delivery_by_hand_is_kept_with_its_day_and_receiver(
    desk: Desk, press: Press, note: Note, anna: Session
) -> None:
    letter = make(desk, press, "NIU")
    dispatching.deliver_by_hand(
        anna, note, letter, delivered_on=DAY, received_by="Registry of the mission"
    )
    (copy,) = [each for each in queries.copies(anna, note) if each.delivery]
    assert copy.state.code == "NIU"
    assert copy.delivery is not None
    assert copy.delivery.channel is Channel.BY_HAND
    assert copy.delivery.received_by == "Registry of the mission"
    assert queries.progress(anna, note).by_hand == 1
    assert story(anna, "note", note.id)[-1].kind == "note.delivered_by_hand"


@pytest.mark.parametrize("day", [date(2013, 6, 30), date(2100, 1, 1)])
def test_a_copy_is_not_delivered_before_it_was_written_nor_tomorrow(
    desk: Desk, press: Press, note: Note, anna: Session, day: date
) -> None:
    letter = make(desk, press, "NIU")
    with pytest.raises(Refused):
        dispatching.deliver_by_hand(anna, note, letter, delivered_on=day, received_by="Registry")


def test_a_state_sees_nothing_of_the_mailing(desk: Desk, note: Note) -> None:
    confirm(desk, note)
    with desk.program() as session:
        focal_point = builders.a_focal_point(session, "AUT")
    with db.session_for(desk.engine, builders.acting(focal_point)) as session:
        assert dispatching.confirmed(session, note) is None


def test_work_that_cannot_be_done_pauses_the_dispatch_for_a_person(desk: Desk, note: Note) -> None:
    confirm(desk, note)
    with desk.program() as session:
        dispatching.give_up(session, note.id, "Something broke")
    with desk.acting(desk.anna) as session:
        mailing = dispatching.confirmed(session, note)
        assert mailing is not None
        assert mailing.stage is MailingStage.PAUSED
