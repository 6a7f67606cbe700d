"""How long the pages of tracking take: one by one, and with the whole office and all States in it.

`python3 dev.py bench load` fills a throw-away instance (the demonstration, 20 earlier meetings, a
State with 10 delegates at each of them) and measures, through the real web server:

- the board of a note, the board of a meeting and the story of that State, each asked for by one
  person alone, the median of 15;
- 20 officers and 190 focal points at once, while notes are dispatched to 175 States one after
  another. Between the answer and the next page an officer thinks 4 s in the mean, a focal point
  10 s (drawn from an exponential distribution, the same in each run): some 24 pages a second.

Everybody is one task in one process here, which only opens a connection, sends the question and
notes how long the whole answer took; it takes a few hundredths of one core.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import psycopg

from bench._busy_office import Office
from bench._product import ask
from bench.letters import goal
from workshop.demo import throwaway_instance
from workshop.instance import LOOPBACK, ROOT, Instance
from workshop.services import DATABASE
from workshop.steps import Steps
from workshop.supervisor import Supervisor

ALONE_MS, TOGETHER_MS = 50, 150
ROUNDS = 15
OFFICER_THINKS, FOCAL_POINT_THINKS = 4.0, 10.0  # seconds, in the mean
AT_LEAST = 20.0  # seconds of load
GIVE_UP_AFTER = 60.0
_HANDED_OVER = """
SELECT count(*) FILTER (WHERE message.stage NOT IN ('handed_over')), count(*)
FROM dispatch JOIN message ON message.id = dispatch.message_pk WHERE dispatch.note_id = %s
"""


@dataclass
class Load:
    """What the readers met: milliseconds by page, and what was answered other than 200."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    sent: int = 0
    seconds: float = 0.0

    @property
    def all(self) -> list[float]:
        return [each for found in self.took.values() for each in found]


def pages_of_officers(office: Office) -> dict[str, str]:
    """What officers look at, by a name for each page."""
    return {
        "board of a note": f"/notes/{office.note}/board",
        "board of a meeting": f"/meetings/{office.meeting}/board",
        "story of a State": f"/states/{office.state}/story",
        "work": "/work",
        "a note": f"/notes/{office.note}",
        "notes": "/notes",
        "States": "/states",
    }


def pages_of_focal_points(office: Office, *, asked: bool = True) -> dict[str, str]:
    """What focal points look at; those whose State the note does not ask have no answer to it."""
    pages = {"home of a State": "/answer", "meetings": "/meetings"}
    if not asked:
        return pages
    return pages | {
        "an answer": f"/answer/{office.note}",
        "experts of an answer": f"/answer/{office.note}/experts",
    }


async def _get(port: int, path: str, cookie: str) -> int:
    """Ask for a page over a connection of its own, read all of it; its status, 0 for none."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\nCookie: {cookie}\r\n"
        "Accept-Language: en\r\nConnection: close\r\n\r\n".encode()
    )
    answer = await reader.read()
    writer.close()
    status = answer[9:12]  # after "HTTP/1.1 "
    return int(status) if status else 0


async def _person(
    port: int, cookie: str, pages: dict[str, str], thinks: float, lot: random.Random, load: Load
) -> None:
    """Read one page after the other, with time to think before each, until cancelled."""
    names = list(pages)
    while True:
        await asyncio.sleep(lot.expovariate(1 / thinks))
        name = lot.choice(names)
        started = time.perf_counter()
        try:
            status = await _get(port, pages[name], cookie)
        except OSError as error:
            load.wrong.append(f"{name}: {error}")
            continue
        load.took[name].append((time.perf_counter() - started) * 1000)
        if status != 200:
            load.wrong.append(f"{name}: {status}")


async def _together(instance: Instance, office: Office) -> Load:
    """Everybody at once, from the first dispatch to the end of the last."""
    load, port = Load(), instance.ports.web
    officers = pages_of_officers(office)
    kinds = [(each, officers, OFFICER_THINKS) for each in office.officers] + [
        (each, pages_of_focal_points(office, asked=number < office.asked), FOCAL_POINT_THINKS)
        for number, each in enumerate(office.focal_points)
    ]
    people = [
        asyncio.create_task(_person(port, *kind, random.Random(number), load))
        for number, kind in enumerate(kinds)
    ]
    started = time.perf_counter()
    load.sent = await asyncio.to_thread(_dispatch_all, instance, office)
    load.seconds = time.perf_counter() - started
    for person in people:
        person.cancel()
    await asyncio.gather(*people, return_exceptions=True)
    return load


def _dispatch_all(instance: Instance, office: Office) -> int:
    """Confirm one dispatch after the other, each when the one before has ended; how many mails."""
    sent, began = 0, time.perf_counter()
    with instance.postgres.cluster.connect(DATABASE) as connection:
        for number, note in enumerate(office.to_send, start=1):
            _confirm(instance, office.officers[0], f"/notes/{note}/dispatch")
            sent += _await_handing_over(connection, note)
            # A machine that sends quickly is kept under load as long as any other.
            time.sleep(max(0.0, began + AT_LEAST * number / len(office.to_send) - _now()))
    return sent


def _now() -> float:
    return time.perf_counter()


def _confirm(instance: Instance, cookie: str, path: str) -> None:
    page, cookie = ask(instance, "GET", path, cookie)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page)
    assert token is not None, f"{path} has no form to confirm with"
    ask(instance, "POST", path, cookie, urlencode({"csrf_token": token[1]}))


def _await_handing_over(connection: psycopg.Connection, note: str) -> int:
    deadline = _now() + GIVE_UP_AFTER
    while _now() < deadline:
        row = connection.execute(_HANDED_OVER, (note,)).fetchone()
        connection.commit()
        assert row is not None, "an aggregate always has one row"
        if row[1] and not row[0]:
            return int(row[1])
        time.sleep(0.1)
    raise SystemExit(f"not all copies were handed over within {GIVE_UP_AFTER:.0f} s")


def alone(instance: Instance, office: Office) -> list[bool]:
    """Each page of tracking by itself, nothing else going on."""
    asked = pages_of_officers(office)
    reached = []
    for name in ("board of a note", "board of a meeting", "story of a State"):
        took, size = [], 0
        for _ in range(ROUNDS):
            started = _now()
            page, _ = ask(instance, "GET", asked[name], office.officers[0])
            took.append((_now() - started) * 1000)
            size = len(page.encode())
        print(f"{name}, alone: {size / 1024:.0f} KiB, slowest {max(took):.0f} ms")
        reached.append(goal("ms in the median", statistics.median(took), at_most=ALONE_MS))
    return reached


def together(instance: Instance, office: Office) -> list[bool]:
    """Everybody at once while dispatches run."""
    load = asyncio.run(_together(instance, office))
    print(
        f"{len(office.officers)} officers and {len(office.focal_points)} focal points,"
        f" {len(load.all)} pages in {load.seconds:.0f} s while {load.sent} mails left:"
    )
    print(f"  {'page':22}{'times':>7}{'median':>8}{'p95':>8}{'slowest':>9}")
    for name, took in sorted(load.took.items()):
        print(
            f"  {name:22}{len(took):7}{statistics.median(took):8.0f}{p95(took):8.0f}"
            f"{max(took):9.0f}"
        )
    for each in load.wrong[:5]:
        print(f"  wrong: {each}")
    return [
        goal("ms at the 95th percentile", p95(load.all), at_most=TOGETHER_MS),
        goal("answers other than 200", len(load.wrong), at_most=0),
    ]


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def _prepare(instance: Instance, supervisor: Supervisor, steps: Steps) -> Office:
    with steps.step("Running the demonstration"):
        if supervisor.run("demo", output=instance.logs / "demo.log") != 0:
            raise SystemExit((instance.logs / "demo.log").read_text()[-2000:])
    with steps.step("Filling a busy office"):
        said = subprocess.run(
            [sys.executable, "-m", "bench._busy_office"],
            env=instance.environment(),
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    with instance.postgres.cluster.connect(DATABASE) as connection:
        # What the server does by itself a minute after such a change.
        connection.autocommit = True
        connection.execute("ANALYZE")
    return Office(**json.loads(said))


def _warm_up(instance: Instance, office: Office) -> None:
    """Ask for each page often enough that every web process has made each once."""
    for pages, cookie in (
        (pages_of_officers(office), office.officers[-1]),
        (pages_of_focal_points(office), office.focal_points[0]),
    ):
        for path in pages.values():
            for _ in range(6):
                ask(instance, "GET", path, cookie)


def main(arguments: list[str]) -> int:
    """Measure; 1 where a goal is missed."""
    words = argparse.ArgumentParser(prog="python3 dev.py bench load", description=__doc__)
    words.parse_args(arguments)
    steps = Steps()
    with throwaway_instance() as instance:
        supervisor = Supervisor(instance, steps)
        with supervisor.running():
            office = _prepare(instance, supervisor, steps)
            _warm_up(instance, office)
            reached = [*alone(instance, office), *together(instance, office)]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
