"""Opening and ending accounts, and signing in with a code that comes by e-mail."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from registration import clock, text
from registration.accounts import rules
from registration.accounts.models import Account, SignIn, SignInCode
from registration.db import Session
from registration.errors import NotFound, Refused, TooMany
from registration.journal.service import record
from registration.permissions import Actor, Permission, Role, Scope, demand
from registration.post.service import post
from registration.words import say


def open_account(
    session: Session,
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    state_code: str | None = None,
    language: str = "en",
    address: str = "",
) -> Account:
    """Invite a person: staff with their roles, or the focal point of one State.

    `address` is where the pages are; it is named in the invitation. Raises Refused where the
    e-mail address has an open account already, or roles and State do not fit together.
    """
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    wanted = sorted({Role(role) for role in roles})
    if not wanted:
        raise Refused("Choose at least one role.", field="roles")
    if (Role.FOCAL_POINT in wanted) != (state_code is not None) or (
        state_code is not None and len(wanted) > 1
    ):
        raise Refused("A focal point acts for one State and has no other role.", field="roles")
    account = _account_for(session, text.email(email))
    account.name = text.line(name)
    account.roles = [role.value for role in wanted]
    account.state_code, account.language = state_code, language
    account.created_at, account.ended_at = clock.now(), None
    session.add(account)
    session.flush()
    record(
        session,
        "account.opened",
        "account",
        account.id,
        state_code=state_code,
        detail={"roles": account.roles},
    )
    post(
        session,
        purpose="invitation",
        recipients=[account.email],
        subject=say(language, "Your access to the registration of meetings"),
        text=_invitation(account, address),
        language=language,
        state_code=state_code,
    )
    return account


def _account_for(session: Session, email: str) -> Account:
    """A new account, or the ended one of that address: a person may come back with other roles."""
    _one_at_a_time(session, email)
    account = session.scalar(sa.select(Account).where(Account.email == email))
    if account is None:
        return Account(email=email)
    if account.ended_at is None:
        raise Refused("There is already an account with this e-mail address.", field="email")
    return account


def _one_at_a_time(session: Session, *keys: str) -> None:
    """Let others who name one of these keys wait until this transaction ends.

    Callers name an e-mail address first, a network address after it: so nobody waits in a ring.
    """
    for key in keys:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


def _invitation(account: Account, address: str) -> str:
    return say(
        account.language,
        "%(name)s,\n\nyou can now sign in at\n%(address)s\n\n"
        "There is no password: enter this e-mail address there, and a code will be sent to you.",
        name=account.name,
        address=f"{address}/sign-in",
    )


def end_account(session: Session, account_id: UUID) -> Account:
    """End an account and every sign-in of it, at once. Twice is as once."""
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("There is no such account.")
    if account.id == session.actor.id:
        raise Refused("You cannot end your own account.")
    if account.ended_at is not None:
        return account
    account.ended_at = clock.now()
    session.execute(
        sa.update(SignIn)
        .where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    record(session, "account.ended", "account", account.id, state_code=account.state_code)
    return account


def ask_for_code(session: Session, *, email: str, asked_from: str) -> UUID:
    """Send a sign-in code, where the address belongs to an open account. The answer never tells.

    Returns the identifier of the request, which the browser must bring back with the code.
    Raises TooMany when asked too often for one address or from one place.
    """
    email = text.email(email)
    _refuse_haste(session, email, asked_from)
    account = session.scalar(
        sa.select(Account).where(Account.email == email, Account.ended_at.is_(None))
    )
    digits = f"{secrets.randbelow(1_000_000):06d}"
    code = SignInCode(
        account_id=account.id if account else None,
        email=email,
        asked_from=asked_from,
        expires_at=clock.now() + rules.CODE_LIFE,
        code_sha256="",
    )
    session.add(code)
    session.flush()
    code.code_sha256 = _digest(code.id, digits)
    if account is not None:
        _send_code(session, account, digits)
    record(session, "sign_in.code_asked", "sign_in_code", code.id)
    return code.id


def _refuse_haste(session: Session, email: str, asked_from: str) -> None:
    _one_at_a_time(session, email, asked_from)
    if _asked(session, rules.WINDOW, SignInCode.email == email) >= rules.CODES_PER_EMAIL or (
        _asked(session, rules.WINDOW, SignInCode.asked_from == asked_from)
        >= rules.CODES_PER_ADDRESS
    ):
        raise TooMany("Codes were asked for too often. Please wait fifteen minutes.")
    if _asked(session, rules.LONG_WINDOW, SignInCode.email == email) >= rules.CODES_PER_EMAIL_A_DAY:
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


def _send_code(session: Session, account: Account, digits: str) -> None:
    post(
        session,
        purpose="sign_in_code",
        recipients=[account.email],
        subject=say(account.language, "Your sign-in code"),
        text=say(
            account.language,
            "Your code is %(code)s.\n\nIt works once, within ten minutes, in the browser in which"
            " you asked for it. If you did not ask, you need do nothing.",
            code=digits,
        ),
        language=account.language,
        state_code=account.state_code,
        confidential=True,
    )


def enter_code(
    session: Session, code_id: UUID, digits: str, *, browser: str, instead_of: str | None = None
) -> str | None:
    """Exchange a code for the token of a new sign-in; None where it is not, or no longer, right.

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
    if account is None or account.ended_at is not None:
        return None
    code.used_at = clock.now()
    if instead_of is not None:
        sign_out(session, instead_of)
    return begin(session, account, browser=browser)


def begin(session: Session, account: Account, *, browser: str) -> str:
    """Sign a person in; returns the token that the browser keeps. Who it is was proved before."""
    token = secrets.token_urlsafe(32)
    sign_in = SignIn(account_id=account.id, token_sha256=_hash(token), browser=browser[:200])
    session.add(sign_in)
    session.flush()
    record(session, "sign_in.begun", "account", account.id, state_code=account.state_code)
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_actor(session: Session, token: str) -> tuple[Actor, str] | None:
    """Whom a token signs in, with the person's language; None where the sign-in has ended.

    `session` acts in the scope of sign-in. Notes that the person was seen, once a minute.
    """
    row = session.execute(
        sa.select(SignIn, Account)
        .join(Account, SignIn.account_id == Account.id)
        .where(SignIn.token_sha256 == _hash(token))
    ).first()
    if row is None:
        return None
    sign_in, account = row
    at = clock.now()
    if account.ended_at is not None or not rules.sign_in_is_open(
        begun_at=sign_in.begun_at,
        last_seen_at=sign_in.last_seen_at,
        ended_at=sign_in.ended_at,
        at=at,
    ):
        return None
    if at - sign_in.last_seen_at > rules.SEEN_EVERY:
        sign_in.last_seen_at = at
        session.flush()
    return actor_of(account), account.language


def actor_of(account: Account) -> Actor:
    """On whose behalf a session works when this person is signed in."""
    return Actor(
        name=account.name,
        scope=Scope.STATE if account.state_code else Scope.STAFF,
        id=account.id,
        roles=frozenset(Role(role) for role in account.roles),
        state_code=account.state_code,
    )


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
