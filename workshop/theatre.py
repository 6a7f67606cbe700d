"""An instance like a production's on which faults strike, and a small dispatch for each of them."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from registration import db
from registration.accounts.models import Account
from registration.journal.models import Outbox
from registration.journal.service import Then, promise
from registration.killpoint import VARIABLE
from registration.meetings import queries as meetings
from registration.notes.issuing import RUN
from registration.notes.rules import NoteStage
from registration.post import mailings
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.states.queries import all_states
from tests import builders as make
from workshop.errors import WorkshopError
from workshop.faults import LIMIT, PROGRAM, Fault
from workshop.frail_mail import Frail, Mood, UnreliableCatcher
from workshop.instance import Instance, Ports
from workshop.mail_catcher import Mailbox
from workshop.services import APPLICATION
from workshop.supervisor import Supervisor, answers_healthy

COPIES = 12
MEETING, YEAR = "2013-panama-city", 2013
PACE = 0.3  # seconds that the mail server takes for each message, so that a strike finds it at work
PATIENCE = 300.0  # seconds until a strike is over
REST = 2.0  # seconds without a copy on its way, after which none will set out before its time


class FrailInstance(Instance):
    """An instance like a production's whose mail server fails on purpose, and whose programs die.

    `catcher` is that server; its log is the one that the workers ask.
    """

    def __init__(self, folder: Path, mailbox: Mailbox) -> None:
        super().__init__(folder, Ports.any_free(), demo=False)
        self.catcher = UnreliableCatcher(Frail(mailbox, PACE))
        self.armed = folder.parent / "armed"

    def environment(self) -> dict[str, str]:
        """As an instance's, with that mail server and the place of the kill points."""
        return super().environment() | {
            "REGISTRATION_SMTP_URL": self.catcher.url,
            "REGISTRATION_MAIL_LOG": str(self.catcher.mailbox.log),
            VARIABLE: str(self.armed),
        }


@dataclass
class Case:
    """One fault that struck, and after how many seconds all was right; None while it is not."""

    fault: Fault
    note_id: UUID
    over: float
    over_at: datetime
    seconds: float | None = None

    @property
    def kept(self) -> bool:
        """Whether all was right within the limit."""
        return self.seconds is not None and self.seconds <= LIMIT

    def is_late(self, grace: float) -> bool:
        """Whether that many seconds have passed beyond the limit."""
        return time.monotonic() > self.over + LIMIT + grace


class Theatre:
    """The instance at work, as the faults see it (`workshop.faults.Scene`)."""

    def __init__(self, instance: FrailInstance, supervisor: Supervisor) -> None:
        self.instance: Instance = instance
        self.supervisor = supervisor
        self.bind = db.engine(instance.postgres.cluster.url(APPLICATION), pool_size=2)
        self._frail = instance
        self._notes: list[UUID] = []
        with db.session_for(self.bind, PROGRAM) as session:
            make.anna(session)
            make.otto(session)

    def strike(self, fault: Fault) -> Case:
        """Let the fault happen, to its end."""
        self._come_to_rest()
        fault.strike(self)
        return Case(fault, self._notes[-1], time.monotonic(), datetime.now(UTC))

    def _come_to_rest(self) -> None:
        """Wait until nothing of an earlier dispatch can come to a place that is armed for this."""
        last = time.monotonic()

        def is_at_rest() -> bool:
            nonlocal last
            if self._something_leaves():
                last = time.monotonic()
            return time.monotonic() - last > REST

        self.wait(is_at_rest, "nothing is on its way")

    def _something_leaves(self) -> bool:
        with db.session_for(self.bind, PROGRAM) as session:
            ready = session.scalar(
                sa.select(sa.exists().where(Message.stage == MessageStage.READY))
            )
        return bool(ready) or not self._frail.catcher.is_idle()

    def begin(self) -> None:
        """Let the copies of a note be made and leave, as a confirmed issue does."""
        with db.session_for(self.bind, PROGRAM) as session:
            drafter, clearer = session.scalars(sa.select(Account).order_by(Account.name))
            note = make.a_note(
                session,
                meetings.by_slug(session, MEETING),
                drafter,
                stage=NoteStage.ISSUED,
                clearer=clearer,
                reference=f"CU {YEAR}/{len(self._notes) + 1}",
            )
            for state in all_states(session)[:COPIES]:
                make.an_addressee(session, note, state.code)
            mailings.begin(session, note.id, confirmed_by_id=drafter.id, left_out=[])
            promise(session, [Then(RUN, make.a_master(session, note).id)])
        self._notes.append(note.id)

    def wait(self, until: Callable[[], bool], what: str) -> None:
        """Look after the programs until that holds. Raises WorkshopError after `PATIENCE`."""
        deadline = time.monotonic() + PATIENCE
        if not self.supervisor.wait_for(lambda: until() or time.monotonic() > deadline):
            raise KeyboardInterrupt
        if not until():
            raise WorkshopError(
                f"Not within {PATIENCE:.0f} s: {what}.", mend=f"read {self.instance.logs}"
            )

    def left(self) -> int:
        """How many copies of the dispatch were handed over."""
        return self._stages(self._notes[-1])[MessageStage.HANDED_OVER]

    def arm(self, point: str) -> None:
        """Let the next program that comes to this place die there."""
        draft = self._frail.armed.with_suffix(".draft")
        draft.write_text(point)
        draft.replace(self._frail.armed)

    def is_armed(self) -> bool:
        """Whether none has died there yet."""
        return self._frail.armed.exists()

    def mood(self, mood: Mood) -> None:
        """The mail server's, from now on."""
        self._frail.catcher.judge.mood = mood

    def struck_by_mail(self) -> int:
        """How many conversations the mail server's mood has spoilt."""
        return self._frail.catcher.judge.struck

    def mail_away(self, away: bool) -> None:
        """Let the mail server refuse every connection, or listen again."""
        old = self._frail.catcher
        if away:
            old.stop()
            return
        self._frail.catcher = UnreliableCatcher(Frail(old.mailbox, PACE), port=old.port)
        self._frail.catcher.start()

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Leave no room where the copies are stored while the block runs."""
        store = self.instance.folder / "store"
        ballast = store / "ballast"
        ballast.write_bytes(bytes(shutil.disk_usage(store).free))
        try:
            yield
        finally:
            ballast.unlink()

    def look(self, cases: list[Case]) -> None:
        """Note of each case whether all is right by now."""
        for case in cases:
            if case.seconds is None and self._is_right(case):
                case.seconds = time.monotonic() - case.over

    def _is_right(self, case: Case) -> bool:
        if self._stages(case.note_id) != {MessageStage.HANDED_OVER: COPIES}:
            return False
        with db.session_for(self.bind, PROGRAM) as session:
            ids = session.scalars(self._of(case.note_id, Message.message_id)).all()
        accepted = Counter(self._frail.catcher.mailbox.accepted_ids())
        once = all(accepted[str(each)] == 1 for each in ids)
        pages = answers_healthy(self.instance.ports.web)
        return once and pages and case.fault.also(self, case.over_at)

    def nothing_is_open(self) -> bool:
        """Whether every promise of the outbox was kept."""
        with db.session_for(self.bind, PROGRAM) as session:
            return session.scalar(sa.select(~sa.exists().where(Outbox.done_at.is_(None)))) is True

    def _stages(self, note_id: UUID) -> Counter[MessageStage]:
        with db.session_for(self.bind, PROGRAM) as session:
            return Counter(session.scalars(self._of(note_id, Message.stage)))

    @staticmethod
    def _of(note_id: UUID, column: Any) -> sa.Select[Any]:
        return sa.select(column).where(Message.mailing_id == note_id)
