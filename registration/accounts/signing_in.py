"""Signing in: a code that comes by e-mail, then a second factor for those who have or need one."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from uuid import UUID

import sqlalchemy as sa

from registration import clock, text
from registration.accounts import factors, rules
from registration.accounts.models import Account, SignIn, SignInCode
from registration.accounts.rules import Means
from registration.accounts.service import actor_of
from registration.db import Session, one_at_a_time
from registration.errors import NotFound, TooMany
from registration.journal.service import record
from registration.permissions import Actor, Permission, demand
from registration.post.service import post
from registration.words import say


@dataclass(frozen=True)
class Begun:
    """A new sign-in: the token for the browser, and whether it waits for a second factor."""

    token: str
    email: str
    waits: bool


def ask_for_code(
    session: Session, *, email: str, asked_from: str, device: str | None = None
) -> UUID:
    """Send a sign-in code, where the address belongs to an open account. The answer never tells.

    Returns the identifier of the request, which the browser must bring back with the code.
    `device` names the browser where this address has signed in with it before: it has a budget of
    its own, which no stranger can use up. Raises TooMany when asked too often.
    """
    email = text.email(email)
    _refuse_haste(session, email, asked_from, device)
    account = session.scalar(
        sa.select(Account).where(Account.email == email, Account.ended_at.is_(None))
    )
    known = account is not None and account.is_open
    digits = f"{secrets.randbelow(1_000_000):06d}"
    code = SignInCode(
        account_id=account.id if account is not None and known else None,
        email=email,
        asked_from=asked_from,
        device=device,
        expires_at=clock.now() + rules.CODE_LIFE,
        code_sha256="",
    )
    session.add(code)
    session.flush()
    code.code_sha256 = _digest(code.id, digits)
    # An unknown address costs the database the same work, which is then undone: nobody can tell
    # the two apart by the time that the answer takes.
    attempt = session.begin_nested()
    _send_code(session, account if known else None, email, digits)
    if known:
        attempt.commit()
    else:
        attempt.rollback()
    record(session, "sign_in.code_asked", "sign_in_code", code.id)
    return code.id


def _refuse_haste(session: Session, email: str, asked_from: str, device: str | None) -> None:
    one_at_a_time(session, email, asked_from)
    of_this_kind = sa.and_(
        SignInCode.email == email, SignInCode.device.is_not_distinct_from(device)
    )
    from_here = sa.and_(SignInCode.asked_from == asked_from, SignInCode.device.is_(None))
    if _asked(session, rules.WINDOW, of_this_kind) >= rules.CODES_PER_EMAIL or (
        device is None and _asked(session, rules.WINDOW, from_here) >= rules.CODES_PER_ADDRESS
    ):
        raise TooMany("Codes were asked for too often. Please wait fifteen minutes.")
    if _asked(session, rules.LONG_WINDOW, of_this_kind) >= rules.CODES_PER_EMAIL_A_DAY:
        raise TooMany("Codes were asked for too often. Please try again tomorrow.")


def _asked(session: Session, window: timedelta, of: sa.ColumnElement[bool]) -> int:
    since = clock.now() - window
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(SignInCode)
            .where(SignInCode.asked_at > since, of)
        )
        or 0
    )


def _digest(code_id: UUID, digits: str) -> str:
    return hashlib.sha256(f"{code_id}:{digits}".encode()).hexdigest()


def _send_code(session: Session, account: Account | None, email: str, digits: str) -> None:
    language = account.language if account else "en"
    post(
        session,
        purpose="sign_in_code",
        recipients=[email],
        subject=say(language, "Your sign-in code"),
        text=say(
            language,
            "Your code is %(code)s.\n\nIt works once, within ten minutes, in the browser in which"
            " you asked for it. If you did not ask, you need do nothing.",
            code=digits,
        ),
        language=language,
        state_code=account.state_code if account else None,
        confidential=True,
    )


def enter_code(
    session: Session, code_id: UUID, digits: str, *, browser: str, instead_of: str | None = None
) -> Begun | None:
    """Exchange a code for a new sign-in; None where it is not, or no longer, right.

    A wrong try counts, so the caller commits in both cases. The sign-in that the browser had before
    (`instead_of`, its token) ends.
    """
    code = session.get(SignInCode, code_id, with_for_update=True, populate_existing=True)
    if code is None or not rules.code_is_open(
        expires_at=code.expires_at,
        used_at=code.used_at,
        wrong_tries=code.wrong_tries,
        at=clock.now(),
    ):
        return None
    right = hmac.compare_digest(code.code_sha256, _digest(code.id, digits))
    if not right or code.account_id is None:
        code.wrong_tries += 1
        record(session, "sign_in.refused", "sign_in_code", code.id)
        return None
    account = session.get(Account, code.account_id)
    if account is None or not account.is_open:
        return None
    code.used_at = clock.now()
    if instead_of is not None:
        sign_out(session, instead_of)
    waits = account.must_have_second_factor or factors.of(session, account.id).any
    token = begin(session, account, browser=browser, by=None if waits else Means.CODE)
    return Begun(token, account.email, waits)


def begin(session: Session, account: Account, *, browser: str, by: Means | None) -> str:
    """Sign a person in; returns the token that the browser keeps.

    `by` is what proved who it is; None where the second factor is still to come.
    """
    token = secrets.token_urlsafe(32)
    sign_in = SignIn(account_id=account.id, token_sha256=_hash(token), browser=browser[:200])
    session.add(sign_in)
    session.flush()
    if by is not None:
        complete(session, sign_in, account, by)
    return token


def complete(session: Session, sign_in: SignIn, account: Account, by: Means) -> None:
    """From now on the token opens what is this person's."""
    sign_in.completed_at, sign_in.completed_by = clock.now(), by
    session.flush()
    record(
        session,
        "sign_in.begun",
        "account",
        account.id,
        state_code=account.state_code,
        detail={"by": by.value},
    )


def refuse(session: Session, sign_in: SignIn) -> None:
    """Count a second factor that was not right; after five the person begins with a new code."""
    sign_in.wrong_tries += 1
    record(session, "sign_in.refused", "account", sign_in.account_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_sign_in(session: Session, token: str) -> SignIn | None:
    """The open sign-in that a token stands for, complete or waiting for the second factor."""
    sign_in = session.scalar(_of_token(), {"token": _hash(token)})
    return sign_in if sign_in is not None and is_open(sign_in) else None


@cache
def _of_token() -> sa.Select[SignIn]:
    """Asked at every request, and so composed once."""
    return (
        sa.select(SignIn)
        .where(SignIn.token_sha256 == sa.bindparam("token"))
        .options(sa.orm.joinedload(SignIn.account))
    )


def is_open(sign_in: SignIn) -> bool:
    """Whether a sign-in still holds; one that waits for its second factor, for a shorter time."""
    at = clock.now()
    return (
        sign_in.account.is_open
        and rules.sign_in_is_open(
            begun_at=sign_in.begun_at,
            last_seen_at=sign_in.last_seen_at,
            ended_at=sign_in.ended_at,
            at=at,
        )
        and (
            sign_in.completed_at is not None
            or rules.half_sign_in_is_open(
                begun_at=sign_in.begun_at, wrong_tries=sign_in.wrong_tries, at=at
            )
        )
    )


def find_actor(session: Session, token: str) -> tuple[Actor, str] | None:
    """Whom a token signs in, with the person's language; None where it does not (or not yet).

    `session` acts in the scope of sign-in. Notes that the person was seen, once a minute.
    """
    sign_in = find_sign_in(session, token)
    if sign_in is None or sign_in.completed_at is None:
        return None
    if clock.now() - sign_in.last_seen_at > rules.SEEN_EVERY:
        sign_in.last_seen_at = clock.now()
        session.flush()
    return actor_of(sign_in.account), sign_in.account.language


def sign_out(session: Session, token: str) -> None:
    """End the sign-in that a token stands for. Harmless where it has ended."""
    account_id = session.scalar(
        sa.update(SignIn)
        .where(SignIn.token_sha256 == _hash(token), SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(SignIn.account_id)
    )
    if account_id is not None:
        record(session, "sign_in.ended", "account", account_id)


def open_sign_ins(session: Session, account_id: UUID) -> list[SignIn]:
    """Where a person is signed in now, last seen first."""
    found = session.scalars(
        sa.select(SignIn)
        .where(
            SignIn.account_id == account_id,
            SignIn.ended_at.is_(None),
            SignIn.completed_at.is_not(None),
        )
        .order_by(SignIn.last_seen_at.desc())
        .options(sa.orm.joinedload(SignIn.account))
    )
    return [each for each in found if is_open(each)]


def is_of(sign_in: SignIn, token: str) -> bool:
    """Whether that token is this sign-in's."""
    return hmac.compare_digest(sign_in.token_sha256, _hash(token))


def end_sign_in(session: Session, account_id: UUID, sign_in_id: UUID) -> None:
    """End one sign-in of a person: the own, or as an administrator anybody's. Twice is as once."""
    account = _whose_sign_ins_may_end(session, account_id)
    sign_in = session.get(SignIn, sign_in_id)
    if sign_in is None or sign_in.account_id != account.id:
        raise NotFound("There is no such sign-in.")
    if sign_in.ended_at is None:
        _end(session, account, SignIn.id == sign_in.id)


def end_other_sign_ins(session: Session, account_id: UUID, *, but: str | None) -> None:
    """End all sign-ins of a person but the one with that token (None: all)."""
    account = _whose_sign_ins_may_end(session, account_id)
    _end(session, account, SignIn.token_sha256 != _hash(but) if but else sa.true())


def _whose_sign_ins_may_end(session: Session, account_id: UUID) -> Account:
    if session.actor.id != account_id:
        demand(session.actor, Permission.EDIT_ACCOUNTS)
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def _end(session: Session, account: Account, which: sa.ColumnElement[bool]) -> None:
    ended = session.execute(
        sa.update(SignIn)
        .where(SignIn.account_id == account.id, SignIn.ended_at.is_(None), which)
        .values(ended_at=clock.now())
        .returning(SignIn.id)
    ).all()
    if ended:
        record(
            session,
            "sign_in.ended",
            "account",
            account.id,
            state_code=account.state_code,
            detail={"count": len(ended)},
        )
