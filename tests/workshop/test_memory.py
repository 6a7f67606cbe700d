"""How much memory a process and everything below it used at its highest."""

import os
import subprocess
import sys

from workshop.memory import PeakMemory, descendants


def test_the_memory_of_a_child_counts_at_its_highest():
    with PeakMemory(every=0.02) as memory:
        subprocess.run(
            [sys.executable, "-c", "import time; a = b'x' * 200_000_000; time.sleep(0.5)"],
            check=True,
        )
    assert memory.megabytes > 200


def test_a_grandchild_is_below_its_grandparent():
    shell = "sleep 60 & echo $!; wait"
    with subprocess.Popen(["sh", "-c", shell], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        grandchild = int(child.stdout.readline())
        assert {child.pid, grandchild} <= set(descendants(os.getpid()))
        os.kill(grandchild, 15)
