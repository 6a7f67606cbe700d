"""The database server of a test run: started once, migrated once, as new for every test.

The process that starts it is the one that pytest was called as; with xdist the workers get the
`Cluster` (plain values) and clone the same templates. The server dies with its process.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import shutil
import tempfile
from base64 import b64encode
from contextlib import closing
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
        self._lighten_passwords()

    def _lighten_passwords(self) -> None:
        """Let each be checked in one round, not 4,096: thousands of tests sign in."""
        with self.cluster.connect() as connection:
            for role, password in self.cluster.passwords.items():
                words = sql.SQL("alter role {} password {}")
                verifier = sql.Literal(_verifier(password))
                connection.execute(words.format(sql.Identifier(role), verifier))

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


def _verifier(password: str) -> str:
    """What PostgreSQL keeps of a password, made in one round (RFC 5802)."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    in_letters = [b64encode(each).decode("ascii") for each in (salt, stored, server)]
    return "SCRAM-SHA-256$1:{}${}:{}".format(*in_letters)


def _engine(url: str) -> sa.Engine:
    # Without a pool: a database with a connection open cannot be cloned.
    return sa.create_engine(url, poolclass=sa.NullPool)


def own_valkey(folder: Path) -> ValkeyServer:
    """A Valkey for one process of the test run, not started: a test may empty or kill its own."""
    return ValkeyServer(Home.under(folder), find_valkey(), durable=False)


class Renewal:
    """Makes the databases of one process as new, over connections that it keeps."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._kept: dict[str, psycopg.Connection[tuple[object, ...]]] = {}

    def renew(self, name: str, *, template: str) -> None:
        """Make the database `name` as new, whoever still uses it: emptied, or cloned.

        To clone one takes 550 files and to truncate what refers to each other hundreds; to delete
        the rows of a test takes none. VACUUM then gives the tables' pages back: nothing is left of
        the earlier rows, neither in the order in which later ones are found nor in what the planner
        knows.
        """
        if template == EMPTY and self._is_emptied(name):
            return
        self._part_from(name)
        self._cluster.drop_database(name)
        self._cluster.create_database(name, template=template)

    def close(self) -> None:
        """End the connections."""
        for name in list(self._kept):
            self._part_from(name)

    def _part_from(self, name: str) -> None:
        if (kept := self._kept.pop(name, None)) is not None:
            kept.close()

    def _is_emptied(self, name: str) -> bool:
        """Try to empty the tables; in vain where more than rows of theirs has changed."""
        if name in self._kept:
            try:
                return _empty(self._kept[name], name)
            except psycopg.OperationalError:  # a test has ended it, or the database
                self._part_from(name)
        try:
            self._kept[name] = self._cluster.connect(name)
        except psycopg.OperationalError:
            return False
        return _empty(self._kept[name], name)


def renew_database(cluster: Cluster, name: str, *, template: str) -> None:
    """Make one database as new: see `Renewal.renew`."""
    with closing(Renewal(cluster)) as renewal:
        renewal.renew(name, template=template)


def _empty(connection: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    """Delete all rows; false where that does not make the database as it was."""
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
