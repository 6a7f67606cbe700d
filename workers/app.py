"""The Celery application: queues, schedule, and the reason beside each figure.

`celery -A workers.app worker` does the work, `celery -A workers.app beat` wakes the periodic jobs.
PostgreSQL holds the truth; a message in a queue is a wake-up that carries the number of a row.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from celery import Celery

import registration.models  # noqa: F401  (the mapper needs every table)
from registration import clock, config, db
from registration.documents.quarantine import EXAMINE
from registration.inbox.service import READ
from registration.notes.dispatching import POST
from registration.notes.issuing import RENDER, RUN
from registration.notes.ladders.climbing import CLIMB
from registration.participants.service import PRINT
from registration.permissions import Actor, system
from registration.post.service import SEND, SEND_COPY
from registration.responses.service import CONFIRM

WORKER: Actor = system("worker")

REHEARSE = "notes.rehearse"
RECONCILE = "post.reconcile"
FETCH = "inbox.fetch"
SWEEP = "journal.sweep"
PURGE = "privacy.purge"
DIGEST = "reports.digest"
LADDERS = "notes.ladders"

# Workers empty the queues in the order of their names. Somebody waits for a sign-in code; what is
# lost is looked for before more is made; all letters of a note are stored before the first leaves.
PEOPLE, HOUSEKEEPING, LETTERS, COPIES = "1-people", "2-housekeeping", "3-letters", "4-copies"
QUEUE_OF: dict[str, str] = {
    SEND: PEOPLE,
    SEND_COPY: COPIES,
    RUN: LETTERS,
    RENDER: LETTERS,
    POST: LETTERS,
    CONFIRM: LETTERS,
    PRINT: LETTERS,
    REHEARSE: HOUSEKEEPING,
    RECONCILE: HOUSEKEEPING,
    FETCH: HOUSEKEEPING,
    READ: HOUSEKEEPING,
    EXAMINE: HOUSEKEEPING,
    SWEEP: HOUSEKEEPING,
    PURGE: HOUSEKEEPING,
    DIGEST: HOUSEKEEPING,
    LADDERS: HOUSEKEEPING,
    CLIMB: HOUSEKEEPING,
}

SWEEP_EVERY = timedelta(seconds=30)  # also the pulse by which a deaf worker is noticed
RECONCILE_EVERY = timedelta(seconds=60)
FETCH_EVERY = timedelta(seconds=60)
PURGE_EVERY = timedelta(hours=1)
PURGE_FROM = 3  # the hour at the duty station: nobody waits for a page then
DIGEST_EVERY = timedelta(minutes=10)
# Hours at the duty station: it lies there when the day begins, and after a morning without
# workers nobody gets it any more.
DIGEST_FROM, DIGEST_UNTIL = 7, 12
LADDERS_EVERY = timedelta(minutes=15)
LADDERS_FROM = 6  # the hour at the duty station: the drafts are there when the office opens

# Each of these must be longer than the one before it, or a task would be done twice at once.
RENDER_LIMIT = 60  # seconds; the slowest honest run takes ten, each of its copies laid out in full
SEND_LIMIT = 115  # seconds; workers.smtp gives up before (5 + 45 + 25 + 35)
VISIBILITY = 600  # seconds until Redis gives an unacknowledged message to another worker
assert RENDER_LIMIT < SEND_LIMIT < VISIBILITY  # noqa: S101 - a figure's reason


def engine() -> sa.Engine:
    """This process's connections. First asked for by a task, so never shared across a fork."""
    url = config.current().database_url.get_secret_value()
    # A task holds one connection, and a second one for an instant when it records a failure.
    return db.engine(url, pool_size=2, max_overflow=1)


def _configuration() -> dict[str, Any]:
    """Asked for once by every process that uses Celery, when it starts."""
    settings = config.current()
    clock.follow(settings.demo_clock)
    return {
        "broker_url": settings.broker_url.get_secret_value(),
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY,
            # kombu looks for lost messages every interval x throttle; by default only each 100 s.
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "queue_order_strategy": "sorted",
            # A broker that does not answer is noticed in seconds, not in TCP's quarter of an hour.
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 25,
        },
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # a broker may be away for a night
        "task_queues": {name: {"exchange": name} for name in QUEUE_OF.values()},
        "task_routes": {task: {"queue": queue} for task, queue in QUEUE_OF.items()},
        "task_default_queue": HOUSEKEEPING,
        "task_create_missing_queues": False,  # a misspelt queue would have no reader
        # JSON only: a pickled message could run any code.
        "accept_content": ["json"],
        "task_serializer": "json",
        "result_accept_content": ["json"],
        # What became of a task stands in PostgreSQL, in the transaction that did it.
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        # A killed worker's task runs again at once; the row counts how often (workers.unit).
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,  # a worker must not sit on work that another could do
        "task_time_limit": RENDER_LIMIT,
        # On SIGTERM the task at hand may end; what has not begun goes back to the queue.
        "worker_soft_shutdown_timeout": 30,
        "worker_cancel_long_running_tasks_on_connection_loss": False,  # the row guards, not Redis
        # WeasyPrint and Pango grow slowly; a fresh process costs half a second.
        "worker_max_tasks_per_child": 1_000,
        "worker_max_memory_per_child": 600_000,  # KiB
        "worker_send_task_events": False,
        "beat_schedule": {
            # A wake-up that was not taken before the next one comes has nothing left to say.
            SWEEP: {
                "task": SWEEP,
                "schedule": SWEEP_EVERY,
                "options": {"expires": SWEEP_EVERY.total_seconds()},
            },
            DIGEST: {
                "task": DIGEST,
                "schedule": DIGEST_EVERY,
                "options": {"expires": DIGEST_EVERY.total_seconds()},
            },
            PURGE: {
                "task": PURGE,
                "schedule": PURGE_EVERY,
                "options": {"expires": PURGE_EVERY.total_seconds()},
            },
            LADDERS: {
                "task": LADDERS,
                "schedule": LADDERS_EVERY,
                "options": {"expires": LADDERS_EVERY.total_seconds()},
            },
            FETCH: {
                "task": FETCH,
                "schedule": FETCH_EVERY,
                "options": {"expires": FETCH_EVERY.total_seconds()},
            },
            RECONCILE: {
                "task": RECONCILE,
                "schedule": RECONCILE_EVERY,
                "options": {"expires": RECONCILE_EVERY.total_seconds()},
            },
        },
        # No file of its own: a slot that was done is claimed in PostgreSQL, by whichever beat.
        "beat_scheduler": "celery.beat:Scheduler",
        "timezone": "UTC",
    }


celery = Celery(
    "registration",
    include=[
        "workers.letters",
        "workers.rehearsals",
        "workers.post",
        "workers.mailbox",
        "workers.journal",
        "workers.privacy",
        "workers.reports",
        "workers.reminders",
        "workers.documents",
        "workers.responses",
        "workers.participants",
    ],
    set_as_current=False,
)
celery.add_defaults(_configuration)


def task(name: str, **options: Any) -> Callable[[Callable[[int], None]], Callable[[int], None]]:
    """A task about one outbox row, under a name of the table `QUEUE_OF`."""
    assert name in QUEUE_OF, name  # noqa: S101 - a task without a queue would never run
    return celery.task(name=name, **options)  # type: ignore[no-any-return]


def periodic(name: str, **options: Any) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """A periodic job, under a name of the table `QUEUE_OF`."""
    assert name in QUEUE_OF, name  # noqa: S101 - a task without a queue would never run
    return celery.task(name=name, **options)  # type: ignore[no-any-return]
