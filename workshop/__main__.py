"""The development commands, in the project's own environment: `python3 dev.py` hands over here."""

from __future__ import annotations

import argparse
import errno
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from workshop import bootstrap, catalogues, demo
from workshop.errors import WorkshopError
from workshop.instance import ROOT, Instance, Ports
from workshop.services import DATABASE
from workshop.steps import Steps
from workshop.supervisor import Supervisor

HOME = ROOT / ".demo"
BIN = Path(sys.executable).parent
FIRST_ADMINISTRATOR = """\
Nobody can sign in yet. In another terminal, invite the first administrator:
  python3 dev.py flask {} invite-administrator ada@secretariat.example "Ada Example"
The address may be invented: what is sent there comes to the page of the mail."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; a failure that can be mended is one sentence."""
    name, *rest = arguments
    try:
        catalogues.compile_stale()
        return COMMANDS[name](rest)
    except WorkshopError as failure:
        print(f"\n{failure}", file=sys.stderr)
    except OSError as failure:
        if failure.errno != errno.ENOSPC:
            raise
        print("\nThe disk is full. To mend it: free some space, then start again", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 1


def up(arguments: Sequence[str]) -> int:
    """Start everything, show the demonstration, and keep it running until Ctrl-C."""
    words = argparse.ArgumentParser(prog="python3 dev.py up", description=bootstrap.COMMANDS["up"])
    words.add_argument("--empty", action="store_true", help="without demonstration data")
    words.add_argument("--port", type=_port, default=8000, help="the web server's port")
    words.add_argument("--folder", type=Path, help="where the instance is kept")
    chosen = words.parse_args(arguments)
    folder = chosen.folder or _folder(demo=not chosen.empty)
    instance = Instance(folder, Ports.beside(chosen.port), demo=not chosen.empty)
    steps = Steps()
    with instance.held():
        instance.ports.require_free(" ".join(["python3 dev.py up", *_of_the_instance(chosen)]))
        supervisor = Supervisor(instance, steps)
        with supervisor.running():
            _tell_addresses(instance, steps)
            if instance.demo and supervisor.run("demo") == 0:
                steps.say(f"\nTo sign in, give one of these; the code comes to {instance.mail_url}")
                supervisor.run("sign-ins")
            elif not instance.demo and not _anybody(instance):
                steps.say(FIRST_ADMINISTRATOR.format(" ".join(_of_the_instance(chosen))))
            steps.say("\nCtrl-C stops everything; the data are kept.")
            supervisor.watch()
            steps.say("\nStopping …")
    return 0


def _port(word: str) -> int:
    """A port of the web server that anybody may listen on, with room for the mail catcher's two."""
    if not word.isdecimal() or not 1024 <= int(word) <= 65_500:
        raise argparse.ArgumentTypeError("a number from 1024 to 65500 is needed")
    return int(word)


def _of_the_instance(chosen: argparse.Namespace) -> list[str]:
    """The words by which `up` and `flask` find the same instance again."""
    empty = ["--empty"] if chosen.empty else []
    return empty + (["--folder", shlex.quote(str(chosen.folder))] if chosen.folder else [])


def _anybody(instance: Instance) -> bool:
    """Whether somebody has an account."""
    with instance.postgres.cluster.connect(DATABASE) as connection:
        return connection.execute("SELECT 1 FROM account LIMIT 1").fetchone() is not None


def _folder(*, demo: bool) -> Path:
    # Two folders: demonstration data never get into an instance that was to be empty.
    return HOME / ("demonstration" if demo else "empty")


def _tell_addresses(instance: Instance, steps: Steps) -> None:
    steps.say(f"\n  The application   {instance.base_url}")
    steps.say(f"  Mail it sent      {instance.mail_url}")
    steps.say(f"  Files and logs    {instance.folder}\n")


def run_demo(arguments: Sequence[str]) -> int:
    """Do the main job on a throw-away instance and print what came of it."""
    words = argparse.ArgumentParser(
        prog="python3 dev.py demo", description=bootstrap.COMMANDS["demo"]
    )
    words.add_argument("--json", action="store_true", help="one JSON object on standard output")
    chosen = words.parse_args(arguments)
    outcome = demo.main_job_on_throwaway_instance(Steps())
    if chosen.json:
        print(json.dumps(outcome.figures))
    else:
        for name, value in outcome.figures.items():
            print(f"{name:>20}  {value}")
    for complaint in outcome.complaints:
        print(complaint, file=sys.stderr)
    return 1 if outcome.complaints else 0


def flask(arguments: Sequence[str]) -> int:
    """Run one of the application's own commands on the demonstration, or on another instance.

    `--empty` and `--folder FOLDER`, as `up` had them, come before the command's name.
    """
    demonstration = list(arguments[:1]) != ["--empty"]
    arguments = arguments if demonstration else arguments[1:]
    folder = _folder(demo=demonstration)
    if list(arguments[:1]) == ["--folder"] and len(arguments) > 1:
        folder, arguments = Path(arguments[1]), arguments[2:]
    instance = Instance(folder, Ports.beside(8000), demo=demonstration)
    if instance.is_held():
        instance.join()
        return _flask(instance, arguments)
    with instance.held():
        try:
            instance.postgres.start()
            instance.valkey.start()
            instance.prepare_database()
            return _flask(instance, arguments)
        finally:
            instance.valkey.stop()
            instance.postgres.stop()


def _flask(instance: Instance, arguments: Sequence[str]) -> int:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "registration.app", *arguments],
        env=instance.environment(),
        cwd=ROOT,
        check=False,
    ).returncode


def test(arguments: Sequence[str]) -> int:
    """Run the tests on all cores; further words go to pytest, e.g. `-n 2`."""
    # A third of the time a test waits for a server, a browser or a process: one process more than
    # there are cores fills it.
    processes = len(os.sched_getaffinity(0)) + 1
    # A module's tests stay together: some modules start a whole instance for all of theirs. They
    # are handed out in the order that tests/conftest.py gives them, not by their number.
    shared = ["-n", str(processes), "--dist", "loadscope", "--no-loadscope-reorder"]
    # What is given last counts: `-n 2` is this with two processes, `-n 0` without any.
    return _tool("pytest", *shared, *arguments)


def check(arguments: Sequence[str]) -> int:
    """Check format, style, types, import arrows and templates; `--fix` mends what can be."""
    fix = "--fix" in arguments
    checks = [
        ["ruff", "format", *([] if fix else ["--check"]), "."],
        ["ruff", "check", *(["--fix"] if fix else []), "."],
        ["mypy"],
        ["lint-imports"],
        ["djlint", "--lint", "templates"],
    ]
    failed = []
    for words in checks:
        print(f"\n{' '.join(words)}", flush=True)
        if _tool(*words) != 0:
            failed.append(words[0])
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


def _tool(name: str, *arguments: str) -> int:
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    return subprocess.run(
        [str(BIN / name), *arguments], cwd=ROOT, env=environment, check=False
    ).returncode


def bench(arguments: Sequence[str]) -> int:
    """Run one benchmark of bench/ by its name."""
    files = (ROOT / "bench").glob("[!_]*.py")
    known = {path.stem.replace("_", "-"): path.stem for path in files}
    if not arguments or arguments[0] not in known:
        print(f"Choose a benchmark: {', '.join(sorted(known))}", file=sys.stderr)
        return 2
    return _module(f"bench.{known[arguments[0]]}", arguments[1:])


def chaos(arguments: Sequence[str]) -> int:
    """Let dispatches run while everything fails at random."""
    return _module("workshop.chaos", arguments)


def deaths(arguments: Sequence[str]) -> int:
    """Kill somebody at each named point of a dispatch to 193 States."""
    return _module("workshop.deaths", arguments)


def recover(arguments: Sequence[str]) -> int:
    """Make each fault and measure how long it takes until all is right by itself."""
    return _module("workshop.recover", arguments)


def letters(arguments: Sequence[str]) -> int:
    """Make a sample of every letter in every language; `--prove` compares all copies."""
    return _module("workshop.letters", arguments)


def verapdf(arguments: Sequence[str]) -> int:
    """Let veraPDF check every copy of a test note."""
    return _module("workshop.verapdf", arguments)


def pictures(arguments: Sequence[str]) -> int:
    """Make the pictures of the README, and of every page that decides."""
    from workshop import pictures as made  # needs the browser's library, a group of its own

    return made.main(arguments)


def renew_catalogues(_: Sequence[str]) -> int:
    """Bring the message catalogues up to date with the source; says what is not translated."""
    catalogues.renew()
    for language, missing in catalogues.untranslated().items():
        print(f"{language}: {len(missing)} to translate")
    return 0


def _module(name: str, arguments: Sequence[str]) -> int:
    return subprocess.run(
        [sys.executable, "-m", name, *arguments], cwd=ROOT, check=False
    ).returncode


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "up": up,
    "test": test,
    "check": check,
    "demo": run_demo,
    "flask": flask,
    "bench": bench,
    "chaos": chaos,
    "deaths": deaths,
    "recover": recover,
    "letters": letters,
    "verapdf": verapdf,
    "catalogues": renew_catalogues,
    "pictures": pictures,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
