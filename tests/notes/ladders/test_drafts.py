"""The way of a draft that a ladder has made, and the page of the ladder."""

from datetime import date

import sqlalchemy as sa
from flask import Flask

from registration.journal.models import Event
from registration.meetings.models import Meeting
from registration.notes import (
    addressing,
    clearance,
    content,
    drafting,
    queries,
)
from registration.notes.audience import Audience, Named
from registration.notes.ladders import queries as ladders
from registration.notes.models import Addressee, Note
from registration.responses.rules import Lack, ResponseKind
from tests.notes.desk import Desk, unrehearsed
from tests.notes.ladders.mornings import (
    at,
    drafts,
    morning_of,
    respond,
    run_the_morning,
)
from tests.notes.test_pages import browser_of


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


def test_the_page_proposes_days_takes_them_and_shows_whom_it_would_be_today(
    desk: Desk, asked: Note, app: Flask
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with at(10, date(2013, 8, 1)):
        anna = browser_of(app, desk, desk.anna)
        page = anna.get(f"/notes/{asked.id}/reminders").text
        assert 'value="21, 7"' in page
        assert "3 States today" in page
        for code in ("AUT", "EU", "NIU"):
            assert f"State {code}" in page
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
