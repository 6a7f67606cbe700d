"""Opening, changing and ending accounts: who may sign in, in which part, and until when."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration import clock, text
from registration.accounts import factors
from registration.accounts.appointments import Appointment
from registration.accounts.models import Account, SignIn
from registration.db import Session, one_at_a_time
from registration.errors import Conflict, NotFound, Refused
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
    language: str = "en",
    address: str = "",
    ends_on: date | None = None,
) -> Account:
    """Invite a person of the office. Focal points are appointed (`focal_points.appoint`).

    `address` is where the pages are; it is named in the invitation. Raises Refused where the
    e-mail address has an open account already, or no role of the office is given.
    """
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    return invite(
        session,
        email=email,
        name=name,
        roles=_of_the_office(roles),
        language=language,
        address=address,
        ends_on=ends_on,
    )


def _of_the_office(roles: Iterable[Role]) -> list[Role]:
    wanted = sorted({Role(role) for role in roles})
    if not wanted:
        raise Refused("Choose at least one role.", field="roles")
    if Role.FOCAL_POINT in wanted:
        raise Refused("A focal point acts for one State and has no other role.", field="roles")
    return wanted


def invite(
    session: Session,
    *,
    email: str,
    name: str,
    roles: list[Role],
    state_code: str | None = None,
    language: str,
    address: str,
    ends_on: date | None = None,
) -> Account:
    """Open an account and tell the person. The caller has asked who may do this.

    A person who had an account may come back in another part, with nothing of the old one.
    """
    account = _account_for(session, text.email(email))
    account.name = text.line(name)
    account.roles = [role.value for role in roles]
    account.state_code, account.language = state_code, language
    account.created_at, account.ended_at, account.ends_on = clock.now(), None, _later(ends_on)
    session.add(account)
    session.flush()
    factors.forget_all(session, account.id)
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
    one_at_a_time(session, email)
    account = session.scalar(sa.select(Account).where(Account.email == email))
    if account is None:
        return Account(email=email)
    if account.is_open:
        raise Refused("There is already an account with this e-mail address.", field="email")
    end_sign_ins(session, account)
    return account


def _later(ends_on: date | None) -> date | None:
    if ends_on is not None and ends_on <= clock.today():
        raise Refused("Enter a day that is still to come.", field="ends_on")
    return ends_on


def _invitation(account: Account, address: str) -> str:
    return say(
        account.language,
        "%(name)s,\n\nyou can now sign in at\n%(address)s\n\n"
        "There is no password: enter this e-mail address there, and a code will be sent to you.",
        name=account.name,
        address=f"{address}/sign-in",
    )


def change_account(
    session: Session,
    account_id: UUID,
    *,
    seen: int,
    name: str,
    roles: Iterable[Role],
    ends_on: date | None,
) -> Account:
    """Give a person of the office another name, other roles or an end date.

    Whoever gets other roles or an end is signed out everywhere at once. `seen` is the version that
    was read; raises Conflict where somebody changed the account since, and Refused where it is
    one's own: nobody gives oneself a role.
    """
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    account = find(session, account_id)
    if account.state_code is not None:
        raise Refused("A focal point acts for one State and has no other role.", field="roles")
    if account.id == session.actor.id:
        raise Refused("You cannot change your own account.")
    if account.version != seen:
        raise Conflict("Somebody else has changed this account since. Look at it again.")
    before, known_as = (account.roles, account.ends_on), account.name
    account.name = text.line(name)
    account.roles = [role.value for role in _of_the_office(roles)]
    if ends_on != account.ends_on:
        account.ends_on = _later(ends_on)
    session.flush()
    if (account.roles, account.ends_on) != before:
        end_sign_ins(session, account)
    if (account.roles, account.ends_on) != before or account.name != known_as:
        record(
            session,
            "account.changed",
            "account",
            account.id,
            detail={"roles": account.roles, "ends_on": str(ends_on or "")},
        )
    return account


def end_account(session: Session, account_id: UUID) -> Account:
    """End an account, every sign-in of it and what it acts by, at once. Twice is as once."""
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    account = find(session, account_id)
    if account.id == session.actor.id:
        raise Refused("You cannot end your own account.")
    if account.ended_at is not None:
        return account
    account.ended_at = clock.now()
    end_sign_ins(session, account)
    _end_appointments(session, account)
    record(session, "account.ended", "account", account.id, state_code=account.state_code)
    return account


def _end_appointments(session: Session, account: Account) -> None:
    """Who cannot sign in acts for no State; the person may come back, and for another one."""
    in_force = sa.or_(Appointment.ends_on.is_(None), Appointment.ends_on > clock.today())
    for appointment in session.scalars(
        sa.select(Appointment).where(Appointment.account_id == account.id, in_force)
    ):
        appointment.ends_on = clock.today()
        record(
            session,
            "focal_point.ended",
            "appointment",
            appointment.id,
            state_code=appointment.state_code,
            detail={"on": appointment.ends_on.isoformat(), "source": ""},
        )


def end_sign_ins(session: Session, account: Account) -> None:
    """Sign a person out everywhere: from the next request on nothing is theirs to see."""
    session.execute(
        sa.update(SignIn)
        .where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def forget_factors(session: Session, account_id: UUID) -> Account:
    """Let a person who has lost everything set up a second factor anew, with the next code.

    Whoever asks for this must be recognized by voice or face: the page says so.
    """
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    account = find(session, account_id)
    if account.id == session.actor.id:
        raise Refused("Ask another administrator to do this for you.")
    factors.forget_all(session, account.id)
    end_sign_ins(session, account)
    record(
        session,
        "sign_in.factors_forgotten",
        "account",
        account.id,
        state_code=account.state_code,
    )
    return account


def find(session: Session, account_id: UUID) -> Account:
    """One account. Raises NotFound."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def actor_of(account: Account) -> Actor:
    """On whose behalf a session works when this person is signed in."""
    return Actor(
        name=account.name,
        scope=Scope.STATE if account.state_code else Scope.STAFF,
        id=account.id,
        roles=frozenset(Role(role) for role in account.roles),
        state_code=account.state_code,
    )


def signing_in(account: Account) -> Actor:
    """On whose behalf a session works while this person is proving who it is."""
    return Actor(name=account.name, scope=Scope.SIGN_IN, id=account.id)
