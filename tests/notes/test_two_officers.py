"""Two officers at random: nothing written is lost, no number given twice, nothing issued uncleared.

Each run takes 50 steps of two officers on the real database, a transaction each. Both keep what
they read of a note, and act on it however stale it is by then; what a step may do is decided by the
program alone, and the test only remembers what it was told had worked.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from registration import db
from registration.accounts.models import Account
from registration.db import Session
from registration.errors import DomainError
from registration.meetings.models import Meeting
from registration.notes import clearance, content, drafting, issuing, queries, writing
from registration.notes.rules import NoteStage
from registration.permissions import Actor, Role
from tests import builders
from tests.notes.desk import DAY, DEADLINE, EVERYBODY, Desk

RUNS, STEPS, SHARES = 200, 50, 4


@dataclass
class Reading:
    """What one officer last read of the note."""

    note_id: UUID
    version: int
    body: str
    digest: str = ""


@dataclass
class Told:
    """What the program said had worked, about one note."""

    words: list[str] = field(default_factory=list)
    writers: set[UUID | None] = field(default_factory=set)
    cleared: tuple[UUID | None, str] | None = None


@dataclass
class Run:
    """Two officers and the note that both work on; an issued one is followed by another."""

    desk: Desk
    officers: list[Actor]
    chance: random.Random
    note_id: UUID
    told: dict[UUID, Told] = field(default_factory=dict)
    read: dict[UUID | None, Reading] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)

    def step(self) -> None:
        officer = self.chance.choice(self.officers)
        acts = [
            self.look,
            self.write,
            self.submit,
            self.clear,
            self.issue,
            self.return_,
            self.reopen,
            self.withdraw,
        ]
        # The second officer seldom writes: whoever wrote cannot clear, and notes would get stuck.
        writes = 14 if officer is self.officers[0] else 1
        act = self.chance.choices(acts, [10, writes, 9, 9, 9, 2, 2, 1])[0]
        with db.open_session(self.desk.engine, officer) as session:
            if officer.id not in self.read:
                act = self.look
            try:
                act(session, officer)
                self.did[act.__name__] += 1
            except DomainError:
                session.rollback()

    def look(self, session: Session, officer: Actor) -> None:
        note = queries.by_id(session, self.note_id)
        text = drafting.text_in(note, "en")
        self.read[officer.id] = Reading(note.id, text.version, text.body)
        if note.stage is NoteStage.IN_CLEARANCE:
            shown = content.digest(note, clearance.meeting_of(session, note))
            self.read[officer.id].digest = shown

    def write(self, session: Session, officer: Actor) -> None:
        read, word = self.read[officer.id], f"w{self.chance.getrandbits(40):x}"
        note = queries.by_id(session, read.note_id, lock=True)
        automatic = self.chance.random() < 0.5
        text = writing.write(
            session,
            note,
            "en",
            "((deadline))",
            f"{read.body} {word}",
            read.version,
            automatic=automatic,
        )
        session.commit()
        told = self.told[note.id]
        told.words.append(word)
        told.writers.add(officer.id)
        told.cleared = None
        self.read[officer.id] = Reading(note.id, text.version, text.body)

    def submit(self, session: Session, officer: Actor) -> None:
        note = queries.by_id(session, self.read[officer.id].note_id, lock=True)
        clearance.submit(session, note, unrehearsed=True)
        session.commit()

    def clear(self, session: Session, officer: Actor) -> None:
        read = self.read[officer.id]
        note = queries.by_id(session, read.note_id, lock=True)
        clearance.clear(session, note, seen=read.digest)
        session.commit()
        self.told[note.id].cleared = (officer.id, drafting.text_in(note, "en").body)

    def return_(self, session: Session, officer: Actor) -> None:
        note = queries.by_id(session, self.read[officer.id].note_id, lock=True)
        clearance.return_(session, note, "Again.")
        session.commit()

    def reopen(self, session: Session, officer: Actor) -> None:
        note = queries.by_id(session, self.read[officer.id].note_id, lock=True)
        clearance.reopen(session, note)
        session.commit()
        self.told[note.id].cleared = None

    def withdraw(self, session: Session, officer: Actor) -> None:
        note = queries.by_id(session, self.read[officer.id].note_id, lock=True)
        clearance.withdraw(session, note)
        session.commit()
        if note.id == self.note_id:
            self.begin_another(session)

    def issue(self, session: Session, officer: Actor) -> None:
        note = queries.by_id(session, self.read[officer.id].note_id, lock=True)
        typed = self.chance.choice([None, f"CU 2013/{self.chance.randint(1, 400)}"])
        issuing.issue(session, note, reference=typed, issued_on=DAY, knowingly=True)
        session.commit()
        told = self.told[note.id]
        assert told.cleared is not None, "issued without a clearance"
        clearer, body = told.cleared
        assert clearer not in told.writers
        assert drafting.text_in(note, "en").body == body
        self.numbers.append(str(note.reference))
        self.begin_another(session)

    def begin_another(self, session: Session) -> None:
        self.note_id = a_draft(self.desk, session)
        self.told[self.note_id] = Told(writers={session.actor.id})
        session.commit()

    def lost_words(self) -> Iterator[str]:
        """Words that the program said it had kept, and has not."""
        with self.desk.program() as session:
            for note_id, told in self.told.items():
                body = drafting.text_in(queries.by_id(session, note_id), "en").body.split()
                yield from set(told.words) - set(body)


def a_draft(desk: Desk, session: Session) -> UUID:
    note = drafting.draft(
        session,
        meeting=session.get_one(Meeting, desk.meeting.id),
        title="A note",
        respond_by=DEADLINE,
        audience=EVERYBODY,
    )
    for text in note.texts:
        text.subject, text.body = "((deadline))", "Body."
    session.flush()
    return note.id


@pytest.fixture
def officers(desk: Desk) -> list[Account]:
    """Two who may both draft and clear: only what they did tells them apart."""
    with desk.program() as session:
        return [
            builders.a_colleague(session, name, Role.DRAFTER, Role.CLEARING_OFFICER)
            for name in ("First Officer", "Second Officer")
        ]


@pytest.mark.parametrize("share", range(SHARES))
def test_two_officers_lose_nothing_and_issue_nothing_uncleared(
    share: int, desk: Desk, officers: list[Account]
) -> None:
    numbers: list[str] = []
    did: Counter[str] = Counter()
    for seed in range(share, RUNS, SHARES):
        actors = [builders.acting(each) for each in officers]
        with db.session_for(desk.engine, actors[seed % 2]) as session:
            first = a_draft(desk, session)
        run = Run(desk, actors, random.Random(seed), first)
        run.told[first] = Told(writers={actors[seed % 2].id})
        for _ in range(STEPS):
            run.step()
        assert list(run.lost_words()) == [], f"run {seed}"
        numbers += run.numbers
        did += run.did
    assert len(set(numbers)) == len(numbers)
    assert len(numbers) > RUNS / SHARES / 5, "too few notes were issued to prove anything"
    assert set(did) == {
        "look",
        "write",
        "submit",
        "clear",
        "issue",
        "return_",
        "reopen",
        "withdraw",
    }
