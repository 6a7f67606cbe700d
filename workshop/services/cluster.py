"""A PostgreSQL cluster as seen by its clients: where it listens, its roles and its databases."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from workshop.errors import WorkshopError

DATABASE = "registration"
OWNER = "registration_owner"
APPLICATION = "registration_app"
SUPERUSER = "postgres"

_END_LIMIT_SECONDS = 30


@dataclass(frozen=True)
class Cluster:
    """Where a PostgreSQL cluster listens and how its roles sign in; the server may run elsewhere.

    Plain values, so that it can be handed to another process.
    """

    run: str
    passwords: dict[str, str]

    def url(self, role: str, database: str = DATABASE) -> str:
        """SQLAlchemy's URL of `database` for `role` (psycopg 3, password included)."""
        query = urlencode({"host": self.run})
        password = quote(self.passwords[role], safe="")
        return f"postgresql+psycopg://{role}:{password}@/{database}?{query}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A superuser's connection in autocommit, for what the application must never do."""
        return psycopg.connect(
            host=self.run,
            user=SUPERUSER,
            password=self.passwords[SUPERUSER],
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def create_roles(self) -> None:
        """Create the two roles, or set them right if they exist.

        The owner's role alone may change the schema. The application's role owns nothing and
        cannot leave row-level security.
        """
        with self.connect() as connection:
            for role in (OWNER, APPLICATION):
                found = connection.execute(
                    "SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)
                ).fetchone()
                connection.execute(
                    sql.SQL(
                        "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
                        "NOBYPASSRLS PASSWORD {}"
                    ).format(
                        sql.SQL("CREATE" if found is None else "ALTER"),
                        sql.Identifier(role),
                        sql.Literal(self.passwords[role]),
                    )
                )

    def create_database(self, name: str = DATABASE, *, template: str = "template0") -> None:
        """Create the database `name` unless it exists: the owner's, closed to everybody else."""
        with self.connect() as connection:
            if connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (name,)
            ).fetchone():
                return
            for statement in (
                "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}",
                "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
                "GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {application}",
            ):
                connection.execute(
                    sql.SQL(statement).format(
                        name=sql.Identifier(name),
                        owner=sql.Identifier(OWNER),
                        application=sql.Identifier(APPLICATION),
                        template=sql.Identifier(template),
                    )
                )

    def drop_database(self, name: str) -> None:
        """Remove the database `name`, throwing its clients out."""
        with self.connect() as connection:
            throw_out(connection, name)
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def throw_out(connection: psycopg.Connection[tuple[object, ...]], database: str) -> None:
    """End all other connections to a database, and wait until they are gone.

    PostgreSQL's own ways to wait for that look every tenth of a second.
    """
    others = "from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
    connection.execute(f"select pg_terminate_backend(pid) {others}".encode(), (database,))
    deadline = time.monotonic() + _END_LIMIT_SECONDS
    while connection.execute(f"select pid {others}".encode(), (database,)).fetchone():
        if time.monotonic() > deadline:
            raise WorkshopError(
                f"The database {database} is still in use.", mend="end the programs that use it"
            )
        time.sleep(0.001)
