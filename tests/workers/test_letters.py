"""A worker that makes letters lets all go first that somebody waits for."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOW_NICE = """
import os, sys
from workers import letters
letters._give_way()
print(os.nice(0))
if os.path.exists("/proc/self/autogroup"):
    print(*open("/proc/self/autogroup").read().split()[-1:])
"""


def how_nice(environment: dict[str, str], *, own_session: bool) -> list[int]:
    """The niceness of a worker, then of its session: none where the kernel keeps it in no group."""
    done = subprocess.run(
        [sys.executable, "-c", HOW_NICE],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        start_new_session=own_session,
    )
    return [int(line) for line in done.stdout.split()]


def test_it_gives_way_with_the_whole_session_that_it_leads(environment: dict[str, str]) -> None:
    """The kernel groups by session where it has groups; elsewhere there is one figure only."""
    own, *of_the_session = how_nice(environment, own_session=True)
    assert own == 15
    assert set(of_the_session) <= {5}


def test_it_leaves_a_session_alone_that_others_lead(environment: dict[str, str]) -> None:
    own, *of_the_session = how_nice(environment, own_session=False)
    assert own == 15
    assert 5 not in of_the_session
