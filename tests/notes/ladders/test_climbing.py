"""On its morning a reminder is drafted, once, to those who have not answered."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from registration import clock
from registration.accounts.models import Account
from registration.journal.models import Outbox
from registration.notes import (
    clearance,
    followups,
    mails,
    queries,
    wording,
)
from registration.notes.ladders import climbing
from registration.notes.ladders import queries as ladders
from registration.notes.ladders.models import Rung
from registration.notes.ladders.rules import Outcome
from registration.notes.models import Note, NoteForm
from registration.notes.rules import NoteStage
from registration.post.models import Message
from registration.responses.models import Settlement
from registration.responses.rules import Outcome as Settled
from registration.responses.rules import ResponseKind
from tests.notes.desk import DAY, Desk, unrehearsed
from tests.notes.ladders.mornings import (
    at,
    drafts,
    morning_of,
    outcomes,
    respond,
    run_the_morning,
    set_days,
)
from tests.notes.test_pages import browser_of


def test_on_its_morning_a_reminder_is_drafted_to_those_who_have_not_answered(
    desk: Desk, with_ladder: Note
) -> None:
    with at(10, date(2013, 8, 1)):
        respond(desk, with_ladder, "AUT")
    with at(5, date(2013, 9, 9)):
        run_the_morning(desk)
    with desk.program() as session:
        assert drafts(session, with_ladder) == []
    with morning_of(date(2013, 9, 9)), desk.program() as session:
        run_the_morning(desk)
        [draft] = drafts(session, with_ladder)
        assert (draft.stage, draft.form) == (NoteStage.DRAFT, NoteForm.ADDRESSED)
        assert (draft.drafted_by_id, draft.reference) == (desk.anna.id, None)
        found = ladders.whom(session, with_ladder)
        assert [each.state.code for each in found] == ["EU", "NIU"]
        assert outcomes(session, with_ladder) == {21: Outcome.DRAFTED, 7: None, -3: None}
        [mail] = session.scalars(
            sa.select(Message).where(Message.subject.contains("reminder was drafted"))
        )
        assert mail.recipients == [desk.anna.email]
        assert f"/notes/{draft.id}" in mail.text
        assert "2 States" in mail.text


def test_however_often_the_clock_strikes_a_rung_gives_one_draft(
    desk: Desk, with_ladder: Note
) -> None:
    for day in (date(2013, 9, 9), date(2013, 9, 8), date(2013, 9, 9), date(2013, 9, 10)):
        with morning_of(day):
            run_the_morning(desk)
            run_the_morning(desk)
    with desk.program() as session:
        assert len(drafts(session, with_ladder)) == 1
        rows = sa.select(sa.func.count()).select_from(Outbox).where(Outbox.task == climbing.CLIMB)
        assert session.scalar(rows) == 1


def test_after_days_on_which_nothing_ran_there_is_one_draft_and_not_three(
    desk: Desk, with_ladder: Note
) -> None:
    with morning_of(date(2013, 10, 4)):
        run_the_morning(desk)
    with desk.program() as session:
        assert len(drafts(session, with_ladder)) == 1
        assert outcomes(session, with_ladder) == {
            21: Outcome.OVERTAKEN,
            7: Outcome.OVERTAKEN,
            -3: Outcome.DRAFTED,
        }


def test_a_worker_that_dies_halfway_leaves_nothing_and_the_next_one_drafts(
    desk: Desk, with_ladder: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise SystemExit

    with morning_of(date(2013, 9, 9)):
        with monkeypatch.context() as patch:
            patch.setattr(mails, "tell_of_reminder", dies)
            with pytest.raises(SystemExit):
                run_the_morning(desk)
        with desk.program() as session:
            assert drafts(session, with_ladder) == []
        run_the_morning(desk)
    with desk.program() as session:
        assert len(drafts(session, with_ladder)) == 1


def test_a_reminder_that_cannot_be_drafted_is_given_up_with_a_word(
    desk: Desk, with_ladder: Note
) -> None:
    with morning_of(date(2013, 9, 9)):
        with desk.program() as session:
            climbing.give_up(session, with_ladder.id, "the disk was full")
        run_the_morning(desk)
    with desk.program() as session:
        assert outcomes(session, with_ladder)[21] is Outcome.FAILED
        assert drafts(session, with_ladder) == []


def test_an_earlier_reminder_that_still_waits_is_not_drafted_again(
    desk: Desk, with_ladder: Note
) -> None:
    with morning_of(date(2013, 9, 9)):
        run_the_morning(desk)
    with morning_of(date(2013, 9, 23)):
        run_the_morning(desk)
    with desk.program() as session:
        [draft] = drafts(session, with_ladder)
        rung = session.get_one(Rung, (with_ladder.id, 7))
        assert (rung.outcome, rung.reminder_id) == (Outcome.WAITING, draft.id)


def test_where_all_have_answered_nothing_is_drafted_and_the_note_says_so(
    desk: Desk, with_ladder: Note, app: Flask
) -> None:
    with at(10, date(2013, 8, 1)):
        for code in ("AUT", "EU", "NIU"):
            respond(desk, with_ladder, code)
    with morning_of(date(2013, 9, 9)):
        run_the_morning(desk)
        with desk.program() as session:
            assert drafts(session, with_ladder) == []
            assert outcomes(session, with_ladder)[21] is Outcome.NOBODY
        page = browser_of(app, desk, desk.rosa).get(f"/notes/{with_ladder.id}").text
    assert "21 days before the last day: Nobody to remind" in page


def test_a_state_that_was_granted_more_time_is_not_reminded_before_its_own_day(
    desk: Desk, with_ladder: Note
) -> None:
    with at(10, date(2013, 9, 1)):
        request = respond(desk, with_ladder, "EU", ResponseKind.EXTENSION)
        with desk.program() as session:
            session.add(
                Settlement(
                    response_id=request,
                    state_code="EU",
                    outcome=Settled.GRANTED,
                    until=date(2013, 10, 7),
                    reason="Granted",
                    settled_by_id=desk.anna.id,
                )
            )

    def whom() -> list[str]:
        with desk.program() as session:
            return [each.state.code for each in ladders.whom(session, with_ladder)]

    with morning_of(date(2013, 10, 3)):
        assert whom() == ["AUT", "NIU"]
    with morning_of(date(2013, 10, 8)):
        assert whom() == ["AUT", "EU", "NIU"]


def test_shortly_before_the_meeting_nothing_is_drafted(desk: Desk, with_ladder: Note) -> None:
    with morning_of(date(2013, 11, 20)):  # the meeting begins on the 25th
        run_the_morning(desk)
    with desk.program() as session:
        assert drafts(session, with_ladder) == []
        assert outcomes(session, with_ladder)[-3] is Outcome.TOO_LATE


def test_a_note_that_was_asked_anew_is_reminded_of_no_more(desk: Desk, with_ladder: Note) -> None:
    with at(10, date(2013, 8, 1)):
        with desk.acting(desk.anna) as session:
            found = queries.by_id(session, with_ladder.id)
            later = followups.begin(session, found, "postponement", "Moved")
        with desk.program() as session:
            for text in queries.by_id(session, later.id).texts:
                for gap in wording.gaps(wording.Wording(text.subject, text.body)):
                    text.subject = text.subject.replace(gap, "new days")
                    text.body = text.body.replace(gap, "new days")
        cleared = desk.do(desk.otto, desk.do(desk.anna, later, unrehearsed), clearance.clear)
        desk.issue(cleared, "CU 2013/200", date(2013, 8, 1))
    with morning_of(date(2013, 9, 9)):
        run_the_morning(desk)
    with desk.program() as session:
        assert drafts(session, with_ladder) == []
        assert outcomes(session, with_ladder)[21] is Outcome.REPLACED


def test_a_note_that_was_not_issued_has_nothing_drafted(desk: Desk) -> None:
    with at(10, DAY):
        note = desk.cleared()
        set_days(desk, note, 21)
    with morning_of(date(2013, 9, 9)):
        run_the_morning(desk)
    with desk.program() as session:
        assert outcomes(session, note) == {21: None}


def test_where_the_officer_has_left_all_who_draft_learn_of_it(
    desk: Desk, with_ladder: Note
) -> None:
    with desk.program() as session:
        session.get_one(Account, desk.anna.id).ended_at = clock.now()
        colleague = Account(email="new@secretariat.example", name="New", roles=["drafter"])
        session.add(colleague)
    with morning_of(date(2013, 9, 9)):
        run_the_morning(desk)
    with desk.program() as session:
        told = session.scalars(
            sa.select(Message).where(Message.subject.contains("reminder was drafted"))
        )
        assert [each.recipients for each in told] == [["new@secretariat.example"]]
