"""Any order of claims, deaths, replies, log look-ups and decisions: accepted once, never lost."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from registration import clock, db
from registration.errors import IllegalMove
from registration.journal.models import Outbox
from registration.permissions import Actor, system
from registration.post import handover, settling
from registration.post.handover import LeaseLost
from registration.post.mail_log import Answer
from registration.post.models import Message
from registration.post.rules import MessageAction, MessageStage
from registration.post.service import post
from tests import builders as make

PROGRAM = system("worker")
SENDER = "secretariat@registration.example"


class AServer:
    """A mail server and its log: it knows whether it accepted the message."""

    def __init__(self) -> None:
        self.accepted = 0

    def answer(self, message_id: str, since: datetime) -> Answer:
        return Answer.FOUND if self.accepted else Answer.SURELY_ABSENT


class AWorker:
    """A worker in the middle of an attempt, and how far it has come."""

    def __init__(self, claim: Message) -> None:
        self.claim = claim
        self.marked = False
        self.answered: str | None = None


class LifeOfAMessage(RuleBasedStateMachine):
    """One message, three workers that die and wake up late, a log, and a person."""

    engine: sa.Engine
    anna: Actor

    def __init__(self) -> None:
        super().__init__()
        with db.session_for(self.engine, PROGRAM) as session:
            self.message = post(
                session,
                purpose="invitation",
                recipients=["otto@secretariat.example"],
                subject="Your access",
                text="You can sign in.",
            )
        self.server = AServer()
        self.workers: list[AWorker] = []

    def now(self) -> Message:
        with db.session_for(self.engine, PROGRAM) as session:
            return session.get_one(Message, self.message.id)

    def worker(self, number: int) -> AWorker:
        return self.workers[number % len(self.workers)]

    @rule()
    def claim(self) -> None:
        with db.session_for(self.engine, PROGRAM) as session:
            claimed = handover.claim(session, self.message.id, SENDER)
        if claimed is not None:
            self.workers.append(AWorker(claimed))

    @rule()
    def let_leases_and_back_off_run_out(self) -> None:
        with db.session_for(self.engine, PROGRAM) as session:
            session.execute(
                sa.update(Message).values(lease_until=sa.func.now(), due_at=clock.now())
            )

    @precondition(lambda self: self.workers)
    @rule(number=st.integers(0, 5))
    def mark(self, number: int) -> None:
        worker = self.worker(number)
        if worker.marked:
            return
        try:
            with db.session_for(self.engine, PROGRAM) as session:
                handover.start_body(session, worker.claim)
        except LeaseLost:
            self.workers.remove(worker)
        else:
            worker.marked = True

    @precondition(lambda self: any(each.marked for each in self.workers))
    @rule(number=st.integers(0, 5), answer=st.sampled_from(["accept", "later", "never", "lost"]))
    def send_body(self, number: int, answer: str) -> None:
        """The server gets the body within the session that was marked; its answer may get lost."""
        worker = self.worker(number)
        if worker.marked and worker.answered is None:
            worker.answered = answer
            self.server.accepted += answer in ("accept", "lost")

    @precondition(lambda self: any(each.answered for each in self.workers))
    @rule(number=st.integers(0, 5))
    def settle(self, number: int) -> None:
        """A worker writes down what it saw; it may have been away for long."""
        worker = self.worker(number)
        if worker.answered is None:
            return
        self.workers.remove(worker)
        try:
            with db.session_for(self.engine, PROGRAM) as session:
                ours = handover.regain(session, worker.claim, MessageStage.UNCERTAIN)
                match worker.answered:
                    case "accept":
                        handover.accept(session, ours, "250 ok")
                    case "later":
                        handover.come_back(session, ours, MessageAction.POSTPONE, "451 later")
                    case "never":
                        handover.refuse(session, ours, "554 never")
                    case "lost":
                        handover.leave_in_doubt(session, ours, "disconnected")
        except LeaseLost:
            pass

    @precondition(lambda self: self.workers)
    @rule(number=st.integers(0, 5))
    def die(self, number: int) -> None:
        self.workers.remove(self.worker(number))

    @precondition(lambda self: all(each.answered or not each.marked for each in self.workers))
    @rule()
    def ask_the_log(self) -> None:
        """Ten minutes after the mark: no session that was marked is still open."""
        with db.session_for(self.engine, PROGRAM) as session:
            session.execute(
                sa.update(Message).values(
                    body_started_at=Message.body_started_at - timedelta(minutes=11)
                )
            )
            settling.reconcile(session, self.server)

    @rule()
    def a_person_sends_again_what_was_refused_or_parked(self) -> None:
        if self.now().stage in (MessageStage.FAILED, MessageStage.PARKED):
            with db.session_for(self.engine, self.anna) as session:
                settling.send_again(session, self.message.id, reason="It is mended.")

    @rule()
    def a_person_cannot_decide_what_is_not_open(self) -> None:
        if self.now().stage in (MessageStage.READY, MessageStage.HANDED_OVER):
            with (
                db.open_session(self.engine, self.anna) as session,
                pytest.raises(IllegalMove),
            ):
                settling.confirm(session, self.message.id, reason="I think so.")

    @invariant()
    def it_is_accepted_at_most_once(self) -> None:
        assert self.server.accepted <= 1

    @invariant()
    def handed_over_means_that_the_server_has_it(self) -> None:
        if self.now().stage is MessageStage.HANDED_OVER:
            assert self.server.accepted == 1

    @invariant()
    def what_the_server_has_is_never_offered_again(self) -> None:
        if self.server.accepted:
            assert self.now().stage in (MessageStage.UNCERTAIN, MessageStage.HANDED_OVER)

    @invariant()
    def what_is_ready_is_promised(self) -> None:
        message = self.now()
        if message.stage is MessageStage.READY:
            with db.session_for(self.engine, PROGRAM) as session:
                keys = session.scalars(
                    sa.select(Outbox.key).where(Outbox.subject_id == str(message.id))
                ).all()
            assert f"post.send:{message.id}:{message.fence}" in keys


def test_any_life_of_a_message_keeps_the_promise(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        anna = make.acting(make.anna(session))
    machine = type("Life", (LifeOfAMessage,), {"engine": engine, "anna": anna})
    run(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
