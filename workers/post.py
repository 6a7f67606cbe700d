"""The tasks of the mail: handing a message over, and settling what stayed in doubt.

An attempt is three short transactions (claim, mark, settle) with the conversation between them, so
that no connection to the database waits for a mail server.
"""

import time
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from celery.signals import worker_init

from registration import config
from registration.db import Session, session_for
from registration.errors import DomainError
from registration.journal import outbox
from registration.journal.models import Outbox
from registration.killpoint import killpoint
from registration.post import handover, mime, pace, rules, settling, signature, tokens
from registration.post.mail_log import MailLog, Several, open_log
from registration.post.mime import Attached
from registration.post.models import Message
from registration.post.rules import MessageAction, MessageStage
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
from workers.smtp import Fate, Outcome

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
    enough = time.monotonic() + RUN_SECONDS
    with _line() as line:
        _hand_over(_claim(outbox_id, SEND_COPY), line)
        while line.is_open and time.monotonic() < enough:
            if not _hand_over(_claim_any(SEND_COPY), line):
                break


def attempt(outbox_id: int, task: str) -> None:
    """Make one attempt with the message of that outbox row, unless there is none to be made."""
    with _line() as line:
        _hand_over(_claim(outbox_id, task), line)


@dataclass(frozen=True)
class _Claimed:
    """A message in this worker's hands, its files, and the promise that led to it."""

    outbox_id: int
    message: Message
    files: list[Attached]


def _line() -> smtp.Line:
    settings = config.current()
    return smtp.Line(smtp.Server.at(settings.smtp_url.get_secret_value()), our_name=settings.host)


def _hand_over(claimed: _Claimed | None, line: smtp.Line) -> bool:
    """Whether there was a message to make an attempt with."""
    if claimed is not None:
        _attempt(claimed, line)
    return claimed is not None


def _attempt(claimed: _Claimed, line: smtp.Line) -> None:
    outbox_id, message = claimed.outbox_id, claimed.message
    settings = config.current()
    killpoint("post.claimed")
    recipients = rules.allowed(message.recipients, settings.allowed_recipients)
    if not recipients:
        _withhold(outbox_id, message)
        return
    content = _compose(claimed)
    if content is None:
        return
    killpoint("post.composed")
    try:
        outcome = line.deliver(
            sender=tokens.envelope_sender(message.id),
            recipients=recipients,
            content=content,
            attempts=message.attempts,
            before_body=lambda: _mark(message),
            archive=_archive_of(message),
        )
        withheld = dict.fromkeys({*message.recipients} - {*recipients}, handover.WITHHELD)
        _settle(outbox_id, message, replace(outcome, refused={**outcome.refused, **withheld}))
    except handover.LeaseLost:
        return  # another worker has it, or a person settled it: theirs is the last word
    killpoint("post.settled")


def _archive_of(message: Message) -> str | None:
    """Where the mail also goes. What is erased once it was sent is not kept there either."""
    settings = config.current()
    if settings.archive_address is None or message.confidential:
        return None
    return next(iter(rules.allowed([settings.archive_address], settings.allowed_recipients)), None)


def _claim(outbox_id: int, task: str) -> _Claimed | None:
    with session_for(engine(), WORKER) as session:
        return _claim_of(session, outbox.take(session, outbox_id, task))


def _claim_any(task: str) -> _Claimed | None:
    with session_for(engine(), WORKER) as session:
        return _claim_of(session, outbox.take_any(session, task, handover.waiting()))


def _claim_of(session: Session, row: Outbox | None) -> _Claimed | None:
    if row is None:
        return None
    message_id = UUID(row.subject_id)
    until = pace.stands_back_until(session, message_id, hurried=row.task == SEND)
    if until is not None:
        outbox.wake_at(row, until)
        return None
    message = handover.claim(session, message_id, config.current().mail_sender)
    if message is None and not handover.is_open(session, message_id):
        outbox.finish(session, row.id)
    if message is None:
        return None
    try:
        return _Claimed(row.id, message, mime.attached(session, message))
    except DomainError as problem:
        handover.park(session, message, str(problem))
        outbox.finish(session, row.id)
        return None


def _compose(claimed: _Claimed) -> bytes | None:
    """The bytes to send. What cannot be put into bytes is parked with the reason."""
    try:
        return mime.compose(claimed.message, claimed.files, config.current().mail_sender)
    except (DomainError, ValueError) as problem:
        with session_for(engine(), WORKER) as session:
            ours = handover.regain(session, claimed.message, MessageStage.CLAIMED)
            handover.park(session, ours, str(problem))
            outbox.finish(session, claimed.outbox_id)
        return None


def _withhold(outbox_id: int, message: Message) -> None:
    with session_for(engine(), WORKER) as session:
        handover.withhold(session, handover.regain(session, message, MessageStage.CLAIMED))
        outbox.finish(session, outbox_id)


def _mark(message: Message) -> None:
    with session_for(engine(), WORKER) as session:
        handover.start_body(session, message)


def _settle(outbox_id: int, message: Message, outcome: Outcome) -> None:
    before_body = outcome.fate in (Fate.NOT_SENT, Fate.REFUSED)
    expected = MessageStage.CLAIMED if before_body else MessageStage.UNCERTAIN
    with session_for(engine(), WORKER) as session:
        if outcome.asks_to_wait:
            pace.wait(session, outcome.reply)
        elif outcome.fate is Fate.ACCEPTED:
            pace.go_on(session)
        ours = handover.regain(session, message, expected)
        match outcome.fate:
            case Fate.ACCEPTED:
                handover.accept(session, ours, outcome.reply, dict(outcome.refused))
            case Fate.NOT_SENT:
                handover.come_back(session, ours, MessageAction.LET_GO, outcome.reply)
            case Fate.POSTPONED:
                handover.come_back(session, ours, MessageAction.POSTPONE, outcome.reply)
            case Fate.REFUSED | Fate.TURNED_DOWN:
                handover.refuse(session, ours, outcome.reply)
            case Fate.IN_DOUBT:
                handover.leave_in_doubt(session, ours, outcome.reply)
        outbox.finish(session, outbox_id)
        killpoint("post.before_settled")


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
