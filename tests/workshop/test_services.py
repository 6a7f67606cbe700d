"""PostgreSQL and Valkey as the workshop starts them: closed, durable, gone with their parent."""

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from workshop.errors import WorkshopError
from workshop.memory import descendants
from workshop.services import (
    APPLICATION,
    DATABASE,
    OWNER,
    SUPERUSER,
    Home,
    PostgresPrograms,
    PostgresServer,
    ValkeyServer,
    choose_postgres,
    failed_start,
    find_valkey,
    installed_postgres,
    require_free_space,
)
from workshop.services.home import LONGEST_SOCKET_FOLDER

ROOT = Path(__file__).resolve().parents[2]
PASSWORDS = {SUPERUSER: "one'\"one", OWNER: "two/@:two", APPLICATION: "three%three"}


@contextmanager
def open_folder() -> Iterator[Path]:
    # pytest's own folders are closed to the account that the servers run under.
    path = Path(tempfile.mkdtemp(prefix="registration-services-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as path:
        yield path


@pytest.fixture
def home(folder: Path) -> Home:
    return Home.under(folder)


@pytest.fixture(
    params=installed_postgres(), ids=lambda programs: f"postgresql-{programs.major}", scope="module"
)
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    with open_folder() as folder:
        server = PostgresServer(Home.under(folder), request.param, PASSWORDS, fast=True)
        server.start()
        yield server
        server.stop()


def test_the_wheel_brings_a_postgresql_where_debian_has_none():
    assert any(programs.from_wheel for programs in installed_postgres())


def test_each_installed_postgresql_serves_the_application(postgres: PostgresServer):
    postgres.cluster.create_roles()
    postgres.cluster.create_database()
    with psycopg.connect(postgres.cluster.url(APPLICATION).replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT current_user, current_database()").fetchone()
    assert row == (APPLICATION, DATABASE)


def test_the_application_owns_nothing_and_cannot_leave_row_level_security(
    postgres: PostgresServer,
):
    postgres.cluster.create_roles()
    postgres.cluster.create_database()
    with postgres.cluster.connect() as connection:
        role = connection.execute(
            "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole"
            " FROM pg_roles WHERE rolname = %s",
            (APPLICATION,),
        ).fetchone()
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", (DATABASE,)
        ).fetchone()
    assert role == (True, False, False, False, False)
    assert owner == (OWNER,)


def test_the_log_of_the_server_quotes_no_row(postgres: PostgresServer):
    with postgres.cluster.connect() as connection:
        connection.execute("CREATE TABLE person (email text PRIMARY KEY)")
        with pytest.raises(psycopg.errors.UniqueViolation, match="quillfeather"):
            connection.execute(
                "INSERT INTO person SELECT %s FROM generate_series(1, 2)",
                ["quillfeather@x.org"],
            )
        connection.execute("DROP TABLE person")
    written = postgres.log.read_text()
    assert "duplicate key" in written
    assert "quillfeather" not in written


def test_no_role_gets_in_without_its_password(postgres: PostgresServer):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(
            host=postgres.cluster.run, user=SUPERUSER, dbname="postgres", password="guess"
        )


def test_only_its_own_account_reaches_the_sockets_and_the_data(postgres: PostgresServer):
    for closed in (Path(postgres.cluster.run), postgres.data.parent, postgres.data):
        assert closed.stat().st_mode & 0o077 == 0


def test_postgresql_listens_on_no_network_address(postgres: PostgresServer):
    with postgres.cluster.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_second_start_keeps_the_data(postgres: PostgresServer):
    with postgres.cluster.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    postgres.stop()
    postgres.start()
    with postgres.cluster.connect() as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_an_interrupted_first_start_is_begun_again(home: Home):
    server = PostgresServer(home, installed_postgres()[0], PASSWORDS, fast=True)
    server.data.mkdir()
    (server.data / "half").write_text("of a cluster")
    server.start()
    server.stop()
    assert (server.data / "PG_VERSION").exists()


@pytest.mark.parametrize(("written", "here"), [(18, 15), (15, 18)])
def test_data_of_another_major_version_are_refused_with_the_way_out(
    tmp_path: Path, written: int, here: int
):
    (tmp_path / f"postgresql-{written}").mkdir()
    (tmp_path / f"postgresql-{written}" / "PG_VERSION").write_text(f"{written}\n")
    installed = [PostgresPrograms(Path("/nowhere"), here, from_wheel=False)]
    with pytest.raises(WorkshopError, match=rf"PostgreSQL {written}, .*only {here}") as refused:
        choose_postgres(tmp_path, installed)
    assert f"postgresql-{written}" in refused.value.mend


def test_data_are_served_by_the_version_that_wrote_them(tmp_path: Path):
    (tmp_path / "postgresql-15").mkdir()
    (tmp_path / "postgresql-15" / "PG_VERSION").write_text("15\n")
    newer = PostgresPrograms(Path("/newer"), 18, from_wheel=True)
    older = PostgresPrograms(Path("/older"), 15, from_wheel=False)
    assert choose_postgres(tmp_path, [newer, older]) is older


def test_a_full_disk_is_said_before_anything_is_started(tmp_path: Path):
    with pytest.raises(WorkshopError, match=r"is full: \d+ MB are free"):
        require_free_space(tmp_path, megabytes=10**12)


def test_a_program_that_failed_is_quoted_and_a_full_disk_is_named(tmp_path: Path):
    log = tmp_path / "program.log"
    log.write_text("a\ncannot write: No space left on device\n")
    assert "The relay stopped because the disk is full." in str(failed_start("The relay", log))
    log.write_text("ModuleNotFoundError: workers\n")
    assert "did not start. It said:\nModuleNotFoundError" in str(failed_start("The relay", log))


def test_a_folder_too_deep_for_a_socket_gets_its_sockets_elsewhere(folder: Path):
    deep = folder / ("a" * 60) / ("b" * 60)
    home = Home.under(deep)
    server = PostgresServer(home, installed_postgres()[0], PASSWORDS, fast=True)
    server.start()
    server.stop()
    home.run.rmdir()
    assert len(str(home.run)) <= LONGEST_SOCKET_FOLDER < len(str(deep))


def test_valkey_keeps_what_it_confirmed_through_a_hard_kill(home: Home):
    server = ValkeyServer(home, find_valkey(), durable=True)
    server.start()
    with server.client() as client:
        for number in range(50):
            client.rpush("queue", number)
    server.kill()
    server.start()
    with server.client() as client:
        assert client.llen("queue") == 50
    server.stop()


def test_nothing_runs_on_when_the_starter_is_killed(folder: Path):
    starter = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time\n"
            "from pathlib import Path\n"
            "from workshop.services import *\n"
            "home = Home.under(Path(sys.argv[1]))\n"
            "passwords = {SUPERUSER: 'a', OWNER: 'b', APPLICATION: 'c'}\n"
            "PostgresServer(home, installed_postgres()[0], passwords, fast=True).start()\n"
            "ValkeyServer(home, find_valkey(), durable=False).start()\n"
            "print('up', flush=True)\n"
            "time.sleep(60)\n",
            str(folder),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout is not None
    with starter.stdout:
        assert starter.stdout.readline() == "up\n"
    servers = [pid for pid in descendants(starter.pid) if pid != starter.pid]
    assert len(servers) > 2
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    _await_end(servers)


def _await_end(pids: list[int]) -> None:
    deadline = time.monotonic() + 60
    left = pids
    while left and time.monotonic() < deadline:
        left = [pid for pid in left if Path(f"/proc/{pid}/exe").is_symlink() and _alive(pid)]
        time.sleep(0.05)
    assert left == []


def _alive(pid: int) -> bool:
    try:
        stage = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stage != "Z"
