"""Responses that came on paper or by e-mail, put down by staff; and where every State stands."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
import time_machine

from registration import clock
from registration.db import Session
from registration.documents.examination import Upload
from registration.errors import NotAllowed, NotFound, Refused
from registration.journal.models import Event, Outbox
from registration.notes.models import Note
from registration.post.models import Message
from registration.responses import queries, recording, standings
from registration.responses.models import Response, ResponseChannel
from registration.responses.rules import Standing
from tests.counting import counted_queries
from tests.responses.browser import Browser, words
from tests.responses.conftest import AUSTRIA, NIUE, World
from tests.responses.samples import a_pdf

PAPER, EMAIL = ResponseChannel.PAPER, ResponseChannel.EMAIL
TODAY = date(2013, 9, 2)


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with world.acting(world.anna) as session:
        yield session


def record(world: World, session: Session, state: str = NIUE, **facts: object) -> Response:
    given = {"channel": PAPER, "received_on": TODAY, **facts}
    response = recording.record_response(session, world.note(session), state, **given)
    session.commit()
    return response


def test_what_came_on_paper_is_recorded_with_its_facts(world: World, session: Session) -> None:
    response = record(
        world,
        session,
        received_on=date(2013, 8, 30),
        mission_reference="NU/17",
        mission_note_date=date(2013, 8, 20),
        scan=Upload("scan 1.pdf", a_pdf()),
        remark="Came with the\npouch.",
    )
    assert response.received_at == datetime(2013, 8, 30, 10, tzinfo=UTC)  # noon in Vienna
    assert response.received_on == date(2013, 8, 30)
    assert response.recorded_by_id == world.anna.id
    assert (response.mission_reference, response.remark) == ("NU/17", "Came with the\npouch.")
    assert response.document_id is not None
    assert response.nomination_id is None
    assert queries.named_in(session, response) == []


def test_recording_is_in_the_journal_and_sends_no_mail(world: World, session: Session) -> None:
    response = record(world, session, channel=EMAIL)
    event = session.scalars(sa.select(Event).where(Event.kind == "response.received")).one()
    assert (event.subject_id, event.state_code) == (str(response.id), NIUE)
    assert event.detail == {"note": "CU 2013/175", "channel": "email", "kind": "nomination"}
    assert event.actor_id == world.anna.id
    assert session.scalars(sa.select(Message)).all() == []
    with world.office() as office:
        assert office.scalars(sa.select(Outbox)).all() == []


def test_the_same_paper_recorded_twice_is_one_response(world: World, session: Session) -> None:
    facts = {"mission_reference": "NU/17", "scan": Upload("scan.pdf", a_pdf())}
    first = record(world, session, **facts)
    assert record(world, session, **facts).id == first.id
    assert record(world, session, mission_reference="NU/18").id != first.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Response)) == 2


def test_facts_that_cannot_be_are_refused(world: World, session: Session) -> None:
    impossible: list[tuple[dict[str, object], str]] = [
        ({"received_on": TODAY + timedelta(days=1)}, "received_on"),
        ({"received_on": date(2013, 6, 30)}, "received_on"),
        ({"mission_note_date": TODAY + timedelta(days=1)}, "mission_note_date"),
        ({"channel": ResponseChannel.PORTAL}, "channel"),
        ({"scan": Upload("scan.pdf", b"<html>")}, "file"),
        ({"mission_reference": "a\u202eb"}, ""),
    ]
    for facts, field in impossible:
        with pytest.raises(Refused) as refused:
            record(world, session, **facts)
        assert refused.value.field == field
        session.rollback()
    assert session.scalars(sa.select(Response)).all() == []


@pytest.mark.parametrize("day", [date(2013, 7, 1), TODAY])
def test_the_day_of_the_issue_and_today_can_be(world: World, session: Session, day: date) -> None:
    response = record(world, session, received_on=day)
    assert response.received_on == day
    assert response.received_at <= clock.now()


@pytest.mark.parametrize(
    ("received_on", "expected"),
    [(date(2013, 9, 30), Standing.ANSWERED), (date(2013, 10, 1), Standing.LATE)],
)
def test_paper_of_the_last_day_is_in_time_and_of_the_next_day_late(
    world: World, session: Session, received_on: date, expected: Standing
) -> None:
    with time_machine.travel("2013-10-15 09:00:00+02:00"):
        record(world, session, received_on=received_on)
        assert queries.asked(session, world.note_id, NIUE).standing is expected


def test_only_addressees_of_issued_notes_respond(world: World, session: Session) -> None:
    for state in ("PAN", "XYZ", ""):
        with pytest.raises(NotFound):
            record(world, session, state)
    with pytest.raises(NotFound):
        recording.record_response(
            session,
            session.get_one(Note, world.draft_id),
            AUSTRIA,
            channel=PAPER,
            received_on=TODAY,
        )


def test_neither_a_tracker_nor_a_focal_point_records(world: World) -> None:
    for account in (world.rosa, world.austria):
        with world.acting(account) as session, pytest.raises(NotAllowed):
            record(world, session, AUSTRIA)


def form(**facts: object) -> dict[str, object]:
    """What an officer types, the days in three boxes."""
    return {
        "state": NIUE,
        "channel": "paper",
        "received_on": ["30", "8", "2013"],
        "mission_reference": "NU/17",
        "mission_note_date": ["20", "08", "2013"],
        "remark": "By pouch",
        **facts,
    }


def path(world: World) -> str:
    return f"/notes/{world.note_id}/responses/record"


def test_an_officer_records_a_response_and_everybody_of_the_office_reads_it(
    world: World, anna: Browser, rosa: Browser
) -> None:
    page = anna.page(path(world))
    assert "State NIU (en)" in page
    assert "State PAN (en)" not in page
    done = anna.post(path(world), form(file=(BytesIO(a_pdf()), "scan.pdf")))
    assert done.status_code == 303
    for officer in (anna, rosa):
        shown = officer.page(done.location)
        for each in ("State NIU (en)", "30 August 2013", "In time", "On paper", "NU/17",
                     "20 August 2013", "scan.pdf", "Anna Drafter", "By pouch"):  # fmt: skip
            assert each in shown, each
        listed = officer.page(f"/notes/{world.note_id}/responses")
        assert "1 response" in listed
        assert "State NIU (en)" in listed
    again = anna.post(path(world), form(file=(BytesIO(a_pdf()), "scan.pdf")))
    assert again.location == done.location


def test_the_state_sees_that_its_paper_was_received_but_not_the_remark(
    world: World, anna: Browser, niue: Browser, browser: Browser
) -> None:
    location = anna.post(path(world), form()).location
    response_id = location.rsplit("/", 1)[1]
    home = niue.page("/answer")
    assert "On paper" in home
    assert "The secretariat" in home
    sent = niue.page(f"/answer/{world.note_id}/responses/{response_id}")
    assert "30 August 2013" in sent
    assert "By pouch" not in sent
    assert browser.get(f"/answer/{world.note_id}/responses/{response_id}").status_code == 404


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(world: World, anna: Browser) -> None:
    wrong: list[tuple[dict[str, object], str]] = [
        ({"state": ""}, "Choose the State."),
        ({"state": "PAN"}, "Not a valid choice"),
        ({"channel": ""}, "Choose how it came."),
        ({"channel": "portal"}, "Not a valid choice"),
        ({"received_on": ["31", "9", "2013"]}, "Enter a day that exists"),
        ({"received_on": ["", "", ""]}, "Enter the day."),
        ({"received_on": ["3", "9", "2013"]}, "This day is still to come."),
        ({"received_on": ["30", "6", "2013"]}, "The note was issued on 01/07/2013"),
        ({"mission_note_date": ["31", "8", "2013"]}, "cannot be dated later"),
        ({"mission_note_date": ["", "8", "2013"]}, "Enter a day that exists"),
        ({"file": (BytesIO(b"<html>"), "scan.pdf")}, "This file is not a PDF."),
    ]
    for facts, message in wrong:
        refused = anna.post(path(world), form(**facts))
        assert refused.status_code == 422
        assert message in words(refused)
        assert 'value="NU/17"' in refused.get_data(as_text=True)


def test_a_tracker_sees_no_button_and_gets_no_form(world: World, rosa: Browser) -> None:
    assert "Record a response" not in rosa.page(f"/notes/{world.note_id}/responses")
    assert rosa.get(path(world)).status_code == 403
    assert rosa.send(path(world), {**form(), "csrf_token": rosa.token()}).status_code == 403


def test_nothing_is_recorded_for_a_note_that_is_not_issued(world: World, anna: Browser) -> None:
    answer = anna.get(f"/notes/{world.draft_id}/responses/record")
    assert answer.status_code == 409
    assert "not issued yet" in words(answer)


def test_each_addressee_stands_where_its_first_response_puts_it(
    world: World, session: Session, clock_of_summer: time_machine.Traveller
) -> None:
    record(world, session, AUSTRIA, received_on=date(2013, 9, 2))
    clock_of_summer.move_to("2013-10-02 10:00:00+02:00")
    record(world, session, AUSTRIA, received_on=date(2013, 10, 1), mission_reference="late one")
    note = world.note(session)
    found = standings.by_note(session, [note])[note.id]
    austria, niue = found[AUSTRIA], found[NIUE]
    assert set(found) == {AUSTRIA, NIUE}
    assert (austria.standing, austria.responses, austria.days) == (Standing.ANSWERED, 2, 63)
    assert austria.answered_at is not None
    assert clock.day_of(austria.answered_at) == date(2013, 9, 2)
    assert austria.last_answered_at is not None
    assert clock.day_of(austria.last_answered_at) == date(2013, 10, 1)
    assert (niue.standing, niue.responses, niue.days) == (Standing.OVERDUE, 0, None)
    assert niue.answered_at is None


def test_standings_take_two_queries_however_many_addressees_there_are(
    world: World, session: Session
) -> None:
    note = world.note(session)
    with counted_queries(world.engine) as asked:
        assert len(standings.by_note(session, [note])[note.id]) == 2
    assert len(asked) == 2
