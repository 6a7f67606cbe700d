"""The database server of a test run: started once, migrated once, cloned for every test.

The process that starts it is the one that pytest was called as; with xdist the workers get the
`Cluster` (plain values) and clone the same templates. The server dies with its process.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path

import sqlalchemy as sa

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
)

EMPTY = "template_empty"
SEEDED = "template_seeded"


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
        self.cluster.create_database(SEEDED, template=EMPTY)
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
    """Replace the database `name` with a fresh clone of `template`, whoever still uses it."""
    cluster.drop_database(name)
    cluster.create_database(name, template=template)
