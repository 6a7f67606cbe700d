"""How fast messages leave: at the office's pace, and not while the mail server asks us to wait."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from pydantic import SecretStr

from registration import clock, config, db
from registration.config import Settings
from registration.journal.models import Event, Outbox
from registration.permissions import system
from registration.post import pace
from registration.post.models import MailServer, Message
from registration.post.rules import (
    QUIET,
    TURN_KEPT,
    MessageStage,
    next_turn,
    quiet_after,
    turn_holds,
)
from registration.post.service import COPY_OF_A_NOTE, post
from tests.faults.failing_smtp import FailingServer, Phase, Way
from workers.post import attempt

PROGRAM = system("test")
NOON = datetime(2013, 7, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TWO = ["mission.aut@missions.example", "registry.aut@missions.example"]


@pytest.fixture(autouse=True)
def time() -> Iterator[time_machine.Traveller]:
    """Time stands still, and passes when the test says so, on however slow a machine."""
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[..., FailingServer]]:
    """Start a mail server and make it the one of the settings, with others changed."""
    servers: list[FailingServer] = []

    def start(
        phase: Phase | None = None,
        *,
        later: str = "451 4.7.1 too many messages",
        changed: dict[str, object] | None = None,
        recipients: int = 1,
    ) -> FailingServer:
        server = FailingServer(phase, Way.LATER, later=later, recipients=recipients)
        servers.append(server)
        address = SecretStr(f"smtp://localhost:{server.port}")
        config.use(settings.model_copy(update={"smtp_url": address, **(changed or {})}))
        return server

    yield start
    for server in servers:
        server.close()


def write(
    engine: sa.Engine, purpose: str = COPY_OF_A_NOTE, recipients: list[str] = TWO[:1]
) -> Message:
    with db.session_for(engine, PROGRAM) as session:
        return post(
            session, purpose=purpose, recipients=recipients, subject="A note", text="Please read."
        )


def try_once(engine: sa.Engine, message: Message) -> Message:
    """Wake a worker for the message, as the relay would, and read what became of it."""
    promised = promise_of(engine, message)
    attempt(promised.id, promised.task)
    with db.session_for(engine, PROGRAM) as session:
        return session.get_one(Message, message.id)


def promise_of(engine: sa.Engine, message: Message) -> Outbox:
    with db.session_for(engine, PROGRAM) as session:
        return session.scalars(
            sa.select(Outbox).where(Outbox.subject_id == str(message.id), Outbox.done_at.is_(None))
        ).one()


def the_server(engine: sa.Engine) -> MailServer:
    with db.session_for(engine, PROGRAM) as session:
        return session.scalars(sa.select(MailServer)).one()


def test_a_server_is_left_alone_longer_each_time_and_never_for_ever() -> None:
    waits = [quiet_after(asked) for asked in range(1, 10)]
    assert waits[: len(QUIET)] == list(QUIET) == sorted(QUIET)
    assert set(waits[len(QUIET) :]) == {QUIET[-1]}


@pytest.mark.parametrize("per_minute", [1, 7, 30, 600])
def test_no_minute_has_more_turns_than_the_pace_allows(per_minute: int) -> None:
    turns: list[datetime] = []
    free_at = None
    for _ in range(per_minute * 2 + 1):
        turn, free_at = next_turn(free_at, NOON, per_minute)
        turns.append(turn)
    assert turns[0] == NOON
    for first in turns:
        assert sum(first <= each < first + MINUTE for each in turns) <= per_minute


def test_turns_that_nobody_took_do_not_add_up() -> None:
    _, free_at = next_turn(None, NOON, 2)
    later = NOON + timedelta(hours=1)
    assert next_turn(free_at, later, 2) == (later, later + timedelta(seconds=30))
    assert turn_holds(later, NOON)
    assert turn_holds(NOON, NOON)
    assert not turn_holds(NOON, NOON + TURN_KEPT)


@pytest.mark.parametrize("phase", [Phase.BANNER, Phase.EHLO, Phase.MAIL, Phase.DATA, Phase.DOT])
def test_while_the_server_asks_to_wait_nothing_else_is_tried(
    engine: sa.Engine, serve: Callable[..., FailingServer], phase: Phase
) -> None:
    server = serve(phase)
    first, second, code = write(engine), write(engine), write(engine, "sign_in_code")
    assert try_once(engine, first).attempts == 1
    asked = the_server(engine)
    assert asked.reply == "451 4.7.1 too many messages"
    for held in (second, code):
        after = try_once(engine, held)
        assert (after.stage, after.attempts) == (MessageStage.READY, 0)
        # It is woken again by itself, once the time is over.
        assert promise_of(engine, held).due_at == asked.wait_until
        assert promise_of(engine, held).published_at is None
    assert server.conversations == 1
    with db.session_for(engine, PROGRAM) as session:
        kinds = session.scalars(sa.select(Event.kind)).all()
        assert kinds.count("mail_server.asked_to_wait") == 1
        assert pace.waits_until(session) == asked.wait_until


def test_a_server_that_closes_at_an_address_asks_for_patience(
    engine: sa.Engine, serve: Callable[..., FailingServer]
) -> None:
    serve(Phase.FIRST_RCPT, later="421 4.7.0 too many connections", recipients=2)
    after = try_once(engine, write(engine, recipients=TWO))
    assert (after.stage, after.reply) == (MessageStage.READY, "421 4.7.0 too many connections")
    assert the_server(engine).asked == 1


def test_an_address_that_is_put_off_holds_up_no_other_message(
    engine: sa.Engine, serve: Callable[..., FailingServer]
) -> None:
    server = serve(Phase.FIRST_RCPT)
    assert try_once(engine, write(engine)).stage is MessageStage.READY
    server.phase = None
    assert try_once(engine, write(engine)).stage is MessageStage.HANDED_OVER


def test_after_the_wait_a_message_finds_out_and_an_accepted_one_makes_all_good(
    engine: sa.Engine, serve: Callable[..., FailingServer], time: time_machine.Traveller
) -> None:
    server = serve(Phase.MAIL)
    messages = [write(engine) for _ in range(3)]
    try_once(engine, messages[0])
    time.shift(QUIET[0])
    try_once(engine, messages[1])
    again = the_server(engine)
    assert (again.asked, again.wait_until) == (2, clock.now() + QUIET[1])
    time.shift(QUIET[1])
    server.phase = None
    assert try_once(engine, messages[2]).stage is MessageStage.HANDED_OVER
    good = the_server(engine)
    assert (good.asked, good.wait_until, good.reply) == (0, None, "")


def test_what_two_workers_hear_at_the_same_time_counts_once(
    engine: sa.Engine, settings: Settings
) -> None:
    for _ in range(2):
        with db.session_for(engine, PROGRAM) as session:
            pace.wait(session, "451 later")
    assert the_server(engine).asked == 1


def test_a_message_that_was_under_way_does_not_end_the_wait(
    engine: sa.Engine, settings: Settings
) -> None:
    with db.session_for(engine, PROGRAM) as session:
        pace.wait(session, "451 later")
        pace.go_on(session)
        assert pace.waits_until(session) is not None


def test_another_mail_server_is_not_the_one_that_asked(
    engine: sa.Engine, serve: Callable[..., FailingServer]
) -> None:
    serve(Phase.MAIL)
    try_once(engine, write(engine))
    serve()
    assert try_once(engine, write(engine)).stage is MessageStage.HANDED_OVER


def test_copies_leave_one_by_one_and_a_code_does_not_wait_behind_them(
    engine: sa.Engine, serve: Callable[..., FailingServer], time: time_machine.Traveller
) -> None:
    server = serve(changed={"mail_per_minute": 2})
    copies = [write(engine) for _ in range(3)]
    code = write(engine, "sign_in_code")
    stages = [try_once(engine, each).stage for each in copies]
    assert stages == [MessageStage.HANDED_OVER, MessageStage.READY, MessageStage.READY]
    assert try_once(engine, code).stage is MessageStage.HANDED_OVER
    second, third = (promise_of(engine, each) for each in copies[1:])
    assert third.due_at - second.due_at == timedelta(seconds=30)
    time.shift(timedelta(seconds=30))
    stages = [try_once(engine, each).stage for each in copies[1:]]
    assert stages == [MessageStage.HANDED_OVER, MessageStage.READY]
    # Woken too early, it keeps its turn; what comes later has one behind it, and behind the code.
    late = write(engine)
    assert try_once(engine, late).stage is MessageStage.READY
    assert promise_of(engine, copies[2]).due_at == third.due_at
    assert promise_of(engine, late).due_at - third.due_at == MINUTE
    assert len(server.accepted) == 3


def test_without_a_pace_nothing_waits_for_a_turn(
    engine: sa.Engine, serve: Callable[..., FailingServer]
) -> None:
    server = serve()
    for _ in range(3):
        try_once(engine, write(engine))
    assert len(server.accepted) == 3
    with db.session_for(engine, PROGRAM) as session:
        assert session.scalars(sa.select(MailServer)).all() == []
