"""The tasks of the mail: handing messages over, and settling what stayed in doubt."""

from typing import Any

from celery.signals import worker_init

from registration import config
from registration.db import session_for
from registration.journal import outbox
from registration.killpoint import killpoint
from registration.post import settling, signature
from registration.post.mail_log import MailLog, Several, open_log
from registration.post.service import SEND, SEND_COPY
from workers import smtp
from workers.app import (
    RECONCILE,
    RECONCILE_EVERY,
    SEND_LIMIT,
    WORKER,
    engine,
    periodic,
    task,
)
from workers.archive import Archive
from workers.round import Round

# A worker with a line to the mail server hands over more than the copy that it was woken for. But
# somebody may be waiting for a sign-in code: after this time it looks what is more urgent.
RUN_SECONDS = 1.0


def refuse_to_begin_unsigned(**_: Any) -> None:
    """End a worker whose key for the mail's signature is not as configured, and say why."""
    try:
        signature.signer()
    except signature.NotSignable as problem:
        raise SystemExit(str(problem)) from problem


worker_init.connect(refuse_to_begin_unsigned)


@task(SEND, time_limit=SEND_LIMIT)
def send(outbox_id: int) -> None:
    """Hand over a message that somebody waits for."""
    attempt(outbox_id, SEND)


@task(SEND_COPY, time_limit=SEND_LIMIT)
def send_copy(outbox_id: int) -> None:
    """Hand over a copy of a note, and after it others that wait, over the same line."""
    with _line() as line:
        Round(line, SEND_COPY, seconds=RUN_SECONDS).walk(outbox_id)


def attempt(outbox_id: int, task: str) -> None:
    """Make one attempt with the message of that outbox row, unless there is none to be made."""
    with _line() as line:
        Round(line, task).walk(outbox_id)


def _line() -> smtp.Line:
    settings = config.current()
    return smtp.Line(smtp.Server.at(settings.smtp_url.get_secret_value()), our_name=settings.host)


@periodic(RECONCILE)
def reconcile() -> None:
    """Ask the mail server's log and the archive about the messages in doubt."""
    with session_for(engine(), WORKER) as session:
        if outbox.claim_this_slot(session, RECONCILE, RECONCILE_EVERY):
            settling.reconcile(session, _witnesses())
            killpoint("post.reconciled")


def _witnesses() -> MailLog:
    settings = config.current()
    log = open_log(settings.mail_log)
    if settings.archive_mailbox is None:
        return log
    return Several([log, Archive(settings.archive_mailbox.get_secret_value())])
