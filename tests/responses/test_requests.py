"""What States ask before they answer, what the office makes of it, and where they stand then."""

from datetime import date, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine

from registration import clock
from registration.db import Session
from registration.errors import Conflict, NotAllowed, NotFound, Refused
from registration.journal.models import Event, Outbox
from registration.meetings.models import Meeting
from registration.post.models import Message
from registration.responses import asking, queries, recording, settling, standings
from registration.responses.models import Response, ResponseChannel, Settlement
from registration.responses.rules import Outcome, ResponseKind, Standing
from registration.responses.standings import StateStanding
from tests.responses.browser import Browser, words
from tests.responses.conftest import AUSTRIA, NIUE, World

LAST_DAY, LATER = date(2013, 9, 30), date(2013, 10, 10)
GRANTED, REFUSED, SETTLED = Outcome.GRANTED, Outcome.REFUSED, Outcome.SETTLED


def asked_for_time(world: World, until: date = LATER, reason: str = "An election.") -> UUID:
    with world.acting(world.austria) as session:
        request = asking.ask_for_extension(session, world.note(session), until=until, reason=reason)
        session.commit()
        return request.id


def asked(world: World, question: str = "May three come?") -> UUID:
    with world.acting(world.austria) as session:
        request = asking.ask_question(session, world.note(session), question=question)
        session.commit()
        return request.id


def settled(
    world: World, request: UUID, outcome: Outcome, until: date | None = None, why: str = "So be it."
) -> Settlement:
    with world.acting(world.otto) as session:
        made = settling.settle(session, request, outcome, reason=why, until=until)
        session.commit()
        return made


def recorded(
    world: World, kind: ResponseKind, day: date = date(2013, 9, 2), **facts: object
) -> UUID:
    with world.acting(world.anna) as session:
        note, paper = world.note(session), ResponseChannel.PAPER
        response = recording.record_response(
            session, note, AUSTRIA, channel=paper, received_on=day, kind=kind, **facts
        )
        session.commit()
        return response.id


def stands(world: World) -> StateStanding:
    """Where Austria stands, as the office and the State itself both see it."""
    with world.acting(world.rosa) as session:
        note = world.note(session)
        by_code = standings.by_note(session, [note])[note.id]
    with world.acting(world.austria) as session:
        assert queries.asked(session, world.note_id, AUSTRIA).standing is by_code[AUSTRIA].standing
    return by_code[AUSTRIA]


def test_who_only_asks_or_acknowledges_is_still_awaited(
    world: World, clock_of_summer: time_machine.Traveller
) -> None:
    asked_for_time(world)
    asked(world)
    recorded(world, ResponseKind.ACKNOWLEDGES)
    found = stands(world)
    assert (found.standing, found.responses, found.requests) == (Standing.AWAITED, 3, 2)
    assert (found.answered_at, found.days) == (None, None)
    clock_of_summer.move_to("2013-10-01 09:00:00+02:00")
    assert stands(world).standing is Standing.OVERDUE


def test_a_granted_day_is_the_states_own_last_one(
    world: World, clock_of_summer: time_machine.Traveller
) -> None:
    settled(world, asked_for_time(world), GRANTED, date(2013, 10, 8))
    for moment, expected in (
        ("2013-09-03 09:00:00+02:00", Standing.EXTENDED),
        ("2013-10-08 17:30:00+02:00", Standing.EXTENDED),
        ("2013-10-08 18:01:00+02:00", Standing.OVERDUE),
    ):
        clock_of_summer.move_to(datetime.fromisoformat(moment))
        found = stands(world)
        assert (found.standing, found.extended_until) == (expected, date(2013, 10, 8))
    clock_of_summer.move_to("2013-10-20 09:00:00+02:00")
    recorded(world, ResponseKind.NOMINATION, date(2013, 10, 8))
    found = stands(world)
    assert (found.standing, found.is_late, found.days) == (Standing.ANSWERED, False, 99)


def test_a_refused_extension_changes_no_date(
    world: World, clock_of_summer: time_machine.Traveller
) -> None:
    settled(world, asked_for_time(world), REFUSED)
    assert stands(world).extended_until is None
    clock_of_summer.move_to("2013-10-20 09:00:00+02:00")
    recorded(world, ResponseKind.NOMINATION, date(2013, 10, 8))
    assert stands(world).standing is Standing.LATE


def test_a_second_extension_counts_and_other_states_have_none(world: World) -> None:
    settled(world, asked_for_time(world), GRANTED, LATER)
    settled(world, asked_for_time(world, date(2013, 10, 20)), GRANTED, date(2013, 10, 18))
    assert stands(world).extended_until == date(2013, 10, 18)
    with world.acting(world.niue) as session:
        assert queries.asked(session, world.note_id, NIUE).last_day == LAST_DAY
        assert session.scalars(sa.select(Settlement)).all() == []


def test_asked_or_settled_twice_it_is_done_once(world: World) -> None:
    request = asked_for_time(world)
    assert asked_for_time(world) == request
    assert asked_for_time(world, date(2013, 10, 11)) != request
    first = settled(world, request, GRANTED, LATER)
    assert settled(world, request, GRANTED, LATER).settled_at == first.settled_at
    with pytest.raises(Conflict):
        settled(world, request, REFUSED)
    assert asked_for_time(world, date(2013, 10, 12)) != request
    with world.office() as office:
        assert office.scalar(sa.select(sa.func.count()).select_from(Settlement)) == 1


def test_everybody_who_answers_for_the_state_is_told(world: World) -> None:
    settled(world, asked_for_time(world), GRANTED, LATER, "Granted as asked.")
    with world.office() as office:
        mails = office.scalars(sa.select(Message).where(Message.purpose == "settlement")).all()
        event = office.scalars(sa.select(Event).where(Event.kind == "response.settled")).one()
        tasks = set(office.scalars(sa.select(Outbox.task)))
    assert {each.recipients[0] for each in mails} == {world.austria.email, world.colleague.email}
    assert all("10 October 2013, 18:00 (Vienna)" in each.text for each in mails)
    assert all("Granted as asked." in each.text for each in mails)
    assert (event.state_code, event.actor_id) == (AUSTRIA, world.otto.id)
    assert event.detail == {
        "note": "CU 2013/175",
        "kind": "extension",
        "outcome": "granted",
        "until": "2013-10-10",
    }
    # No letter confirms a request: nothing was answered.
    assert tasks == {"post.send"}


@pytest.mark.parametrize("until", [LAST_DAY, date(2013, 9, 1), date(2013, 11, 25)])
def test_a_day_that_is_no_later_one_or_too_late_is_refused(world: World, until: date) -> None:
    with world.office() as office:
        office.get_one(Meeting, world.meeting_id).begins_on = date(2013, 11, 25)
        office.commit()
    with pytest.raises(Refused) as refused:
        asked_for_time(world, until)
    assert refused.value.field == "until"
    request = asked_for_time(world)
    with pytest.raises(Refused):
        settled(world, request, GRANTED, until)
    assert stands(world).extended_until is None


def test_what_is_missing_is_said_beside_its_field(world: World) -> None:
    request = asked_for_time(world)
    for act, field in (
        (lambda: asked_for_time(world, reason=" \n"), "reason"),
        (lambda: asked(world, " "), "question"),
        (lambda: settled(world, request, GRANTED, None), "until"),
        (lambda: settled(world, request, REFUSED, why=" "), "reason"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.field == field


def test_only_requests_are_settled_and_each_in_its_own_way(world: World) -> None:
    question, answer = asked(world), recorded(world, ResponseKind.NOMINATION)
    for response, outcome in ((question, GRANTED), (answer, SETTLED), (world.note_id, SETTLED)):
        with pytest.raises(NotFound):
            settled(world, response, outcome, LATER)
    settled(world, question, SETTLED)
    assert stands(world).requests == 0


def test_neither_a_tracker_nor_the_state_settles(world: World) -> None:
    request = asked_for_time(world)
    for account in (world.rosa, world.austria):
        with world.acting(account) as session, pytest.raises(NotAllowed):
            settling.settle(session, request, REFUSED, reason="No.")


def test_a_state_cannot_grant_itself_a_day_behind_the_service(world: World) -> None:
    request = asked_for_time(world)
    with world.acting(world.austria) as session:
        session.add(
            Settlement(
                response_id=request,
                state_code=AUSTRIA,
                outcome=GRANTED,
                until=LATER,
                reason="Ours.",
                settled_by_id=world.austria.id,
            )
        )
        with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
            session.flush()


def _settle_in_vain(session: Session, request: UUID) -> None:
    session.execute(
        sa.update(Settlement).where(Settlement.response_id == request).values(reason="")
    )


def test_what_was_settled_is_on_record_for_good(world: World) -> None:
    request = asked_for_time(world)
    settled(world, request, REFUSED)
    with world.office() as office, pytest.raises(sa.exc.ProgrammingError, match="permission"):
        _settle_in_vain(office, request)


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        (ResponseKind.NOMINATION, {"words": "Because."}, "words"),
        (ResponseKind.QUESTION, {}, "words"),
        (ResponseKind.NOMINATION, {"asked_until": LATER}, "asked_until"),
        (ResponseKind.QUESTION, {"words": "Who?", "lacks": ["mission_note"]}, "lacks"),
        (ResponseKind.WITHDRAWAL, {}, "kind"),
    ],
)
def test_what_does_not_go_together_is_not_recorded(
    world: World, kind: ResponseKind, facts: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        recorded(world, kind, **facts)
    assert refused.value.field == field


def test_the_office_records_a_request_on_paper_and_grants_it(world: World) -> None:
    request = recorded(
        world, ResponseKind.EXTENSION, words="The minister travels.", asked_until=LATER
    )
    settled(world, request, GRANTED, LATER)
    assert stands(world).standing is Standing.EXTENDED
    with world.acting(world.anna) as session:
        received = queries.by_id(session, request)
    assert (received.is_late, received.waits) == (None, False)
    assert received.response.besides == {"reason": "The minister travels."}


def test_a_state_asks_on_its_pages_and_reads_the_reply_there(
    world: World, browser: Browser, anna: Browser, rosa: Browser
) -> None:
    at = f"/answer/{world.note_id}"
    assert "Ask for more time" in browser.page(at)
    typed = {"until": ["10", "10", "2013"], "reason": "An election."}
    wrong = browser.post(f"{at}/extension", {**typed, "until": ["30", "9", "2013"]})
    assert wrong.status_code == 422
    assert "later than 30/09/2013" in words(wrong)
    sent = browser.post(f"{at}/extension", typed)
    assert sent.status_code == 303
    shown = browser.page(sent.location)
    assert "The secretariat has received the request" in shown
    assert "Waits for the secretariat" in shown
    assert "acknowledgement" not in shown
    asked_too = browser.post(f"{at}/question", {"question": "May three come?"})
    assert asked_too.status_code == 303
    waiting = anna.page("/requests")
    assert "2 requests" in waiting
    assert "until 10 October 2013" in waiting
    request = sent.location.rsplit("/", 1)[1]
    assert "Reply to the State" in anna.page(f"/responses/{request}")
    assert "Reply to the State" not in rosa.page(f"/responses/{request}")
    typed = {"outcome": "granted", "until": ["8", "10", "2013"], "reason": "Two days less."}
    done = anna.post(f"/responses/{request}/settle", typed)
    assert done.status_code == 303
    assert anna.post(f"/responses/{request}/settle", typed).status_code == 303
    assert (
        anna.post(f"/responses/{request}/settle", {**typed, "outcome": "refused"}).status_code
        == 409
    )
    assert "Two days less." in anna.page(done.location)
    assert "1 request" in anna.page("/requests")
    for page in (browser.page("/answer"), browser.page(at)):
        assert "Answer by 8 October 2013" in page
        assert "Granted until 8 October 2013" in page
    assert "Two days less." in browser.page(sent.location)
    assert "Extended" in browser.page("/answer")


def test_staff_record_what_a_response_says_and_what_it_lacks(world: World, anna: Browser) -> None:
    typed = {
        "state": AUSTRIA,
        "kind": "nomination",
        "lacks": ["head_of_delegation", "mission_note"],
        "channel": "email",
        "received_on": ["30", "8", "2013"],
    }
    sent = anna.post(f"/notes/{world.note_id}/responses/record", typed)
    assert sent.status_code == 303
    shown = anna.page(sent.location)
    assert "Note verbale of the mission, Head of delegation" in shown
    found = stands(world)
    assert found.standing is Standing.PARTIAL
    assert [each.value for each in found.lacking] == ["mission_note", "head_of_delegation"]
    recorded(world, ResponseKind.NOMINATION, mission_reference="the rest")
    assert stands(world).standing is Standing.ANSWERED
    assert clock.today() == date(2013, 9, 2)


def test_who_will_not_nominate_by_paper_lacks_nothing(world: World) -> None:
    recorded(world, ResponseKind.WILL_NOT_NOMINATE, words="Nobody is free.")
    found = stands(world)
    assert (found.standing, found.lacking) == (Standing.ANSWERED, ())


def test_the_response_page_of_a_question_is_no_answer(world: World, rosa: Browser) -> None:
    question = asked(world)
    shown = rosa.page(f"/responses/{question}")
    assert "May three come?" in shown
    assert "In time" not in shown
    with world.acting(world.rosa) as session:
        assert session.get_one(Response, question).document_id is None
