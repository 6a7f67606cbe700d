"""What every test may ask for: a fresh database, a queue, a mail server, and no network beyond.

PostgreSQL starts once for a test run; each test that asks for a database gets a fresh one, with
the tables of all migrations: real commits are made, and nothing of them is left for the next test.
Mark a test (or a module) `reference_data` to find the States and meetings of the seed in it.
"""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from pydantic import SecretStr

from registration import config
from registration.config import Settings
from tests.applications import Applications
from tests.run_folder import RunFolder
from workshop import catalogues
from workshop.mail_catcher import Mailbox, MailCatcher
from workshop.services import APPLICATION, OWNER, Cluster, ValkeyServer
from workshop.testbed import EMPTY, SEEDED, Renewal, Testbed, own_valkey

# What a test finds, it finds at every run, however busy the machine is. To look for more, with new
# examples: `pytest --hypothesis-profile default`.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")


_CLUSTER = pytest.StashKey[Cluster]()
# Folders whose tests start browsers, or every process of the product, and the longest modules.
_LONG = {"browser", "faults", "journeys", "workshop"}
_LONG_MODULES = {
    "test_access.py",
    "test_all_copies.py",
    "test_life_of_a_message.py",
    "test_names.py",
    "test_two_officers.py",
    "test_uploads.py",
}
_IN_MEMORY = Path("/dev/shm")
_ROOMY_BYTES = 4 * 1024**3


@dataclass(frozen=True)
class Services:
    """The addresses of one test's services, as the application's settings take them."""

    database_url: str
    owner_database_url: str
    broker_url: str


def _start_testbed(config: pytest.Config) -> Cluster:
    if _CLUSTER not in config.stash:
        testbed = Testbed()
        config.add_cleanup(testbed.stop)
        testbed.start()
        testbed.make_templates()
        config.stash[_CLUSTER] = testbed.cluster
    return config.stash[_CLUSTER]


def pytest_configure(config: pytest.Config) -> None:
    """Do once, before any worker starts, what is the same for all of them."""
    if not hasattr(config, "workerinput"):
        # Else each process that a test starts would compile every module that it imports.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        catalogues.compile_stale()
        _write_into_one_folder(config)


def _write_into_one_folder(config: pytest.Config) -> None:
    """Let this run and its children keep their files together, in memory where that is roomy.

    What a failed test has left stays beside that folder, to be looked at.
    """
    place = _roomiest_place()
    folder = RunFolder(place)
    config.add_cleanup(folder.close)
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(place)
    os.environ["TMPDIR"] = str(folder.path)
    tempfile.tempdir = None  # asked for before, it would still be the former


def _roomiest_place() -> Path:
    """TMPDIR, if it is set; else memory, where a database is made in a third of the time.

    In a container the place in memory is often too small or takes no programs.
    """
    if "TMPDIR" not in os.environ and _IN_MEMORY.is_dir():
        place = os.statvfs(_IN_MEMORY)
        if place.f_bavail * place.f_frsize > _ROOMY_BYTES and not place.f_flag & os.ST_NOEXEC:
            return _IN_MEMORY
    return Path(tempfile.gettempdir())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the one server for all xdist workers and tell each where it is."""
    node.workerinput["cluster"] = asdict(_start_testbed(node.config))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage among what the tests make: what is imported stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the work, hand the longest out first: none ends alone."""
    if hasattr(config, "workerinput"):
        items.sort(key=_place_in_line)


def _place_in_line(item: pytest.Item) -> int:
    if item.path.parent.name in _LONG:
        return 0
    return 1 if item.path.name in _LONG_MODULES else 2


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """The PostgreSQL of this test run."""
    given = getattr(request.config, "workerinput", None)
    return _start_testbed(request.config) if given is None else Cluster(**given["cluster"])


@pytest.fixture(scope="session")
def database_name(request: pytest.FixtureRequest) -> str:
    """What the names of this process's databases begin with; their contents last for a test."""
    given = getattr(request.config, "workerinput", {"workerid": "main"})
    return f"registration_{given['workerid']}"


@pytest.fixture(scope="session")
def _renewal(cluster: Cluster) -> Iterator[Renewal]:
    renewal = Renewal(cluster)
    yield renewal
    renewal.close()


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest, _renewal: Renewal, database_name: str) -> str:
    """The name of a database that holds the reference data if the test asks for them, else nothing.

    There is one of each kind: a test without them finds its own as one of its like has left it,
    and emptying that is the short way to a fresh one.
    """
    seeded = request.node.get_closest_marker("reference_data") is not None
    name = f"{database_name}_seeded" if seeded else database_name
    _renewal.renew(name, template=SEEDED if seeded else EMPTY)
    return name


@pytest.fixture
def database_url(cluster: Cluster, fresh_database: str) -> str:
    """A fresh database, as the application's role: owner of nothing, under row-level security."""
    return cluster.url(APPLICATION, fresh_database)


@pytest.fixture
def owner_database_url(cluster: Cluster, fresh_database: str) -> str:
    """The same fresh database, as the role that owns its tables."""
    return cluster.url(OWNER, fresh_database)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """Connections to a fresh database as the application's role."""
    engine = _engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def owner_engine(owner_database_url: str) -> Iterator[sa.Engine]:
    """Connections to the same fresh database as its owner."""
    engine = _engine(owner_database_url)
    yield engine
    engine.dispose()


@cache
def _engine(url: str) -> sa.Engine:
    # Each test has its own connections; what was compiled of statements serves all of them.
    return sa.create_engine(url)


@pytest.fixture(scope="session")
def _valkey_of_this_process() -> Iterator[ValkeyServer]:
    folder = Path(tempfile.mkdtemp(prefix="registration-valkey-"))
    folder.chmod(0o755)
    server = own_valkey(folder)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def valkey(_valkey_of_this_process: ValkeyServer) -> ValkeyServer:
    """A running, empty Valkey that this test may flush, stop or kill."""
    server = _valkey_of_this_process
    if not server.is_running:
        server.start()
    with server.client() as client:
        client.flushall()
    return server


@pytest.fixture
def broker_url(valkey: ValkeyServer) -> str:
    """The address of an empty queue."""
    return valkey.url


@pytest.fixture
def services(database_url: str, owner_database_url: str, broker_url: str) -> Services:
    """A fresh database and an empty queue."""
    return Services(database_url, owner_database_url, broker_url)


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailCatcher]:
    """A real SMTP server on loopback: `.url`, `.messages`, `.mailbox.log` (its acceptance log)."""
    catcher = MailCatcher(Mailbox(tmp_path / "mail"))
    catcher.start()
    yield catcher
    catcher.stop()


@pytest.fixture
def environment(services: Services, mail_server: MailCatcher, tmp_path: Path) -> dict[str, str]:
    """The application's whole environment for this test's services, e.g. for a worker process."""
    return {
        "REGISTRATION_DATABASE_URL": services.database_url,
        "REGISTRATION_OWNER_DATABASE_URL": services.owner_database_url,
        "REGISTRATION_BROKER_URL": services.broker_url,
        "REGISTRATION_SECRET_KEY": "for-tests-only-0123456789-abcdefghijk",
        "REGISTRATION_ENCRYPTION_KEYS": "Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OS1hYmNkZWY=",
        "REGISTRATION_BASE_URL": "http://127.0.0.1:8000",
        "REGISTRATION_STORE_DIR": str(tmp_path / "store"),
        "REGISTRATION_SMTP_URL": mail_server.url,
        "REGISTRATION_MAIL_SENDER": "secretariat@registration.example",
        "REGISTRATION_MAIL_LOG": str(mail_server.mailbox.log),
        "REGISTRATION_DEMO": "0",
    }


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings for what runs in this process: a fresh database and an empty store of files."""
    chosen = Settings(
        database_url=SecretStr(database_url),
        broker_url=SecretStr("redis://127.0.0.1:1/0"),
        secret_key=SecretStr("for-tests-only-0123456789-abcdefghijk"),
        encryption_keys=SecretStr("Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OS1hYmNkZWY="),
        base_url="http://127.0.0.1:8000",
        store_dir=tmp_path / "store",
        smtp_url=SecretStr("smtp://127.0.0.1:1"),
        mail_sender="secretariat@registration.example",
    )
    config.use(chosen)
    yield chosen
    config.forget()


@pytest.fixture(scope="session")
def applications() -> Applications:
    """The web applications of this process."""
    return Applications()


@pytest.fixture
def app(settings: Settings, applications: Applications) -> Flask:
    """The web application on this test's database; mistakes are answered as they are in use."""
    return applications.on(settings)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def checked_connect(self: socket.socket, address: Any) -> None:
        _refuse_far(self, address)
        connect(self, address)

    def checked_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_far(self, address)
        return connect_ex(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", checked_connect)
    patch.setattr(socket.socket, "connect_ex", checked_connect_ex)
    yield
    patch.undo()


def _refuse_far(used: socket.socket, address: Any) -> None:
    if used.family == socket.AF_UNIX:
        return
    host = str(address[0])
    if host != "localhost" and not _is_loopback(host):
        raise PermissionError(f"a test tried to reach {host}: tests have no network")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name: it would have to be looked up outside
        return False
