"""Questions about accounts: all of them, and the focal points of one State."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.accounts.models import Account, SignIn
from registration.db import Session
from registration.permissions import Role

# Accounts lie below the States in the order of slices: they know their table, not their models.
_STATE = sa.table(
    "state",
    sa.column("code", sa.Text()),
    sa.column("names", sa.JSON()),
    sa.column("sort_key", sa.Text()),
)


@dataclass(frozen=True)
class Line:
    """An account in the administrator's list."""

    account: Account
    last_seen_at: datetime | None


def all_accounts(session: Session) -> list[Line]:
    """Every account with the time it was last seen: open ones first, each part by name."""
    last_seen = (
        sa.select(sa.func.max(SignIn.last_seen_at))
        .where(SignIn.account_id == Account.id)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Account, last_seen).order_by(
            Account.ended_at.is_not(None), Account.name, Account.email
        )
    )
    return [Line(account, seen) for account, seen in rows]


def with_role(session: Session, role: Role) -> list[Account]:
    """The people who can act in that role now, by name."""
    return list(
        session.scalars(
            sa.select(Account)
            .where(Account.roles.contains([role.value]), _is_open())
            .order_by(Account.name)
        )
    )


def _is_open() -> sa.ColumnElement[bool]:
    """`Account.is_open`, as PostgreSQL is asked for it."""
    still = sa.or_(Account.ends_on.is_(None), Account.ends_on > clock.today())
    return sa.and_(Account.ended_at.is_(None), still)


def names(session: Session, account_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What these people are called, by their account."""
    wanted = set(account_ids)
    rows = session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def focal_points(session: Session, state_code: str) -> list[Account]:
    """Who may answer for a State now, by name."""
    return list(
        session.scalars(
            sa.select(Account)
            .where(
                Account.state_code == state_code,
                Account.roles.contains([Role.FOCAL_POINT.value]),
                _is_open(),
            )
            .order_by(Account.name)
        )
    )


def state_names(session: Session) -> dict[str, dict[str, str]]:
    """The names of every State by language, by its code, in the English order of lists."""
    rows = session.execute(sa.select(_STATE.c.code, _STATE.c.names).order_by(_STATE.c.sort_key))
    return {row.code: row.names for row in rows}
