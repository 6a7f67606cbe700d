"""How long it takes until all is right again by itself, after each fault that can be made here.

`python3 dev.py recover` starts every process of the product, with the leases, pauses and slots of
production, and lets a dispatch of twelve copies run for each fault of `workshop.faults`. Measured
are the seconds from the end of the fault until each copy was handed over, the mail server has each
once, and the pages answer. PostgreSQL, Valkey and programs that ended are started again, as an
operating system's own watch would. It prints a table, and ends with 1 where a fault took longer
than two minutes.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registration import config
from workshop.faults import GROUPS
from workshop.instance import Instance
from workshop.mail_catcher import Mailbox
from workshop.steps import Steps
from workshop.supervisor import Supervisor
from workshop.theatre import Case, FrailInstance, Theatre

_GRACE = 60.0  # seconds that are waited beyond the limit, to say by how much it was missed
_STORE_MEGABYTES = 64


def main(arguments: list[str]) -> int:
    """Make every fault, print what was measured; 1 where one took too long."""
    words = argparse.ArgumentParser(prog="python3 dev.py recover", description=__doc__)
    words.add_argument("--only", default="", metavar="PATTERN", help="faults whose name has it")
    chosen = words.parse_args(arguments)
    steps = Steps()
    with _own_instance(steps) as (instance, has_small_disk):
        supervisor = Supervisor(instance, steps)
        with supervisor.running():
            config.use(_settings(instance))
            cases = _strike_all(Theatre(instance, supervisor), steps, chosen.only, has_small_disk)
    print(table(cases))
    if not has_small_disk:
        print("\nNot made, for it needs the right to mount: a full disk.")
    return 0 if all(case.kept for case in cases) else 1


def _settings(instance: Instance) -> config.Settings:
    os.environ.update(instance.environment())
    return config.Settings()


@contextmanager
def _own_instance(steps: Steps) -> Iterator[tuple[FrailInstance, bool]]:
    """An instance in a temporary folder; whether its copies lie on a small disk of their own."""
    folder = Path(tempfile.mkdtemp(prefix="registration-recover-"))
    folder.chmod(0o755)  # the servers' own account passes here; what is inside is closed
    instance = FrailInstance(folder / "instance", Mailbox(folder / "mail"))
    try:
        with instance.held(), _small_disk(instance.folder / "store") as mounted:
            instance.catcher.start()
            try:
                yield instance, mounted
            finally:
                instance.catcher.stop()
    finally:
        shutil.rmtree(folder)


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    """A disk in memory at that place, where this program may mount one; whether it did."""
    words = f"mount -t tmpfs -o size={_STORE_MEGABYTES}m,mode=0700 tmpfs".split()
    mounted = os.geteuid() == 0 and subprocess.run([*words, folder], check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", folder], check=True)


def _strike_all(theatre: Theatre, steps: Steps, only: str, has_small_disk: bool) -> list[Case]:
    cases: list[Case] = []
    for group in GROUPS:
        struck = []
        for fault in group:
            if re.search(only, fault.what) and (has_small_disk or not fault.needs_small_disk):
                steps.say(f"  {fault.what}")
                struck.append(theatre.strike(fault))
        cases += struck
        _await(theatre, struck)
    if not theatre.supervisor.wait_for(theatre.nothing_is_open):
        raise KeyboardInterrupt
    return cases


def _await(theatre: Theatre, cases: list[Case]) -> None:
    """Wait until all is right after each of them, or until it has taken far too long."""

    def is_over() -> bool:
        theatre.look(cases)
        return all(case.seconds is not None or case.is_late(_GRACE) for case in cases)

    if not theatre.supervisor.wait_for(is_over):
        raise KeyboardInterrupt


def table(cases: list[Case]) -> str:
    """What was measured, as a table in Markdown; what took too long is named."""
    lines = ["| fault | seconds until all was right |", "| --- | --- |"]
    for case in cases:
        took = "not by itself" if case.seconds is None else f"{case.seconds:.0f}"
        missed = "" if case.kept else " **missed**"
        lines.append(f"| {case.fault.what} | {took}{missed} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
