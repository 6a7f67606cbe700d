"""The figures of the queue, and that no task is without a reader."""

import importlib

import pytest

from registration.config import Settings
from registration.post.rules import LEASE
from workers import smtp
from workers.app import (
    DIGEST_EVERY,
    FETCH_EVERY,
    LADDERS_EVERY,
    LETTERS,
    PEOPLE,
    PURGE_EVERY,
    QUEUE_OF,
    RECONCILE_EVERY,
    RENDER,
    RENDER_LIMIT,
    SEND_LIMIT,
    SWEEP_EVERY,
    VISIBILITY,
    celery,
)
from workers.post import RUN_SECONDS


@pytest.fixture
def app(settings: Settings) -> None:
    """The application as a worker has it, with all its tasks."""
    for module in celery.conf.include:
        importlib.import_module(module)


@pytest.mark.usefixtures("app")
def test_every_task_has_a_queue_that_is_read() -> None:
    ours = {name for name in celery.tasks if not name.startswith(("celery.", "test."))}
    assert ours == set(QUEUE_OF)
    assert set(QUEUE_OF.values()) == set(celery.conf.task_queues)
    assert {task: route["queue"] for task, route in celery.conf.task_routes.items()} == QUEUE_OF


def test_each_limit_is_longer_than_what_it_must_outlast() -> None:
    before_the_mark = smtp.AGAIN_SECONDS + smtp.OPENING_SECONDS
    after_it = smtp.BODY_SECONDS + smtp.ANSWER_SECONDS
    # The mark renews the lease: each half of a conversation is over before a lease is.
    assert max(before_the_mark, after_it) < LEASE.total_seconds()
    assert RUN_SECONDS + before_the_mark + after_it < SEND_LIMIT
    assert max(RENDER_LIMIT, SEND_LIMIT) < VISIBILITY


@pytest.mark.usefixtures("app")
def test_each_task_has_its_time_limit() -> None:
    assert celery.tasks["post.send"].time_limit == SEND_LIMIT
    assert celery.tasks["post.send_copy"].time_limit == SEND_LIMIT
    assert celery.tasks[RENDER].time_limit in (None, RENDER_LIMIT)
    assert celery.conf.task_time_limit == RENDER_LIMIT


@pytest.mark.usefixtures("app")
def test_only_json_is_read_and_no_result_is_kept() -> None:
    assert celery.conf.accept_content == ["json"]
    assert celery.conf.result_backend is None
    assert celery.conf.task_ignore_result is True


@pytest.mark.usefixtures("app")
def test_a_killed_worker_s_task_comes_back() -> None:
    assert celery.conf.task_acks_late is True
    assert celery.conf.task_reject_on_worker_lost is True
    assert celery.conf.worker_prefetch_multiplier == 1


@pytest.mark.usefixtures("app")
def test_the_periodic_jobs_expire_before_they_pile_up() -> None:
    schedule = celery.conf.beat_schedule
    assert {name: entry["schedule"] for name, entry in schedule.items()} == {
        "journal.sweep": SWEEP_EVERY,
        "inbox.fetch": FETCH_EVERY,
        "post.reconcile": RECONCILE_EVERY,
        "notes.ladders": LADDERS_EVERY,
        "privacy.purge": PURGE_EVERY,
        "reports.digest": DIGEST_EVERY,
    }
    for entry in schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"].total_seconds()


def test_people_do_not_queue_behind_letters() -> None:
    assert QUEUE_OF["post.send"] == PEOPLE
    assert QUEUE_OF["post.send_copy"] != PEOPLE
    assert QUEUE_OF[RENDER] == LETTERS
