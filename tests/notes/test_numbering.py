"""The register under load: numbers taken, typed and made void at once, some of it taken back."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from registration.db import Session
from registration.documents.reference import SERIES, Reference
from registration.errors import ReferenceTaken, Refused
from registration.notes import numbering, registry
from registration.notes.models import Note, VoidNumber
from registration.notes.rules import NoteStage
from tests import builders
from tests.notes.desk import Desk

OFFICERS, ACTS, YEAR, HIGHEST_TYPED = 6, 20, 2013, 60


def one_officers_day(desk: Desk, seed: int) -> None:
    """Random acts, each in a transaction that may come to nothing."""
    lot = random.Random(seed)
    for _ in range(ACTS):
        with desk.acting(desk.anna) as session:
            try:
                act(desk, session, lot)
            except (Refused, ReferenceTaken):
                session.rollback()
            if lot.random() < 0.3:
                session.rollback()


def act(desk: Desk, session: Session, lot: random.Random) -> None:
    typed = Reference(SERIES, YEAR, lot.randint(1, HIGHEST_TYPED))
    match lot.choice(["next", "next", "typed", "void"]):
        case "next":
            bear(desk, session, numbering.take_next(session, YEAR))
        case "typed":
            bear(desk, session, numbering.take(session, typed))
        case _:
            numbering.make_void(session, typed, "By lot.")


def bear(desk: Desk, session: Session, reference: Reference) -> None:
    builders.a_note(
        session,
        desk.meeting,
        desk.anna,
        stage=NoteStage.ISSUED,
        clearer=desk.otto,
        reference=str(reference),
    )


def test_no_number_is_used_twice_whatever_officers_do_at_once(desk: Desk) -> None:
    with ThreadPoolExecutor(OFFICERS) as threads:
        for done in [threads.submit(one_officers_day, desk, each) for each in range(OFFICERS)]:
            done.result()
    with desk.program() as session:
        borne = session.scalars(sa.select(Note.reference)).all()
        void = session.scalars(sa.select(VoidNumber.number)).all()
        entries = registry.entries(session, YEAR)
        last = numbering.last_of(session, YEAR)
    used = [Reference.parse(str(each)).number for each in borne] + list(void)
    assert len(borne) > OFFICERS
    assert void
    assert max(Counter(used).values()) == 1
    assert max(used) == last
    covered = [
        number for each in entries for number in range(each.first.number, each.last.number + 1)
    ]
    assert covered == list(range(1, last + 1))
    assert {each.first.number for each in entries if not each.is_gap} == set(used)
