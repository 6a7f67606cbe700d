"""How much memory a process and everything below it used at its highest."""

import os
import subprocess
import sys
import time

from workshop.memory import PeakMemory, descendants


def test_the_memory_of_a_child_counts_at_its_highest():
    with PeakMemory(every=0.02) as alone:
        _wait_for(alone, 1)
    big = "a = b'x' * 200_000_000; input()"
    with (
        PeakMemory(every=0.02) as memory,
        subprocess.Popen([sys.executable, "-c", big], stdin=subprocess.PIPE) as child,
    ):
        _wait_for(memory, alone.megabytes + 190)
        child.communicate(b"\n")
    assert memory.megabytes >= alone.megabytes + 190


def _wait_for(memory: PeakMemory, megabytes: int) -> None:
    while memory.megabytes < megabytes:
        time.sleep(0.02)


def test_a_grandchild_is_below_its_grandparent():
    shell = "sleep 60 & echo $!; wait"
    with subprocess.Popen(["sh", "-c", shell], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        grandchild = int(child.stdout.readline())
        assert {child.pid, grandchild} <= set(descendants(os.getpid()))
        os.kill(grandchild, 15)
