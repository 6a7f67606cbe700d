"""From the issue of a note to its last stored copy, beside the naive way and a peer's figure.

`python3 dev.py bench letters` issues the note of the demonstration on a throw-away instance, with
its web server, its two worker processes and its mail server, and asks for a page all the while.
The naive way lays out one letter after the other and shares nothing between them; it is measured on
a sample in the same run, alone on the machine.

The peer is Indico 3.3.14: 27.1 s for 195 documents in one web request, in which every other page
waited 26.2 s (measured on a machine like ours, 22 November 2026).
"""

from __future__ import annotations

import http.client
import statistics
import sys
import threading
import time
from dataclasses import dataclass

from letters.compose import Press
from letters.letter import LANGUAGES, Copy
from tests.letters import samples
from workshop.demo import throwaway_instance
from workshop.instance import LOOPBACK
from workshop.services import DATABASE
from workshop.steps import Steps
from workshop.supervisor import Supervisor

PEER_SECONDS = 27.1
PEER_LETTERS = 195
SAMPLE_OF_EACH_LANGUAGE = 4

_TIMES = """
SELECT count(*), extract(epoch FROM max(letter.rendered_at) - min(note.issued_at))
FROM note JOIN letter ON letter.note_id = note.id
WHERE note.stage = 'issued' AND letter.stage = 'rendered'
"""


@dataclass(frozen=True)
class Run:
    """What was measured on the running product. Times are in seconds."""

    letters: int
    seconds: float
    longest_wait: float
    median_wait: float


class Reader(threading.Thread):
    """Somebody who reads a page, again and again, and notes how long each took."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._enough = threading.Event()
        self.waits: list[float] = []

    def run(self) -> None:
        while not self._enough.wait(0.05):
            started = time.perf_counter()
            connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=60)
            connection.request("GET", "/meetings")
            connection.getresponse().read()
            connection.close()
            self.waits.append(time.perf_counter() - started)

    def stop(self) -> None:
        """Put the page down."""
        self._enough.set()
        self.join()


def measure_product() -> Run:
    """Issue the note on a throw-away instance; how long its letters took, and a reader waited."""
    steps = Steps()
    with throwaway_instance() as instance:
        supervisor = Supervisor(instance, steps)
        with supervisor.running():
            reader = Reader(instance.ports.web)
            reader.start()
            with steps.step("Issuing the note and making its letters"):
                code = supervisor.run("demo", output=instance.logs / "demo.log")
            reader.stop()
            if code != 0:
                raise SystemExit((instance.logs / "demo.log").read_text())
            with instance.postgres.cluster.connect(DATABASE) as connection:
                row = connection.execute(_TIMES).fetchone()
    assert row is not None, "an aggregate always has one row"
    return Run(int(row[0]), float(row[1]), max(reader.waits), statistics.median(reader.waits))


def measure_naive() -> float:
    """Seconds for one letter where nothing is shared between letters; the mean of a sample."""
    started = time.perf_counter()
    count = 0
    for language in LANGUAGES:
        letter = samples.a_letter(language)
        for number in range(SAMPLE_OF_EACH_LANGUAGE):
            Press().copy(
                letter, Copy(f"State {number}", f"BENCH-{number}", "https://r.example/verify/BENCH")
            )
            count += 1
    return (time.perf_counter() - started) / count


def main() -> int:
    """Print the ratios."""
    naive = measure_naive()
    run = measure_product()
    per_letter = run.seconds / run.letters
    peer = PEER_SECONDS / PEER_LETTERS
    print(f"{run.letters} letters stored {run.seconds:.2f} s after the issue, mails under way")
    print(f"  the naive way: {naive * run.letters:.2f} s; {naive / per_letter:.1f} times as long")
    print(f"  Indico 3.3.14: {peer * run.letters:.2f} s; {peer / per_letter:.1f} times as long")
    print(
        f"a reader of another page waited {run.median_wait * 1000:.0f} ms in the median,"
        f" {run.longest_wait * 1000:.0f} ms at the longest (Indico: 26,200 ms)"
    )
    enough = peer / per_letter >= 2 and run.longest_wait <= 0.1
    print(
        "as it must be" if enough else "not as it must be: twice as fast as Indico, 100 ms at most"
    )
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
