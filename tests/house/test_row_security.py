"""One State cannot see another: PostgreSQL refuses, whatever shape the query has."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select, text

from registration import db
from registration.db import Session
from registration.delegations.models import Courtesy, Delegate, Nomination
from registration.documents.models import Document, DocumentKind
from registration.errors import NoActor
from registration.permissions import ANYBODY, SIGNING_IN, Actor, Role, Scope, system
from registration.states.models import Mission, MissionAddress
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


def test_a_state_cannot_take_another_states_document_for_its_own(
    engine: sa.Engine, two_states: dict[str, Any]
) -> None:
    with db.session_for(engine, system("test")) as session:
        theirs = Document(
            sha256="0" * 64,
            size=1,
            media_type="application/pdf",
            filename="note.pdf",
            kind=DocumentKind.INCOMING_NOTE,
            state_code=THEIRS,
            stored_by="test",
        )
        session.add(theirs)
    with db.open_session(engine, _focal_point(MINE)) as session:
        mine = session.get_one(Nomination, two_states[MINE])
        mine.mission_note_id = theirs.id
        with pytest.raises(sa.exc.IntegrityError, match="foreign key"):
            session.flush()


def test_a_state_cannot_give_its_row_away(engine: sa.Engine, two_states: dict[str, Any]) -> None:
    away = sa.update(Mission).where(Mission.state_code == MINE).values(state_code=THEIRS)
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
