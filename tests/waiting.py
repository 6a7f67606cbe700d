"""Waiting for a fact of the database, however busy the machine is."""

import sqlalchemy as sa

_WAITING = sa.text(
    "select count(*) from pg_stat_activity"
    " where datname = current_database() and wait_event_type = 'Lock'"
)


def until_somebody_waits_for_a_lock(engine: sa.Engine) -> None:
    """Return once a transaction of this test's database waits for another one."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(_WAITING):
            connection.execute(sa.text("select pg_sleep(0.02)"))
