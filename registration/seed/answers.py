"""What invented States of the demonstration answer, by lot: the same lot every time."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.delegations import parts as nomination_parts
from registration.delegations import service as delegations
from registration.delegations.models import Nomination
from registration.delegations.rules import Part
from registration.designations import service as designations
from registration.designations.rules import DesignationKind
from registration.documents.examination import Upload
from registration.notes.models import Addressee, Note
from registration.permissions import system
from registration.responses import incoming, recording
from registration.responses import service as responses
from registration.responses.models import Response, ResponseChannel
from registration.seed import invented
from registration.seed.cast import THE_PRESENT, Demonstration, focal_point, let_it_be
from registration.states import queries as states

ANSWERS = 96
BY_PAPER = 9


def let_states_answer(demonstration: Demonstration, note: Note) -> None:
    """Invented focal points answer for States drawn by lot, on days drawn by lot."""
    lot = random.Random(2013)  # noqa: S311 - the same demonstration every time
    with demonstration.acting(system("demo")) as session:
        codes = sorted(
            session.scalars(sa.select(Addressee.state_code).where(Addressee.note_id == note.id))
        )
        answered = set(
            session.scalars(sa.select(Response.state_code).where(Response.note_id == note.id))
        )
    answering = lot.sample(codes, ANSWERS)
    days = sorted(_a_day(lot) for _ in answering)
    on_paper = set(answering[:: ANSWERS // BY_PAPER][:BY_PAPER])
    for count, (code, day) in enumerate(zip(answering, days, strict=True), start=1):
        parts = _Parts.drawn(lot)
        if code in answered:
            continue
        let_it_be(day)
        if code in on_paper:
            _record_paper(demonstration, note, code, day.date())
        else:
            _answer(demonstration, note, code, parts)
        demonstration.bar(count, ANSWERS)
    demonstration.say(f"{ANSWERS} invented answers recorded")


def _a_day(lot: random.Random) -> datetime:
    """Between the issue and the present, more often late than early."""
    span = (THE_PRESENT - datetime(2013, 7, 3, 9, tzinfo=clock.DUTY_STATION)).total_seconds()
    return THE_PRESENT - timedelta(seconds=span * lot.random() ** 1.7)


@dataclass(frozen=True)
class _Parts:
    """What an invented answer holds."""

    local_authorities: int
    experts: int
    with_note: bool

    @classmethod
    def drawn(cls, lot: random.Random) -> "_Parts":
        return cls(lot.randint(0, 2), lot.randint(1, 4), lot.random() < 0.8)


def _record_paper(demonstration: Demonstration, note: Note, code: str, day: date) -> None:
    with demonstration.acting(demonstration.person("anna")) as session:
        recording.record_response(
            session,
            session.get_one(Note, note.id),
            code,
            channel=ResponseChannel.PAPER,
            received_on=day,
            mission_reference=f"Demo note {code}/2013",
            mission_note_date=day,
            scan=Upload("scan.pdf", invented.note_verbale(code)),
            remark="Invented for the demonstration.",
        )


def _answer(demonstration: Demonstration, note: Note, code: str, parts: _Parts) -> None:
    with demonstration.acting(focal_point(demonstration, code)) as session:
        note = session.get_one(Note, note.id)
        nomination = delegations.begin(session, note.meeting_id)
        for kind, number in (
            (DesignationKind.CENTRAL_AUTHORITY, 1),
            *(
                (DesignationKind.LOCAL_AUTHORITY, each + 1)
                for each in range(parts.local_authorities)
            ),
        ):
            designations.propose(
                session,
                state_code=code,
                meeting_id=note.meeting_id,
                kind=kind,
                particulars=invented.authority(code, kind, number),
            )
        delegations.add(
            session, nomination, [invented.expert(code, each) for each in range(parts.experts)]
        )
        _ask_for_its_experts(session, nomination)
        if parts.with_note:
            names = [f"{each.printed}, {each.title}" for each in nomination.delegates]
            upload = Upload("note-verbale.pdf", invented.note_verbale(code, names))
            nomination_parts.attach_note(
                session,
                nomination,
                document_id=incoming.keep(session, upload, code).id,
                reference=f"Demo note {code}/2013",
            )
        responses.submit(session, nomination, note)


def _ask_for_its_experts(session: Session, nomination: Nomination) -> None:
    """Funding for the first expert of a least developed State, and now and then a visa letter."""
    first = {nomination.delegates[0].id}
    state = states.by_code(session, nomination.state_code)
    if state.least_developed:
        nomination_parts.ask_for(session, nomination, Part.FUNDING, first, "", version=0)
    if sum(state.code.encode()) % 4 == 0:
        nomination_parts.ask_for(session, nomination, Part.VISA_LETTERS, first, "", version=0)
