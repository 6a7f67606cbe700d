"""The database: models' base, and sessions that know on whose behalf they act.

Services flush; the edges (a view, `workers.unit.unit`) commit.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql
from uuid_utils.compat import uuid7

from registration.errors import NoActor
from registration.permissions import Actor

_QUOTED = re.compile(r'".*"')


class Base(orm.DeclarativeBase):
    """Base of all tables; constraint names are predictable, so that migrations can name them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        str: sa.Text(),
        datetime: sa.DateTime(timezone=True),
        dict[str, Any]: postgresql.JSONB(),
        dict[str, str]: postgresql.JSONB(),
        list[str]: postgresql.ARRAY(sa.Text()),
    }


def new_id() -> UUID:
    """An identifier that sorts by the time of its making and cannot be guessed."""
    return uuid7()


def one_of(values: type[StrEnum]) -> sa.Enum:
    """A text column that holds the values of a StrEnum and a check constraint that says so."""
    return sa.Enum(
        values,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=values.__name__.lower(),
        values_callable=lambda enum: [member.value for member in enum],
    )


def engine(url: str, **options: Any) -> sa.Engine:
    """A pool on that database. `url` may begin with `postgresql://`: psycopg 3 is the driver."""
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    return _engine(address.render_as_string(hide_password=False), tuple(sorted(options.items())))


@cache
def _engine(url: str, options: tuple[tuple[str, Any], ...]) -> sa.Engine:
    # An error goes to the log; what was to be stored with it, a sign-in code even, does not.
    made = sa.create_engine(url, pool_pre_ping=True, hide_parameters=True, **dict(options))
    sa.event.listen(made, "handle_error", _keep_values_out)
    return made


def _keep_values_out(context: sa.ExceptionContext) -> None:
    """Take out of an error what PostgreSQL quotes from rows: errors are logged and kept.

    Its first line names tables and constraints; DETAIL and CONTEXT quote values, and so does the
    first line where a value has the wrong form (SQLSTATE class 22).
    """
    error = context.original_exception
    first_line = str(error).partition("\n")[0]
    if str(getattr(error, "sqlstate", None) or "").startswith("22"):
        first_line = _QUOTED.sub('"…"', first_line)
    error.args = (first_line,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (f"({type(error).__name__}) {first_line}",)


class Session(orm.Session):
    """A session that refuses its first query until `info["actor"]` says who acts."""

    @property
    def actor(self) -> Actor:
        """On whose behalf this session works. Raises NoActor where nobody said."""
        try:
            actor: Actor = self.info["actor"]
        except KeyError:
            raise NoActor("this session has no actor") from None
        return actor

    def act_as(self, actor: Actor) -> None:
        """Go on as somebody else. Ends the transaction, so that no row read before is kept."""
        self.rollback()
        self.expunge_all()
        self.info["actor"] = actor


_WHO_ACTS = sa.text(
    "select set_config('app.scope', :scope, true), set_config('app.state', :state, true),"
    " set_config('app.actor', :actor, true)"
)
_WHO_ACTS_FORGETTABLY = sa.text(f"{_WHO_ACTS.text}, set_config('synchronous_commit', 'off', true)")


@sa.event.listens_for(Session, "after_begin")
def _tell_the_database_who_acts(
    session: Session, transaction: orm.SessionTransaction, connection: sa.Connection
) -> None:
    actor = session.actor
    connection.execute(
        _WHO_ACTS_FORGETTABLY if session.info.get("forgettable") else _WHO_ACTS,
        {
            "scope": actor.scope.value,
            "state": actor.state_code or "",
            "actor": str(actor.id or actor.name),
        },
    )


def open_session(bind: sa.Engine | sa.Connection, actor: Actor | None = None) -> Session:
    """A session on that engine or connection, for that actor where one is known already."""
    return Session(bind, expire_on_commit=False, info={} if actor is None else {"actor": actor})


@contextmanager
def session_for(
    bind: sa.Engine | sa.Connection, actor: Actor, *, forgettable: bool = False
) -> Iterator[Session]:
    """A session that commits at the end, and rolls back on any error.

    The commit of a `forgettable` one returns before it is on the disk. Others see it as they see
    any, and whoever commits after it as usual waits for both; but a crash of PostgreSQL within the
    second may forget it whole. That is for what would as well be done again.
    """
    with open_session(bind, actor) as session:
        session.info["forgettable"] = forgettable
        yield session
        session.commit()


def one_at_a_time(session: Session, *keys: str) -> None:
    """Let others who name one of these keys wait until this transaction ends.

    Callers name an e-mail address first, a network address after it: so nobody waits in a ring.
    """
    for key in keys:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


def among_others(session: Session, key: str) -> None:
    """Let who wants `one_at_a_time` with this key wait until this transaction ends, and no other.

    Whoever calls this while somebody has the key alone waits for the end of that.
    """
    of_key = sa.func.hashtextextended(key, 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(of_key)))
