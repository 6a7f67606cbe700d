"""Publishes what the outbox promises: `python -m workers.relay`, woken by PostgreSQL, and sweeping.

It may be killed at any moment and any number may run: a row is marked as published before the
queue gets it, and one whose wake-up was lost is published again. At least once, never lost.
"""

import argparse
import logging
import signal
import threading
from datetime import timedelta
from pathlib import Path
from types import FrameType

import psycopg
import redis
import sqlalchemy as sa
from kombu.exceptions import OperationalError as BrokerError

from registration import clock, config
from registration.db import session_for
from registration.journal import outbox
from registration.journal.outbox import Due
from registration.killpoint import killpoint
from registration.permissions import system
from workers.app import QUEUE_OF, celery, engine

log = logging.getLogger("workers.relay")

RELAY = system("relay")
BATCH = 200
# A wake-up that was lost is found within one sweep after it should long have been taken.
SWEEP_SECONDS = 10.0
AGAIN_SECONDS = 30.0
# After trouble with the queue or the database.
PAUSE_SECONDS = 1.0

TROUBLE = (sa.exc.DBAPIError, psycopg.OperationalError, BrokerError, redis.RedisError, OSError)


class Relay:
    """One relay. `sweep` and `again` are seconds: how often to look, and when to publish again."""

    def __init__(self, *, sweep: float, again: float, heartbeat: Path | None) -> None:
        self._sweep = sweep
        self._again = timedelta(seconds=again)
        self._heartbeat = heartbeat
        self._stopping = threading.Event()

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """End after the batch at hand."""
        self._stopping.set()

    def run(self) -> None:
        """Publish until told to stop; outlive both the queue and the database."""
        log.info("relay: ready")
        while not self._stopping.is_set():
            try:
                self._listen()
            except TROUBLE as trouble:
                log.warning("relay: %s: %s", type(trouble).__name__, trouble)
                self._stopping.wait(PAUSE_SECONDS)
        log.info("relay: stopped")

    def _listen(self) -> None:
        """Publish what is due, then sleep until a bell rings or something becomes due."""
        url = sa.make_url(config.current().database_url.get_secret_value()).set(
            drivername="postgresql"
        )
        with psycopg.connect(
            url.render_as_string(hide_password=False), autocommit=True
        ) as connection:
            connection.execute("listen outbox")
            while not self._stopping.is_set():
                while self._publish_due() == BATCH:
                    self._beat()
                self._beat()
                self._sleep(connection)

    def _sleep(self, connection: psycopg.Connection) -> None:
        wait = min(self._sweep, self._seconds_to_next())
        while wait > 0 and not self._stopping.is_set():
            # In slices of a second, because a signal does not end the wait for a bell.
            if list(connection.notifies(timeout=min(wait, 1.0), stop_after=1)):
                return
            wait -= 1.0

    def _publish_due(self) -> int:
        with session_for(engine(), RELAY) as session:
            due = outbox.claim_due(
                session, limit=BATCH, again_after=self._again, quiet_tasks=_quiet_tasks()
            )
        killpoint("relay.claimed")
        published: list[Due] = []
        try:
            with celery.producer_pool.acquire(block=True) as producer:
                for each in due:
                    celery.send_task(each.task, args=[each.id], producer=producer, retry=False)
                    published.append(each)
                    killpoint("relay.published")
        except TROUBLE:
            with session_for(engine(), RELAY) as session:
                outbox.unpublish(session, [each.id for each in due[len(published) :]])
            raise
        return len(due)

    def _seconds_to_next(self) -> float:
        with session_for(engine(), RELAY) as session:
            next_due = outbox.next_due(session)
        if next_due is None:
            return self._sweep
        # Due and not published: another relay is at it just now.
        return max(0.1, (next_due - clock.now()).total_seconds())

    def _beat(self) -> None:
        """Leave a sign of life where a supervisor looks for one."""
        if self._heartbeat is not None:
            self._heartbeat.touch()


def _quiet_tasks() -> list[str]:
    """The tasks whose queue is empty: what was published of them and is still open got lost.

    Raises BrokerError or RedisError where the queue cannot be asked.
    """
    with celery.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=5)
        channel = connection.default_channel
        waiting = {
            queue: channel.queue_declare(queue).message_count for queue in set(QUEUE_OF.values())
        }
    return [task for task, queue in QUEUE_OF.items() if not waiting[queue]]


def main() -> None:
    """Run one relay until SIGTERM or Ctrl-C."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sweep", type=float, default=SWEEP_SECONDS, metavar="SECONDS")
    arguments.add_argument("--again", type=float, default=AGAIN_SECONDS, metavar="SECONDS")
    arguments.add_argument("--heartbeat", type=Path, help="file that is touched at every round")
    chosen = arguments.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    relay = Relay(sweep=chosen.sweep, again=chosen.again, heartbeat=chosen.heartbeat)
    for farewell in (signal.SIGTERM, signal.SIGINT):
        signal.signal(farewell, relay.stop)
    clock.follow(config.current().demo_clock)
    relay.run()


if __name__ == "__main__":
    main()
