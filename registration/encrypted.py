"""A column whose text only the program can read: a thief of the database or of a backup cannot.

The keys stand in `Settings.encryption_keys`: the first one encrypts, every one of them decrypts.
"""

import json
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from registration import config
from registration.db import Session


class Encrypted(sa.TypeDecorator[str]):
    """Text, encrypted and authenticated (Fernet: AES-128-CBC and HMAC-SHA256) before it leaves."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> bytes | None:
        return None if value is None else _cipher().encrypt(value.encode())

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else _cipher().decrypt(value).decode()


def seal(content: dict[str, Any]) -> str:
    """Plain JSON as a text that can go through a browser without being read or changed there."""
    return _cipher().encrypt(json.dumps(content).encode()).decode()


def unseal(sealed: str, *, seconds: int) -> dict[str, Any] | None:
    """What was sealed, where that was at most so many seconds ago; None for anything else."""
    try:
        content: dict[str, Any] = json.loads(_cipher().decrypt(sealed.encode(), ttl=seconds))
    except (InvalidToken, UnicodeEncodeError):
        return None
    return content


def renew(session: Session, metadata: sa.MetaData) -> int:
    """Encrypt everything anew with the newest key; how many values there were.

    Afterwards the older keys can be taken out of the settings.
    """
    count = 0
    for column in (each for table in metadata.sorted_tables for each in table.columns):
        if isinstance(column.type, Encrypted):
            key = list(column.table.primary_key.columns)
            for *identity, value in session.execute(
                sa.select(*key, column).where(column.is_not(None)).with_for_update()
            ):
                same = [each == found for each, found in zip(key, identity, strict=True)]
                session.execute(sa.update(column.table).where(*same).values({column: value}))
                count += 1
    return count


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in config.current().encryption_keys_in_order])
