"""A worker's round: one message after another, over one line to the mail server.

Each is taken, marked and settled in short transactions with the conversation between them, so that
no connection to the database waits for a mail server. The settling of one message takes the next.
"""

import time
from dataclasses import replace
from uuid import UUID

from registration import config
from registration.db import Session, session_for
from registration.errors import DomainError
from registration.journal import outbox
from registration.killpoint import killpoint
from registration.post import handover, mime, pace, pile, rules, tokens
from registration.post.models import Message
from registration.post.pile import Waiting
from registration.post.rules import MessageAction, MessageStage
from registration.post.service import SEND
from workers.app import WORKER, engine
from workers.smtp import Fate, Line, Outcome


class Round:
    """Messages of one task. After the first it goes on for so many seconds, if the line holds."""

    def __init__(self, line: Line, task: str, *, seconds: float = 0.0) -> None:
        settings = config.current()
        self._line = line
        self._task = task
        self._sender = settings.mail_sender
        self._enough = time.monotonic() + seconds
        # At a pace each message is woken for a turn of its own.
        self._takes_others = seconds > 0 and settings.mail_per_minute is None
        self._first_accepted = False
        self._pile: list[Waiting] = []
        self._prepared: tuple[UUID, bytes] | None = None

    def walk(self, outbox_id: int) -> None:
        """Begin with the message of that outbox row; if it is not to be had, with another."""
        held = self._first(outbox_id)
        while held is not None:
            killpoint("post.claimed")
            held = self._attempt(held)

    def _first(self, outbox_id: int) -> Waiting | None:
        with session_for(engine(), WORKER) as session:
            own = self._own(session, outbox_id)
            return own or (self._next(session) if self._takes_others else None)

    def _own(self, session: Session, outbox_id: int) -> Waiting | None:
        row = outbox.take(session, outbox_id, self._task)
        if row is None:
            return None
        message_id = UUID(row.subject_id)
        until = pace.stands_back_until(session, message_id, hurried=self._task == SEND)
        if until is not None:
            outbox.wake_at(row, until)
            return None
        message = handover.claim(session, message_id, self._sender)
        if message is None and not handover.is_open(session, message_id):
            outbox.finish(session, row.id)
        if message is None:
            return None
        try:
            return Waiting(row.id, message, mime.attached(session, message))
        except DomainError as problem:
            handover.park(session, message, str(problem))
            outbox.finish(session, row.id)
            return None

    def _next(self, session: Session) -> Waiting | None:
        """The next of the pile; of a new one where that is used up."""
        for _ in range(2):
            held = pile.take(session, self._pile, self._sender) if self._pile else None
            if held is not None:
                places = [each.message.id for each in self._pile]
                del self._pile[: places.index(held.message.id) + 1]
                return held
            self._pile = pile.look_up(session, self._task)
        return None

    def _attempt(self, held: Waiting) -> Waiting | None:
        """Make an attempt with the message in hand; returns the next."""
        message = held.message
        recipients = rules.allowed(message.recipients, config.current().allowed_recipients)
        if not recipients:
            self._withhold(held)
            return None
        content = self._content(held)
        if content is None:
            return None
        killpoint("post.composed")
        try:
            outcome = self._line.deliver(
                sender=tokens.envelope_sender(message.id),
                recipients=recipients,
                content=content,
                attempts=message.attempts,
                before_body=lambda: _mark_the_body(message),
                before_end=lambda: _mark_the_end(message),
                meanwhile=self._prepare_the_next,
                archive=_archive_of(message),
            )
            withheld = dict.fromkeys({*message.recipients} - {*recipients}, handover.WITHHELD)
            outcome = replace(outcome, refused={**outcome.refused, **withheld})
            return self._settle(held, outcome)
        except handover.LeaseLost:
            return None  # another worker has it, or a person settled it: theirs is the last word

    def _content(self, held: Waiting) -> bytes | None:
        """The bytes to send. What cannot be put into bytes is parked with the reason."""
        prepared, self._prepared = self._prepared, None
        if prepared is not None and prepared[0] == held.message.id:
            return prepared[1]
        try:
            return mime.compose(held.message, held.files, self._sender)
        except (DomainError, ValueError) as problem:
            with session_for(engine(), WORKER) as session:
                ours = handover.regain(session, held.message, MessageStage.CLAIMED)
                handover.park(session, ours, str(problem))
                outbox.finish(session, held.outbox_id)
            return None

    def _prepare_the_next(self) -> None:
        """Compose what will probably be next while the server looks at what it has just got."""
        if self._pile:
            waiting = self._pile[0]
            try:
                content = mime.compose(waiting.message, waiting.files, self._sender)
            except Exception:  # noqa: BLE001 - it comes again at its own turn
                # Here it would leave the message that was just sent in doubt.
                return
            self._prepared = (waiting.message.id, content)
            killpoint("post.prepared")

    def _withhold(self, held: Waiting) -> None:
        with session_for(engine(), WORKER) as session:
            ours = handover.regain(session, held.message, MessageStage.CLAIMED)
            handover.withhold(session, ours)
            outbox.finish(session, held.outbox_id)

    def _settle(self, held: Waiting, outcome: Outcome) -> Waiting | None:
        """Write down what became of it, and in the same transaction take the next."""
        goes_on = self._takes_others and self._line.is_open and time.monotonic() < self._enough
        # Where a crash of PostgreSQL forgets that it was accepted, the message is in doubt, as if
        # this worker had died a moment earlier, and the mail server's log settles it.
        forgettable = outcome.fate is Fate.ACCEPTED
        with session_for(engine(), WORKER, forgettable=forgettable) as session:
            self._tell_the_pace(session, outcome)
            _write_down(session, held, outcome)
            following = self._next(session) if goes_on else None
            killpoint("post.before_settled")
        killpoint("post.settled")
        if following is not None:
            killpoint("post.next_taken")
        return following

    def _tell_the_pace(self, session: Session, outcome: Outcome) -> None:
        if outcome.asks_to_wait:
            pace.wait(session, outcome.reply)
        elif outcome.fate is Fate.ACCEPTED and not self._first_accepted:
            # Once in a round: when the server asks anybody to wait, nobody takes another message.
            pace.go_on(session)
            self._first_accepted = True


def _write_down(session: Session, held: Waiting, outcome: Outcome) -> None:
    before_body = outcome.fate in (Fate.NOT_SENT, Fate.REFUSED)
    expected = MessageStage.CLAIMED if before_body else MessageStage.UNCERTAIN
    ours = handover.regain(
        session, held.message, expected, body_open=outcome.fate is Fate.BROKEN_OFF
    )
    match outcome.fate:
        case Fate.ACCEPTED:
            handover.accept(session, ours, outcome.reply, dict(outcome.refused))
        case Fate.NOT_SENT | Fate.BROKEN_OFF:
            handover.come_back(session, ours, MessageAction.LET_GO, outcome.reply)
        case Fate.POSTPONED:
            handover.come_back(session, ours, MessageAction.POSTPONE, outcome.reply)
        case Fate.REFUSED | Fate.TURNED_DOWN:
            handover.refuse(session, ours, outcome.reply)
        case Fate.IN_DOUBT:
            handover.leave_in_doubt(session, ours, outcome.reply)
    outbox.finish(session, held.outbox_id)


def _mark_the_body(message: Message) -> None:
    # Where a crash of PostgreSQL forgets this, the mark of the end finds nothing to mark.
    with session_for(engine(), WORKER, forgettable=True) as session:
        handover.start_body(session, message)


def _mark_the_end(message: Message) -> None:
    with session_for(engine(), WORKER) as session:
        handover.end_body(session, message)


def _archive_of(message: Message) -> str | None:
    """Where the mail also goes. What is erased once it was sent is not kept there either."""
    settings = config.current()
    if settings.archive_address is None or message.confidential:
        return None
    return next(iter(rules.allowed([settings.archive_address], settings.allowed_recipients)), None)
