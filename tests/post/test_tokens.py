"""An address names the message that it was made for, and nobody else can make one."""

import email
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from registration import config, db, text
from registration.config import Settings
from registration.permissions import system
from registration.post import tokens
from registration.post.models import Message
from registration.post.service import post
from registration.post.tokens import Forged, Road
from tests.post.test_mime import SENDER, composed

BASE = "bounces@registration.example"
LONGEST = f"{'b' * 20}@registration.example"
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@pytest.mark.parametrize("road", Road)
def test_an_address_names_its_message(settings: Settings, road: Road) -> None:
    message_id = uuid4()
    address = tokens.address(BASE, road, message_id)
    assert address.startswith("bounces+")
    assert text.email(address) == address
    assert tokens.named(address, road) == message_id
    assert tokens.named(f" {address.upper()} ", road) == message_id


def test_the_longest_name_that_the_settings_take_fits_in_a_local_part(settings: Settings) -> None:
    taken = Settings.model_validate({**settings.model_dump(), "bounce_address": LONGEST})
    config.use(taken)
    local = tokens.envelope_sender(uuid4()).partition("@")[0]
    assert len(local) == 64
    with pytest.raises(ValueError, match="at most 20 letters"):
        Settings.model_validate({**settings.model_dump(), "bounce_address": f"b{LONGEST}"})


def test_every_changed_letter_of_a_token_is_noticed(settings: Settings) -> None:
    address = tokens.address(BASE, Road.BOUNCE, uuid4())
    start = len("bounces+b")
    for place in range(start, address.index("@")):
        for other in {LETTERS[0], LETTERS[16], LETTERS[-1]} - {address[place]}:
            changed = address[:place] + other + address[place + 1 :]
            try:
                assert tokens.named(changed, Road.BOUNCE) is None  # no spelling of ours
            except Forged:
                continue


def test_a_signature_of_another_message_road_or_key_is_forged(settings: Settings) -> None:
    mine, others = (tokens.address(BASE, Road.BOUNCE, uuid4()) for _ in range(2))
    head, signature = len("bounces+b") + 26, others[len("bounces+b") + 26 :]
    with pytest.raises(Forged):
        tokens.named(mine[:head] + signature, Road.BOUNCE)
    with pytest.raises(Forged):
        tokens.named(mine.replace("+b", "+r"), Road.REPLY)
    new_key = SecretStr(Fernet.generate_key().decode())
    config.use(settings.model_copy(update={"encryption_keys": new_key}))
    with pytest.raises(Forged):
        tokens.named(mine, Road.BOUNCE)


def test_a_token_holds_while_its_key_is_among_the_older_ones(settings: Settings) -> None:
    message_id = uuid4()
    before = tokens.address(BASE, Road.BOUNCE, message_id)
    keys = f"{Fernet.generate_key().decode()},{settings.encryption_keys.get_secret_value()}"
    config.use(settings.model_copy(update={"encryption_keys": SecretStr(keys)}))
    assert tokens.address(BASE, Road.BOUNCE, message_id) != before
    assert tokens.named(before, Road.BOUNCE) == message_id


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bounces@registration.example",
        "bounces+@registration.example",
        "bounces+b@registration.example",
        f"bounces+b{'1' * 42}@registration.example",
        f"bounces+b{'é' * 42}@registration.example",
        f"bounces+b{'a' * 4000}@registration.example",
    ],
)
def test_another_address_names_nothing(settings: Settings, address: str) -> None:
    assert tokens.named(address, Road.BOUNCE) is None
    assert tokens.named(tokens.address(BASE, Road.REPLY, uuid4()), Road.BOUNCE) is None


def a_message(session: db.Session, *, confidential: bool) -> Message:
    message = post(
        session,
        purpose="note",
        recipients=["mission@missions.example"],
        subject="Our note",
        text="Please find attached our note verbale.",
        confidential=confidential,
    )
    message.message_id = f"<{message.id}@registration.example>"
    return message


def test_an_answer_goes_to_an_address_that_names_the_message(settings: Settings) -> None:
    config.use(settings.model_copy(update={"reply_address": "answers@registration.example"}))
    engine = db.engine(settings.database_url.get_secret_value())
    with db.session_for(engine, system("test")) as session:
        message = a_message(session, confidential=False)
        arrived = email.message_from_bytes(composed(session, message, SENDER))
        assert tokens.named(arrived["Reply-To"], Road.REPLY) == message.id
        code = a_message(session, confidential=True)
        assert b"Reply-To" not in composed(session, code, SENDER)
    engine.dispose()


def test_reports_come_to_the_sender_where_nobody_reads_them(settings: Settings) -> None:
    assert tokens.envelope_sender(uuid4()) == settings.mail_sender
