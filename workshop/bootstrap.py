"""From a fresh clone to an environment in which everything runs. Standard library only.

It is imported by Debian's own Python before anything is installed, so it may import nothing but
the standard library and the workshop's modules of which the same is true.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from workshop.errors import WorkshopError
from workshop.steps import Steps

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
STAMP = VENV / "installed-by-dev.json"
UV = "uv==0.13.9"
# What WeasyPrint loads by name; each is in one of the packages of the purpose "run".
LIBRARIES = ("libgobject-2.0.so.0", "libpango-1.0.so.0", "libpangoft2-1.0.so.0",
             "libfontconfig.so.1", "libharfbuzz-subset.so.0")  # fmt: skip
# What the tests and the pictures call; each is in one of the packages of the purpose "test".
PROGRAMS = ("chromium-headless-shell", "pdftoppm")
# What veraPDF needs of Java's; each is in one of the packages of the purpose "verapdf".
JAXB = Path("/usr/share/java/jaxb-runtime.jar")
# The first installation: what uv downloads and what it unpacks, with room to spare.
NEEDED_MEGABYTES = 1200

COMMANDS = {
    "up": "Start everything, show the demonstration, keep it running until Ctrl-C.",
    "test": "Run the tests on all cores; further words go to pytest.",
    "check": "Check format, style, types, import arrows and templates; --fix mends what can be.",
    "demo": "Do the main job on a throw-away instance and print what came of it.",
    "flask": "Run one of the application's own commands on the demonstration instance.",
    "bench": "Run one benchmark of bench/ by its name.",
    "chaos": "Let dispatches run while everything fails at random; --seeds says how many.",
    "deaths": "Kill somebody at each named point of a dispatch to 193 States.",
    "recover": "Make each fault and measure how long it takes until all is right by itself.",
    "letters": "Make a sample of every letter in every language; --prove compares all copies.",
    "verapdf": "Let veraPDF check every copy of a test note (needs a Java compiler).",
    "catalogues": "Bring the message catalogues up to date with the source.",
    "pictures": "Make the pictures of the README from a running demonstration.",
    "help": "Show this list.",
}
# Which dependency groups a command needs beside what the application runs on.
GROUPS = {
    "test": ("test",),
    "check": ("check", "test"),
    "letters": ("test",),
    "pictures": ("test",),
    "bench": ("test", "bench"),
    "verapdf": ("test", "verapdf"),
    "chaos": ("test",),
    "deaths": ("test",),
    "recover": ("test",),
}


def main(arguments: Sequence[str]) -> int:  # noqa: RET503 - execv does not return
    """Make ready what the command needs, then become the command; returns only on a failure."""
    command = arguments[0] if arguments else "help"
    if command not in COMMANDS or command == "help":
        if command not in (*COMMANDS, "-h", "--help"):
            print(f"There is no command {command}. These are:\n", file=sys.stderr)
        print("python3 dev.py COMMAND\n")
        for name, sentence in COMMANDS.items():
            print(f"  {name:<10} {sentence}")
        return 0 if command in ("help", "-h", "--help") else 2
    os.chdir(ROOT)
    try:
        make_ready(command, Steps())
    except WorkshopError as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    # What starts here is many processes: without the compiled modules each spends two seconds more.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # The first word must be the path: from it Python knows which environment it is in.
    python = str(VENV / "bin" / "python")
    os.execv(python, [python, "-m", "workshop", *arguments])  # noqa: S606


def make_ready(command: str, steps: Steps) -> None:
    """Install what is missing for `command`; quick when nothing is."""
    groups = GROUPS.get(command, ())
    # First what only root can install, so that an ordinary user waits for nothing in vain.
    if missing := missing_of_debian(groups):
        install_debian_packages(missing, steps)
    if not is_installed(groups):
        _require_free_space()
        uv = find_uv(steps)
        with steps.step("Installing the Python packages of uv.lock"):
            install(uv, groups)


def _require_free_space() -> None:
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < NEEDED_MEGABYTES:
        raise WorkshopError(
            f"The disk is too full: {free} MB are free and {NEEDED_MEGABYTES} MB needed.",
            mend="free some space (see: du -xh --max-depth=2 / | sort -h | tail)",
        )


# --- Python packages ----------------------------------------------------------------------------


def _fingerprint() -> str:
    locked = (ROOT / "uv.lock").read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    version = f"{sys.version_info.major}.{sys.version_info.minor} {VENV}"
    return hashlib.sha256(locked + version.encode()).hexdigest()


def is_installed(groups: Sequence[str]) -> bool:
    """Whether .venv was made from this uv.lock at this place, with at least these groups."""
    if not STAMP.exists() or not (VENV / "bin" / "python").exists():
        return False
    stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    return stamp["fingerprint"] == _fingerprint() and set(groups) <= set(stamp["groups"])


def install(uv: Path, groups: Sequence[str]) -> None:
    """Make .venv hold what uv.lock says. What another command had installed stays."""
    former = json.loads(STAMP.read_text(encoding="utf-8"))["groups"] if STAMP.exists() else []
    wanted = sorted({*former, *groups})
    STAMP.unlink(missing_ok=True)
    command = [str(uv), "sync", "--frozen", "--inexact", "--no-progress", "--quiet"]
    command += ["--python", sys.executable, "--extra", "embedded", "--no-default-groups"]
    for group in wanted:
        command += ["--group", group]
    done = _run(command)
    if done.returncode != 0:
        raise WorkshopError(
            f"uv could not install the packages. It said:\n{_end_of(done.stdout)}",
            mend="see that the package index can be reached, then start again",
        )
    STAMP.write_text(
        json.dumps({"fingerprint": _fingerprint(), "groups": wanted}), encoding="utf-8"
    )


def known_uv() -> Path | None:
    """The uv on PATH, else the one in .tools, if there is one."""
    if (found := shutil.which("uv")) is not None:
        return Path(found)
    places = (TOOLS / "bin" / "uv", TOOLS / "uv" / "bin" / "uv")
    return next((place for place in places if place.exists()), None)


def find_uv(steps: Steps) -> Path:
    """The uv to use, installed into .tools by venv, or else by pip alone."""
    if (known := known_uv()) is not None:
        return known
    with steps.step("Installing uv into .tools"):
        if _has("ensurepip"):
            _must([sys.executable, "-m", "venv", "--clear", str(TOOLS)])
            _must([str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", UV])
            return TOOLS / "bin" / "uv"
        # Debian's pip refuses to install for all, but not into a folder.
        folder = TOOLS / "uv"
        _must([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), UV])
        return folder / "bin" / "uv"


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


# --- Debian packages ----------------------------------------------------------------------------


def packages_for(*purposes: str) -> list[str]:
    """The names of packages.txt for these purposes."""
    lines = (ROOT / "packages.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return [package for purpose, package, *_ in words if purpose in purposes]


def missing_libraries() -> list[str]:
    """The shared libraries of the letters' renderer that this machine does not have."""

    def is_missing(name: str) -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return True
        return False

    return [name for name in LIBRARIES if is_missing(name)]


def missing_of_debian(groups: Sequence[str]) -> dict[str, str]:
    """What this machine lacks, by the purpose under which packages.txt lists it."""
    missing = {}
    if known_uv() is None and not _has("ensurepip") and not _has("pip"):
        missing["bootstrap"] = "pip"
    if libraries := missing_libraries():
        missing["run"] = f"Pango ({libraries[0]})"
    if "test" in groups and (programs := [one for one in PROGRAMS if not shutil.which(one)]):
        missing["test"] = programs[0].capitalize()
    if "verapdf" in groups and not (shutil.which("javac") and JAXB.exists()):
        missing["verapdf"] = "Java"
    return missing


def install_debian_packages(missing: Mapping[str, str], steps: Steps) -> None:
    """As root on Debian, install what is missing; else raise with the command that does it.

    `missing` is what `missing_of_debian` returns.
    """
    packages = packages_for(*missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise WorkshopError(
            f"{' and '.join(missing.values())} must be installed first, and only root can do it.",
            mend=f"sudo apt-get install --yes --no-install-recommends {' '.join(packages)}",
        )
    quiet = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    with steps.step(f"Installing {' '.join(packages)}"):
        _must([*quiet, "update"])
        _must([*quiet, "install", "--yes", "--no-install-recommends", *packages])
    importlib.invalidate_caches()  # a module that was missing may be there now


# --- Commands -----------------------------------------------------------------------------------


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    # A virtual environment that happens to be active is not ours.
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    environment["DEBIAN_FRONTEND"] = "noninteractive"
    if not _system_has_certificates():
        environment.setdefault("UV_SYSTEM_CERTS", "false")  # uv then trusts those it brings along
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=environment,
    )


def _system_has_certificates() -> bool:
    known = ssl.get_default_verify_paths()
    return bool(known.cafile) or bool(known.capath and any(Path(known.capath).iterdir()))


def _must(command: Sequence[str]) -> None:
    done = _run(command)
    if done.returncode != 0:
        raise WorkshopError(
            f"A step failed. It said:\n{_end_of(done.stdout)}", mend=" ".join(command)
        )


def _end_of(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-12:])
