"""Issuing: addressees are frozen, letters planned, numbers counted; all of it or nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
import time_machine

from registration import clock
from registration.db import Session
from registration.documents.reference import Reference
from registration.errors import IllegalMove, NotAllowed, ReferenceTaken, Refused
from registration.journal.models import Event, Outbox
from registration.meetings.models import Meeting
from registration.notes import clearance, issuing, numbering, queries
from registration.notes.audience import CHOICES, Audience, addressed
from registration.notes.models import Addressee, Letter, Note, NoteText
from registration.notes.rules import NoteStage
from registration.states.models import Mission, State
from registration.words import LANGUAGES
from tests.notes.desk import DAY, DEADLINE, EVERYBODY, Desk


def count(session: Session, thing: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(thing)) or 0


@pytest.mark.reference_data
def test_on_1_july_2013_the_issue_freezes_167_parties_and_8_signatories(real_desk: Desk) -> None:
    real_desk.issued()
    with real_desk.program() as session:
        statuses = session.scalars(sa.select(Addressee.status)).all()
    assert len(statuses) == 175
    assert statuses.count("state_party") == 167
    assert statuses.count("signatory") == 8


@pytest.mark.reference_data
def test_on_the_day_of_the_meeting_the_audience_would_be_176(real_desk: Desk) -> None:
    on_the_day = Audience(frozenset(CHOICES), as_at=date(2013, 11, 25))
    with real_desk.program() as session:
        assert len(addressed(session, on_the_day, DAY)) == 176
    real_desk.issued(audience=on_the_day)
    with real_desk.program() as session:
        assert count(session, Addressee) == 176


def test_every_addressee_gets_a_copy_and_every_language_a_master(desk: Desk) -> None:
    desk.issued()
    with desk.program() as session:
        copies = session.scalars(sa.select(Letter).where(Letter.addressee_id.is_not(None))).all()
        masters = session.scalars(sa.select(Letter).where(Letter.addressee_id.is_(None))).all()
    assert {copy.state_code for copy in copies} == {"AUT", "NIU", "EU"}
    assert {master.language for master in masters} == set(LANGUAGES)
    assert len({copy.code for copy in copies}) == len(copies)


def test_a_state_without_a_mission_or_an_address_is_addressed_all_the_same(desk: Desk) -> None:
    desk.issued()
    with desk.program() as session:
        recipients = {
            each.state_code: (each.language, each.recipients)
            for each in session.scalars(sa.select(Addressee))
        }
    assert recipients == {
        "AUT": ("fr", ["mission.aut@missions.example"]),
        "EU": ("en", []),
        "NIU": ("en", []),
    }


def test_what_happens_to_a_mission_after_the_issue_changes_no_addressee(desk: Desk) -> None:
    desk.issued()
    with desk.program() as session:
        session.execute(sa.update(Mission).values(language="ru"))
    with desk.program() as session:
        assert "ru" not in session.scalars(sa.select(Addressee.language)).all()


def test_the_issue_promises_one_run_for_each_language_in_its_own_transaction(desk: Desk) -> None:
    note = desk.issued()
    with desk.program() as session:
        masters = session.execute(
            sa.select(Letter.id, Letter.language).where(Letter.addressee_id.is_(None))
        ).all()
        promised = session.scalars(
            sa.select(Outbox.subject_id).where(Outbox.task == "letters.run").order_by(Outbox.id)
        ).all()
        event = session.scalars(sa.select(Event).where(Event.kind == "note.issued")).one()
    language_of = {str(master): language for master, language in masters}
    assert sorted(language_of[each] for each in promised) == sorted(LANGUAGES)
    # Two copies in English, one in French: the longest run is begun first.
    assert [language_of[each] for each in promised][:2] == ["en", "fr"]
    assert event.subject_id == str(note.id)
    assert event.detail["reference"] == "CU 2013/175"


def test_an_issue_that_is_not_committed_leaves_nothing_behind(desk: Desk) -> None:
    note = desk.cleared()
    with desk.acting(desk.anna) as session:
        issuing.issue(
            session, queries.by_id(session, note.id), reference=None, issued_on=DAY, knowingly=True
        )
        session.rollback()
    with desk.program() as session:
        assert queries.by_id(session, note.id).stage is NoteStage.CLEARED
        promised = sa.select(sa.func.count()).where(Outbox.task.startswith("letters."))
        assert count(session, Addressee) == count(session, Letter) == session.scalar(promised) == 0
        assert str(numbering.proposed(session, 2013)) == "CU 2013/1"


def test_a_note_is_issued_once(desk: Desk) -> None:
    note = desk.issued()
    with pytest.raises(IllegalMove, match="no longer possible"):
        desk.issue(note)
    with desk.program() as session:
        assert count(session, Addressee) == 3


def test_two_officers_who_issue_the_same_note_at_once_issue_it_once(desk: Desk) -> None:
    note, together = desk.cleared(), Barrier(2)

    def issue() -> str | None:
        with desk.acting(desk.anna) as session:
            together.wait()
            found = queries.by_id(session, note.id, lock=True)
            return issuing.issue(
                session, found, reference=None, issued_on=DAY, knowingly=True
            ).reference

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.submit(issue), threads.submit(issue)
    outcomes = sorted(
        str(type(each.exception()).__name__) if each.exception() else str(each.result())
        for each in (first, second)
    )
    assert outcomes == ["CU 2013/1", "IllegalMove"]
    with desk.program() as session:
        assert count(session, Addressee) == 3


def test_concurrent_issues_leave_no_gap_and_give_no_number_twice(desk: Desk) -> None:
    notes, together = [desk.cleared() for _ in range(6)], Barrier(6)

    def issue(note: Note) -> str | None:
        with desk.acting(desk.anna) as session:
            together.wait()
            found = queries.by_id(session, note.id, lock=True)
            return issuing.issue(
                session, found, reference=None, issued_on=DAY, knowingly=True
            ).reference

    with ThreadPoolExecutor(6) as threads:
        references = set(threads.map(issue, notes))
    assert references == {f"CU 2013/{number}" for number in range(1, 7)}


def test_an_issue_that_fails_after_its_number_was_taken_leaves_no_gap(desk: Desk) -> None:
    first, second = desk.cleared(), desk.cleared()
    with desk.acting(desk.anna) as session:
        issuing.issue(
            session, queries.by_id(session, first.id), reference=None, issued_on=DAY, knowingly=True
        )
        session.rollback()
    assert desk.issue(second).reference == "CU 2013/1"


def test_counting_goes_on_from_the_number_that_an_officer_typed(desk: Desk) -> None:
    desk.issued("cu2013-175")
    assert desk.issued(None).reference == "CU 2013/176"


def test_after_the_last_number_of_a_year_none_is_proposed_and_one_is_typed(desk: Desk) -> None:
    desk.issued("CU 2013/99999")
    with desk.acting(desk.anna) as session:
        assert numbering.proposed(session, 2013) is None
        assert numbering.proposed(session, 2014) == Reference("CU", 2014, 1)
    with pytest.raises(Refused, match="The last number of the year, CU 2013/99999, is given out"):
        desk.issued(None)
    assert desk.issued("CU 2013/12").reference == "CU 2013/12"


def test_a_note_is_issued_after_its_own_deadline_only_knowingly(desk: Desk) -> None:
    note = desk.cleared()
    with time_machine.travel(clock.closing(DEADLINE) + timedelta(hours=12)):
        with desk.acting(desk.anna) as session:
            found = queries.by_id(session, note.id)
            for act in (
                lambda: issuing.check(session, found, "CU 2013/1", DAY),
                lambda: issuing.issue(session, found, reference=None, issued_on=DAY),
            ):
                with pytest.raises(Refused, match="deadline for responses has passed") as refused:
                    act()
                assert refused.value.field == "knowingly"
        assert desk.issue_only(note).reference == "CU 2013/1"
    other = desk.cleared()
    with (
        time_machine.travel(clock.closing(DEADLINE) - timedelta(hours=12)),
        desk.acting(desk.anna) as session,
    ):
        found = queries.by_id(session, other.id)
        assert issuing.issue(session, found, reference=None, issued_on=DAY).reference


def test_a_lower_number_that_the_office_kept_free_does_not_turn_the_counter_back(
    desk: Desk,
) -> None:
    desk.issued("CU 2013/175")
    assert desk.issued("CU 2013/12").reference == "CU 2013/12"
    assert desk.issued(None).reference == "CU 2013/176"


@pytest.mark.parametrize("again", ["CU 2013/175", "cu 2013/0175", "CU 2013/175(A)/DTA/CEB"])
def test_a_number_is_never_used_twice(desk: Desk, again: str) -> None:
    desk.issued("CU 2013/175(A)/DTA")
    with pytest.raises(ReferenceTaken, match="Generic note"):
        desk.issued(again)


def test_each_year_counts_from_one(desk: Desk) -> None:
    desk.issued("CU 2013/175")
    assert desk.issued(None, date(2012, 12, 31)).reference == "CU 2012/1"


def test_the_year_of_the_reference_is_that_of_the_date(desk: Desk) -> None:
    with pytest.raises(Refused, match="2013") as refusal:
        desk.issued("CU 2014/1")
    assert refusal.value.field == "reference"


def test_a_note_is_not_dated_in_the_future(desk: Desk) -> None:
    with pytest.raises(Refused, match="future"):
        desk.issued(None, clock.today() + timedelta(days=1))


def test_a_note_is_not_dated_after_its_own_deadline(desk: Desk) -> None:
    with pytest.raises(Refused, match="before the deadline"):
        desk.issued(None, DEADLINE)


def test_somebody_who_only_reads_cannot_issue(desk: Desk) -> None:
    note = desk.cleared()
    with desk.acting(desk.rosa) as session, pytest.raises(NotAllowed):
        issuing.issue(
            session, queries.by_id(session, note.id), reference=None, issued_on=DAY, knowingly=True
        )


def test_a_note_is_not_issued_when_the_meeting_changed_after_its_clearance(desk: Desk) -> None:
    note = desk.cleared()
    with desk.program() as session:
        session.execute(sa.update(Meeting).values(ends_on=date(2013, 11, 27)))
    with pytest.raises(issuing.ClearanceVoid, match="changed since"):
        desk.issue(note)
    reopened = desk.do(desk.anna, note, clearance.reopen)
    assert reopened.stage is NoteStage.DRAFT
    assert reopened.cleared_by_id is reopened.content_sha256 is None


def test_a_note_is_not_issued_when_the_meeting_changed_after_the_clearance(desk: Desk) -> None:
    note = desk.cleared()
    with desk.program() as session:
        session.execute(sa.update(Meeting).values(number=4))
        assert clearance.is_void(session, queries.by_id(session, note.id))
    with pytest.raises(issuing.ClearanceVoid):
        desk.issue(note)


def test_the_texts_of_an_issued_note_stay_when_the_meeting_changes(desk: Desk) -> None:
    note = desk.issued()
    with desk.program() as session:
        session.execute(sa.update(Meeting).values(places={"en": "Elsewhere"}))
        bodies = [text.body for text in queries.by_id(session, note.id).texts]
    assert not any("((" in body or "Elsewhere" in body for body in bodies)


def test_the_database_itself_keeps_an_issued_note_as_it_is(desk: Desk) -> None:
    note = desk.issued()
    for change in (
        sa.update(Note).values(reference="CU 2013/9"),
        sa.delete(NoteText).where(NoteText.language == "ru"),
        sa.update(NoteText).values(subject="another"),
    ):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="an issued note is final"),
            desk.program() as session,
        ):
            session.execute(change)
    with desk.program() as session:
        assert queries.by_id(session, note.id).reference == "CU 2013/175"


def test_an_audience_without_any_state_is_refused(desk: Desk) -> None:
    note = desk.cleared(Audience(EVERYBODY.statuses, as_at=date(2003, 1, 1)))
    with pytest.raises(Refused, match="no State"):
        desk.issue(note)


def test_a_state_is_printed_by_its_formal_name_without_the_article(desk: Desk) -> None:
    desk.issued()
    with desk.program() as session:
        names = dict(session.execute(sa.select(Addressee.state_code, Addressee.name)).all())
        assert session.get_one(State, "NIU").formal_names["en"].startswith("the ")
    assert names["NIU"] == "Republic of NIU (en)"
