"""Ladders: when a reminder is drafted, to whom, in which words, and that it happens once."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from registration import clock
from registration.accounts.models import Account
from registration.db import Session
from registration.errors import Conflict, IllegalMove, NotAllowed, Refused
from registration.journal.models import Event, Outbox
from registration.meetings.models import Meeting
from registration.notes import (
    addressing,
    clearance,
    content,
    drafting,
    followups,
    mails,
    queries,
    wording,
)
from registration.notes.audience import Audience, Named
from registration.notes.ladders import climbing, setting
from registration.notes.ladders import queries as ladders
from registration.notes.ladders.models import Rung
from registration.notes.ladders.rules import Outcome, Step, due, proposed
from registration.notes.models import Addressee, Note, NoteForm
from registration.notes.rules import NoteStage
from registration.post.models import Message
from registration.responses.models import Response, ResponseChannel, Settlement
from registration.responses.rules import Lack, ResponseKind
from registration.responses.rules import Outcome as Settled
from tests.notes.desk import DAY, Desk, unrehearsed
from tests.notes.test_pages import browser_of
from workers import reminders

LAST = date(2013, 9, 30)


def morning_of(day: date) -> Any:
    """Seven in the morning of that day at the duty station."""
    return time_machine.travel(datetime.combine(day, time(7), clock.DUTY_STATION), tick=False)


def at(hour: int, day: date) -> Any:
    return time_machine.travel(datetime.combine(day, time(hour), clock.DUTY_STATION), tick=False)


# --- the rule -------------------------------------------------------------------------------------


def step(days_before: int, *, added_on: date = DAY, reached: bool = False) -> Step:
    return Step(days_before, added_on, reached)


@pytest.mark.parametrize(
    ("today", "taken", "found"),
    [
        (date(2013, 9, 8), [], []),
        (date(2013, 9, 9), [], [21]),
        (date(2013, 9, 9), [21], []),
        (date(2013, 9, 15), [], [21]),
        (date(2013, 9, 23), [21], [7]),
        (date(2013, 9, 25), [], [7, 21]),
        (date(2013, 10, 3), [], [-3, 7, 21]),
    ],
)
def test_a_rung_is_due_from_its_day_until_it_is_taken(
    today: date, taken: list[int], found: list[int]
) -> None:
    steps = [step(days, reached=days in taken) for days in (21, 7, -3)]
    assert due(steps, last_day=LAST, issued_on=DAY, today=today) == found


def test_what_passed_before_the_note_was_issued_or_the_rung_was_added_is_never_due() -> None:
    day = date(2013, 9, 9)
    late = [step(21), step(7, added_on=date(2013, 9, 23))]
    assert due(late, last_day=LAST, issued_on=day, today=date(2013, 9, 29)) == []


def test_only_days_that_are_still_to_come_are_proposed() -> None:
    assert proposed(LAST, date(2013, 7, 1)) == [21, 7, -3]
    assert proposed(LAST, date(2013, 9, 9)) == [7, -3]
    assert proposed(LAST, date(2013, 10, 3)) == []


@given(
    st.sets(st.integers(-60, 180), max_size=6),
    st.lists(st.integers(0, 300), min_size=1, max_size=30),
)
def test_each_rung_is_taken_once_however_the_clock_jumps(
    days: set[int], mornings: list[int]
) -> None:
    taken: list[int] = []
    for morning in mornings:
        steps = [step(each, reached=each in taken) for each in days]
        today = DAY + timedelta(days=morning)
        taken += due(steps, last_day=LAST, issued_on=DAY, today=today)
    assert len(taken) == len(set(taken))
    latest = DAY + timedelta(days=max(mornings))
    assert set(taken) == {d for d in days if DAY < LAST - timedelta(days=d) <= latest}


# --- setting it -----------------------------------------------------------------------------------


def set_days(
    desk: Desk, note: Note, *days: int, version: int = 0, who: Account | None = None
) -> int:
    with desk.acting(who or desk.anna) as session:
        found = queries.by_id(session, note.id, lock=True)
        return setting.set_rungs(session, found, days, version=version).version


@pytest.fixture
def asked(desk: Desk) -> Note:
    """A note of 1 July 2013 to Austria, Niue and the European Union, to answer by 30 September."""
    with at(10, DAY):
        return desk.issued()


def test_there_is_no_ladder_unless_somebody_sets_one(desk: Desk, asked: Note) -> None:
    with desk.program() as session, morning_of(LAST + timedelta(days=3)):
        assert ladders.of_note(session, asked) is None
        assert ladders.due_rungs(session) == {}


def test_a_ladder_is_set_changed_and_taken_away(desk: Desk, asked: Note) -> None:
    with at(10, DAY):
        version = set_days(desk, asked, 21, 7, -3)
        version = set_days(desk, asked, 14, 7, version=version)
        with desk.program() as session:
            ladder = ladders.of_note(session, asked)
            assert ladder is not None
            assert [rung.days_before for rung in ladder.rungs] == [14, 7]
        set_days(desk, asked, version=version)
        with desk.program() as session:
            ladder = ladders.of_note(session, asked)
            assert ladder is not None
            assert ladder.rungs == []


def test_two_officers_do_not_overwrite_each_others_days(desk: Desk, asked: Note) -> None:
    with at(10, DAY):
        set_days(desk, asked, 21)
        with pytest.raises(Conflict):
            set_days(desk, asked, 7)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([100], "has come already"),
        ([200], "at most 180"),
        ([-61], "at most 180"),
        ([1, 2, 3, 4, 5, 6, 7], "at most 6"),
    ],
)
def test_days_that_cannot_be_meant_are_refused(
    desk: Desk, asked: Note, days: list[int], sentence: str
) -> None:
    with at(10, DAY), pytest.raises(Refused, match=sentence):
        set_days(desk, asked, *days)


def test_only_who_drafts_sets_a_ladder_and_only_where_an_answer_is_awaited(
    desk: Desk, asked: Note
) -> None:
    with at(10, DAY):
        for person in (desk.rosa, desk.otto):
            with pytest.raises(NotAllowed):
                set_days(desk, asked, 7, who=person)
        withdrawn = desk.do(desk.anna, desk.draft(), clearance.withdraw)
        with pytest.raises(IllegalMove):
            set_days(desk, withdrawn, 7)


# --- climbing it ----------------------------------------------------------------------------------


def run_the_morning(desk: Desk) -> None:
    """Beat, relay and worker, one after the other."""
    reminders.morning.run()
    with desk.program() as session:
        rows = session.execute(
            sa.select(Outbox.id).where(Outbox.task == climbing.CLIMB, Outbox.done_at.is_(None))
        ).scalars()
        waiting = list(rows)
    for row in waiting:
        reminders.climb.run(row)


def drafts(session: Session, original: Note) -> list[Note]:
    return [each for each in followups.of(session, original) if each.kind == "reminder"]


def outcomes(session: Session, note: Note) -> dict[int, Outcome | None]:
    rungs = session.scalars(sa.select(Rung).where(Rung.note_id == note.id))
    return {rung.days_before: rung.outcome for rung in rungs}


def respond(
    desk: Desk,
    note: Note,
    code: str,
    kind: ResponseKind = ResponseKind.WILL_NOT_NOMINATE,
    **values: Any,
) -> UUID:
    with desk.program() as session:
        addressee = session.scalars(
            sa.select(Addressee).where(Addressee.note_id == note.id, Addressee.state_code == code)
        ).one()
        response = Response(
            note_id=note.id,
            addressee_id=addressee.id,
            state_code=code,
            channel=ResponseChannel.PAPER,
            kind=kind,
            received_at=clock.now(),
            recorded_by_id=desk.anna.id,
            **values,
        )
        session.add(response)
        session.flush()
        return response.id


@pytest.fixture
def with_ladder(desk: Desk, asked: Note) -> Note:
    with at(10, DAY):
        set_days(desk, asked, 21, 7, -3)
    return asked


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


# --- the way of the draft -------------------------------------------------------------------------


def test_the_officer_leaves_out_a_state_has_it_cleared_and_issues_it(
    desk: Desk, with_ladder: Note
) -> None:
    with at(10, date(2013, 9, 1)):
        respond(desk, with_ladder, "EU", ResponseKind.ACKNOWLEDGES)
        respond(desk, with_ladder, "AUT", ResponseKind.NOMINATION, lacks=[Lack.NOTE.value])
    with morning_of(date(2013, 9, 9)):
        run_the_morning(desk)
        with desk.acting(desk.anna) as session:
            [draft] = drafts(session, with_ladder)
            whom = ladders.whom(session, with_ladder)
            assert {each.state.code for each in whom} == {"AUT", "EU", "NIU"}
            asked = Audience.of(draft.audience)
            without = Audience(
                asked.statuses,
                without_response_to=asked.without_response_to,
                removed=(Named("NIU", "Told by telephone"),),
            )
            drafting.revise(
                session,
                draft,
                session.get_one(Meeting, draft.meeting_id),
                title=draft.title,
                respond_by=draft.respond_by,
                audience=without,
                version=draft.version,
            )
            found = content.problems(draft, session.get_one(Meeting, draft.meeting_id))
            assert found == {}
        cleared = desk.do(desk.otto, desk.do(desk.anna, draft, unrehearsed), clearance.clear)
        desk.issue(cleared, "CU 2013/190", date(2013, 9, 9))
    with desk.program() as session:
        issued = queries.by_id(session, draft.id)
        rows = session.scalars(sa.select(Addressee).where(Addressee.note_id == issued.id))
        said = {each.state_code: each.places["state_of_play"] for each in rows}
        assert set(said) == {"AUT", "EU"}
        assert "An acknowledgement of that note was received on 1 September 2013." in said["EU"]
        assert "no reply to that note had been received" in said["EU"]
        assert "réponse à cette note a été reçue le 1er septembre 2013" in said["AUT"]
        assert "la note verbale confirmant la réponse" in said["AUT"]
        assert "((state_of_play))" in addressing.text_in(issued, "en").body


def test_who_set_the_ladder_counts_as_the_drafter_and_never_clears(
    desk: Desk, with_ladder: Note
) -> None:
    with morning_of(date(2013, 9, 9)):
        run_the_morning(desk)
    with desk.program() as session:
        [draft] = drafts(session, with_ladder)
        assert draft.written_by_ids == [desk.anna.id]
        event = session.scalars(
            sa.select(Event).where(Event.kind == "note.drafted", Event.subject_id == str(draft.id))
        ).one()
        assert event.actor_id is None


# --- the page -------------------------------------------------------------------------------------


def test_the_page_proposes_days_takes_them_and_shows_whom_it_would_be_today(
    desk: Desk, asked: Note, app: Flask
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with at(10, date(2013, 8, 1)):
        anna = browser_of(app, desk, desk.anna)
        page = anna.get(f"/notes/{asked.id}/reminders").text
        assert 'value="21, 7"' in page
        assert "3 States today" in page
        answer = anna.post(
            f"/notes/{asked.id}/reminders", data={"version": "0", "before": "21, 7", "after": "3"}
        )
        assert answer.status_code == 303
        page = anna.get(f"/notes/{asked.id}/reminders").text
        assert "21 days before the last day" in page
        assert "9 September 2013" in page
        assert "Still to come" in page
        stale = anna.post(f"/notes/{asked.id}/reminders", data={"version": "0", "before": "5"})
        assert (stale.status_code, "Somebody else changed" in stale.text) == (409, True)
        for typed in ("soon", "500", "1 2 3 4 5 6 7 8"):
            wrong = anna.post(
                f"/notes/{asked.id}/reminders", data={"version": "1", "before": typed}
            )
            assert wrong.status_code == 422
        told = anna.get(f"/notes/{asked.id}").text
        assert "Days of reminders set" in told
    assert (
        "Set the days"
        not in browser_of(app, desk, desk.rosa).get(f"/notes/{asked.id}/reminders").text
    )


def test_the_page_of_a_rung_leads_to_its_draft(desk: Desk, with_ladder: Note, app: Flask) -> None:
    with morning_of(date(2013, 9, 9)):
        run_the_morning(desk)
        with desk.program() as session:
            [draft] = drafts(session, with_ladder)
        page = browser_of(app, desk, desk.rosa).get(f"/notes/{with_ladder.id}/reminders").text
    assert f'href="/notes/{draft.id}"' in page
    assert "Drafted" in page
