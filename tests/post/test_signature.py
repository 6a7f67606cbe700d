"""The office's signature on a mail: a receiver that knows the public half finds it whole."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path

import dkim
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import SecretStr, ValidationError

from registration import config, db
from registration.config import Settings
from registration.journal.models import Outbox
from registration.permissions import system
from registration.post.mime import attached, compose
from registration.post.models import Message
from registration.post.service import SEND, post
from registration.post.signature import NotSignable, Signer, signer
from workers import post as posting
from workshop.mail_catcher import MailCatcher

PROGRAM = system("test")
SENDER = "secretariat@registration.example"
NAME = b"notes._domainkey.registration.example."
DKIM = {"dkim_domain": "registration.example", "dkim_selector": "notes"}


@cache
def key() -> RSAPrivateKey:
    return generate_rsa(65537, 2048)


def pem(
    private: RSAPrivateKey | EllipticCurvePrivateKey,
    under: KeySerializationEncryption | None = None,
) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, under or NoEncryption())


def in_the_dns(name: bytes, timeout: float = 5) -> bytes | None:
    """What the office's DNS answers, where docs/operations.md says that it must stand."""
    public = key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + b64encode(public) if name == NAME else None


def is_ours_and_unchanged(mail: bytes) -> bool:
    return bool(dkim.verify(mail, dnsfunc=in_the_dns))


@pytest.fixture
def signing(settings: Settings, tmp_path: Path) -> Settings:
    """An installation that signs its mail."""
    file = tmp_path / "dkim.pem"
    file.write_bytes(pem(key()))
    chosen = settings.model_copy(
        update=DKIM | {"dkim_key": file, "reply_address": "answers@registration.example"}
    )
    config.use(chosen)
    return chosen


def write(session: db.Session) -> Message:
    message = post(
        session,
        purpose="invitation",
        recipients=["mission@missions.example", "registry@missions.example"],
        subject="邀请 · Réunion d’experts à participation non limitée " + "x" * 100,
        text="تجدون طيه مذكرتنا الشفوية.\n\n.\n\nTwo  spaces, and at the end  \n\n\n",
        language="ar",
    )
    message.message_id = f"<{message.id}@registration.example>"
    return message


@pytest.fixture
def mail(engine: sa.Engine, signing: Settings) -> bytes:
    """A signed message as it was composed."""
    with db.session_for(engine, PROGRAM) as session:
        message = write(session)
        composed = compose(message, attached(session, message), SENDER)
        assert composed == compose(message, attached(session, message), SENDER)
    return composed


def test_what_a_mail_server_got_carries_a_signature_that_holds(
    engine: sa.Engine, signing: Settings, mail_server: MailCatcher
) -> None:
    config.use(signing.model_copy(update={"smtp_url": SecretStr(mail_server.url)}))
    with db.session_for(engine, PROGRAM) as session:
        write(session)
        promised = session.scalars(sa.select(Outbox.id)).one()
    posting.attempt(promised, SEND)
    (arrived,) = mail_server.messages
    assert arrived.source.count(b"DKIM-Signature:") == 1
    assert is_ours_and_unchanged(arrived.source)


@pytest.mark.parametrize(
    "change",
    [
        lambda mail: mail.replace(b"xxxx", b"xxyx", 1),
        lambda mail: mail + b"One line more.\r\n",
        lambda mail: mail.replace(b"mission@", b"another@", 1),
        lambda mail: b"From: minister@missions.example\r\n" + mail,
        lambda mail: mail.replace(b"\r\nTo:", b"\r\nReply-To: me@x.example\r\nTo:", 1),
    ],
    ids=["subject", "body", "addressee", "second From", "second Reply-To"],
)
def test_a_mail_that_was_changed_is_not_ours_any_more(
    mail: bytes, change: Callable[[bytes], bytes]
) -> None:
    assert is_ours_and_unchanged(mail)
    assert change(mail) != mail
    assert not is_ours_and_unchanged(change(mail))


def test_what_servers_may_do_on_the_way_leaves_the_signature_whole(mail: bytes) -> None:
    head, body = mail.split(b"\r\n\r\n", 1)
    refolded = head.replace(b"\r\nTo: ", b"\r\nTo:\r\n\t ", 1)
    on_the_way = b"Received: by relay.example\r\n" + refolded + b"\r\n\r\n" + body + b"\r\n\r\n"
    assert is_ours_and_unchanged(on_the_way)


@pytest.mark.parametrize("body", [b"", b"\r\n\r\n", b"a \t b  \r\n \r\n", b"no end of line"])
def test_any_body_can_be_signed(body: bytes) -> None:
    head = b"From: a@registration.example\r\nSubject: none\r\n\r\n"
    signed = Signer.of("registration.example", "notes", pem(key())).signed(head + body)
    assert is_ours_and_unchanged(signed)


def test_without_a_key_nothing_is_signed(engine: sa.Engine, settings: Settings) -> None:
    with db.session_for(engine, PROGRAM) as session:
        message = write(session)
        assert b"DKIM" not in compose(message, attached(session, message), SENDER)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"dkim_key": None}, "needs REGISTRATION_DKIM_DOMAIN"),
        ({"dkim_selector": None}, "needs REGISTRATION_DKIM_DOMAIN"),
        ({"dkim_domain": None}, "needs REGISTRATION_DKIM_DOMAIN"),
        ({"dkim_domain": "example.org"}, "is that of REGISTRATION_MAIL_SENDER"),
        ({"dkim_domain": "tration.example"}, "is that of REGISTRATION_MAIL_SENDER"),
        ({"dkim_selector": "notes; t=y"}, "names as in the DNS"),
    ],
)
def test_settings_of_half_a_signature_are_refused(
    signing: Settings, given: dict[str, str | None], problem: str
) -> None:
    values = signing.model_dump(exclude_none=True) | given
    with pytest.raises(ValidationError, match=problem):
        Settings(**values)


def test_the_domain_above_the_sender_s_may_sign(signing: Settings) -> None:
    values = signing.model_dump(exclude_none=True)
    sender = "secretariat@mail.registration.example"
    assert Settings(**values | {"mail_sender": sender}).dkim_domain == "registration.example"


@pytest.mark.parametrize(
    ("contents", "problem"),
    [
        (lambda: b"no key", "no private key in PEM"),
        (lambda: pem(generate_private_key(SECP256R1())), "must be RSA of 2048 bits or more"),
        (lambda: pem(generate_rsa(65537, 1024)), "must be RSA of 2048 bits or more"),
        (lambda: pem(key(), BestAvailableEncryption(b"secret")), "without a password"),
        (None, "cannot be read: No such file"),
    ],
    ids=["no key", "another kind", "too short", "under a password", "no file"],
)
def test_a_worker_does_not_begin_without_its_key(
    signing: Settings, tmp_path: Path, contents: Callable[[], bytes] | None, problem: str
) -> None:
    file = tmp_path / "another.pem"
    if contents is not None:
        file.write_bytes(contents())
    config.use(signing.model_copy(update={"dkim_key": file}))
    with pytest.raises(NotSignable, match=problem):
        signer()
    with pytest.raises(SystemExit, match=problem):
        posting.refuse_to_begin_unsigned()
