"""One instance: its folder, secrets, servers, and the environment that the application gets."""

from __future__ import annotations

import base64
import errno
import fcntl
import itertools
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from workshop.errors import WorkshopError
from workshop.services import (
    APPLICATION,
    OWNER,
    SUPERUSER,
    Home,
    PostgresServer,
    ValkeyServer,
    choose_postgres,
    find_valkey,
    installed_postgres,
    require_free_space,
)

LOOPBACK = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent


# Where free ports are looked for: from 10,000 to below 32,768, the first of Linux's own.
_LOWEST, _APART, _PLACES = 10_000, 50, 440
_HIGHEST = 65_500
_places = itertools.count(os.getpid())


@dataclass(frozen=True)
class Ports:
    """The three ports of an instance, all on loopback."""

    web: int
    mail_page: int
    smtp: int

    @classmethod
    def beside(cls, web: int) -> Ports:
        """The web server's port, and the mail catcher's two at a fixed distance."""
        return cls(web, web + 25, web + 26)

    @classmethod
    def any_free(cls) -> Ports:
        """Three ports that nobody listens on at this moment, other ones at each call.

        They lie below those that the system gives to whoever asks for any, and each process begins
        to look elsewhere: what is free now is free still when it is listened on.
        """
        for place in itertools.islice(_places, _PLACES):
            ports = cls.beside(_LOWEST + place % _PLACES * _APART)
            if ports._busy() is None:
                return ports
        raise WorkshopError("No three ports are free.", mend="end what listens on them: ss -ltnp")

    def require_free(self, again: str = "python3 dev.py up") -> None:
        """Raise WorkshopError when another program listens on one of the ports.

        `again` is the command that was given, to be given once more with ports that are free.
        """
        busy = self._busy()
        if busy is not None:
            others = (Ports.beside(web) for web in range(self.web + 100, _HIGHEST, 100))
            free = next((each.web for each in others if each._busy() is None), "PORT")
            raise WorkshopError(
                f"Port {busy} is in use by another program.", mend=f"{again} --port {free}"
            )

    def _busy(self) -> int | None:
        """The first of the ports that somebody listens on."""
        for port in (self.web, self.mail_page, self.smtp):
            try:
                socket.create_server((LOOPBACK, port)).close()
            except OSError:
                return port
        return None


class Instance:
    """The servers and secrets below one folder. Used inside `held()`: one start at a time.

    `demo` says on every page that all persons are invented. `fast` gives up durability, for an
    instance that nobody keeps.
    """

    def __init__(self, folder: Path, ports: Ports, *, demo: bool, fast: bool = False) -> None:
        self.folder = folder.resolve()
        self.ports = ports
        self.demo = demo
        self._fast = fast
        self.logs = self.folder / "logs"
        self.mail = self.folder / "mail"

    def _lock(self) -> IO[str]:
        """The file that whoever runs the instance holds, in its folder, which is made."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return (self.folder / "lock").open("a")
        except OSError as failure:
            if failure.errno == errno.ENOSPC:
                raise
            raise WorkshopError(
                f"You cannot write in {self.folder} ({failure.strerror}).",
                mend="python3 dev.py up --folder A_FOLDER_OF_YOURS",
            ) from None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the instance for this process; raise WorkshopError when another one holds it."""
        with self._lock() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WorkshopError(
                    f"This instance is running already (its folder is {self.folder}).",
                    mend="use the one that runs, or stop it with Ctrl-C in its terminal",
                ) from None
            require_free_space(self.folder)
            # Sign-in codes go through the mail and names are in the files: closed to other users.
            for closed in (self.logs, self.mail, self.folder / "store"):
                closed.mkdir(exist_ok=True, mode=0o700)
            self._find_servers()
            self._write("ports.json", asdict(self.ports))
            yield

    def is_held(self) -> bool:
        """Whether some process holds this instance now."""
        try:
            with (self.folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def join(self) -> None:
        """Learn the addresses of an instance that another process holds."""
        self._find_servers()
        known = self._read("ports.json")
        self.ports = Ports(*(int(known[name]) for name in ("web", "mail_page", "smtp")))

    def _find_servers(self) -> None:
        self.home = Home.under(self.folder)
        programs = choose_postgres(self.home.data, installed_postgres())
        passwords = {role: self._secret(role) for role in (SUPERUSER, OWNER, APPLICATION)}
        self.postgres = PostgresServer(self.home, programs, passwords, fast=self._fast)
        self.valkey = ValkeyServer(self.home, find_valkey(), durable=not self._fast)

    @property
    def base_url(self) -> str:
        """Where people reach the pages."""
        return f"http://{LOOPBACK}:{self.ports.web}"

    @property
    def mail_url(self) -> str:
        """Where people read the mails."""
        return f"http://{LOOPBACK}:{self.ports.mail_page}"

    def environment(self) -> dict[str, str]:
        """This process's environment with the application's settings for this instance."""
        cluster = self.postgres.cluster
        settings = {
            "DATABASE_URL": cluster.url(APPLICATION),
            "OWNER_DATABASE_URL": cluster.url(OWNER),
            "BROKER_URL": self.valkey.url,
            "SECRET_KEY": self._secret("secret_key"),
            "ENCRYPTION_KEYS": self._secret("encryption_keys"),
            "BASE_URL": self.base_url,
            "STORE_DIR": str(self.folder / "store"),
            "SMTP_URL": f"smtp://{LOOPBACK}:{self.ports.smtp}",
            "MAIL_SENDER": "secretariat@registration.example",
            "BOUNCE_ADDRESS": "bounces@registration.example",
            "REPLY_ADDRESS": "answers@registration.example",
            "MAIL_LOG": str(self.mail / "accepted.log"),
            "MAIL_PAGE": self.mail_url,
            "PROXIES": "0",
            "DEMO": "1" if self.demo else "0",
        }
        if self.demo:
            settings["DEMO_CLOCK"] = str(self.folder / "clock")
        ours = {f"REGISTRATION_{name}": value for name, value in settings.items()}
        return {**os.environ, **ours, "PYTHONUNBUFFERED": "1"}

    def prepare_database(self) -> None:
        """Make the roles, the database, its tables and the reference data, as far as missing."""
        from registration import db, migration, permissions
        from registration.seed import reference

        cluster = self.postgres.cluster
        cluster.create_roles()
        cluster.create_database()
        owner, application = db.engine(cluster.url(OWNER)), db.engine(cluster.url(APPLICATION))
        migration.upgrade(owner)
        with db.session_for(application, permissions.system("seed")) as session:
            list(reference.plant(session))
        owner.dispose()
        application.dispose()

    def _secret(self, name: str) -> str:
        """This instance's secret of that name, made when it is first asked for."""
        known = self._read("secrets.json")
        if name not in known:
            # 32 bytes in Base64 with its last "=": the form of a key of encryption, good for all.
            known[name] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
            self._write("secrets.json", known)
        return str(known[name])

    def _read(self, name: str) -> dict[str, int | str]:
        path = self.folder / name
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

    def _write(self, name: str, values: dict[str, int | str]) -> None:
        unfinished = self.folder / f"{name}.new"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(values, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / name)
