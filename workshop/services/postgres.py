"""The PostgreSQL of one instance: made, started, watched until it answers, and stopped again."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

from workshop.children import run_child, start_child, stop_child
from workshop.services.cluster import SUPERUSER, Cluster
from workshop.services.home import (
    START_LIMIT_SECONDS,
    Home,
    failed_start,
    last_words,
    plain_environment,
    require_free_space,
)
from workshop.services.postgres_programs import PostgresPrograms


class PostgresServer:
    """One PostgreSQL cluster of one instance, on a Unix socket in a closed folder.

    `fast` gives up durability for speed: for tests, whose data nobody keeps.
    """

    def __init__(
        self, home: Home, programs: PostgresPrograms, passwords: Mapping[str, str], *, fast: bool
    ) -> None:
        self._home = home
        self._programs = programs.for_account(home.account)
        self._fast = fast
        self._child: subprocess.Popen[bytes] | None = None
        self.cluster = Cluster(str(home.run), dict(passwords))
        self.major = programs.major
        self.data = home.data / f"postgresql-{programs.major}"
        self.log = home.logs / "postgresql.log"

    @property
    def pid(self) -> int | None:
        """The server's process number while it runs."""
        return None if self._child is None else self._child.pid

    def start(self) -> None:
        """Make the cluster if it is new, start it, and wait until it answers."""
        require_free_space(self._home.data)
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        deadline = time.monotonic() + START_LIMIT_SECONDS
        self._launch()
        while not self._answers():
            if self._exited():
                # After a hard kill of the supervisor the old server may still be saying goodbye.
                if "lock file" not in last_words(self.log) or time.monotonic() > deadline:
                    raise failed_start("PostgreSQL", self.log)
                time.sleep(0.2)
                self._launch()
            if time.monotonic() > deadline:
                self.stop()
                raise failed_start("PostgreSQL", self.log)
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server, throwing its clients out (PostgreSQL's fast shutdown)."""
        if self._child is not None:
            stop_child(self._child, signal.SIGINT, patience=20)
            self._child = None

    def _make_cluster(self) -> None:
        if self.data.exists():  # a first start that was interrupted
            shutil.rmtree(self.data)
        with self._home.passed_secret(self.cluster.passwords[SUPERUSER]) as password:
            done = run_child(
                [
                    self._programs.folder / "initdb",
                    f"--pgdata={self.data}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    *(["--no-sync"] if self._fast else []),
                ],
                account=self._home.account,
                env=plain_environment(),
            )
        if done.returncode != 0:
            self.log.write_text(done.stdout, encoding="utf-8")
            raise failed_start("PostgreSQL's initdb", self.log)

    def _launch(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._home.run),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "max_connections": "100",
            # Its log names tables and constraints, and quotes no rows (as docker-compose.yml).
            "log_error_verbosity": "terse",
        }
        if self._fast:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "autovacuum": "off",
                "wal_level": "minimal",
                "max_wal_senders": "0",
            }
        command: list[str | Path] = [self._programs.folder / "postgres", "-D", self.data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self._child = start_child(
            command,
            log=self.log,
            account=self._home.account,
            env=plain_environment(),
            cwd=Path("/"),
            farewell=signal.SIGINT,
        )

    def _answers(self) -> bool:
        try:
            self.cluster.connect().close()
        except psycopg.OperationalError:
            return False
        # An older server on the same socket is not the one that was just started.
        return not self._exited()

    def _exited(self) -> bool:
        return self._child is None or self._child.poll() is not None
