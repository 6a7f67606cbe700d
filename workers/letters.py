"""The tasks that make letters, a run of many or one by itself, and post what may leave."""

import contextlib
import gc
import os
from functools import cache
from pathlib import Path
from typing import Any

from celery.signals import worker_init

from letters.compose import Press
from letters.letter import LetterError
from registration.notes import dispatching, rendering, sealing
from registration.notes.dispatching import POST
from registration.notes.issuing import RENDER, RUN
from workers.app import task
from workers.unit import unit

# Whoever waits for a page goes before letters, on a machine that has both. A session that gives way
# by five still gets a third of what another one gets: a busy machine must not starve it.
POLITENESS, OF_THE_SESSION = 15, 5


@task(RUN)
def run(outbox_id: int) -> None:
    """Make the letters of a note in one language, and post the copies; park what cannot be made."""
    with unit(outbox_id, RUN, give_up=rendering.give_up_run) as work:
        if work is not None:
            rendering.run(work.session, press(), work.subject_id)


@task(RENDER)
def render(outbox_id: int) -> None:
    """Make a planned letter and post it, or park it with the reason."""
    with unit(outbox_id, RENDER, give_up=rendering.give_up) as work:
        if work is not None:
            rendering.render(work.session, press(), work.subject_id)


@task(POST)
def post(outbox_id: int) -> None:
    """Post the copies of a note whose dispatch was confirmed."""
    with unit(outbox_id, POST, give_up=dispatching.give_up) as work:
        if work is not None:
            dispatching.post(work.session, work.subject_id)


@cache
def press() -> Press:
    """The press of this worker; its processes inherit it."""
    return Press()


def _give_way() -> None:
    """Let all else go first: this process and, where it leads a session of its own, that session.

    A kernel that groups processes by session (autogroup, man 7 sched) weighs the sessions against
    each other and heeds niceness within one only.
    """
    os.nice(POLITENESS)
    if os.getsid(0) == os.getpid():
        # Not every kernel groups, and a container may not be allowed to say so: it is a courtesy.
        with contextlib.suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(OF_THE_SESSION))


def _warm_up(**_: Any) -> None:
    """Load what letters need before the fork, so that a killed process is replaced at once.

    A worker whose seal is not as configured ends here: it would make letters without one.
    """
    _give_way()
    press().warm_up()
    try:
        sealing.seal()
    except LetterError as error:
        raise SystemExit(error.reason) from error
    gc.freeze()  # what is loaded by now stays: looking through it again would only cost time


worker_init.connect(_warm_up)
