"""Claims, fences and outcomes: one worker at a time, and a late one changes nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from registration import clock, db
from registration.journal.models import Event, Outbox
from registration.permissions import system
from registration.post import handover, mailings
from registration.post.handover import LeaseLost
from registration.post.models import Message
from registration.post.rules import ATTEMPTS, MailingStage, MessageAction, MessageStage
from registration.post.service import post
from tests import builders as make

PROGRAM = system("worker")
SENDER = "secretariat@registration.example"


def write(engine: sa.Engine, **values: object) -> Message:
    with db.session_for(engine, PROGRAM) as session:
        message = post(
            session,
            purpose="sign_in_code",
            recipients=["otto@secretariat.example"],
            subject="Your sign-in code",
            text="123456",
            confidential=True,
        )
        for name, value in values.items():
            setattr(message, name, value)
    return message


def claim(engine: sa.Engine, message: Message) -> Message | None:
    with db.session_for(engine, PROGRAM) as session:
        return handover.claim(session, message.id, SENDER)


def claimed(engine: sa.Engine, message: Message) -> Message:
    found = claim(engine, message)
    assert found is not None
    return found


def start_body(engine: sa.Engine, message: Message) -> None:
    with db.session_for(engine, PROGRAM) as session:
        handover.start_body(session, message)


def end_body(engine: sa.Engine, message: Message) -> None:
    with db.session_for(engine, PROGRAM) as session:
        handover.end_body(session, message)


def settle(
    engine: sa.Engine,
    message: Message,
    expected: MessageStage,
    verb: Callable[..., None],
    *arguments: object,
) -> None:
    with db.session_for(engine, PROGRAM) as session:
        verb(session, handover.regain(session, message, expected), *arguments)


def reload(engine: sa.Engine, message: Message) -> Message:
    with db.session_for(engine, PROGRAM) as session:
        return session.get_one(Message, message.id)


def let_the_lease_run_out(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        session.execute(sa.update(Message).values(lease_until=sa.func.now()))


def events(engine: sa.Engine) -> list[str]:
    with db.session_for(engine, PROGRAM) as session:
        return list(session.scalars(sa.select(Event.kind).order_by(Event.id)))


def test_two_workers_claim_and_one_gets_it(engine: sa.Engine) -> None:
    message = write(engine)
    assert claim(engine, message) is not None
    assert claim(engine, message) is None


def test_a_message_that_another_worker_is_claiming_just_now_is_passed_over(
    engine: sa.Engine,
) -> None:
    message = write(engine)
    with db.open_session(engine, PROGRAM) as first, db.open_session(engine, PROGRAM) as second:
        assert handover.claim(first, message.id, SENDER) is not None
        assert handover.claim(second, message.id, SENDER) is None


def test_a_message_is_not_claimed_before_it_is_due(engine: sa.Engine) -> None:
    message = write(engine, due_at=clock.now() + timedelta(minutes=1))
    assert claim(engine, message) is None


def test_the_message_id_is_given_at_the_first_attempt_and_stays(engine: sa.Engine) -> None:
    message = write(engine)
    first = claimed(engine, message)
    assert first.message_id == f"<{message.id}@registration.example>"
    let_the_lease_run_out(engine)
    assert claimed(engine, message).message_id == first.message_id


def test_a_dead_worker_s_claim_goes_to_the_next_when_its_lease_ran_out(engine: sa.Engine) -> None:
    message = write(engine)
    first = claimed(engine, message)
    let_the_lease_run_out(engine)
    second = claimed(engine, message)
    assert (second.fence, second.attempts) == (first.fence + 1, 2)


def test_a_worker_that_wakes_up_late_may_not_send(engine: sa.Engine) -> None:
    message = write(engine)
    late = claimed(engine, message)
    let_the_lease_run_out(engine)
    with pytest.raises(LeaseLost):
        start_body(engine, late)
    claimed(engine, message)
    with pytest.raises(LeaseLost):
        start_body(engine, late)


@pytest.mark.parametrize("expected", [MessageStage.CLAIMED, MessageStage.UNCERTAIN])
def test_a_worker_that_wakes_up_late_may_not_settle(
    engine: sa.Engine, expected: MessageStage
) -> None:
    message = write(engine)
    late = claimed(engine, message)
    let_the_lease_run_out(engine)
    new = claimed(engine, message)
    start_body(engine, new)
    with pytest.raises(LeaseLost):
        settle(engine, late, expected, handover.accept, "250 ok")
    assert reload(engine, message).stage is MessageStage.UNCERTAIN


def test_what_is_in_doubt_is_not_claimed_however_long_it_lasts(engine: sa.Engine) -> None:
    message = write(engine)
    ours = claimed(engine, message)
    start_body(engine, ours)
    end_body(engine, ours)
    let_the_lease_run_out(engine)
    assert claim(engine, message) is None


def test_a_body_that_a_dead_worker_left_open_is_claimed_when_its_lease_is_over(
    engine: sa.Engine,
) -> None:
    """No server takes a message whose end has not come (RFC 5321, 4.1.1.4)."""
    message = write(engine)
    late = claimed(engine, message)
    start_body(engine, late)
    assert claim(engine, message) is None
    let_the_lease_run_out(engine)
    new = claimed(engine, message)
    assert (new.attempts, new.reply) == (2, handover.BROKEN_OFF)
    with pytest.raises(LeaseLost):
        end_body(engine, late)
    start_body(engine, new)
    end_body(engine, new)


def test_of_two_workers_that_hold_one_fence_one_ends_the_body(engine: sa.Engine) -> None:
    """A crash of PostgreSQL may forget a claim; the next one then has its number (ADR 0025)."""
    ours = claimed(engine, write(engine))
    start_body(engine, ours)
    end_body(engine, ours)
    with pytest.raises(LeaseLost):
        end_body(engine, ours)
    with pytest.raises(LeaseLost), db.session_for(engine, PROGRAM) as session:
        handover.regain(session, ours, MessageStage.UNCERTAIN, body_open=True)


def test_what_was_left_open_of_a_stopped_mailing_does_not_leave(engine: sa.Engine) -> None:
    message = write(engine)
    start_body(engine, claimed(engine, message))
    with db.session_for(engine, PROGRAM) as session:
        mailing = mailings.begin(
            session, db.new_id(), confirmed_by_id=make.anna(session).id, left_out=[]
        )
        mailing.stage = MailingStage.STOPPED
        session.get_one(Message, message.id).mailing_id = mailing.id
    let_the_lease_run_out(engine)
    assert claim(engine, message) is None
    assert reload(engine, message).stage is MessageStage.VOID


def test_a_handed_over_message_keeps_the_reply_and_loses_a_confidential_text(
    engine: sa.Engine,
) -> None:
    message = write(engine)
    ours = claimed(engine, message)
    start_body(engine, ours)
    end_body(engine, ours)
    settle(engine, ours, MessageStage.UNCERTAIN, handover.accept, "250 queued as 4Bc1")
    after = reload(engine, message)
    assert (after.stage, after.reply, after.text) == (
        MessageStage.HANDED_OVER,
        "250 queued as 4Bc1",
        "",
    )
    assert after.handed_over_at is not None
    assert events(engine) == ["message.handed_over"]


def test_each_failure_waits_longer_and_the_last_one_parks(engine: sa.Engine) -> None:
    message = write(engine, confidential=False)
    waits = []
    for _ in range(ATTEMPTS):
        with db.session_for(engine, PROGRAM) as session:
            session.execute(sa.update(Message).values(due_at=clock.now()))
        ours = claimed(engine, message)
        before = clock.now()
        settle(
            engine,
            ours,
            MessageStage.CLAIMED,
            handover.come_back,
            MessageAction.LET_GO,
            "OSError: connection refused",
        )
        waits.append(round((reload(engine, message).due_at - before).total_seconds() / 60))
    after = reload(engine, message)
    assert waits[:4] == [1, 5, 15, 60]
    assert (after.stage, after.text) == (MessageStage.PARKED, "123456")
    assert events(engine)[-1] == "message.parked"
    with db.session_for(engine, PROGRAM) as session:
        assert len(session.scalars(sa.select(Outbox)).all()) == ATTEMPTS


def test_a_message_whose_workers_all_died_is_parked(engine: sa.Engine) -> None:
    message = write(engine)
    for _ in range(ATTEMPTS):
        claimed(engine, message)
        let_the_lease_run_out(engine)
    assert claim(engine, message) is None
    assert reload(engine, message).stage is MessageStage.PARKED


def test_a_refused_message_waits_for_a_person(engine: sa.Engine) -> None:
    message = write(engine)
    ours = claimed(engine, message)
    settle(engine, ours, MessageStage.CLAIMED, handover.refuse, "550 no such user")
    assert reload(engine, message).stage is MessageStage.FAILED
    assert events(engine) == ["message.failed"]


def test_an_outcome_and_its_event_are_one(engine: sa.Engine) -> None:
    message = write(engine)
    ours = claimed(engine, message)
    start_body(engine, ours)
    end_body(engine, ours)
    with db.open_session(engine, PROGRAM) as session:
        handover.accept(session, handover.regain(session, ours, MessageStage.UNCERTAIN), "250 ok")
        session.rollback()
    assert (reload(engine, message).stage, events(engine)) == (MessageStage.UNCERTAIN, [])
