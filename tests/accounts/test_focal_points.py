"""Focal points: named by a note verbale, handed over, ended; and nobody appoints oneself."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from registration import clock, db
from registration.accounts import focal_points, queries, service
from registration.accounts.appointments import Appointment, Succession
from registration.accounts.focal_points import NamingNote, Person
from registration.accounts.models import Account
from registration.accounts.rules import Capacity, SuccessionStage
from registration.db import Session
from registration.documents import service as documents
from registration.documents.examination import Upload
from registration.errors import IllegalMove, NotAllowed, Refused
from registration.permissions import Actor, system
from registration.post.models import Message
from tests import builders as make
from tests.responses.samples import a_pdf

PROGRAM = system("test")
MINE, THEIRS = make.WITH_A_MISSION, make.WITHOUT_A_MISSION
ADDRESS = "https://reg.example.org"


@pytest.fixture
def people(engine: sa.Engine) -> dict[str, Account]:
    with db.session_for(engine, PROGRAM) as session:
        for code in (MINE, THEIRS):
            make.a_state(session, code)
        make.a_mission(session, MINE)
        return {
            "ida": make.ida(session),
            "anna": make.anna(session),
            "focal point": make.a_focal_point(session, MINE),
        }


@pytest.fixture
def session(engine: sa.Engine, settings: Any, people: dict[str, Account]) -> Iterator[Session]:
    with db.open_session(engine, make.acting(people["ida"])) as session:
        yield session


@pytest.fixture
def state(engine: sa.Engine, people: dict[str, Account]) -> Iterator[Session]:
    """The session of the focal point."""
    with db.open_session(engine, make.acting(people["focal point"])) as session:
        yield session


def a_person(email: str = "next@mfa.example", capacity: Capacity = Capacity.FOCAL_POINT) -> Person:
    return Person("Next Person", email, "fr", capacity)


def a_note(content: bytes | None = None) -> NamingNote:
    file = Upload("note.pdf", a_pdf() if content is None else content)
    return NamingNote("No. 17/2013", clock.today(), file)


def appoint(session: Session, code: str = MINE, **values: Any) -> Appointment:
    given = {"person": a_person(), "note": a_note(), "address": ADDRESS} | values
    return focal_points.appoint(session, code, given.pop("person"), given.pop("note"), **given)


@pytest.mark.parametrize("code", [MINE, THEIRS], ids=["with a mission", "without a mission"])
def test_a_person_is_named_by_a_note_and_invited(session: Session, code: str) -> None:
    appointment = appoint(session, code)
    assert documents.read(session, appointment.document_id).startswith(b"%PDF")
    assert (appointment.note_reference, appointment.note_date) == ("No. 17/2013", clock.today())
    account = session.get_one(Account, appointment.account_id)
    assert (account.state_code, account.roles, account.language) == (code, ["focal_point"], "fr")
    message = session.scalars(sa.select(Message)).one()
    assert message.recipients == ["next@mfa.example"]
    assert account in queries.focal_points(session, code)


def test_without_a_note_nobody_is_named(session: Session) -> None:
    for content in (b"", b"no PDF"):
        with pytest.raises(Refused) as refusal:
            appoint(session, note=a_note(content))
        assert refusal.value.field == "file"
    tomorrow = NamingNote("1", clock.today() + timedelta(days=1), Upload("n.pdf", a_pdf()))
    with pytest.raises(Refused):
        appoint(session, note=tomorrow)
    assert session.scalars(sa.select(Appointment)).all() == []


def test_a_state_has_a_focal_point_and_deputies_each_with_an_end(session: Session) -> None:
    appoint(session)
    end = clock.today() + timedelta(days=30)
    deputy = appoint(session, person=a_person("d@mfa.example", Capacity.DEPUTY), ends_on=end)
    assert session.get_one(Account, deputy.account_id).ends_on == end
    found = focal_points.appointments(session, MINE)
    assert {each.capacity for each in found} == set(Capacity)


def test_only_administrators_name_end_and_decline(
    engine: sa.Engine, settings: Any, people: dict[str, Account], session: Session
) -> None:
    appointment = appoint(session)
    session.commit()
    for who in ("anna", "focal point"):
        with db.open_session(engine, make.acting(people[who])) as theirs:
            with pytest.raises(NotAllowed):
                appoint(theirs)
            with pytest.raises(NotAllowed):
                focal_points.end(theirs, appointment.id, on=clock.today(), source="x")
            with pytest.raises(NotAllowed):
                focal_points.decline(theirs, db.new_id(), "no")


def test_who_takes_over_ends_the_one_before_on_the_same_day(session: Session) -> None:
    former = appoint(session)
    later = appoint(session, person=a_person("new@mfa.example"), succeeds_id=former.id)
    assert later.succeeds_id == former.id
    assert (former.ends_on, former.end_source) == (clock.today(), later.note_reference)
    assert not former.in_force
    assert not session.get_one(Account, former.account_id).is_open
    assert [each.email for each in queries.focal_points(session, MINE)][-1:] == ["new@mfa.example"]


def test_nobody_takes_over_from_another_states_person(session: Session) -> None:
    theirs = appoint(session, THEIRS)
    with pytest.raises(Refused):
        appoint(session, MINE, person=a_person("x@mfa.example"), succeeds_id=theirs.id)


def test_who_is_shut_out_acts_for_no_state_and_may_come_back_for_another(session: Session) -> None:
    first = appoint(session)
    service.end_account(session, first.account_id)
    assert not first.in_force
    again = appoint(session, THEIRS)
    assert again.account_id == first.account_id
    assert [each.in_force for each in focal_points.appointments(session, MINE)] == [False]
    with pytest.raises(IllegalMove):
        focal_points.end(session, first.id, on=clock.today(), source="x")
    assert session.get_one(Account, again.account_id).is_open


def test_the_proposal_of_one_state_names_nobody_for_another(
    session: Session, state: Session
) -> None:
    proposal = focal_points.propose(state, a_person(), succeeds_me=False)
    state.commit()
    with pytest.raises(Refused) as refusal:
        appoint(session, THEIRS, succession_id=proposal.id)
    assert refusal.value.field == "state"


def test_an_end_that_is_to_come_can_be_moved_and_one_that_was_cannot(session: Session) -> None:
    appointment = appoint(session)
    focal_points.end(session, appointment.id, on=clock.today() + timedelta(days=9), source="a")
    focal_points.end(session, appointment.id, on=clock.today(), source="No. 18")
    assert appointment.end_source == "No. 18"
    with pytest.raises(IllegalMove):
        focal_points.end(session, appointment.id, on=clock.today(), source="b")


def test_ending_today_signs_the_person_out_at_once(
    app: Flask, session: Session, engine: sa.Engine
) -> None:
    appointment = appoint(session)
    session.commit()
    with db.session_for(engine, PROGRAM) as program:
        token = make.signed_in(program, program.get_one(Account, appointment.account_id))
    browser = make.sign_in_client(app.test_client(), token)
    assert browser.get("/answer").status_code == 200
    focal_points.end(session, appointment.id, on=clock.today(), source="No. 18")
    session.commit()
    assert browser.get("/answer").location.startswith("/sign-in")


def test_the_database_lets_nobody_rewrite_an_appointment(session: Session) -> None:
    appointment = appoint(session)
    session.commit()
    for change in (
        sa.update(Appointment).values(note_reference="x"),
        sa.update(Appointment).values(account_id=appointment.recorded_by_id),
        sa.delete(Appointment),
    ):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            session.execute(change)
        session.rollback()


def test_a_focal_point_proposes_and_that_appoints_nobody(
    state: Session, session: Session, people: dict[str, Account]
) -> None:
    proposal = focal_points.propose(state, a_person(), succeeds_me=True)
    state.commit()
    assert (
        session.scalars(sa.select(Account).where(Account.email == "next@mfa.example")).all() == []
    )
    assert [each.id for each in focal_points.successions(session)] == [proposal.id]
    appointment = appoint(session, succession_id=proposal.id)
    decided = session.get_one(Succession, proposal.id)
    assert decided.stage is SuccessionStage.CONFIRMED
    assert appointment.in_force
    with pytest.raises(IllegalMove):
        focal_points.decline(session, proposal.id, "too late")


def test_nobody_proposes_oneself(state: Session, people: dict[str, Account]) -> None:
    with pytest.raises(Refused):
        focal_points.propose(state, a_person(people["focal point"].email), succeeds_me=False)


def test_a_proposal_is_withdrawn_by_its_state_and_declined_by_staff_with_a_reason(
    state: Session, session: Session
) -> None:
    mine = focal_points.propose(state, a_person(), succeeds_me=False)
    other = focal_points.propose(state, a_person("o@mfa.example"), succeeds_me=False)
    focal_points.withdraw(state, mine.id)
    state.commit()
    focal_points.decline(session, other.id, "The note names somebody else.")
    session.commit()
    stages = {each.email: each.stage for each in focal_points.successions(session, MINE)}
    assert stages == {
        "next@mfa.example": SuccessionStage.WITHDRAWN,
        "o@mfa.example": SuccessionStage.DECLINED,
    }


def test_the_database_lets_no_state_confirm_its_own_proposal(
    engine: sa.Engine, state: Session, people: dict[str, Account]
) -> None:
    proposal = focal_points.propose(state, a_person(), succeeds_me=False)
    state.commit()
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        state.execute(sa.update(Succession).values(stage=SuccessionStage.CONFIRMED))
    state.rollback()
    elsewhere = Actor(
        "Other", make.acting(people["focal point"]).scope, db.new_id(), state_code=THEIRS
    )
    with db.open_session(engine, elsewhere) as theirs:
        assert theirs.get(Succession, proposal.id) is None


@pytest.fixture
def app_without_tokens(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def test_staff_confirm_a_proposal_through_the_pages_with_the_new_note(
    app_without_tokens: Flask, session: Session, people: dict[str, Account]
) -> None:
    focal_point = make.a_browser(app_without_tokens, people["focal point"])
    ida = make.a_browser(app_without_tokens, people["ida"])
    form = {
        "name": "Next Person",
        "email": "next@mfa.example",
        "language": "en",
        "capacity": "deputy",
    }
    assert focal_point.post("/focal-points/propose", data=form).status_code == 303
    assert "Waits for the secretariat" in focal_point.get("/focal-points").text
    proposal = focal_points.successions(session)[0]
    where = f"/accounts/successions/{proposal.id}"
    assert where in ida.get("/accounts").text
    assert "Next Person" in ida.get(where).text
    day = clock.today()
    note = {
        "state": MINE,
        "note_reference": "No. 17/2013",
        "note_date": day.isoformat(),
    }
    answer = ida.post(where, data=form | note)
    assert answer.status_code == 422
    assert "This file is empty" in answer.text
    content = a_pdf()
    answer = ida.post(where, data=form | note | {"file": (BytesIO(content), "note.pdf")})
    assert answer.location == f"/states/{MINE}#focal-points"
    page = ida.get(f"/states/{MINE}").text
    assert "No. 17/2013" in page
    assert "Deputy of the focal point" in page
    session.rollback()
    [appointment] = focal_points.appointments(session, MINE)
    note_file = ida.get(f"/accounts/appointments/{appointment.id}/note")
    assert note_file.data == content
    assert "Confirmed" in focal_point.get("/focal-points").text


def test_the_end_of_an_appointment_is_recorded_through_the_page(
    app_without_tokens: Flask, session: Session, people: dict[str, Account]
) -> None:
    appointment = appoint(session)
    session.commit()
    ida = make.a_browser(app_without_tokens, people["ida"])
    where = f"/accounts/appointments/{appointment.id}/end"
    assert ida.post(where, data={"ends_on": "2001-01-01", "source": "x"}).status_code == 422
    form = {"ends_on": clock.today().isoformat(), "source": "Note No. 18/2013"}
    assert ida.post(where, data=form).status_code == 303
    assert "Note No. 18/2013" in ida.get(f"/states/{MINE}").text
    assert ida.post(where, data=form).status_code == 409
