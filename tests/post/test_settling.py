"""Doubts are settled by the log where it can prove something, and by people where they know."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from registration import db
from registration.errors import IllegalMove, NotAllowed, Refused
from registration.journal.models import Event, Outbox
from registration.permissions import Actor, system
from registration.post import handover, queries, settling
from registration.post.mail_log import Answer
from registration.post.models import Message
from registration.post.rules import GRACE, MOMENT, MessageAction, MessageStage
from registration.post.service import post
from tests import builders as make

PROGRAM = system("worker")
SENDER = "secretariat@registration.example"


class ALog:
    """A mail server's log that gives one answer."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked: list[str] = []

    def answer(self, message_id: str, since: datetime) -> Answer:
        self.asked.append(message_id)
        return self._answer


def a_message(
    engine: sa.Engine, stage: MessageStage = MessageStage.UNCERTAIN, **values: object
) -> Message:
    """A message that got as far as that stage in one attempt."""
    with db.session_for(engine, PROGRAM) as session:
        message = post(
            session,
            purpose="invitation",
            recipients=["otto@secretariat.example"],
            subject="Your access",
            text="You can sign in.",
        )
        for name, value in values.items():
            setattr(message, name, value)
    with db.session_for(engine, PROGRAM) as session:
        claimed = handover.claim(session, message.id, SENDER)
        assert claimed is not None
        match stage:
            case MessageStage.UNCERTAIN:
                handover.start_body(session, claimed)
                handover.end_body(session, claimed)
                ours = handover.regain(session, claimed, MessageStage.UNCERTAIN)
                handover.leave_in_doubt(session, ours, "SMTPServerDisconnected: gone")
            case MessageStage.FAILED:
                handover.refuse(session, claimed, "550 no such user")
            case MessageStage.PARKED:
                handover.park(session, claimed, "An attachment is missing.")
    return message


def let_time_pass(engine: sa.Engine, minutes: timedelta) -> None:
    with db.session_for(engine, PROGRAM) as session:
        session.execute(
            sa.update(Message).values(body_started_at=Message.body_started_at - minutes)
        )


def reconcile(engine: sa.Engine, log: ALog) -> None:
    with db.session_for(engine, PROGRAM) as session:
        settling.reconcile(session, log)


def reload(engine: sa.Engine, message: Message) -> Message:
    with db.session_for(engine, PROGRAM) as session:
        return session.get_one(Message, message.id)


def last_event(engine: sa.Engine) -> Event:
    with db.session_for(engine, PROGRAM) as session:
        return session.scalars(sa.select(Event).order_by(Event.id.desc())).first() or Event()


def promises(engine: sa.Engine) -> int:
    with db.session_for(engine, PROGRAM) as session:
        return len(session.scalars(sa.select(Outbox)).all())


@pytest.fixture
def anna(engine: sa.Engine) -> Actor:
    with db.session_for(engine, PROGRAM) as session:
        return make.acting(make.anna(session))


@pytest.fixture
def rosa(engine: sa.Engine) -> Actor:
    with db.session_for(engine, PROGRAM) as session:
        return make.acting(make.rosa(session))


def test_absence_proves_nothing_while_a_conversation_may_be_open(engine: sa.Engine) -> None:
    message = a_message(engine)
    let_time_pass(engine, GRACE - timedelta(minutes=1))
    reconcile(engine, ALog(Answer.SURELY_ABSENT))
    assert reload(engine, message).stage is MessageStage.UNCERTAIN


def test_what_the_log_saw_turned_away_goes_out_again_at_once(engine: sa.Engine) -> None:
    message, log = a_message(engine), ALog(Answer.TURNED_AWAY)
    let_time_pass(engine, MOMENT)
    reconcile(engine, log)
    after = reload(engine, message)
    assert (after.stage, promises(engine)) == (MessageStage.READY, 2)


def test_a_body_whose_end_has_not_left_is_in_no_doubt(engine: sa.Engine) -> None:
    message, log = a_message(engine, MessageStage.CLAIMED), ALog(Answer.SURELY_ABSENT)
    with db.session_for(engine, PROGRAM) as session:
        handover.start_body(session, reload(engine, message))
    let_time_pass(engine, GRACE)
    reconcile(engine, log)
    assert (log.asked, reload(engine, message).stage) == ([], MessageStage.UNCERTAIN)


def test_the_log_is_not_asked_while_the_worker_may_record_the_answer(engine: sa.Engine) -> None:
    message, log = a_message(engine), ALog(Answer.FOUND)
    let_time_pass(engine, MOMENT / 2)
    reconcile(engine, log)
    assert (log.asked, reload(engine, message).stage) == ([], MessageStage.UNCERTAIN)


def test_what_the_log_found_was_handed_over(engine: sa.Engine) -> None:
    message, log = a_message(engine), ALog(Answer.FOUND)
    let_time_pass(engine, MOMENT)
    reconcile(engine, log)
    after = reload(engine, message)
    assert (after.stage, log.asked) == (MessageStage.HANDED_OVER, [after.message_id])
    assert promises(engine) == 1


def test_what_is_surely_absent_goes_out_again_under_the_same_name(engine: sa.Engine) -> None:
    message = a_message(engine)
    before = reload(engine, message)
    let_time_pass(engine, GRACE)
    reconcile(engine, ALog(Answer.SURELY_ABSENT))
    after = reload(engine, message)
    assert (after.stage, after.message_id) == (MessageStage.READY, before.message_id)
    assert after.fence > before.fence
    assert promises(engine) == 2


def test_what_the_log_does_not_know_waits_for_a_person(engine: sa.Engine, rosa: Actor) -> None:
    message = a_message(engine)
    let_time_pass(engine, GRACE * 100)
    reconcile(engine, ALog(Answer.UNKNOWN))
    assert reload(engine, message).stage is MessageStage.UNCERTAIN
    with db.session_for(engine, rosa) as session:
        assert [each.id for each in queries.messages(session, None)] == [message.id]


def test_a_person_who_knows_confirms_and_says_from_where(engine: sa.Engine, anna: Actor) -> None:
    message = a_message(engine)
    with db.session_for(engine, anna) as session:
        settling.confirm(session, message.id, reason="The mission telephoned: it is there.")
    assert reload(engine, message).stage is MessageStage.HANDED_OVER
    event = last_event(engine)
    assert (event.kind, event.actor_name) == ("message.handed_over", "Anna Drafter")
    assert event.detail["reply"] == "The mission telephoned: it is there."


@pytest.mark.parametrize(
    "stage", [MessageStage.UNCERTAIN, MessageStage.FAILED, MessageStage.PARKED]
)
def test_a_person_sends_again_with_all_attempts_ahead(
    engine: sa.Engine, anna: Actor, stage: MessageStage
) -> None:
    message = a_message(engine, stage)
    with db.session_for(engine, anna) as session:
        settling.send_again(session, message.id, reason="The mission telephoned: nothing came.")
    after = reload(engine, message)
    assert (after.stage, after.attempts, promises(engine)) == (MessageStage.READY, 0, 2)
    with db.session_for(engine, PROGRAM) as session:
        assert handover.claim(session, message.id, SENDER) is not None


@pytest.mark.parametrize("verb", [settling.confirm, settling.send_again])
def test_nobody_settles_what_a_worker_is_just_sending(
    engine: sa.Engine, anna: Actor, verb: Callable[..., Message]
) -> None:
    message = a_message(engine, MessageStage.CLAIMED)
    with db.session_for(engine, PROGRAM) as session:
        handover.start_body(session, reload(engine, message))
    with db.open_session(engine, anna) as session, pytest.raises(IllegalMove):
        verb(session, message.id, reason="Nothing came.")
    with db.session_for(engine, PROGRAM) as session:  # its worker was killed, its lease ran out
        session.execute(sa.update(Message).values(lease_until=sa.func.now()))
    with db.session_for(engine, anna) as session:
        verb(session, message.id, reason="The mail server's log says so.")


def test_a_message_that_moved_while_a_person_read_is_not_sent_again(
    engine: sa.Engine, anna: Actor
) -> None:
    message = a_message(engine)
    with db.open_session(engine, anna) as session:
        assert queries.by_id(session, message.id).stage is MessageStage.UNCERTAIN
        with db.session_for(engine, PROGRAM) as other:
            ours = handover.regain(other, reload(engine, message), MessageStage.UNCERTAIN)
            handover.accept(other, ours, "250 ok")
        with pytest.raises(IllegalMove):
            settling.send_again(session, message.id, reason="Nothing came.")


def test_what_was_parked_again_and_again_is_promised_again_and_again(
    engine: sa.Engine, anna: Actor
) -> None:
    message = a_message(engine, MessageStage.PARKED)
    for turn in range(2, 5):
        with db.session_for(engine, anna) as session:
            settling.send_again(session, message.id, reason="The attachment is back.")
        assert promises(engine) == turn
        with db.session_for(engine, PROGRAM) as session:
            claimed = handover.claim(session, message.id, SENDER)
            assert claimed is not None
            handover.park(session, claimed, "It is missing again.")


def test_a_confidential_text_that_was_erased_cannot_be_sent_again(
    engine: sa.Engine, anna: Actor
) -> None:
    message = a_message(engine, MessageStage.FAILED, confidential=True)
    assert reload(engine, message).text == ""
    assert settling.choices(reload(engine, message)) == (MessageAction.CANCEL,)
    with (
        db.open_session(engine, anna) as session,
        pytest.raises(Refused, match="confidential"),
    ):
        settling.send_again(session, message.id, reason="Please.")


def test_a_message_that_nobody_needs_any_more_is_cancelled(engine: sa.Engine, anna: Actor) -> None:
    message = a_message(engine, MessageStage.FAILED)
    with db.session_for(engine, anna) as session:
        settling.cancel(session, message.id, reason="The address is closed.")
    assert reload(engine, message).stage is MessageStage.VOID


def test_a_doubt_cannot_be_cancelled(engine: sa.Engine, anna: Actor) -> None:
    message = a_message(engine)
    with db.open_session(engine, anna) as session, pytest.raises(IllegalMove):
        settling.cancel(session, message.id, reason="Never mind.")


def test_a_reason_is_needed(engine: sa.Engine, anna: Actor) -> None:
    message = a_message(engine)
    with db.open_session(engine, anna) as session, pytest.raises(Refused, match="know"):
        settling.confirm(session, message.id, reason="   ")


@pytest.mark.parametrize("verb", [settling.confirm, settling.send_again, settling.cancel])
def test_who_only_reads_settles_nothing(engine: sa.Engine, rosa: Actor, verb: object) -> None:
    message = a_message(engine)
    with db.open_session(engine, rosa) as session, pytest.raises(NotAllowed):
        verb(session, message.id, reason="I think so.")  # type: ignore[operator]


def test_trouble_is_listed_with_the_worst_first(engine: sa.Engine, rosa: Actor) -> None:
    parked = a_message(engine, MessageStage.PARKED)
    failed = a_message(engine, MessageStage.FAILED)
    in_doubt = a_message(engine)
    with db.session_for(engine, PROGRAM) as session:
        fine = handover.claim(
            session,
            post(
                session,
                purpose="invitation",
                recipients=["a@x.example", "b@x.example"],
                subject="Your access",
                text="You can sign in.",
            ).id,
            SENDER,
        )
        assert fine is not None
        handover.start_body(session, fine)
        handover.end_body(session, fine)
        ours = handover.regain(session, fine, MessageStage.UNCERTAIN)
        handover.accept(session, ours, "250 ok", {"b@x.example": "550 no such user"})
    with db.session_for(engine, rosa) as session:
        listed = [message.id for message in queries.messages(session, None)]
        counts = queries.count_by_stage(session)
    assert listed == [in_doubt.id, failed.id, parked.id, fine.id]
    assert counts[MessageStage.HANDED_OVER] == counts[MessageStage.FAILED] == 1
    assert counts[MessageStage.VOID] == 0
