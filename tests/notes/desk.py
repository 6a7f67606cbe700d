"""The office of a test: the cast, a meeting, and sessions in which each of them acts."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from registration import db
from registration.accounts.models import Account
from registration.db import Session
from registration.meetings.models import Meeting
from registration.notes import clearance, dispatching, drafting, issuing, queries
from registration.notes.audience import CHOICES, Audience
from registration.notes.models import Note
from registration.permissions import system
from tests import builders

EVERYBODY = Audience(frozenset(CHOICES))
DEADLINE = date(2013, 9, 30)
DAY = date(2013, 7, 1)


def unrehearsed(session: Session, note: Note) -> Note:
    """Submit a note that was not rehearsed: most tests are about something else."""
    return clearance.submit(session, note, unrehearsed=True)


@dataclass
class Desk:
    """The office of a test: its people, its database and the second meeting of the series."""

    engine: sa.Engine
    anna: Account
    otto: Account
    rosa: Account
    meeting: Meeting

    @contextmanager
    def acting(self, who: Account) -> Iterator[Session]:
        """A session for that person, committed at the end."""
        with db.session_for(self.engine, builders.acting(who)) as session:
            yield session

    def program(self) -> AbstractContextManager[Session]:
        """A session for the program itself."""
        return db.session_for(self.engine, system("test"))

    def draft(self, audience: Audience = EVERYBODY, title: str = "Generic note") -> Note:
        with self.acting(self.anna) as session:
            return drafting.draft(
                session,
                meeting=session.get_one(Meeting, self.meeting.id),
                title=title,
                respond_by=DEADLINE,
                audience=audience,
            )

    def submitted(self, audience: Audience = EVERYBODY) -> Note:
        return self.do(self.anna, self.draft(audience), unrehearsed)

    def cleared(self, audience: Audience = EVERYBODY) -> Note:
        return self.do(self.otto, self.submitted(audience), clearance.clear)

    def issued(
        self, reference: str | None = "CU 2013/175", day: date = DAY, audience: Audience = EVERYBODY
    ) -> Note:
        return self.issue(self.cleared(audience), reference, day)

    def issue(self, note: Note, reference: str | None = None, day: date = DAY) -> Note:
        """Issue it and confirm its dispatch: most tests are about something else."""
        note = self.issue_only(note, reference, day)
        with self.acting(self.anna) as session:
            dispatching.confirm(session, queries.by_id(session, note.id))
        return note

    def issue_only(self, note: Note, reference: str | None = None, day: date = DAY) -> Note:
        with self.acting(self.anna) as session:
            return issuing.issue(
                session,
                queries.by_id(session, note.id),
                reference=reference,
                issued_on=day,
                knowingly=True,  # the notes of the tests are of 2013
            )

    def do(self, who: Account, note: Note, act: Callable[[Session, Note], Note]) -> Note:
        with self.acting(who) as session:
            return act(session, queries.by_id(session, note.id))


def a_desk(engine: sa.Engine, meeting: Callable[[Session], Meeting]) -> Desk:
    with db.session_for(engine, system("test")) as session:
        return Desk(
            engine,
            builders.anna(session),
            builders.otto(session),
            builders.rosa(session),
            meeting(session),
        )
