"""Keys for other programs: made by an administrator, shown once, limited in what and how long."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from registration import clock, text
from registration.accounts.models import Account
from registration.accounts.service import actor_of
from registration.api.models import ApiKey
from registration.db import Session
from registration.errors import NotFound, Refused
from registration.journal.service import record
from registration.permissions import GRANTS, Actor, Permission, Scope, demand

LONGEST_LIFE = timedelta(days=366)
NAME_LIMIT = 120
# So that a key that got into a log or a repository is recognized as one.
_PREFIX = "reg_"


def make(
    session: Session, *, name: str, grants: Iterable[Permission], expires_on: date
) -> tuple[ApiKey, str]:
    """A new key, and the secret that opens with it, which is nowhere kept.

    Raises Refused where it would have no name, give nothing, or open on no day or too many.
    """
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    secret = _PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        name=_name(name),
        key_sha256=_hash(secret),
        grants=_grants(grants),
        expires_on=_last_day(expires_on),
        made_by_id=session.actor.id,
    )
    session.add(key)
    session.flush()
    record(
        session,
        "api_key.made",
        "api_key",
        key.id,
        detail={"name": key.name, "grants": key.grants, "expires_on": expires_on.isoformat()},
    )
    return key, secret


def end(session: Session, key_id: UUID) -> ApiKey:
    """Let a key open nothing any more. Done again it changes nothing. Raises NotFound."""
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    key = session.get(ApiKey, key_id, with_for_update=True)
    if key is None:
        raise NotFound("There is no such key.")
    if key.ended_at is None:
        key.ended_at = clock.now()
        session.flush()
        record(session, "api_key.ended", "api_key", key.id, detail={"name": key.name})
    return key


def take_over(session: Session, key_id: UUID) -> ApiKey:
    """Answer for a key from now on, e.g. because its maker has left. Raises NotFound and Refused.

    Done again it changes nothing.
    """
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    key = session.get(ApiKey, key_id, with_for_update=True)
    if key is None or session.actor.id is None:
        raise NotFound("There is no such key.")
    if not key.is_open:
        raise Refused("This key opens nothing any more. Make a new one.")
    if key.made_by_id != session.actor.id:
        before, key.made_by_id = key.made_by_id, session.actor.id
        session.flush()
        detail = {"name": key.name, "from": str(before)}
        record(session, "api_key.taken_over", "api_key", key.id, detail=detail)
    return key


def may_answer(account: Account) -> bool:
    """Whether that person may answer for keys today."""
    return account.is_open and actor_of(account).may(Permission.EDIT_ACCOUNTS)


def all_keys(session: Session) -> list[tuple[ApiKey, Account]]:
    """Every key with who answers for it, the newest first."""
    rows = session.execute(
        sa.select(ApiKey, Account)
        .join(Account, Account.id == ApiKey.made_by_id)
        .order_by(ApiKey.id.desc())
    )
    return [(key, maker) for key, maker in rows]


def find_actor(session: Session, secret: str) -> Actor | None:
    """Who asks with that secret; None where it opens nothing. Notes the day of the use.

    A key opens nothing once whoever answers for it is no administrator any more.
    """
    row = session.execute(
        sa.select(ApiKey, Account)
        .join(Account, Account.id == ApiKey.made_by_id)
        .where(ApiKey.key_sha256 == _hash(secret))
    ).first()
    if row is None:
        return None
    key, maker = row
    if not key.is_open or not may_answer(maker):
        return None
    if key.used_on != clock.today():
        session.execute(sa.update(ApiKey).where(ApiKey.id == key.id).values(used_on=clock.today()))
    granted = frozenset(Permission(each) for each in key.grants)
    return Actor(name=key.name, scope=Scope.STAFF, id=key.id, grants=granted)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _name(typed: str) -> str:
    name = text.line(typed, limit=NAME_LIMIT)
    if not name:
        raise Refused("Say which program gets the key.", field="name")
    return name


def _grants(wanted: Iterable[Permission]) -> list[str]:
    chosen = [each.value for each in GRANTS if each in set(wanted)]
    if not chosen:
        raise Refused("Choose at least one thing that the program may read.", field="grants")
    return chosen


def _last_day(day: date) -> date:
    if not clock.today() <= day <= clock.today() + LONGEST_LIFE:
        raise Refused("A key opens until a day within a year from today.", field="expires_on")
    return day
