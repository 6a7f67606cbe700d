"""Questions about responses: what a State is asked, what it said, and where each stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.designations.models import Designation
from registration.errors import NotFound
from registration.journal.models import Event
from registration.meetings.models import Meeting
from registration.notes.models import Addressee, Dispatch, Letter, Note
from registration.notes.rules import NoteStage
from registration.post.models import Message
from registration.responses.models import Response
from registration.responses.rules import Standing, standing
from registration.states.models import State


@dataclass(frozen=True)
class Asked:
    """A note that asks a State for an answer, and whether and when it came."""

    note: Note
    meeting: Meeting
    addressee: Addressee
    copy_id: UUID | None  # the State's own copy of the note, once it is made
    answered_at: datetime | None

    @property
    def closes_at(self) -> datetime:
        """The instant at which the note's date passes."""
        return clock.closing(self.note.last_day)

    @property
    def standing(self) -> Standing:
        return standing(self.answered_at, self.closes_at, clock.now())

    @property
    def days_left(self) -> int:
        """Whole days from today to the last one; 0 on it, negative after it."""
        return (self.note.last_day - clock.today()).days

    def is_late(self, response: Response) -> bool:
        """Whether a response came after the date."""
        return response.received_at > self.closes_at


def asked(session: Session, note_id: UUID, state_code: str) -> Asked:
    """An issued note that asks that State for an answer. Raises NotFound for any other."""
    row = session.execute(_asked(state_code).where(Note.id == note_id, _AWAITS)).first()
    if row is None:
        raise NotFound("There is no such note, or it was not addressed to this State.")
    return Asked(*row)


def all_asked(session: Session, state_code: str) -> list[Asked]:
    """Every issued note that asks that State for an answer, the newest first."""
    rows = session.execute(_newest_first(_asked(state_code).where(_AWAITS)))
    return [Asked(*row) for row in rows]


def of_the_same_week(session: Session, question: Asked) -> list[Asked]:
    """Notes about other meetings that begin in the week of this one's; none without a known day."""
    begins_on = question.meeting.begins_on
    if begins_on is None:
        return []
    monday = begins_on - timedelta(days=begins_on.weekday())
    that_week = Meeting.begins_on.between(monday, monday + timedelta(days=6))
    others = _asked(question.addressee.state_code).where(
        _AWAITS, that_week, Meeting.id != question.meeting.id
    )
    return [Asked(*row) for row in session.execute(_newest_first(others))]


def all_told(session: Session, state_code: str) -> list[Asked]:
    """Every issued note that tells that State something and awaits no answer, the newest first."""
    rows = session.execute(_newest_first(_asked(state_code).where(~_AWAITS)))
    return [Asked(*row) for row in rows]


_AWAITS = Note.respond_by.is_not(None)


def _newest_first(
    question: sa.Select[Note, Meeting, Addressee, UUID | None, datetime | None],
) -> sa.Select[Note, Meeting, Addressee, UUID | None, datetime | None]:
    return question.order_by(Note.issued_on.desc(), Note.issued_at.desc())


def _asked(state_code: str) -> sa.Select[Note, Meeting, Addressee, UUID | None, datetime | None]:
    return (
        sa.select(
            Note,
            Meeting,
            Addressee,
            sa.select(Letter.id)
            .where(Letter.addressee_id == Addressee.id, Letter.document_id.is_not(None))
            .scalar_subquery(),
            sa.select(sa.func.min(Response.received_at))
            .where(Response.addressee_id == Addressee.id)
            .scalar_subquery(),
        )
        .join(Addressee, Addressee.note_id == Note.id)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(Addressee.state_code == state_code, Note.stage == NoteStage.ISSUED)
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

    @property
    def is_late(self) -> bool:
        return self.response.received_at > clock.closing(self.note.last_day)


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
    rows = session.execute(
        _received()
        .where(Response.state_code == state_code)
        .order_by(Response.received_at.desc(), Response.id.desc())
    )
    return [Received(*row) for row in rows]


def by_id(session: Session, response_id: UUID) -> Received:
    """One response. Raises NotFound, also where it is another State's than the focal point's."""
    row = session.execute(_received().where(Response.id == response_id)).first()
    if row is None:
        raise NotFound("There is no such response, or it is not yours to see.")
    return Received(*row)


def _received() -> sa.Select[Response, State, Note]:
    return (
        sa.select(Response, State, Note)
        .join(State, State.code == Response.state_code)
        .join(Note, Note.id == Response.note_id)
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


@dataclass(frozen=True)
class StateStanding:
    """Where one addressee of a note stands."""

    state: State
    addressee_id: UUID
    language: str  # of its copy
    handed_over_at: datetime | None  # first copy that a mail server accepted
    answered_at: datetime | None  # first response, by whichever road
    last_answered_at: datetime | None
    responses: int
    standing: Standing
    days: int | None  # from the note's date to the first response

    @property
    def regional_group(self) -> str:
        return self.state.regional_group.value


def standings(session: Session, note: Note) -> list[StateStanding]:
    """Where each addressee of a note stands, in the English order of lists. One query."""
    return standings_by_note(session, [note]).get(note.id, [])


def standings_by_note(session: Session, notes: Iterable[Note]) -> dict[UUID, list[StateStanding]]:
    """The same for several notes, by the note's identifier, in the order given. One query."""
    by_id = {note.id: note for note in notes}
    found: dict[UUID, list[StateStanding]] = {note_id: [] for note_id in by_id}
    now = clock.now()
    for addressee, state, handed_over_at, first, last, count in session.execute(
        _standings(list(by_id))
    ):
        note = by_id[addressee.note_id]
        found[note.id].append(
            StateStanding(
                state=state,
                addressee_id=addressee.id,
                language=addressee.language,
                handed_over_at=handed_over_at,
                answered_at=first,
                last_answered_at=last,
                responses=count,
                standing=standing(first, clock.closing(note.last_day), now),
                days=_days(note.issued_on, first),
            )
        )
    return found


def _standings(
    note_ids: list[UUID],
) -> sa.Select[Addressee, State, datetime | None, datetime | None, datetime | None, int]:
    handed_over = (
        sa.select(
            Dispatch.addressee_id, sa.func.min(Message.handed_over_at).label("handed_over_at")
        )
        .join(Message, Message.id == Dispatch.message_pk)
        .where(Dispatch.note_id.in_(note_ids))
        .group_by(Dispatch.addressee_id)
        .subquery()
    )
    responded = (
        sa.select(
            Response.addressee_id,
            sa.func.min(Response.received_at).label("first"),
            sa.func.max(Response.received_at).label("last"),
            sa.func.count().label("count"),
        )
        .where(Response.note_id.in_(note_ids))
        .group_by(Response.addressee_id)
        .subquery()
    )
    return (
        sa.select(
            Addressee,
            State,
            handed_over.c.handed_over_at,
            responded.c.first,
            responded.c.last,
            sa.func.coalesce(responded.c.count, 0),
        )
        .join(State, State.code == Addressee.state_code)
        .outerjoin(handed_over, handed_over.c.addressee_id == Addressee.id)
        .outerjoin(responded, responded.c.addressee_id == Addressee.id)
        .where(Addressee.note_id.in_(note_ids))
        .order_by(State.sort_key)
    )


def _days(issued_on: date | None, answered_at: datetime | None) -> int | None:
    if issued_on is None or answered_at is None:
        return None
    return (clock.day_of(answered_at) - issued_on).days


def addressees(session: Session, note_id: UUID) -> list[tuple[Addressee, State]]:
    """The addressees of a note with their States, in the English order of lists."""
    rows = session.execute(
        sa.select(Addressee, State)
        .join(State, State.code == Addressee.state_code)
        .where(Addressee.note_id == note_id)
        .order_by(State.sort_key)
    )
    return [(addressee, state) for addressee, state in rows]
