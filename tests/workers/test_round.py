"""A worker's round: what it takes after the first message, and what makes it leave the rest."""

import smtplib
import socket
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from registration import config, db
from registration.config import Settings
from registration.journal.models import Outbox
from registration.permissions import system
from registration.post import handover, mailings, pace, pile, tokens
from registration.post.mime import compose
from registration.post.models import Message
from registration.post.pile import AMONG, AT_ONCE, Waiting
from registration.post.rules import ATTEMPTS, MailingAction, MessageStage
from registration.post.service import COPY_OF_A_NOTE, SEND, SEND_COPY, post_all, written
from tests import builders as make
from tests.faults.failing_smtp import FailingServer, Phase, Way
from workers import smtp
from workers.round import Round

pytestmark = pytest.mark.usefixtures("settings")

PROGRAM = system("worker")
SENDER = "secretariat@registration.example"


@pytest.fixture
def server(settings: Settings) -> Iterator[FailingServer]:
    """A mail server that works until it is told otherwise, and is the one of the settings."""
    server = FailingServer()
    url = SecretStr(f"smtp://127.0.0.1:{server.port}")
    config.use(settings.model_copy(update={"smtp_url": url}))
    yield server
    server.close()


def write(engine: sa.Engine, count: int, mailing: bool = False) -> list[Message]:
    """Copies of a note that wait, in the order of their promises."""
    with db.session_for(engine, PROGRAM) as session:
        copies = [
            written(
                purpose=COPY_OF_A_NOTE,
                recipients=[f"mission.{number}@missions.example"],
                subject=f"Copy {number}",
                text="Please read.",
                language="en",
                state_code=None,
                attachments=[],
            )
            for number in range(count)
        ]
        if mailing:
            confirmed = mailings.begin(
                session, db.new_id(), confirmed_by_id=make.anna(session).id, left_out=[]
            )
            for copy in copies:
                copy.mailing_id = confirmed.id
        post_all(session, copies)
    return copies


def promises(engine: sa.Engine) -> list[int]:
    with db.session_for(engine, PROGRAM) as session:
        return list(
            session.scalars(
                sa.select(Outbox.id).where(Outbox.done_at.is_(None)).order_by(Outbox.id)
            )
        )


def stages(engine: sa.Engine) -> Counter[MessageStage]:
    with db.session_for(engine, PROGRAM) as session:
        return Counter(session.scalars(sa.select(Message.stage)))


def look_up(engine: sa.Engine) -> list[Waiting]:
    with db.session_for(engine, PROGRAM) as session:
        return pile.look_up(session, SEND_COPY)


def take(engine: sa.Engine, found: list[Waiting]) -> Message | None:
    with db.session_for(engine, PROGRAM) as session:
        held = pile.take(session, found, SENDER)
        return held.message if held is not None else None


def walk(engine: sa.Engine, seconds: float = 60.0, promised: int | None = None) -> None:
    """The round of a worker that a promise woke: this one, or the first that is open."""
    settings = config.current()
    server = smtp.Server.at(settings.smtp_url.get_secret_value())
    with smtp.Line(server, our_name="office.example") as line:
        Round(line, SEND_COPY, seconds=seconds).walk(promised or promises(engine)[0])


def at_the_mark(monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[], None]) -> None:
    """Let something happen while the worker is about to send the body of that message."""
    marked = 0

    def reach(name: str) -> None:
        nonlocal marked
        marked += name == "post.marked"
        if (name, marked) == ("post.marked", number):
            act()

    monkeypatch.setattr(smtp, "killpoint", reach)


def test_one_wake_up_leads_to_all_that_waits_over_one_line(
    engine: sa.Engine, server: FailingServer
) -> None:
    copies = write(engine, AMONG + 3)
    walk(engine)
    assert stages(engine) == {MessageStage.HANDED_OVER: len(copies)}
    assert promises(engine) == []
    assert server.conversations == 1
    expected = Counter(tokens.message_id(each.id, config.current().mail_sender) for each in copies)
    assert Counter(server.accepted_ids) == expected


def test_no_piece_of_a_mail_waits_for_the_acknowledgement_of_the_one_before(
    engine: sa.Engine, server: FailingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs 40 ms a mail where it does: the dot is sent apart from the body."""
    at_once, hang_up = [], smtp._hang_up

    def look(client: smtplib.SMTP) -> None:
        assert client.sock is not None
        at_once.append(client.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        hang_up(client)

    monkeypatch.setattr(smtp, "_hang_up", look)
    write(engine, 2)
    walk(engine)
    assert at_once == [1]


def test_a_wake_up_whose_copy_has_left_leads_to_the_others(
    engine: sa.Engine, server: FailingServer
) -> None:
    write(engine, 3)
    first = promises(engine)[0]
    walk(engine, seconds=0)
    assert stages(engine)[MessageStage.HANDED_OVER] == 1
    walk(engine, promised=first)
    assert stages(engine) == {MessageStage.HANDED_OVER: 3}


def test_where_time_is_over_the_rest_waits_for_its_own_wake_up(
    engine: sa.Engine, server: FailingServer
) -> None:
    write(engine, 3)
    walk(engine, seconds=1e-9)
    assert stages(engine) == {MessageStage.HANDED_OVER: 1, MessageStage.READY: 2}
    assert len(promises(engine)) == 2


@pytest.mark.parametrize(
    ("action", "rest"),
    [(MailingAction.PAUSE, MessageStage.READY), (MailingAction.STOP, MessageStage.VOID)],
)
def test_a_pause_or_a_stop_is_heard_before_the_next_message(
    engine: sa.Engine,
    server: FailingServer,
    monkeypatch: pytest.MonkeyPatch,
    action: MailingAction,
    rest: MessageStage,
) -> None:
    [mailing_id] = {each.mailing_id for each in write(engine, 5, mailing=True)}
    assert mailing_id is not None

    def act() -> None:
        with db.session_for(engine, PROGRAM) as session:
            mailings.act(session, mailing_id, action)

    at_the_mark(monkeypatch, 2, act)
    walk(engine)
    assert stages(engine) == {MessageStage.HANDED_OVER: 2, rest: 3}


def test_a_resumed_mailing_goes_on_with_what_waits(
    engine: sa.Engine, server: FailingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    [mailing_id] = {each.mailing_id for each in write(engine, 4, mailing=True)}
    assert mailing_id is not None
    with db.session_for(engine, PROGRAM) as session:
        mailings.act(session, mailing_id, MailingAction.PAUSE)
    walk(engine)
    assert server.accepted == []
    with db.session_for(engine, PROGRAM) as session:
        mailings.act(session, mailing_id, MailingAction.RESUME)
    walk(engine)
    assert stages(engine) == {MessageStage.HANDED_OVER: 4}
    assert len(server.accepted) == 4


def test_a_server_that_asks_another_worker_to_wait_is_left_alone_by_this_one(
    engine: sa.Engine, server: FailingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(engine, 5)

    def act() -> None:
        with db.session_for(engine, PROGRAM) as session:
            pace.wait(session, "451 too many")

    at_the_mark(monkeypatch, 2, act)
    walk(engine)
    assert stages(engine) == {MessageStage.HANDED_OVER: 2, MessageStage.READY: 3}


def test_at_a_pace_a_round_is_one_message(engine: sa.Engine, server: FailingServer) -> None:
    config.use(config.current().model_copy(update={"mail_per_minute": 2}))
    write(engine, 3)
    walk(engine)
    assert stages(engine) == {MessageStage.HANDED_OVER: 1, MessageStage.READY: 2}


@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.DATA, Phase.DOT])
@pytest.mark.parametrize("way", [Way.DROP, Way.LATER])
def test_a_failure_ends_the_round_and_touches_no_other_message(
    engine: sa.Engine,
    server: FailingServer,
    monkeypatch: pytest.MonkeyPatch,
    phase: Phase,
    way: Way,
) -> None:
    write(engine, 4)

    def fail() -> None:
        server.phase, server.way = phase, way

    at_the_mark(monkeypatch, 2, fail)
    walk(engine)
    with db.session_for(engine, PROGRAM) as session:
        attempts = Counter(session.scalars(sa.select(Message.attempts)))
    # At the dot it strikes the message that was marked, before that the one after it.
    failed = 2 if phase is Phase.DOT else 3
    assert attempts == {1: failed, 0: 4 - failed}
    assert len(promises(engine)) >= 4 - failed


def test_a_server_that_hung_up_between_two_messages_gets_the_next_over_a_new_line(
    engine: sa.Engine, server: FailingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As servers do that take only so many messages over a line."""
    write(engine, 3)
    said: list[str] = []
    former = FailingServer.accept

    def accept_and_hang_up(self: FailingServer, content: bytes, recipients: list[str]) -> None:
        former(self, content, recipients)
        said.append("")
        self.phase = Phase.MAIL if len(said) == 1 else None

    monkeypatch.setattr(FailingServer, "accept", accept_and_hang_up)
    monkeypatch.setattr(server, "later", "421 4.7.0 enough for this line")
    original = smtp._greet

    def greet(client: object, to: smtp.Server) -> None:
        server.phase = None
        original(client, to)  # type: ignore[arg-type]

    monkeypatch.setattr(smtp, "_greet", greet)
    server.way = Way.LATER
    walk(engine)
    assert stages(engine) == {MessageStage.HANDED_OVER: 3}
    assert server.conversations == 2


def test_what_was_prepared_is_what_is_sent(
    engine: sa.Engine, server: FailingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it was put together ahead or at its own turn: the same bytes."""
    copies = write(engine, 3)
    walk(engine)
    composed = {tokens.message_id(each.id, SENDER): compose(each, [], SENDER) for each in copies}
    for content in server.accepted:
        [name] = [
            line.split(b":", 1)[1].strip().decode()
            for line in content.splitlines()
            if line.startswith(b"Message-ID:")
        ]
        assert content == composed[name]


def test_what_cannot_be_prepared_is_parked_at_its_turn_and_leaves_no_doubt_behind(
    engine: sa.Engine, server: FailingServer
) -> None:
    copies = write(engine, 3)
    with db.session_for(engine, PROGRAM) as session:
        bad = session.get_one(Message, copies[1].id)
        bad.subject = "Our note\nBcc: evil@x.example"
    walk(engine)
    for left in promises(engine):
        walk(engine, promised=left)
    assert stages(engine) == {MessageStage.HANDED_OVER: 2, MessageStage.PARKED: 1}


def test_two_workers_with_the_same_pile_take_each_message_once(engine: sa.Engine) -> None:
    write(engine, 3)
    found = look_up(engine)
    taken = [take(engine, found) for _ in range(4)]
    assert {each.id for each in taken if each is not None} == {each.message.id for each in found}
    assert taken[3] is None


def test_a_message_that_is_being_taken_just_now_is_passed_over(engine: sa.Engine) -> None:
    write(engine, 2)
    found = look_up(engine)
    with db.open_session(engine, PROGRAM) as first, db.open_session(engine, PROGRAM) as second:
        held = pile.take(first, found, SENDER)
        other = pile.take(second, found, SENDER)
        assert held is not None
        assert other is not None
        assert held.message.id != other.message.id


def test_what_is_taken_is_as_a_claim_would_leave_it(engine: sa.Engine) -> None:
    write(engine, 2)
    by_pile = take(engine, look_up(engine)[:1])
    assert by_pile is not None
    [left] = look_up(engine)
    with db.session_for(engine, PROGRAM) as session:
        by_claim = handover.claim(session, left.message.id, SENDER)
    assert by_claim is not None
    with db.session_for(engine, PROGRAM) as session:
        first, second = (session.get_one(Message, each.id) for each in (by_pile, by_claim))
    for each in (first, second):
        assert each.message_id == tokens.message_id(each.id, SENDER)
    assert [(each.stage, each.attempts, each.fence, each.turn_at) for each in (first, second)] == [
        (MessageStage.CLAIMED, 1, 1, None)
    ] * 2
    assert first.lease_until is not None
    with db.session_for(engine, PROGRAM) as session:
        handover.start_body(session, by_pile)  # and the lease holds


@pytest.mark.parametrize(
    "values",
    [
        {"stage": MessageStage.VOID},
        {"due_at": sa.text("now() + interval '1 hour'")},
        {"attempts": ATTEMPTS},
        {"purpose": "invitation"},
    ],
)
def test_only_what_is_due_and_open_is_looked_up(
    engine: sa.Engine, values: dict[str, object]
) -> None:
    write(engine, 1)
    assert len(look_up(engine)) == 1
    with db.session_for(engine, PROGRAM) as session:
        if "purpose" in values:
            session.execute(sa.update(Outbox).values(task=SEND))
        else:
            session.execute(sa.update(Message).values(values))
    assert look_up(engine) == []


def test_a_pile_is_small_and_of_the_oldest(engine: sa.Engine) -> None:
    copies = write(engine, AMONG + AT_ONCE)
    oldest = {each.id for each in copies[:AMONG]}
    found = look_up(engine)
    assert len(found) == AT_ONCE
    assert {each.message.id for each in found} <= oldest
    assert [each.outbox_id for each in found] == sorted(each.outbox_id for each in found)
