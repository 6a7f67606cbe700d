"""The digest: once a morning, to whoever wants it, with what waits for that very person."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from registration import clock, db
from registration.accounts.models import Account
from registration.config import Settings
from registration.db import Session
from registration.errors import NotAllowed
from registration.journal.models import Event
from registration.meetings.models import Meeting
from registration.notes.rules import NoteStage
from registration.permissions import Role, system
from registration.post.models import Message
from registration.reports import digest
from registration.reports.digest import post_digests
from registration.reports.views.waiting import PAGES
from registration.reports.waiting import (
    OF_NOTES,
    PERMISSIONS,
    SENTENCES,
    Matter,
    waiting_for,
)
from tests import builders as make
from workers import reports

ADDRESS = "https://registration.example"
EARLY = datetime(2030, 7, 2, 6, 30, tzinfo=clock.DUTY_STATION)


@pytest.fixture
def session(engine: sa.Engine, settings: Settings) -> Iterator[Session]:
    """Anna has written one note, which waits for a second officer, and begun another."""
    with db.open_session(engine, system("test")) as session:
        make.a_state(session, "PAN")
        meeting, anna = make.a_meeting(session), make.anna(session)
        make.a_note(session, meeting, anna, stage=NoteStage.IN_CLEARANCE, title="Waits for Otto")
        make.a_note(session, meeting, anna, title="Not ready")
        yield session


def mails(session: Session) -> list[Message]:
    return list(session.scalars(sa.select(Message).where(Message.purpose == digest.PURPOSE)))


def test_each_gets_what_waits_for_that_very_person(session: Session) -> None:
    anna = session.scalars(sa.select(Account)).one()
    for account in (anna, make.otto(session), make.rosa(session)):
        account.wants_digest = True
    session.flush()
    assert post_digests(session, ADDRESS) == 2  # nothing waits for Rosa, who only reads
    of = {mail.recipients[0].partition(".")[0]: mail for mail in mails(session)}
    assert of.keys() == {"anna", "otto"}
    assert "- To clear: Waits for Otto\n" in of["otto"].text
    assert "Not ready" not in of["otto"].text
    assert "- Draft: Not ready\n" in of["anna"].text
    assert "Waits for Otto" not in of["anna"].text
    assert of["otto"].subject == "What waits for you: 1"
    assert f"{ADDRESS}/work" in of["otto"].text
    assert f"{ADDRESS}/account" in of["otto"].text


def test_it_lists_the_states_without_a_response_and_where_they_are_found(
    session: Session,
) -> None:
    meeting = session.scalars(sa.select(Meeting)).one()
    meeting.begins_on = meeting.ends_on = clock.today() + timedelta(days=30)
    otto, rosa = make.otto(session), make.rosa(session)
    rosa.wants_digest = True  # who only reads is told of the silence too
    boards = {}
    for number, (title, left) in enumerate({"Over": -1, "Near": 7, "Far": 8}.items()):
        note = make.a_note(
            session,
            meeting,
            rosa,
            clearer=otto,
            stage=NoteStage.ISSUED,
            title=title,
            reference=f"CU 2013/{number}",
            respond_by=clock.today() + timedelta(days=left),
        )
        make.an_addressee(session, note, "PAN")
        boards[title] = f"{ADDRESS}/notes/{note.id}/board"
    assert post_digests(session, ADDRESS) == 1
    (mail,) = mails(session)
    assert (
        "- States without a response after the date: CU 2013/0 · Over (1)\n"
        f"{boards['Over']}?standing=overdue\n"
        "- States without a response, and the date is near: CU 2013/1 · Near (1)\n"
        f"{boards['Near']}?standing=awaited\n"
    ) in mail.text
    assert "Far" not in mail.text


def test_who_did_not_ask_or_has_left_gets_nothing(session: Session) -> None:
    make.otto(session)
    gone = make.a_colleague(session, "Gone Officer", Role.CLEARING_OFFICER)
    gone.wants_digest, gone.ended_at = True, clock.now()
    session.flush()
    assert post_digests(session, ADDRESS) == 0
    assert mails(session) == []


def test_a_digest_speaks_the_language_of_the_person(session: Session) -> None:
    otto = make.otto(session)
    otto.wants_digest, otto.language = True, "fr"
    session.flush()
    post_digests(session, ADDRESS)
    (mail,) = mails(session)
    assert mail.language == "fr"
    assert "- To clear:" not in mail.text  # the word of the page, which is translated


def test_a_person_begins_and_ends_it_and_nobody_does_for_another(
    session: Session, engine: sa.Engine
) -> None:
    otto, focal_point = make.otto(session), make.a_focal_point(session, "PAN")
    session.commit()
    for wanted in (True, True, False):
        with db.session_for(engine, make.acting(otto)) as own:
            assert digest.choose(own, wanted=wanted).wants_digest is wanted
    told = session.scalars(
        sa.select(Event.detail).where(Event.kind == "account.digest_chosen").order_by(Event.id)
    ).all()
    assert told == [{"wanted": True}, {"wanted": False}]  # the second click changed nothing
    with db.session_for(engine, make.acting(focal_point)) as own, pytest.raises(NotAllowed):
        digest.choose(own, wanted=True)


def test_it_comes_once_a_day_in_the_morning_whatever_the_clock_does(
    session: Session, engine: sa.Engine
) -> None:
    make.otto(session).wants_digest = True
    session.commit()

    def posted_after(**passed: float) -> int:
        traveller.shift(timedelta(**passed))
        reports.digest.run()
        session.rollback()
        return len(mails(session))

    with time_machine.travel(EARLY, tick=False) as traveller:
        assert posted_after() == 0  # the day has not begun
        assert posted_after(minutes=40) == 1
        assert posted_after(minutes=10) == 1
        assert posted_after(minutes=-30) == 1  # the clock is set back
        assert posted_after(hours=23) == 1  # too early on the next day
        assert posted_after(hours=8) == 1  # and too late
        assert posted_after(hours=18) == 2


@pytest.mark.usefixtures("session")
def test_every_matter_has_words_a_permission_and_a_page() -> None:
    assert set(SENTENCES) == set(PERMISSIONS) == set(Matter)
    assert set(PAGES) | OF_NOTES == set(Matter)


def test_more_notes_ask_no_more_questions(session: Session, engine: sa.Engine) -> None:
    otto = make.acting(make.otto(session))
    session.commit()

    def questions() -> int:
        seen: list[str] = []

        def note_down(*asked: object) -> None:
            seen.append(str(asked[2]))

        sa.event.listen(engine, "before_cursor_execute", note_down)
        with db.open_session(engine, otto) as own:
            assert waiting_for(own, otto)
        sa.event.remove(engine, "before_cursor_execute", note_down)
        return len(seen)

    few = questions()
    meeting = session.scalars(sa.select(Meeting)).one()
    anna = session.scalars(sa.select(Account).where(Account.email.startswith("anna"))).one()
    for number in range(5):
        make.a_note(session, meeting, anna, stage=NoteStage.IN_CLEARANCE, title=f"Note {number}")
    session.commit()
    assert questions() == few
