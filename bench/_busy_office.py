"""Fills the demonstration's instance up to a busy office; prints who reads what in it, as JSON.

Twenty earlier meetings, each with a note that every State was sent and three in five answered;
one State named ten delegates to each of them. Then the notes that will be dispatched, issued, with
their copies made; 20 officers; and 190 focal points, each signed in.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from registration import clock, config, db
from registration.accounts.models import Account
from registration.app import create_app
from registration.db import Session, new_id
from registration.delegations.models import Courtesy, Delegate, Nomination
from registration.delegations.rules import NominationStage
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.meetings.models import Meeting
from registration.notes import clearance, drafting, issuing
from registration.notes.models import Addressee, Channel, Dispatch, Letter, Note
from registration.notes.rules import LetterStage, NoteStage
from registration.permissions import Role, system
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.responses.models import Response, ResponseChannel
from registration.seed import cast, demo
from registration.states.queries import all_states
from tests import builders

OFFICERS, FOCAL_POINTS, EARLIER_MEETINGS, DELEGATES = 20, 190, 20, 10
DISPATCHES = 6
STATE = "AUT"
SHARE_THAT_ANSWERED = 0.6
COPIES_WITHIN = 240.0


@dataclass(frozen=True)
class Office:
    """Who reads, as cookies, and the addresses of what is there to read and to send."""

    officers: list[str]
    focal_points: list[str]
    asked: int  # how many of them, the first ones, act for a State that the note addresses
    note: str  # to which 96 States have answered
    meeting: str
    state: str
    to_send: list[str]  # notes whose dispatch nobody has confirmed yet


def main() -> None:
    """Use the instance that the environment names, after its demonstration has run."""
    settings = config.current()
    app = create_app(settings)
    engine = db.engine(settings.database_url.get_secret_value())
    demonstration = cast.Demonstration(engine, say=lambda _: None, bar=lambda _done, _all: None)
    with db.session_for(engine, system("bench")) as session:
        drafter = session.get_one(Account, demonstration.person("anna").id)
        clearer = session.get_one(Account, demonstration.person("otto").id)
        for number in range(EARLIER_MEETINGS):
            _earlier_meeting(session, number, drafter, clearer)
        note = session.scalars(sa.select(Note).where(Note.reference == demo.REFERENCE)).one()
        staff = [
            builders.a_colleague(session, f"Officer Example {number}", Role.DRAFTER)
            for number in range(OFFICERS)
        ]
        addressed = set(
            session.scalars(sa.select(Addressee.state_code).where(Addressee.note_id == note.id))
        )
        people = _focal_points(session, addressed)
        tokens = {each.id: builders.signed_in(session, each) for each in [*staff, *people]}
    to_send = [_issued(demonstration, number) for number in range(DISPATCHES)]
    _await_copies(engine)
    office = Office(
        officers=[_cookie(app, tokens[each.id]) for each in staff],
        focal_points=[_cookie(app, tokens[each.id]) for each in people],
        asked=sum(each.state_code in addressed for each in people),
        note=str(note.id),
        meeting=demo.MEETING,
        state=STATE,
        to_send=[str(each) for each in to_send],
    )
    print(json.dumps(asdict(office)))


def _cookie(app: Flask, token: str) -> str:
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None, "an instance has a secret key"
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps({'sign_in': token})}"


def _focal_points(session: Session, addressed: set[str]) -> list[Account]:
    """One for each State, first for those that the note addresses; some were there before."""
    found = {
        each.state_code: each
        for each in session.scalars(sa.select(Account).where(Account.state_code.is_not(None)))
    }
    codes = [state.code for state in all_states(session)]
    first = sorted(codes, key=lambda code: code not in addressed)
    return [
        found.get(code) or builders.a_focal_point(session, code) for code in first[:FOCAL_POINTS]
    ]


def _earlier_meeting(session: Session, number: int, drafter: Account, clearer: Account) -> None:
    year = 1993 + number
    meeting = builders.a_meeting(
        session,
        number=900 + number,
        year=year,
        slug=f"{year}-bench",
        begins_on=date(year, 11, 25),
        ends_on=date(year, 11, 26),
        symbol_prefix=f"BENCH/{year}/",
    )
    issued_at = datetime(year, 7, 1, 9, tzinfo=clock.DUTY_STATION)
    note = builders.a_note(
        session,
        meeting,
        drafter,
        stage=NoteStage.ISSUED,
        clearer=clearer,
        title=f"Invitation of {year}",
        respond_by=date(year, 9, 30),
        reference=f"CU {year}/{900 + number}",
        issued_on=issued_at.date(),
        issued_at=issued_at,
    )
    codes = [state.code for state in all_states(session)]
    addressees = _addressed(session, note, codes)
    _answered(session, note, addressees, drafter, random.Random(year))
    _sent(session, note, addressees[STATE], issued_at)
    _named(session, meeting, note, addressees[STATE], drafter)


def _addressed(session: Session, note: Note, codes: Sequence[str]) -> dict[str, UUID]:
    ids = {code: new_id() for code in codes}
    session.execute(
        sa.insert(Addressee),
        [
            {
                "id": ids[code],
                "note_id": note.id,
                "state_code": code,
                "status": "state_party",
                "language": "en",
                "name": f"State {code}",
                "recipients": [f"mission.{code.lower()}@missions.example"],
            }
            for code in codes
        ],
    )
    session.execute(
        sa.insert(Letter),
        [
            {
                "id": new_id(),
                "note_id": note.id,
                "addressee_id": ids[code],
                "state_code": code,
                "language": "en",
                "code": f"BENCH-{new_id().hex[-12:].upper()}",
                "stage": LetterStage.RENDERED,
                "rendered_at": note.issued_at,
            }
            for code in codes
        ],
    )
    return ids


def _answered(
    session: Session, note: Note, addressees: dict[str, UUID], clerk: Account, lot: random.Random
) -> None:
    others = [code for code in addressees if code != STATE]
    session.execute(
        sa.insert(Response),
        [
            {
                "id": new_id(),
                "note_id": note.id,
                "addressee_id": addressees[code],
                "state_code": code,
                "channel": ResponseChannel.PAPER,
                "received_at": note.issued_at + timedelta(days=lot.randint(2, 110)),
                "recorded_by_id": clerk.id,
            }
            for code in lot.sample(others, int(len(others) * SHARE_THAT_ANSWERED))
            if note.issued_at is not None
        ],
    )


def _sent(session: Session, note: Note, addressee_id: UUID, at: datetime) -> None:
    """The mail to the State whose story is read, handed over."""
    letter = session.scalars(sa.select(Letter).where(Letter.addressee_id == addressee_id)).one()
    message = Message(
        purpose="note",
        state_code=STATE,
        recipients=[f"mission.{STATE.lower()}@missions.example"],
        subject=note.title,
        text="Invented.",
        message_id=f"<{new_id()}@bench.example>",
        stage=MessageStage.HANDED_OVER,
        handed_over_at=at,
    )
    session.add(message)
    session.flush()
    session.add(
        Dispatch(
            note_id=note.id,
            addressee_id=addressee_id,
            state_code=STATE,
            letter_id=letter.id,
            channel=Channel.EMAIL,
            message_pk=message.id,
            planned_at=at,
        )
    )
    session.flush()


def _named(
    session: Session, meeting: Meeting, note: Note, addressee_id: UUID, clerk: Account
) -> None:
    """The ten delegates of the State whose story is read."""
    nomination = Nomination(
        state_code=STATE,
        meeting_id=meeting.id,
        stage=NominationStage.NOTE_RECEIVED,
        begun_at=note.issued_at + timedelta(days=10) if note.issued_at else clock.now(),
    )
    session.add(nomination)
    session.flush()
    response = Response(
        note_id=note.id,
        addressee_id=addressee_id,
        state_code=STATE,
        channel=ResponseChannel.PORTAL,
        received_at=nomination.begun_at + timedelta(days=30),
        recorded_by_id=clerk.id,
        nomination_id=nomination.id,
    )
    session.add(response)
    session.flush()
    for number in range(DELEGATES):
        person = {
            "state_code": STATE,
            "title": "Invented Adviser",
            "institution": "Invented Ministry of Justice",
            "email": f"delegate{number}.{meeting.slug}@experts.example",
            "head_of_delegation": number == 0,
        }
        session.add(
            Delegate(
                nomination_id=nomination.id,
                position=number,
                courtesy=Courtesy.MS,
                given_names=f"Demo {number}",
                family_name="Delegate",
                **person,
            )
        )
        session.add(
            Designation(
                kind=DesignationKind.GOVERNMENTAL_EXPERT,
                line_id=new_id(),
                courtesy="Ms.",
                name=f"Demo {number} Delegate",
                response_id=response.id,
                in_force_from=response.received_at,
                **person,
            )
        )
    session.flush()


def _issued(demonstration: cast.Demonstration, number: int) -> UUID:
    """One more note of the demonstration's meeting to all States, issued and not dispatched."""
    anna, otto = demonstration.person("anna"), demonstration.person("otto")
    with demonstration.acting(anna) as session:
        meeting = session.scalars(sa.select(Meeting).where(Meeting.slug == demo.MEETING)).one()
        note = drafting.draft(
            session,
            meeting=meeting,
            title=f"Note of the load {number}",
            respond_by=demo.RESPOND_BY,
            audience=demo.AUDIENCE,
        )
        clearance.submit(session, note, unrehearsed=True)
    with demonstration.acting(otto) as session:
        clearance.clear(session, session.get_one(Note, note.id))
    with demonstration.acting(anna) as session:
        issuing.issue(
            session, session.get_one(Note, note.id), reference=None, issued_on=clock.today()
        )
    return note.id


def _await_copies(engine: sa.Engine) -> None:
    """Wait until the workers have made every copy."""
    deadline = time.monotonic() + COPIES_WITHIN
    planned = sa.select(sa.func.count()).where(Letter.stage == LetterStage.PLANNED)
    while time.monotonic() < deadline:
        with db.session_for(engine, system("bench")) as session:
            if not session.scalar(planned):
                return
        time.sleep(0.2)
    raise SystemExit(f"not all copies were made within {COPIES_WITHIN:.0f} s")


if __name__ == "__main__":
    main()
