"""From the click on Issue to the last stored copy, through all processes of an instance."""

from __future__ import annotations

import http.client
import re
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import psycopg

from workshop.demo import throwaway_instance
from workshop.instance import LOOPBACK, ROOT, Instance
from workshop.services import DATABASE
from workshop.steps import Steps
from workshop.supervisor import Supervisor

GIVE_UP_AFTER = 300.0
_UNFINISHED = "SELECT count(*) FILTER (WHERE stage <> 'rendered'), count(*) FROM letter"
_COPIES = f"{_UNFINISHED} WHERE addressee_id IS NOT NULL"


@dataclass(frozen=True)
class Run:
    """What was measured on the running product. Times are in seconds, from the click."""

    copies: int
    answered: float
    to_last_copy: float
    to_last_letter: float
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
        while not self._enough.wait(0.02):
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


def measure(worker_app: str) -> Run:
    """Clear the note of the demonstration on a throw-away instance, and issue it with a click."""
    steps = Steps()
    with throwaway_instance() as instance:
        supervisor = Supervisor(instance, steps, worker_app=worker_app)
        with supervisor.running():
            with steps.step("Preparing the note"):
                cookie, path = _prepare(instance)
            return _click_and_wait(instance, cookie, path)


def _prepare(instance: Instance) -> tuple[str, str]:
    """A cleared note, in a process of its own: the cookie of its officer, and the page to issue."""
    said = subprocess.run(
        [sys.executable, "-m", "bench._cleared_note"],
        env=instance.environment(),
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    cookie, path = said.split()
    return cookie, path


def _click_and_wait(instance: Instance, cookie: str, path: str) -> Run:
    page, cookie = ask(instance, "GET", path, cookie)
    fields = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page)
    reader = Reader(instance.ports.web)
    with instance.postgres.cluster.connect(DATABASE) as connection:
        reader.start()
        clicked = time.perf_counter()
        ask(instance, "POST", path, cookie, urlencode(fields))
        answered = time.perf_counter() - clicked
        copies = _wait(connection, _COPIES)
        to_last_copy = time.perf_counter() - clicked
        _wait(connection, _UNFINISHED)
        to_last_letter = time.perf_counter() - clicked
        reader.stop()
    return Run(
        copies=copies,
        answered=answered,
        to_last_copy=to_last_copy,
        to_last_letter=to_last_letter,
        longest_wait=max(reader.waits),
        median_wait=statistics.median(reader.waits),
    )


def ask(
    instance: Instance, method: str, path: str, cookie: str, body: str | None = None
) -> tuple[str, str]:
    """The page, and the cookie to send with the next question."""
    connection = http.client.HTTPConnection(LOOPBACK, instance.ports.web, timeout=60)
    origin = f"http://{LOOPBACK}:{instance.ports.web}"
    headers = {"Cookie": cookie, "Referer": origin + path, "Origin": origin}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    if answer.status not in (200, 303):
        raise SystemExit(f"{method} {path} was answered {answer.status}:\n{text[:2000]}")
    return text, (answer.headers["Set-Cookie"] or cookie).partition(";")[0]


def _wait(connection: psycopg.Connection, question: str) -> int:
    """Ask until none is left unfinished; how many there are."""
    deadline = time.perf_counter() + GIVE_UP_AFTER
    while time.perf_counter() < deadline:
        row = connection.execute(question).fetchone()
        assert row is not None, "an aggregate always has one row"
        connection.commit()
        unfinished, all_of_them = row
        if all_of_them and not unfinished:
            return int(all_of_them)
        time.sleep(0.01)
    raise SystemExit(f"not all letters were made within {GIVE_UP_AFTER:.0f} s")
