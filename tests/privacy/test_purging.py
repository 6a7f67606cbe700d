"""What is kept of persons goes when its time is over, and what is counted stays."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.dialects import postgresql

import registration.models  # noqa: F401  (the table is compared with every column)
from registration import clock, db
from registration.accounts import factors, service, signing_in
from registration.accounts.models import Account, OneTimePassword, SignIn, SignInCode
from registration.config import Settings
from registration.db import Base, Session
from registration.delegations.models import Courtesy, Delegate, Nomination
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.encrypted import Encrypted
from registration.journal.models import Event
from registration.permissions import SIGNING_IN, system
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.service import COPY_OF_A_NOTE, post
from registration.privacy import describing, forms, purging
from registration.privacy.rules import KEPT, OF_NO_PERSON, OF_THINGS
from registration.responses.models import Response, ResponseChannel
from registration.words import ANONYMOUS
from tests import builders as make

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = system("test")
CANARY = "QUILLFEATHER"
DAY = timedelta(days=1)
LAST_DAY = date(2013, 11, 26)  # of `make.a_meeting`


@pytest.fixture
def session(engine: sa.Engine, settings: Settings) -> Iterator[Session]:
    with db.open_session(engine, PROGRAM) as session:
        yield session


def period(key: str) -> timedelta:
    found = next(each.period for each in KEPT if each.key == key)
    assert found is not None
    return found


def after(length: timedelta) -> Any:
    return time_machine.travel(clock.now() + length, tick=False)


def test_every_field_of_the_table_is_a_column() -> None:
    for kept in KEPT:
        columns = set(Base.metadata.tables[kept.table].columns.keys())
        assert set(kept.fields) <= columns, kept.key


def test_of_every_column_with_text_it_is_said_whether_a_person_may_stand_in_it() -> None:
    told = {f"{kept.table}.{field}" for kept in KEPT for field in kept.fields}
    things = {f"{table}.{each}" for table, found in OF_THINGS.items() for each in found.split()}
    with_text = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, (sa.Text, postgresql.JSONB, sa.ARRAY, Encrypted))
        and not column.foreign_keys
        and not column.name.endswith("_code")
    } - {"state.code"}
    assert with_text - told - set(OF_NO_PERSON) - things == set()
    assert (set(OF_NO_PERSON) | things) - with_text == set()
    assert told & things == set()


def test_the_page_of_the_docs_is_made_from_the_table() -> None:
    assert (ROOT / "docs" / "personal-data.md").read_text(encoding="utf-8") == describing.page()


def a_delegate(session: Session, **values: Any) -> Delegate:
    for code in ("AUT", "PAN"):
        make.a_state(session, code)
    meeting = make.a_meeting(session)
    nomination = Nomination(state_code="AUT", meeting_id=meeting.id)
    session.add(nomination)
    session.flush()
    delegate = Delegate(
        nomination_id=nomination.id,
        state_code="AUT",
        position=1,
        courtesy=Courtesy.MS,
        given_names=CANARY,
        family_name=CANARY,
        title=CANARY,
        institution=CANARY,
        email=f"{CANARY.lower()}@mfa.example",
        **values,
    )
    session.add(delegate)
    session.flush()
    session.commit()
    return delegate


def test_delegates_lose_their_names_and_stay_counted(session: Session) -> None:
    delegate = a_delegate(session)
    meeting_ends = clock.closing(LAST_DAY)
    with time_machine.travel(meeting_ends + period("delegates") - DAY, tick=False):
        assert purging.purge(session)["delegates"] == 0
    with time_machine.travel(meeting_ends + period("delegates") + 2 * DAY, tick=False):
        assert purging.purge(session)["delegates"] == 1
        assert purging.purge(session)["delegates"] == 0
    session.commit()
    session.refresh(delegate)
    assert (delegate.family_name, delegate.given_names, delegate.email) == (ANONYMOUS, "", "")
    assert session.scalar(sa.select(sa.func.count()).select_from(Delegate)) == 1


def test_a_passport_is_unreadable_in_the_database_and_gone_after_the_meeting(
    session: Session, owner_engine: sa.Engine
) -> None:
    delegate = a_delegate(session, passport_number=CANARY)
    assert delegate.passport_number == CANARY
    with owner_engine.begin() as connection:
        connection.execute(sa.text("select set_config('app.scope', 'system', true)"))
        [kept] = connection.execute(sa.text("select passport_number from delegate")).scalars()
    assert CANARY.encode() not in bytes(kept)
    on_the_last_day = clock.closing(LAST_DAY)
    with time_machine.travel(on_the_last_day, tick=False):
        assert purging.purge(session)["passports"] == 0
    with time_machine.travel(on_the_last_day + DAY, tick=False):
        assert purging.purge(session)["passports"] == 1
    session.refresh(delegate)
    assert delegate.passport_number is None
    assert delegate.family_name == CANARY


def test_an_ended_account_is_anonymized_and_its_factors_go_at_once(session: Session) -> None:
    anna, ida = make.anna(session), make.ida(session)
    session.commit()
    with db.session_for(session.get_bind(), service.signing_in(anna)) as own:
        own.add(OneTimePassword(account_id=anna.id, key=factors.new_key()))
    with db.session_for(session.get_bind(), make.acting(ida)) as acting:
        service.end_account(acting, anna.id)
    session.expire_all()
    with after(DAY):
        assert purging.purge(session)["factors"] == 1
        assert session.get_one(Account, anna.id).name == "Anna Drafter"
    with after(period("accounts") + DAY):
        assert purging.purge(session)["accounts"] == 1
        assert purging.purge(session)["accounts"] == 0
    gone = session.get_one(Account, anna.id)
    assert (gone.name, gone.email) == (ANONYMOUS, f"{anna.id}@anonymous.invalid")
    assert session.get_one(Account, ida.id).name == "Ida Administrator"


def test_codes_sign_ins_and_personal_mail_are_swept(session: Session) -> None:
    anna = make.anna(session)
    make.signed_in(session, anna)
    session.commit()
    with db.session_for(session.get_bind(), SIGNING_IN) as signing:
        signing_in.ask_for_code(signing, email=anna.email, asked_from="192.0.2.1")
    session.execute(sa.update(Message).values(stage=MessageStage.VOID))
    session.commit()
    with after(period("sign_in_codes") - DAY):
        assert sum(purging.purge(session).values()) == 0
    with after(period("sign_in_codes") + DAY):
        gone = purging.purge(session)
        assert (gone["sign_in_codes"], gone["sign_ins"]) == (1, 0)
    with after(period("sign_ins") + DAY):
        gone = purging.purge(session)
        assert (gone["sign_ins"], gone["personal_mail"]) == (1, 1)
    assert session.scalars(sa.select(SignInCode)).all() == []
    assert session.scalars(sa.select(SignIn)).all() == []
    assert session.execute(sa.select(Message.recipients, Message.text)).all() == [([], "")]


def test_only_what_went_to_a_mission_stays_of_the_mail(session: Session) -> None:
    make.a_state(session)
    for purpose in ("expert_link", "acknowledgement", "verification", "office", COPY_OF_A_NOTE):
        post(session, purpose=purpose, recipients=["a@b.example"], subject="S", text="T")
    session.execute(sa.update(Message).values(stage=MessageStage.VOID))
    session.commit()
    with after(period("personal_mail") + DAY):
        assert purging.purge(session)["personal_mail"] == 4
        assert purging.purge(session)["personal_mail"] == 0
    kept = sa.select(Message.purpose).where(Message.recipients != [])
    assert session.scalars(kept).all() == [COPY_OF_A_NOTE]


def test_an_expert_whom_a_state_withdrew_is_forgotten_and_one_in_force_is_not(
    session: Session,
) -> None:
    for code in ("AUT", "PAN"):
        make.a_state(session, code)
    note = make.a_note(session, make.a_meeting(session), anna := make.anna(session))
    addressee = make.an_addressee(session, note)
    response = Response(
        note_id=note.id,
        addressee_id=addressee.id,
        state_code="AUT",
        channel=ResponseChannel.PAPER,
        received_at=clock.now(),
        recorded_by_id=anna.id,
    )
    session.add(response)
    session.flush()
    for name in ("Withdrawn", "In Force"):
        session.add(
            Designation(
                state_code="AUT",
                kind=DesignationKind.GOVERNMENTAL_EXPERT,
                line_id=db.new_id(),
                response_id=response.id,
                name=name,
                email="x@mfa.example",
                in_force_until=clock.now() if name == "Withdrawn" else None,
                ended_by_response_id=response.id if name == "Withdrawn" else None,
            )
        )
    session.commit()
    with after(period("experts") + DAY):
        assert purging.purge(session)["experts"] == 1
        assert purging.purge(session)["experts"] == 0
    rows = session.execute(sa.select(Designation.name, Designation.email)).all()
    assert sorted(rows) == [("In Force", "x@mfa.example"), (ANONYMOUS, "")]


def test_only_the_program_forgets_experts(session: Session) -> None:
    ida = make.ida(session)
    session.commit()
    for actor in (make.acting(ida), SIGNING_IN):
        with (
            db.open_session(session.get_bind(), actor) as theirs,
            pytest.raises(sa.exc.ProgrammingError, match="privilege"),
        ):
            theirs.scalar(sa.select(sa.func.anonymize_designations(clock.now())))


def test_a_purge_is_an_event_with_a_number_and_nothing_else(session: Session) -> None:
    a_delegate(session)
    with after(period("delegates") * 4):
        purging.purge(session)
    [event] = session.scalars(sa.select(Event).where(Event.kind == "privacy.purged"))
    assert (event.subject_id, event.detail) == ("delegates", {"count": 1})


def a_client(app: Flask, session: Session, account: Account) -> Any:
    app.config["WTF_CSRF_ENABLED"] = False
    token = make.signed_in(session, account)
    session.commit()
    return make.sign_in_client(app.test_client(), token)


@pytest.mark.parametrize("who", ["anna", "focal point"])
def test_a_person_sees_and_takes_what_is_kept_of_him_or_her(
    app: Flask, session: Session, who: str
) -> None:
    make.a_state(session)
    other = make.ida(session)
    account = make.anna(session) if who == "anna" else make.a_focal_point(session)
    browser = a_client(app, session, account)
    assert account.email in browser.get("/account/personal").text
    taken = browser.post("/account/personal")
    assert taken.json is not None
    assert taken.json["kept"]["account"][0]["name"] == account.name
    assert other.email not in taken.text
    assert "token_sha256" not in taken.text
    session.rollback()
    [event] = session.scalars(sa.select(Event).where(Event.kind == "privacy.exported"))
    assert event.actor_id == account.id
    assert account.email not in str(event.detail)


def test_administrators_take_it_for_somebody_whom_a_state_named(
    app: Flask, session: Session
) -> None:
    a_delegate(session)
    ida = a_client(app, session, make.ida(session))
    for typed in (f"{CANARY} {CANARY}", f" {CANARY.lower()}@MFA.example "):
        assert CANARY in ida.get("/privacy/people", query_string={"who": typed}).text
    assert "Nothing is kept." in ida.get("/privacy/people?who=Nobody").text
    assert CANARY in ida.post("/privacy/people", data={"who": f"{CANARY} {CANARY}"}).text
    session.rollback()
    [event] = session.scalars(sa.select(Event).where(Event.kind == "privacy.exported"))
    assert CANARY not in f"{event.detail}{event.subject_id}"


def test_everybody_reads_what_is_kept_and_why(app: Flask) -> None:
    page = app.test_client().get("/privacy").text
    assert "passport number" in page
    assert "until the last day of the meeting" in page
    assert "5 years after the last day of the meeting" in page
    names = {field for kept in KEPT for field in kept.fields if "_" in field}
    assert not [name for name in names if name in page]  # these are for the docs


def test_every_field_has_its_everyday_word_and_no_word_is_left_over(app: Flask) -> None:
    with app.test_request_context():
        assert all(forms.what(each) and forms.how_long(each) for each in KEPT)
    fields = {each for kept in KEPT for each in kept.fields}
    both = {f"{kept.table}.{each}" for kept in KEPT for each in kept.fields}
    assert set(forms.FIELDS) <= fields | both
