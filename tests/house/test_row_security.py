"""One State cannot see another: PostgreSQL refuses, whatever shape the query has."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import func, select, text

from registration import clock, db
from registration.accounts.models import SignInCode
from registration.db import Session
from registration.delegations.models import Courtesy, Delegate, Nomination
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.documents.models import Document, DocumentKind
from registration.errors import NoActor
from registration.journal.models import Event
from registration.journal.service import Then, claim_slot, promise, record
from registration.meetings.models import Meeting
from registration.notes.models import NumberSeries
from registration.notes.rules import NoteStage
from registration.permissions import ANYBODY, SIGNING_IN, Actor, Role, Scope, system
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.responses.models import Response, ResponseChannel
from registration.states.models import MissionAddress
from tests import builders as make

MINE, THEIRS = "AUT", "NIU"


@pytest.fixture
def two_states(engine: sa.Engine) -> dict[str, Any]:
    """Two States with a nomination each; returns the identifiers of the other one's rows."""
    with db.session_for(engine, system("test")) as session:
        for code in (MINE, THEIRS, "PAN"):
            make.a_state(session, code)
        meeting = make.a_meeting(session)
        found: dict[str, Any] = {"meeting": meeting.id}
        for code in (MINE, THEIRS):
            make.a_mission(session, code)
            nomination = Nomination(state_code=code, meeting_id=meeting.id)
            session.add(nomination)
            session.flush()
            session.add(_delegate(nomination.id, code, f"Canary {code}"))
            found[code] = nomination.id
    return found


def _delegate(nomination_id: Any, code: str, name: str) -> Delegate:
    return Delegate(
        nomination_id=nomination_id,
        state_code=code,
        position=1,
        courtesy=Courtesy.MS,
        given_names="Test",
        family_name=name,
        title="",
        institution="",
        email="",
    )


def _focal_point(code: str) -> Actor:
    return Actor(
        name="Focal Point",
        scope=Scope.STATE,
        id=db.new_id(),
        roles=frozenset({Role.FOCAL_POINT}),
        state_code=code,
    )


READS: dict[str, Callable[[Session, Any], Any]] = {
    "entity": lambda s, i: s.scalars(select(Nomination).where(Nomination.id == i)).all(),
    "get": lambda s, i: s.get(Nomination, i),
    "columns": lambda s, i: s.execute(
        select(Nomination.state_code).where(Nomination.id == i)
    ).all(),
    "table": lambda s, i: s.execute(
        select(Nomination.__table__).where(Nomination.__table__.c.id == i)
    ).all(),
    "text": lambda s, i: s.execute(text("select * from nomination where id = :i"), {"i": i}).all(),
    "count": lambda s, i: s.scalar(
        select(func.count()).select_from(Nomination).where(Nomination.id == i)
    ),
    "exists": lambda s, i: s.scalar(
        select(select(Nomination.id).where(Nomination.id == i).exists())
    ),
    "join": lambda s, i: s.execute(
        select(Delegate.family_name).join(Nomination).where(Nomination.id == i)
    ).all(),
    "union": lambda s, i: s.execute(
        select(Nomination.id)
        .where(Nomination.id == i)
        .union_all(select(Delegate.id).where(Delegate.nomination_id == i))
    ).all(),
    "from_statement": lambda s, i: s.scalars(
        select(Nomination).from_statement(
            text("select * from nomination where id = :i").bindparams(i=i)
        )
    ).all(),
    "connection": lambda s, i: (
        s.connection()
        .execute(select(Nomination.__table__).where(Nomination.__table__.c.id == i))
        .all()
    ),
    "aggregate of names": lambda s, i: s.scalar(
        select(func.string_agg(Delegate.family_name, ",")).where(Delegate.nomination_id == i)
    ),
    "update": lambda s, i: (
        s.execute(
            sa.update(Nomination).where(Nomination.id == i).values(mission_reference="x")
        ).rowcount
    ),
    "delete": lambda s, i: (
        s.execute(sa.delete(Delegate).where(Delegate.nomination_id == i)).rowcount
    ),
    "update in text": lambda s, i: (
        s.execute(
            text("update delegate set family_name = 'x' where nomination_id = :i"), {"i": i}
        ).rowcount
    ),
}


@pytest.mark.parametrize("shape", READS)
def test_no_shape_of_query_reaches_another_states_rows(
    shape: str, engine: sa.Engine, two_states: dict[str, Any]
) -> None:
    query = READS[shape]
    with db.open_session(engine, _focal_point(MINE)) as session:
        assert not query(session, two_states[THEIRS])
    with db.open_session(engine, _focal_point(THEIRS)) as session:
        assert query(session, two_states[THEIRS])  # the query does find what may be found


@pytest.mark.parametrize("shape", READS)
@pytest.mark.parametrize("actor", [ANYBODY, SIGNING_IN], ids=["anybody", "signing in"])
def test_nobody_sees_a_states_rows_before_signing_in(
    shape: str, actor: Actor, engine: sa.Engine, two_states: dict[str, Any]
) -> None:
    with db.open_session(engine, actor) as session:
        assert not READS[shape](session, two_states[THEIRS])


def test_a_state_cannot_write_a_row_for_another(
    engine: sa.Engine, two_states: dict[str, Any]
) -> None:
    with db.open_session(engine, _focal_point(MINE)) as session:
        session.add(Nomination(state_code=THEIRS, meeting_id=two_states["meeting"]))
        with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
            session.flush()


def test_a_state_cannot_hang_its_row_on_another_states_parent(
    engine: sa.Engine, two_states: dict[str, Any]
) -> None:
    with db.open_session(engine, _focal_point(MINE)) as session:
        session.add(_delegate(two_states[THEIRS], MINE, "Intruder"))
        with pytest.raises(sa.exc.IntegrityError, match="foreign key"):
            session.flush()


def _document(code: str, kind: DocumentKind = DocumentKind.INCOMING_NOTE) -> Document:
    return Document(
        sha256="0" * 64,
        size=1,
        media_type="application/pdf",
        filename="note.pdf",
        kind=kind,
        state_code=code,
        stored_by="test",
    )


def test_a_state_cannot_take_another_states_document_for_its_own(
    engine: sa.Engine, two_states: dict[str, Any]
) -> None:
    with db.session_for(engine, system("test")) as session:
        theirs = _document(THEIRS)
        session.add(theirs)
    with db.open_session(engine, _focal_point(MINE)) as session:
        mine = session.get_one(Nomination, two_states[MINE])
        mine.mission_note_id = theirs.id
        with pytest.raises(sa.exc.IntegrityError, match="foreign key"):
            session.flush()


def test_a_state_cannot_give_its_row_away(engine: sa.Engine, two_states: dict[str, Any]) -> None:
    away = sa.update(Nomination).where(Nomination.state_code == MINE).values(state_code=THEIRS)
    with (
        db.open_session(engine, _focal_point(MINE)) as session,
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
    ):
        session.execute(away)


def test_a_state_cannot_change_what_is_public(
    engine: sa.Engine, two_states: dict[str, Any]
) -> None:
    with db.open_session(engine, _focal_point(MINE)) as session:
        changed = session.execute(text("update state set remark = 'x'")).rowcount
        assert changed == 0
        assert session.execute(text("update meeting set year = 1999")).rowcount == 0


@pytest.fixture
def on_record(engine: sa.Engine, two_states: dict[str, Any]) -> Actor:
    """A State that has answered, and has mail; returns its focal point."""
    with db.session_for(engine, system("test")) as session:
        person = make.a_focal_point(session, MINE)
        meeting = session.get_one(Meeting, two_states["meeting"])
        note = make.a_note(
            session, meeting, make.anna(session), stage=NoteStage.ISSUED, clearer=make.otto(session)
        )
        addressee = make.an_addressee(session, note, MINE)
        session.add(_document(MINE))
        response = Response(
            note_id=note.id,
            addressee_id=addressee.id,
            state_code=MINE,
            channel=ResponseChannel.PORTAL,
            received_at=clock.now(),
            recorded_by_id=person.id,
        )
        session.add(response)
        session.flush()
        for name, ended_by in (("Former", response.id), ("Present", None)):
            session.add(
                Designation(
                    state_code=MINE,
                    kind=DesignationKind.LOCAL_AUTHORITY,
                    name=name,
                    line_id=db.new_id(),
                    response_id=response.id,
                    in_force_until=clock.now() if ended_by else None,
                    ended_by_response_id=ended_by,
                )
            )
        session.add(_message(MINE, "Your code is 123456."))
        record(session, "test", "test", "1", then=[Then("post.send", "1")])
        claim_slot(session, "test", clock.now())
        session.add(_a_code(person.id))
        session.add(NumberSeries(series="CU", year=2013, last=175))
    return make.acting(person)


def _message(code: str | None, words: str, **values: Any) -> Message:
    return Message(
        purpose="test",
        state_code=code,
        recipients=["a@x.example"],
        subject="Subject",
        text=words,
        **values,
    )


def _a_code(account_id: Any) -> SignInCode:
    return SignInCode(
        account_id=account_id,
        email="a@x.example",
        code_sha256="0" * 64,
        asked_from="192.0.2.1",
        expires_at=clock.now(),
    )


NO_PART_OF_AN_ANSWER = [
    "update response set received_at = received_at - interval '1 year'",
    "delete from response",
    "update designation set name = 'x'",
    "update designation set in_force_until = null, ended_by_response_id = null"
    " where in_force_until is not null",
    "delete from designation",
    "update document set sha256 = repeat('f', 64)",
    "delete from document",
    "update addressee set recipients = '{a@x.example}'",
    "delete from addressee",
    "update letter set stage = 'planned'",
    "update mission set language = 'fr'",
    "update mission_address set email = 'a@x.example'",
    "delete from mission_address",
    "update message set recipients = '{a@x.example}'",
    "delete from message",
    "update outbox set done_at = now()",
    "delete from outbox",
    "delete from tick",
    "delete from sign_in_code",
    "update account set roles = '{administrator}', state_code = null",
    "update number_series set last = 0",
]


def _changed(session: Session, attempt: str) -> int:
    """How many rows an attempt changed: none where the application may not even try."""
    try:
        with session.begin_nested():
            return session.execute(text(attempt)).rowcount
    except sa.exc.ProgrammingError as refusal:
        if not isinstance(refusal.orig, InsufficientPrivilege):
            raise
        return 0


@pytest.mark.parametrize("who", ["the State", "signing in", "anybody"])
def test_what_is_on_record_is_changed_by_no_focal_point_and_no_stranger(
    who: str, engine: sa.Engine, on_record: Actor
) -> None:
    actor = {"the State": on_record, "signing in": SIGNING_IN, "anybody": ANYBODY}[who]
    with db.open_session(engine, actor) as session:
        assert [each for each in NO_PART_OF_AN_ANSWER if _changed(session, each)] == []


def test_what_a_state_said_is_rewritten_by_nobody(engine: sa.Engine, on_record: Actor) -> None:
    said = ("response", "designation", "document")
    with db.open_session(engine, system("test")) as session:
        attempts = [each for each in NO_PART_OF_AN_ANSWER if set(each.split()) & set(said)]
        assert [each for each in attempts if _changed(session, each)] == []
        assert session.scalar(text("select count(*) from designation")) == 2


def test_nobody_reads_mail_or_promises_but_the_office(engine: sa.Engine, on_record: Actor) -> None:
    """A code that was sent to a colleague lies among the mail of the same State."""
    for actor in (on_record, SIGNING_IN, ANYBODY):
        with db.open_session(engine, actor) as session:
            assert session.execute(text("select 1 from message")).all() == []
            assert session.execute(text("select 1 from outbox")).all() == []


FORGERIES: dict[str, Callable[[Session], Any]] = {
    "an event of another State": lambda s: record(s, "test", "test", "1", state_code=THEIRS),
    "an event of no State": lambda s: record(s, "note.issued", "note", "1"),
    "an event in a colleague's name": lambda s: s.add(
        Event(
            actor_id=db.new_id(),
            actor_name="Otto",
            kind="test",
            subject_kind="test",
            subject_id="1",
            state_code=MINE,
        )
    ),
    "the making of a letter": lambda s: promise(s, [Then("letters.render", "2")]),
    "mail with somebody's file": lambda s: s.add(
        _message(MINE, "x", attachments=[{"document_id": "1", "filename": "x.pdf"}])
    ),
    "mail that was handed over": lambda s: s.add(
        _message(MINE, "x", stage=MessageStage.HANDED_OVER, message_id="<1@x.example>")
    ),
    "mail of the office": lambda s: s.add(_message(None, "x")),
    "a letter of the office": lambda s: s.add(_document(MINE, DocumentKind.LETTER)),
    "a response that came on paper": lambda s: s.execute(
        text(
            "insert into response (id, note_id, addressee_id, state_code, channel, received_at,"
            " recorded_at, recorded_by_id, mission_reference, remark)"
            " select gen_random_uuid(), note_id, addressee_id, state_code, 'paper', received_at,"
            " recorded_at, recorded_by_id, '', '' from response"
        )
    ),
}


def _refused(session: Session, what: str) -> None:
    def forge() -> None:
        FORGERIES[what](session)
        session.flush()

    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        forge()


@pytest.mark.parametrize("what", FORGERIES)
def test_a_focal_point_forges_nothing(what: str, engine: sa.Engine, on_record: Actor) -> None:
    with db.open_session(engine, on_record) as session:
        _refused(session, what)


@pytest.mark.parametrize("what", ["an event of no State", "the making of a letter"])
def test_nobody_forges_anything_before_signing_in(
    what: str, engine: sa.Engine, on_record: Actor
) -> None:
    for actor in (SIGNING_IN, ANYBODY):
        with db.open_session(engine, actor) as session:
            _refused(session, what)


def test_a_session_without_an_actor_refuses_its_first_query(engine: sa.Engine) -> None:
    with db.open_session(engine) as session, pytest.raises(NoActor):
        session.execute(select(MissionAddress))


def test_without_a_setting_nothing_is_visible(
    engine: sa.Engine, two_states: dict[str, Any]
) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from nomination")) == 0
        assert connection.scalar(text("select count(*) from account")) == 0
        assert connection.scalar(text("select count(*) from event")) == 0


def test_the_scope_ends_with_the_transaction(engine: sa.Engine, two_states: dict[str, Any]) -> None:
    with db.session_for(engine, system("test")) as session:
        assert session.scalar(select(func.count()).select_from(Nomination)) == 2
    # The pool hands out the same connection again.
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from nomination")) == 0
