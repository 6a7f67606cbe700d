"""Questions about responses: what a State is asked, what it said, and where each stands."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.designations.models import Designation
from registration.errors import NotFound
from registration.journal.models import Event
from registration.meetings.models import Meeting
from registration.notes.models import Addressee, Letter, Note
from registration.notes.rules import NoteStage
from registration.responses import standings
from registration.responses.models import Response, ResponseChannel, Settlement
from registration.responses.rules import ANSWERS, REQUESTS, ResponseKind, Standing, is_late
from registration.responses.standings import StateStanding
from registration.states.models import State


@dataclass(frozen=True)
class Asked:
    """A note that asks a State for an answer, and where the State stands towards it."""

    note: Note
    meeting: Meeting
    addressee: Addressee
    copy_id: UUID | None  # the State's own copy of the note, once it is made
    stands: StateStanding

    @property
    def answered_at(self) -> datetime | None:
        return self.stands.answered_at

    @property
    def standing(self) -> Standing:
        return self.stands.standing

    @property
    def last_day(self) -> date:
        """The last day for this State: its own, where it was granted a later one."""
        return max(self.note.last_day, self.stands.extended_until or self.note.last_day)

    @property
    def closes_at(self) -> datetime:
        """The instant at which that day passes."""
        return clock.closing(self.last_day)

    @property
    def days_left(self) -> int:
        """Whole days from today to the last one; 0 on it, negative after it."""
        return (self.last_day - clock.today()).days

    def is_late(self, response: Response) -> bool:
        """Whether a response came after the date."""
        return response.received_at > self.closes_at


def asked(session: Session, note_id: UUID, state_code: str) -> Asked:
    """An issued note that asks that State for an answer. Raises NotFound for any other."""
    found = _all(session, _one_asked(), {"state": state_code, "note": note_id})
    if not found:
        raise NotFound("There is no such note, or it was not addressed to this State.")
    return found[0]


def all_asked(session: Session, state_code: str) -> list[Asked]:
    """Every issued note that asks that State for an answer, the newest first."""
    return _all(session, _all_asked(), {"state": state_code})


def of_the_same_week(session: Session, question: Asked) -> list[Asked]:
    """Notes about other meetings that begin in the week of this one's; none without a known day."""
    begins_on = question.meeting.begins_on
    if begins_on is None:
        return []
    monday = begins_on - timedelta(days=begins_on.weekday())
    that_week = Meeting.begins_on.between(monday, monday + timedelta(days=6))
    others = _asked().where(_AWAITS, that_week, Meeting.id != question.meeting.id)
    return _all(session, _newest_first(others), {"state": question.addressee.state_code})


@dataclass(frozen=True)
class Told:
    """A note that tells a State something and awaits no answer."""

    note: Note
    meeting: Meeting
    addressee: Addressee
    copy_id: UUID | None


def all_told(session: Session, state_code: str) -> list[Told]:
    """Every issued note that tells that State something and awaits no answer, the newest first."""
    return [Told(*row) for row in session.execute(_all_told(), {"state": state_code})]


_AWAITS = Note.respond_by.is_not(None)
_Rows = sa.Select[Note, Meeting, Addressee, UUID | None]


def _all(session: Session, question: _Rows, given: dict[str, object]) -> list[Asked]:
    """The notes that a question finds, each with where the State stands. Two queries."""
    rows = session.execute(question, given).all()
    stand = standings.of_addressees(session, {row[2].id: row[0] for row in rows})
    return [Asked(*row, stands=stand[row[2].id]) for row in rows]


def _newest_first(question: _Rows) -> _Rows:
    return question.order_by(Note.issued_on.desc(), Note.issued_at.desc())


# Every page of a State asks one of these: they are composed once, and given the State each time.
@cache
def _one_asked() -> _Rows:
    return _asked().where(Note.id == sa.bindparam("note"), _AWAITS)


@cache
def _all_asked() -> _Rows:
    return _newest_first(_asked().where(_AWAITS))


@cache
def _all_told() -> _Rows:
    return _newest_first(_asked().where(~_AWAITS))


@cache
def _asked() -> _Rows:
    return (
        sa.select(
            Note,
            Meeting,
            Addressee,
            sa.select(Letter.id)
            .where(Letter.addressee_id == Addressee.id, Letter.document_id.is_not(None))
            .scalar_subquery(),
        )
        .join(Addressee, Addressee.note_id == Note.id)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(Addressee.state_code == sa.bindparam("state"), Note.stage == NoteStage.ISSUED)
    )


def of_addressee(session: Session, addressee_id: UUID) -> list[Response]:
    """The responses of one State to one note, the newest first."""
    return list(
        session.scalars(
            sa.select(Response)
            .where(Response.addressee_id == addressee_id)
            .order_by(Response.received_at.desc(), Response.id.desc())
        )
    )


@dataclass(frozen=True)
class Received:
    """A response with the State that sent it and the note that it answers."""

    response: Response
    state: State
    note: Note
    extended_until: date | None  # the State's own last day, where it was granted one
    settlement: Settlement | None  # of a request that the office has settled

    @property
    def is_late(self) -> bool | None:
        """Whether an answer came after the last day; None of what is no answer."""
        if self.response.kind not in _ON_TIME_OR_NOT:
            return None
        extended_to = clock.closing(self.extended_until) if self.extended_until else None
        return is_late(self.response.received_at, clock.closing(self.note.last_day), extended_to)

    @property
    def lacks_its_note(self) -> bool:
        """Whether names came through the pages without the note that is their authority."""
        response = self.response
        by_portal = response.channel is ResponseChannel.PORTAL
        is_nomination = response.kind is ResponseKind.NOMINATION
        return by_portal and is_nomination and response.document_id is None

    @property
    def waits(self) -> bool:
        """Whether the office still has to settle it."""
        return self.response.kind in REQUESTS and self.settlement is None


_ON_TIME_OR_NOT = ANSWERS | {ResponseKind.WITHDRAWAL}


def of_note(session: Session, note_id: UUID) -> list[Received]:
    """The responses to a note, the newest first."""
    rows = session.execute(
        _received()
        .where(Response.note_id == note_id)
        .order_by(Response.received_at.desc(), Response.id.desc())
    )
    return [Received(*row) for row in rows]


def of_state(session: Session, state_code: str) -> list[Received]:
    """The responses of a State to all notes, the newest first."""
    return [Received(*row) for row in session.execute(_of_state(), {"state": state_code})]


def towards(session: Session, addressee_id: UUID) -> list[Received]:
    """The responses of one State to one note with what became of them, the newest first."""
    rows = session.execute(
        _received()
        .where(Response.addressee_id == addressee_id)
        .order_by(Response.received_at.desc(), Response.id.desc())
    )
    return [Received(*row) for row in rows]


def by_id(session: Session, response_id: UUID) -> Received:
    """One response. Raises NotFound, also where it is another State's than the focal point's."""
    row = session.execute(_received().where(Response.id == response_id)).first()
    if row is None:
        raise NotFound("There is no such response, or it is not yours to see.")
    return Received(*row)


def requests_that_wait(session: Session) -> list[Received]:
    """The requests that nobody of the office has settled, the oldest first."""
    rows = session.execute(
        _received()
        .where(Response.kind.in_(REQUESTS), Settlement.response_id.is_(None))
        .order_by(Response.received_at, Response.id)
    )
    return [Received(*row) for row in rows]


@cache
def _of_state() -> sa.Select[Response, State, Note, date | None, Settlement | None]:
    return (
        _received()
        .where(Response.state_code == sa.bindparam("state"))
        .order_by(Response.received_at.desc(), Response.id.desc())
    )


@cache
def _received() -> sa.Select[Response, State, Note, date | None, Settlement | None]:
    return (
        sa.select(
            Response,
            State,
            Note,
            standings.extended_until(Response.addressee_id),
            Settlement,
        )
        .join(State, State.code == Response.state_code)
        .join(Note, Note.id == Response.note_id)
        .outerjoin(Settlement, Settlement.response_id == Response.id)
    )


def named_in(session: Session, response: Response) -> list[Designation]:
    """The authorities and experts as a response named them, whatever became of them later."""
    if response.nomination_id is None:
        return []
    of_the_same_answer = sa.select(Response.id).where(
        Response.nomination_id == response.nomination_id
    )
    at = response.received_at
    return list(
        session.scalars(
            sa.select(Designation)
            .where(
                Designation.response_id.in_(of_the_same_answer),
                Designation.in_force_from <= at,
                sa.or_(Designation.in_force_until.is_(None), Designation.in_force_until > at),
            )
            .order_by(Designation.head_of_delegation.desc(), Designation.id)
        )
    )


def history(session: Session, state_code: str) -> list[Event]:
    """What happened to the answers of a State, the newest first."""
    return list(
        session.scalars(
            sa.select(Event)
            .where(
                Event.state_code == state_code,
                Event.subject_kind.in_(("nomination", "response")),
            )
            .order_by(Event.at.desc(), Event.id.desc())
            .limit(200)
        )
    )


def addressees(session: Session, note_id: UUID) -> list[tuple[Addressee, State]]:
    """The addressees of a note with their States, in the English order of lists."""
    rows = session.execute(
        sa.select(Addressee, State)
        .join(State, State.code == Addressee.state_code)
        .where(Addressee.note_id == note_id)
        .order_by(State.sort_key)
    )
    return [(addressee, state) for addressee, state in rows]
