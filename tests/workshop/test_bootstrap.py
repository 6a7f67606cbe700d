"""What runs before anything is installed needs nothing, and says in a sentence what it lacks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workshop import __main__ as commands
from workshop import bootstrap
from workshop.errors import WorkshopError
from workshop.steps import Steps

ROOT = Path(__file__).resolve().parents[2]


def bare_python(*words: str) -> subprocess.CompletedProcess[str]:
    # -S leaves out site-packages, -I the environment: the standard library alone.
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", _RUN_DEV, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


_RUN_DEV = (
    "import runpy, sys; sys.path.insert(0, '.'); sys.argv[0] = 'dev.py'; "
    "runpy.run_path('dev.py', run_name='__main__')"
)


def test_the_help_needs_nothing_but_the_standard_library():
    done = bare_python("help")
    assert done.returncode == 0, done.stderr
    assert "up         Start everything" in done.stdout


def test_an_unknown_command_is_answered_with_the_known_ones():
    done = bare_python("upp")
    assert done.returncode == 2
    assert "There is no command upp." in done.stderr
    assert "  up  " in done.stdout


def test_every_command_of_the_help_can_be_run():
    assert set(commands.COMMANDS) == set(bootstrap.COMMANDS) - {"help"}
    assert set(bootstrap.GROUPS) <= set(bootstrap.COMMANDS)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("uv.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "installed-by-dev.json")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    stamp = {"fingerprint": bootstrap._fingerprint(), "groups": ["test"]}
    (tmp_path / ".venv" / "installed-by-dev.json").write_text(json.dumps(stamp))
    return tmp_path


def test_nothing_is_installed_twice(installed: Path):
    assert bootstrap.is_installed(["test"])


def test_a_new_lock_is_installed(installed: Path):
    (installed / "uv.lock").write_text("another")
    assert not bootstrap.is_installed(["test"])


def test_a_group_that_is_missing_is_installed(installed: Path):
    assert not bootstrap.is_installed(["test", "check"])


def test_an_environment_that_was_moved_is_installed_anew(
    installed: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bootstrap, "VENV", installed / "elsewhere" / ".venv")
    assert not bootstrap.is_installed(["test"])


def test_an_ordinary_user_without_pango_is_told_the_exact_command(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "LIBRARIES", ("libnever-heard-of.so.1",))
    with pytest.raises(WorkshopError, match=r"Pango \(libnever-heard-of") as refused:
        bootstrap.make_ready("up", Steps())
    assert refused.value.mend == (
        "sudo apt-get install --yes --no-install-recommends"
        " libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )


def test_all_that_only_root_can_install_is_asked_for_at_once(
    installed: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "LIBRARIES", ("libnever-heard-of.so.1",))
    monkeypatch.setenv("PATH", str(installed))  # no chromium there
    (installed / "packages.txt").write_text("# why\nrun one x\ntest two x\nbootstrap three x\n")
    with pytest.raises(WorkshopError, match="and Chromium-headless-shell must be") as refused:
        bootstrap.make_ready("test", Steps())
    assert refused.value.mend.endswith(" one two")


def test_a_library_that_is_not_there_is_noticed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap, "LIBRARIES", ("libc.so.6", "libnever-heard-of.so.1"))
    assert bootstrap.missing_libraries() == ["libnever-heard-of.so.1"]


def test_too_little_space_is_said_before_anything_is_downloaded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap, "NEEDED_MEGABYTES", 10**12)
    monkeypatch.setattr(bootstrap, "is_installed", lambda groups: False)
    with pytest.raises(WorkshopError, match="The disk is too full"):
        bootstrap.make_ready("up", Steps())
