"""Addresses that name a message: what comes back to one says by itself what it is about.

A delivery report goes to the sender on the envelope, an answer to Reply-To. Both carry a token
behind a `+`: the message's identifier, and a signature without which anybody could make up the end
of any message. Only letters and digits in lower case: some servers fold the case of a local part.
"""

import base64
import hmac
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from registration import config

_SIGNATURE = 10  # bytes: a guess is right once in 2**80
_LENGTH = 26 + 16  # letters of an identifier and of a signature in Base32


class Road(StrEnum):
    """How something comes back. A token of one road says nothing on the other."""

    BOUNCE = "b"
    REPLY = "r"


class Forged(Exception):
    """The address has the form of ours, and a signature that we did not make."""


def message_id(message_id: UUID, sender: str) -> str:
    """The Message-ID of that message, by which mail servers and archives know it."""
    return f"<{message_id}@{sender.rpartition('@')[2]}>"


def envelope_sender(message_id: UUID) -> str:
    """To whom mail servers report what became of that message."""
    settings = config.current()
    if settings.bounce_address is None:
        return settings.mail_sender
    return address(settings.bounce_address, Road.BOUNCE, message_id)


def address(base: str, road: Road, message_id: UUID) -> str:
    """The address `base`, made to name that message: `name+<token>@domain`."""
    name, _, domain = base.rpartition("@")
    newest = config.current().encryption_keys_in_order[0]
    return (
        f"{name}+{road.value}{_spelt(message_id.bytes + _sign(newest, road, message_id))}@{domain}"
    )


def named(address: str, road: Road) -> UUID | None:
    """The identifier of the message that this address names; None where it is none of ours.

    Only the part behind the last `+` is looked at: which mailbox it came to is the reader's matter.
    Raises Forged where the signature is not ours for that road.
    """
    _, plus, behind = address.strip().lower().rpartition("@")[0].rpartition("+")
    if not plus or len(behind) != 1 + _LENGTH or not behind.startswith(road.value):
        return None
    try:
        content = _read(behind[1:])
    except ValueError:
        return None
    message_id, signature = UUID(bytes=content[:16]), content[16:]
    keys = config.current().encryption_keys_in_order
    if not any(hmac.compare_digest(signature, _sign(key, road, message_id)) for key in keys):
        raise Forged
    return message_id


def _sign(key: str, road: Road, message_id: UUID) -> bytes:
    words = b"post.tokens:" + road.value.encode() + message_id.bytes
    return hmac.digest(base64.urlsafe_b64decode(key), words, sha256)[:_SIGNATURE]


def _spelt(content: bytes) -> str:
    first, second = content[:16], content[16:]
    return "".join(base64.b32encode(each).decode().rstrip("=").lower() for each in (first, second))


def _read(token: str) -> bytes:
    """The bytes that this spells. Raises ValueError where it is not how we would spell them."""
    content = base64.b32decode(f"{token[:26].upper()}======") + base64.b32decode(token[26:].upper())
    if _spelt(content) != token:
        raise ValueError("a second spelling of the same bytes")
    return content
