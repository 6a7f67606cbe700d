"""The main job, headless: every number as it must be, and nothing left running."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from workshop.demo import EXPECTED, complaints_about

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(600)
def test_the_main_job_gives_every_number_as_it_must_be_and_leaves_nothing_behind():
    folder = Path(tempfile.mkdtemp(prefix="registration-job-"))
    folder.chmod(0o755)  # the servers' own account passes here
    done = subprocess.run(
        [sys.executable, "-m", "workshop", "demo", "--json"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert {name: figures[name] for name in EXPECTED} == EXPECTED
    assert figures["peak_rss_mb"] > 0
    assert set(figures["seconds"]) == {"start", "main_job", "to_last_copy", "to_last_mail"}
    assert [one for one in command_lines() if str(folder) in one] == []
    folder.rmdir()  # refuses when anything was left in it


def command_lines() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_text())
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
    return found


def test_right_figures_are_not_complained_about():
    assert complaints_about(dict(EXPECTED)) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_each_wrong_figure_is_complained_about(name: str):
    figures: dict[str, Any] = dict(EXPECTED)
    figures[name] = 0 if figures[name] else 1
    assert len(complaints_about(figures)) == 1
