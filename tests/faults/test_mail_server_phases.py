"""Whatever a mail server does, and whenever: the message ends in the stage that is true."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from registration import clock, config, db
from registration.config import Settings
from registration.journal.models import Outbox
from registration.permissions import system
from registration.post import settling
from registration.post.mail_log import FileMailLog
from registration.post.models import Message
from registration.post.rules import MessageStage, allowed
from registration.post.service import SEND, post
from tests.faults.certificates import server_context
from tests.faults.failing_smtp import FailingServer, Phase, Tarpit, Way
from workers import smtp
from workers.post import attempt

PROGRAM = system("test")
ONE = ["mission.aut@missions.example"]
THREE = [f"{name}.aut@missions.example" for name in ("mission", "registry", "minister")]

READY, UNCERTAIN = MessageStage.READY, MessageStage.UNCERTAIN
HANDED_OVER, FAILED = MessageStage.HANDED_OVER, MessageStage.FAILED

BEFORE_THE_ENVELOPE = (
    Phase.BANNER,
    Phase.EHLO,
    Phase.STARTTLS,
    Phase.EHLO_UNDER_TLS,
    Phase.AUTH,
    Phase.MAIL,
)

# (phase, way) -> (stage, whether the server has it), for a message to one address.
EXPECTED: dict[tuple[Phase, Way], tuple[MessageStage, bool]] = {
    **dict.fromkeys(product(BEFORE_THE_ENVELOPE, Way), (READY, False)),
    **{
        (phase, way): (FAILED if way is Way.NEVER else READY, False)
        for phase, way in product((Phase.FIRST_RCPT, Phase.LAST_RCPT, Phase.DATA), Way)
    },
    (Phase.BODY, Way.DROP): (UNCERTAIN, False),
    (Phase.BODY, Way.STALL): (UNCERTAIN, False),
    (Phase.BODY, Way.LATER): (READY, False),
    (Phase.BODY, Way.NEVER): (FAILED, False),
    (Phase.DOT, Way.DROP): (UNCERTAIN, True),
    (Phase.DOT, Way.STALL): (UNCERTAIN, True),
    (Phase.DOT, Way.LATER): (READY, False),
    (Phase.DOT, Way.NEVER): (FAILED, False),
    **{(Phase.QUIT, way): (HANDED_OVER, True) for way in Way},
}
# One address of several that is refused for good holds nobody up.
EXPECTED_OF_SEVERAL = EXPECTED | {
    (Phase.FIRST_RCPT, Way.NEVER): (HANDED_OVER, True),
    (Phase.LAST_RCPT, Way.NEVER): (HANDED_OVER, True),
}


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, Path]:
    return server_context(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trust(tls: tuple[object, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the test's certificate, as an office would trust its own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tls[1]))


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a silent server for a moment only."""
    monkeypatch.setattr(smtp, "LIMITS", smtp.Limits(step=0.3, opening=5.0, body=0.3, answer=0.3))


@pytest.fixture
def serve(settings: Settings, tls: tuple[object, Path]) -> Iterator[Callable[..., FailingServer]]:
    """Start a failing server and make it the one of the settings."""
    servers: list[FailingServer] = []

    def start(
        phase: Phase | None = None,
        way: Way = Way.DROP,
        *,
        url: str = "smtp+starttls://user:pw@localhost:{port}",
        **options: object,
    ) -> FailingServer:
        server = FailingServer(phase, way, tls=tls[0], **options)  # type: ignore[arg-type]
        servers.append(server)
        address = SecretStr(url.format(port=server.port))
        config.use(settings.model_copy(update={"smtp_url": address}))
        return server

    yield start
    for server in servers:
        server.close()


def write(engine: sa.Engine, recipients: Sequence[str] = ONE, **values: object) -> Message:
    with db.session_for(engine, PROGRAM) as session:
        message = post(
            session,
            purpose="invitation",
            recipients=recipients,
            subject="Your access",
            text="A first line.\n.\nA line of one dot was above.",
        )
        for name, value in values.items():
            setattr(message, name, value)
    return message


def try_once(engine: sa.Engine, message: Message) -> Message:
    """One attempt by whoever the outbox wakes, and the message after it."""
    with db.session_for(engine, PROGRAM) as session:
        row = session.scalars(
            sa.select(Outbox)
            .where(Outbox.subject_id == str(message.id), Outbox.done_at.is_(None))
            .order_by(Outbox.id)
        ).one()
    attempt(row.id, SEND)
    return reload(engine, message)


def reload(engine: sa.Engine, message: Message) -> Message:
    with db.session_for(engine, PROGRAM) as session:
        return session.get_one(Message, message.id)


def open_promises(engine: sa.Engine, message: Message) -> int:
    with db.session_for(engine, PROGRAM) as session:
        return session.scalars(
            sa.select(sa.func.count())
            .select_from(Outbox)
            .where(Outbox.subject_id == str(message.id), Outbox.done_at.is_(None))
        ).one()


@pytest.mark.usefixtures("trust", "hurry")
@pytest.mark.parametrize(("phase", "way"), EXPECTED)
@pytest.mark.parametrize("recipients", [ONE, THREE], ids=["one", "three"])
def test_a_failing_server_leaves_the_message_in_the_true_stage(
    engine: sa.Engine,
    serve: Callable[..., FailingServer],
    phase: Phase,
    way: Way,
    recipients: list[str],
) -> None:
    server = serve(phase, way, recipients=len(recipients))
    after = try_once(engine, write(engine, recipients))
    expected = EXPECTED if recipients is ONE else EXPECTED_OF_SEVERAL
    stage, accepted = expected[phase, way]
    if (phase, way) == (Phase.BODY, Way.DROP) and after.stage is READY:
        stage = READY  # we noticed it before the end of the body had left
    assert (after.stage, len(server.accepted) == 1) == (stage, accepted), after.reply
    # What is ready again has its promise; what is not waits for the log or for a person.
    assert open_promises(engine, after) == (1 if stage is READY else 0)


def test_every_phase_and_way_has_an_expected_stage() -> None:
    assert set(EXPECTED) == set(product(Phase, Way))


@pytest.mark.usefixtures("trust")
def test_a_server_that_works_gets_the_message_once_and_whole(
    engine: sa.Engine, serve: Callable[..., FailingServer]
) -> None:
    server = serve()
    after = try_once(engine, write(engine, THREE))
    assert after.stage is HANDED_OVER
    assert after.reply == "250 2.0.0 queued"
    assert server.envelopes == [THREE]
    assert server.accepted_ids == [after.message_id]
    assert b"\r\n..\r\n" in server.accepted[0]


@pytest.mark.usefixtures("trust")
def test_a_server_that_drops_the_line_gets_every_message_once(
    engine: sa.Engine, serve: Callable[..., FailingServer], tmp_path: Path
) -> None:
    """Each message breaks off at another place; the log tells which of them the server has."""
    server = serve(log=tmp_path / "mail.log")
    messages = [write(engine) for _ in range(12)]
    for number, message in enumerate(messages):
        server.phase = (Phase.DOT, Phase.BODY, Phase.DATA, None)[number % 4]
        try_once(engine, message)
    server.phase = None
    with db.session_for(engine, PROGRAM) as session:
        settling.reconcile(session, FileMailLog(tmp_path / "mail.log"), grace=timedelta(0))
        session.execute(sa.update(Message).values(due_at=clock.now()))
        session.execute(sa.update(Outbox).values(due_at=clock.now()))
    for message in messages:
        if reload(engine, message).stage is READY:
            try_once(engine, message)
    after = [reload(engine, message) for message in messages]
    assert {each.stage for each in after} == {HANDED_OVER}
    assert Counter(server.accepted_ids) == Counter(each.message_id for each in after)


@pytest.mark.usefixtures("trust")
def test_addresses_that_were_refused_are_remembered(
    engine: sa.Engine, serve: Callable[..., FailingServer]
) -> None:
    serve(Phase.FIRST_RCPT, Way.NEVER, recipients=3)
    after = try_once(engine, write(engine, THREE))
    assert after.refused == {THREE[0]: "554 5.7.1 never"}


@pytest.mark.usefixtures("trust")
def test_one_address_that_is_put_off_for_ever_does_not_hold_up_the_others(
    engine: sa.Engine, serve: Callable[..., FailingServer]
) -> None:
    server = serve(Phase.LAST_RCPT, Way.LATER, recipients=3)
    after = try_once(engine, write(engine, THREE, attempts=4))
    assert (after.stage, server.envelopes) == (HANDED_OVER, [THREE[:2]])
    assert after.refused == {THREE[2]: "451 4.3.0 come back later"}


def test_a_server_that_cannot_prove_its_name_gets_nothing(
    engine: sa.Engine, serve: Callable[..., FailingServer]
) -> None:
    server = serve()
    after = try_once(engine, write(engine))
    assert (after.stage, server.accepted) == (READY, [])
    assert "CERTIFICATE_VERIFY_FAILED" in (after.reply or "")


@pytest.mark.usefixtures("trust")
def test_without_starttls_nothing_is_said_in_the_clear(
    engine: sa.Engine, serve: Callable[..., FailingServer]
) -> None:
    server = serve(Phase.STARTTLS, Way.NEVER, offers=("AUTH PLAIN",))
    after = try_once(engine, write(engine))
    assert (after.stage, server.accepted) == (READY, [])


def test_a_server_that_is_not_there_is_tried_later(
    engine: sa.Engine, serve: Callable[..., FailingServer]
) -> None:
    serve().close()
    after = try_once(engine, write(engine))
    assert (after.stage, after.attempts) == (READY, 1)
    assert "refused" in (after.reply or "").lower()


def test_a_server_that_sends_a_byte_now_and_then_is_cut_off(
    engine: sa.Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "LIMITS", smtp.Limits(step=5.0, opening=0.5, body=0.5, answer=0.5))
    tarpit = Tarpit()
    address = SecretStr(f"smtp://127.0.0.1:{tarpit.port}")
    config.use(settings.model_copy(update={"smtp_url": address}))
    after = try_once(engine, write(engine))
    tarpit.close()
    assert (after.stage, after.attempts) == (READY, 1)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://user:password@mail.example:25",
        "http://mail.example",
        "smtp://",
        "smtps://mail.example",
    ],
)
def test_an_address_that_would_be_unsafe_or_unknown_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="mail server"):
        smtp.Server.at(url)


@pytest.mark.usefixtures("trust", "hurry")
def test_a_rehearsing_installation_mails_its_list_only_and_says_what_it_withheld(
    engine: sa.Engine, serve: Callable[..., FailingServer]
) -> None:
    serve(recipients=1)
    config.use(config.current().model_copy(update={"mail_only_to": THREE[1]}))
    some = try_once(engine, write(engine, THREE))
    assert some.stage is HANDED_OVER
    assert set(some.refused) == {THREE[0], THREE[2]}
    none = try_once(engine, write(engine, ONE))
    assert none.stage is MessageStage.WITHHELD
    assert open_promises(engine, none) == 0


@pytest.mark.parametrize(
    ("only", "expected"),
    [(None, 3), ("missions.example", 3), ("Other.example, REGISTRY.aut@missions.example", 1)],
)
def test_a_list_holds_addresses_and_domains(
    settings: Settings, only: str | None, expected: int
) -> None:
    rehearsing = settings.model_copy(update={"mail_only_to": only})
    assert len(allowed(THREE, rehearsing.allowed_recipients)) == expected
