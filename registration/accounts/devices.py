"""Browsers that somebody has signed in with before: each asks for codes from a budget of its own.

What a browser keeps is encrypted by us, so that nobody can make it up or read addresses from it.
It opens nothing: it only keeps a stranger from using up the codes of an address.
"""

import hashlib
import secrets
from dataclasses import dataclass

from registration import encrypted
from registration.accounts.rules import DEVICE_LIFE

PEOPLE = 8  # who share one browser


@dataclass(frozen=True)
class _Device:
    name: str
    people: list[str]


def known_as(kept: str | None, email: str) -> str | None:
    """The name of the browser, where it has signed in with that address before; else None."""
    device = _read(kept)
    return device.name if _mark(email) in device.people else None


def kept_after(kept: str | None, email: str) -> str:
    """What the browser keeps from now on, after a person with that address has signed in."""
    device = _read(kept)
    others = [each for each in device.people if each != _mark(email)]
    return encrypted.seal({"name": device.name, "people": [_mark(email), *others][:PEOPLE]})


def _read(kept: str | None) -> _Device:
    content = encrypted.unseal(kept, seconds=int(DEVICE_LIFE.total_seconds())) if kept else None
    return _Device(**content) if content else _Device(secrets.token_hex(16), [])


def _mark(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()[:16]
