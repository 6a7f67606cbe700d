"""Any order of claims, deaths, replies, log look-ups and decisions: accepted once, never lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from registration import clock, db
from registration.db import Session
from registration.journal.models import Outbox
from registration.permissions import Actor, system
from registration.post import handover, settling
from registration.post.handover import LeaseLost
from registration.post.mail_log import Answer
from registration.post.models import Message
from registration.post.rules import MessageAction, MessageStage
from registration.post.service import SEND, post
from tests import builders as make

PROGRAM = system("worker")
SENDER = "secretariat@registration.example"
ANSWERS = ("accept", "lost", "later", "never")


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
        self.ended = False
        self.lost = False
        self.broken_off = False
        self.answered: str | None = None


def write(engine: sa.Engine) -> Message:
    with db.session_for(engine, PROGRAM) as session:
        return post(
            session,
            purpose="invitation",
            recipients=["otto@secretariat.example"],
            subject="Your access",
            text="You can sign in.",
        )


def stage_of(engine: sa.Engine, message: Message) -> MessageStage:
    with db.session_for(engine, PROGRAM) as session:
        return session.get_one(Message, message.id).stage


def claim(engine: sa.Engine, message: Message) -> AWorker | None:
    with db.session_for(engine, PROGRAM) as session:
        claimed = handover.claim(session, message.id, SENDER)
    return AWorker(claimed) if claimed is not None else None


def let_leases_and_back_off_run_out(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        session.execute(sa.update(Message).values(lease_until=sa.func.now(), due_at=clock.now()))


def mark(engine: sa.Engine, worker: AWorker) -> bool:
    """Whether the worker may send the body."""
    worker.marked = _holds(engine, worker, handover.start_body)
    return worker.marked


def mark_the_end(engine: sa.Engine, worker: AWorker) -> bool:
    """Whether the worker may send the end of the body."""
    worker.ended = _holds(engine, worker, handover.end_body)
    return worker.ended


def _holds(engine: sa.Engine, worker: AWorker, act: Callable[[Session, Message], None]) -> bool:
    try:
        with db.session_for(engine, PROGRAM) as session:
            act(session, worker.claim)
    except LeaseLost:
        worker.lost = True
    return not worker.lost


def send_the_end(server: AServer, worker: AWorker, answer: str) -> None:
    """The server gets all within the session that was marked; its answer may get lost."""
    worker.answered = answer
    server.accepted += answer in ("accept", "lost")


def settle(engine: sa.Engine, worker: AWorker) -> None:
    """The worker writes down what it saw; it may have been away for long."""
    try:
        with db.session_for(engine, PROGRAM) as session:
            ours = handover.regain(
                session, worker.claim, MessageStage.UNCERTAIN, body_open=worker.broken_off
            )
            if worker.broken_off:
                handover.come_back(session, ours, MessageAction.LET_GO, "disconnected")
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


def ask_the_log(engine: sa.Engine, server: AServer) -> None:
    """Ten minutes after the mark, when no session that was marked can still be open."""
    with db.session_for(engine, PROGRAM) as session:
        session.execute(
            sa.update(Message).values(
                body_started_at=Message.body_started_at - timedelta(minutes=11)
            )
        )
        settling.reconcile(session, server)


class LifeOfAMessage(RuleBasedStateMachine):
    """One message, three workers that die and wake up late, a log, and a person."""

    engine: sa.Engine
    anna: Actor

    def __init__(self) -> None:
        super().__init__()
        self.message = write(self.engine)
        self.server = AServer()
        self.workers: list[AWorker] = []
        self.taken = False  # from those that were ready, which PostgreSQL may forget

    @property
    def stage(self) -> MessageStage:
        return stage_of(self.engine, self.message)

    @property
    def is_open(self) -> bool:
        """Whether a body was begun whose end has not left."""
        with db.session_for(self.engine, PROGRAM) as session:
            message = session.get_one(Message, self.message.id)
        return message.stage is MessageStage.UNCERTAIN and message.body_open

    def fresh(self) -> list[AWorker]:
        """Workers that hold a claim, or believe they do, and have not marked it."""
        return [each for each in self.workers if not each.marked]

    def sending(self) -> list[AWorker]:
        """Workers whose body has begun to leave."""
        return [each for each in self.workers if each.marked and not each.ended | each.broken_off]

    def speaking(self) -> list[AWorker]:
        """Workers that may send the end of the body next."""
        return [each for each in self.workers if each.ended and each.answered is None]

    def knowing(self) -> list[AWorker]:
        """Workers that know what became of it and have not written it down."""
        return [each for each in self.workers if each.answered or each.broken_off]

    @rule()
    def claim(self) -> None:
        was_ready = self.stage is MessageStage.READY
        worker = claim(self.engine, self.message)
        if worker is not None:
            self.taken = was_ready
            self.workers.append(worker)

    @rule()
    def claim_when_leases_and_back_off_have_run_out(self) -> None:
        let_leases_and_back_off_run_out(self.engine)
        self.claim()

    @precondition(lambda self: self.fresh())
    @rule(number=st.integers(0, 5))
    def mark(self, number: int) -> None:
        worker = self.fresh()[number % len(self.fresh())]
        if not mark(self.engine, worker):
            self.workers.remove(worker)

    @precondition(lambda self: self.sending())
    @rule(number=st.integers(0, 5))
    def break_off(self, number: int) -> None:
        self.sending()[number % len(self.sending())].broken_off = True

    @precondition(lambda self: self.sending())
    @rule(number=st.integers(0, 5))
    def mark_the_end(self, number: int) -> None:
        worker = self.sending()[number % len(self.sending())]
        if not mark_the_end(self.engine, worker):
            self.workers.remove(worker)

    @precondition(lambda self: self.speaking())
    @rule(number=st.integers(0, 5), answer=st.sampled_from(ANSWERS))
    def send_the_end(self, number: int, answer: str) -> None:
        send_the_end(self.server, self.speaking()[number % len(self.speaking())], answer)

    @precondition(lambda self: self.knowing())
    @rule(number=st.integers(0, 5))
    def settle(self, number: int) -> None:
        worker = self.knowing()[number % len(self.knowing())]
        self.workers.remove(worker)
        settle(self.engine, worker)

    @precondition(lambda self: self.workers)
    @rule(number=st.integers(0, 5))
    def die(self, number: int) -> None:
        self.workers.pop(number % len(self.workers))

    @precondition(lambda self: self.taken and (self.stage is MessageStage.CLAIMED or self.is_open))
    @rule()
    def postgresql_crashes_and_forgets_the_claim(self) -> None:
        """Whoever holds it knows nothing of that, and the next claim has the same fence."""
        self.taken = False
        self.forget(
            stage=MessageStage.READY,
            fence=Message.fence - 1,
            attempts=Message.attempts - 1,
            lease_until=None,
            body_open=False,
        )

    @precondition(lambda self: self.is_open)
    @rule()
    def postgresql_crashes_and_forgets_that_the_body_was_begun(self) -> None:
        self.forget(stage=MessageStage.CLAIMED, body_open=False)

    @precondition(lambda self: self.stage is MessageStage.HANDED_OVER)
    @rule()
    def postgresql_crashes_and_forgets_that_it_was_accepted(self) -> None:
        self.forget(stage=MessageStage.UNCERTAIN, handed_over_at=None)

    def forget(self, **values: object) -> None:
        """What a commit that does not wait for the disk may leave behind (ADR 0025)."""
        with db.session_for(self.engine, PROGRAM) as session:
            session.execute(
                sa.update(Message).where(Message.id == self.message.id).values(**values)
            )

    @precondition(lambda self: not self.speaking() and self.stage is MessageStage.UNCERTAIN)
    @rule()
    def ask_the_log(self) -> None:
        ask_the_log(self.engine, self.server)

    @precondition(lambda self: self.stage in (MessageStage.FAILED, MessageStage.PARKED))
    @rule()
    def a_person_sends_it_again(self) -> None:
        with db.session_for(self.engine, self.anna) as session:
            settling.send_again(session, self.message.id, reason="It is mended.")

    @invariant()
    def it_is_accepted_at_most_once(self) -> None:
        assert self.server.accepted <= 1

    @invariant()
    def handed_over_means_that_the_server_has_it(self) -> None:
        if self.stage is MessageStage.HANDED_OVER:
            assert self.server.accepted == 1

    @invariant()
    def what_the_server_has_is_never_offered_again(self) -> None:
        if self.server.accepted:
            assert self.stage in (MessageStage.UNCERTAIN, MessageStage.HANDED_OVER)

    @invariant()
    def what_is_ready_is_promised(self) -> None:
        with db.session_for(self.engine, PROGRAM) as session:
            message = session.get_one(Message, self.message.id)
            promised = session.scalars(
                sa.select(Outbox.key).where(Outbox.subject_id == str(message.id))
            ).all()
        if message.stage is MessageStage.READY:
            assert f"{SEND}:{message.id}:{message.fence}" in promised


def test_any_life_of_a_message_keeps_the_promise(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        anna = make.acting(make.anna(session))
    machine = type("Life", (LifeOfAMessage,), {"engine": engine, "anna": anna})
    run(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("late", ["accept", "lost", "later"])
@pytest.mark.parametrize("new", ["accept", "later"])
def test_two_workers_interleave_in_every_way_and_one_is_heard(
    engine: sa.Engine, late: str, new: str
) -> None:
    """The late one begins and sleeps over its lease; each takes five steps, in any of 126 orders.

    Whoever loses the lease stops.
    """
    for places in combinations(range(1, 10), 4):
        message, server = write(engine), AServer()
        workers: dict[str, AWorker | None] = {"late": None, "new": None}
        for step in range(10):
            name = "late" if step in (0, *places) else "new"
            _step(engine, message, server, workers, name, late if name == "late" else new)
            assert server.accepted <= 1, places
            if server.accepted:
                assert stage_of(engine, message) in (
                    MessageStage.UNCERTAIN,
                    MessageStage.HANDED_OVER,
                ), places


def _step(
    engine: sa.Engine,
    message: Message,
    server: AServer,
    workers: dict[str, AWorker | None],
    name: str,
    answer: str,
) -> None:
    """The next step of a worker: claim (after whatever it takes), two marks, send, settle."""
    worker = workers[name]
    if worker is None:
        if name == "new":
            let_leases_and_back_off_run_out(engine)
            if not any(each and each.ended and not each.answered for each in workers.values()):
                ask_the_log(engine, server)
        workers[name] = claim(engine, message)
    elif worker.lost:
        return
    elif not worker.marked:
        mark(engine, worker)
    elif not worker.ended:
        mark_the_end(engine, worker)
    elif worker.answered is None:
        send_the_end(server, worker, answer)
    else:
        settle(engine, worker)
