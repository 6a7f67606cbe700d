"""The work page: what waits for a person, what runs, what comes next and what happened last."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.journal.models import Event
from registration.meetings.models import DateStatus, Meeting
from registration.notes import clearance
from registration.notes.models import Addressee, Letter, Note
from registration.notes.rules import LetterStage, NoteStage
from registration.post.models import Message
from registration.post.queries import FOR_A_PERSON, count_by_stage
from registration.post.rules import MessageStage
from registration.responses.models import Response
from registration.responses.rules import Standing, standing
from registration.states.models import State

RUNNING_SHOWN = 10
EVENTS_SHOWN = 12
# What happens many times over for one act, or says nothing about the office's work.
UNREMARKABLE = (
    "authority.correction_taken_back",
    "expert_link.accepted",
    "expert_link.filled",
    "expert_link.returned",
    "expert_link.revoked",
    "expert_link.sent",
    "message.claimed",
    "message.handed_over",
    "message.ready",
    "nomination.changed",
    "nomination.passports_given",
    "note.paragraph_inserted",
    "note.restored",
    "note.written",
    "presence.marked",
    "presence.taken_back",
    "representation.marked",
    "representation.taken_back",
    "sign_in.begun",
    "sign_in.code_asked",
    "sign_in.ended",
    "sign_in.factor_added",
    "sign_in.factor_removed",
    "sign_in.recovery_code_used",
    "sign_in.recovery_codes_made",
    "sign_in.refused",
)


@dataclass(frozen=True)
class Happened:
    """An event with the State and the note that it is about, where it is about any."""

    event: Event
    state: State | None
    note: Note | None


@dataclass(frozen=True)
class Running:
    """An issued note to which not every addressee has responded, with its figures."""

    note: Note
    meeting: Meeting
    addressed: int
    standings: Counter[Standing]


@dataclass(frozen=True)
class Work:
    """What waits, what runs, what comes next and what happened last."""

    in_the_office: tuple[tuple[Note, Meeting], ...]  # drafts, in clearance and cleared
    came_back: frozenset[UUID]  # those of them that are drafts again
    void: frozenset[UUID]  # and those whose clearance is worth nothing any more
    running: tuple[Running, ...]
    parked: tuple[tuple[Note, int], ...]
    unsettled: dict[MessageStage, int]
    next_meeting: Meeting | None
    last_events: tuple[Happened, ...]


def gather(session: Session) -> Work:
    """What there is for everybody; whose it is to do, the policy table says."""
    in_the_office = _in_the_office(session)
    return Work(
        in_the_office=in_the_office,
        came_back=_came_back(session, [note for note, _ in in_the_office]),
        void=frozenset(note.id for note, _ in in_the_office if clearance.is_void(session, note)),
        running=_running(session),
        parked=_parked(session),
        unsettled=_unsettled(session),
        next_meeting=session.scalar(
            sa.select(Meeting)
            .where(Meeting.begins_on >= clock.today(), Meeting.date_status == DateStatus.VERIFIED)
            .order_by(Meeting.begins_on)
            .limit(1)
        ),
        last_events=_last_events(session),
    )


def _in_the_office(session: Session) -> tuple[tuple[Note, Meeting], ...]:
    rows = session.execute(
        sa.select(Note, Meeting)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(Note.stage.in_([NoteStage.DRAFT, NoteStage.IN_CLEARANCE, NoteStage.CLEARED]))
        .order_by(Note.drafted_at)
    )
    return tuple((note, meeting) for note, meeting in rows)


def _came_back(session: Session, notes: Sequence[Note]) -> frozenset[UUID]:
    """The drafts that were submitted or cleared before."""
    drafts = {str(note.id): note.id for note in notes if note.stage is NoteStage.DRAFT}
    told = session.scalars(
        sa.select(Event.subject_id).where(
            Event.subject_kind == "note",
            Event.subject_id.in_(drafts),
            Event.kind.in_(["note.returned", "note.reopened"]),
        )
    )
    return frozenset(drafts[each] for each in told)


def _running(session: Session) -> tuple[Running, ...]:
    """The last issued notes to which somebody has not responded."""
    responded = sa.exists().where(Response.addressee_id == Addressee.id)
    awaited = sa.exists().where(Addressee.note_id == Note.id, ~responded)
    rows = session.execute(
        sa.select(Note, Meeting)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(Note.stage == NoteStage.ISSUED, Note.respond_by.is_not(None), awaited)
        .order_by(Note.issued_on.desc(), Note.issued_at.desc())
        .limit(RUNNING_SHOWN)
    ).all()
    standings = _counted(session, [note for note, _ in rows])
    return tuple(
        Running(note, meeting, standings[note.id].total(), standings[note.id])
        for note, meeting in rows
    )


def _counted(session: Session, issued: Sequence[Note]) -> dict[UUID, Counter[Standing]]:
    """How many addressees of each note have each standing."""
    firsts = session.execute(
        sa.select(Addressee.note_id, sa.func.min(Response.received_at))
        .outerjoin(Response, Response.addressee_id == Addressee.id)
        .where(Addressee.note_id.in_([note.id for note in issued]))
        .group_by(Addressee.note_id, Addressee.id)
    )
    closes_at = {note.id: clock.closing(note.last_day) for note in issued}
    now = clock.now()
    counted = {note.id: Counter[Standing]() for note in issued}
    for note_id, first in firsts:
        counted[note_id][standing(first, closes_at[note_id], now)] += 1
    return counted


def _parked(session: Session) -> tuple[tuple[Note, int], ...]:
    """Notes with letters that could not be made, and how many."""
    rows = session.execute(
        sa.select(Note, sa.func.count())
        .join(Letter, Letter.note_id == Note.id)
        .where(Letter.stage == LetterStage.PARKED)
        .group_by(Note.id)
        .order_by(Note.issued_on)
    )
    return tuple((note, number) for note, number in rows)


def _unsettled(session: Session) -> dict[MessageStage, int]:
    """How many messages wait for a person, by stage; stages without any are left out."""
    counted = count_by_stage(session, Message.stage.in_(FOR_A_PERSON))
    return {stage: counted[stage] for stage in FOR_A_PERSON if counted[stage]}


def _last_events(session: Session) -> tuple[Happened, ...]:
    rows = session.execute(
        sa.select(Event, State, Note)
        .outerjoin(State, State.code == Event.state_code)
        .outerjoin(
            Note,
            sa.and_(Event.subject_kind == "note", sa.cast(Note.id, sa.Text()) == Event.subject_id),
        )
        .where(Event.kind.not_in(UNREMARKABLE))
        .order_by(Event.id.desc())
        .limit(EVENTS_SHOWN)
    )
    return tuple(Happened(event, state, note) for event, state, note in rows)
