"""The database server of a test run: started once, migrated once, as new for every test.

The process that starts it is the one that pytest was called as; with xdist the workers get the
`Cluster` (plain values) and clone the same templates. The server dies with its process.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from registration import db, migration, permissions
from registration.seed import reference
from workshop.services import (
    APPLICATION,
    OWNER,
    SUPERUSER,
    Cluster,
    Home,
    PostgresServer,
    ValkeyServer,
    choose_postgres,
    find_valkey,
    installed_postgres,
    throw_out,
)

EMPTY = "template_empty"
SEEDED = "template_seeded"

# What happened to a database that emptying its tables does not undo.
_REMEMBER = """
create schema workshop;
create table workshop.altered (by text not null);
create function workshop.remember() returns event_trigger language plpgsql security definer
as $$ begin insert into workshop.altered values (tg_tag); end $$;
create event trigger altered on ddl_command_end execute function workshop.remember();
alter event trigger altered enable always;
"""
_FILLED = """
select relname from pg_class
where relkind = 'r' and relnamespace = 'public'::regnamespace
  and relname <> 'alembic_version' and pg_relation_size(oid) > 0
"""


class Testbed:
    """PostgreSQL for one test run, with the templates that tests are cloned from.

    `fast` gives up durability: for whoever does not crash the server.
    """

    __test__ = False

    def __init__(self, *, fast: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="registration-tests-"))
        self.folder.chmod(0o755)  # closed again one level below; the servers' account passes here
        home = Home.under(self.folder)
        programs = choose_postgres(home.data, installed_postgres())
        passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, OWNER, APPLICATION)}
        self.postgres = PostgresServer(home, programs, passwords, fast=fast)

    @property
    def cluster(self) -> Cluster:
        """Where the server listens."""
        return self.postgres.cluster

    def start(self) -> None:
        """Start the server and make the roles."""
        self.postgres.start()
        self.cluster.create_roles()

    def make_templates(self) -> None:
        """Make the two templates: the tables alone, and the tables with the reference data."""
        self.cluster.create_database(EMPTY)
        migration.upgrade(_engine(self.cluster.url(OWNER, EMPTY)))
        with self.cluster.connect(EMPTY) as connection:
            connection.execute(_REMEMBER)
            connection.execute("vacuum")  # as each of them is, once it was emptied
        self.cluster.create_database(SEEDED, template=EMPTY)
        with self.cluster.connect(SEEDED) as connection:
            connection.execute("insert into workshop.altered values ('reference data')")
        with db.session_for(
            _engine(self.cluster.url(APPLICATION, SEEDED)), permissions.system("seed")
        ) as session:
            list(reference.plant(session))

    def stop(self) -> None:
        """End the server and remove everything it wrote."""
        self.postgres.stop()
        shutil.rmtree(self.folder)


def _engine(url: str) -> sa.Engine:
    # Without a pool: a database with a connection open cannot be cloned.
    return sa.create_engine(url, poolclass=sa.NullPool)


def own_valkey(folder: Path) -> ValkeyServer:
    """A Valkey for one process of the test run, not started: a test may empty or kill its own."""
    return ValkeyServer(Home.under(folder), find_valkey(), durable=False)


def renew_database(cluster: Cluster, name: str, *, template: str) -> None:
    """Make the database `name` as new, whoever still uses it: emptied, or cloned from `template`.

    To clone one takes 550 files and to truncate what refers to each other hundreds; to delete the
    rows of a test takes none. VACUUM then gives the tables' pages back: nothing is left of the
    earlier rows, neither in the order in which later ones are found nor in what the planner knows.
    """
    if template == EMPTY and _is_emptied(cluster, name):
        return
    cluster.drop_database(name)
    cluster.create_database(name, template=template)


def _is_emptied(cluster: Cluster, name: str) -> bool:
    """Try to empty the database's tables; in vain where more than rows of theirs has changed."""
    try:
        connection = cluster.connect(name)
    except psycopg.OperationalError:
        return False
    with connection:
        throw_out(connection, name)
        if connection.execute("select by from workshop.altered").fetchone():
            return False
        # Not even the guards of what is kept for ever stand in the way of the next test.
        connection.execute("set session_replication_role = replica")
        if filled := [sql.Identifier(str(table)) for (table,) in connection.execute(_FILLED)]:
            deletes = [sql.SQL("delete from {}").format(table) for table in filled]
            connection.execute(sql.SQL("; ").join(deletes))
            connection.execute(sql.SQL("vacuum {}").format(sql.SQL(", ").join(filled)))
        connection.execute(
            "select setval(format('%I.%I', schemaname, sequencename), 1, false) from pg_sequences"
            " where last_value is not null"
        )
        return connection.execute(_FILLED).fetchone() is None
