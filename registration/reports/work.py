"""The work page besides what waits: what runs, what comes next and what happened last."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.journal.models import Event
from registration.meetings.models import DateStatus, Meeting
from registration.notes.models import Addressee, Note
from registration.notes.rules import NoteStage
from registration.responses import standings
from registration.responses.models import Response
from registration.responses.rules import ANSWERS, Standing
from registration.states.models import State

RUNNING_SHOWN = 10
EVENTS_SHOWN = 12
# What happens many times over for one act, or says nothing about the office's work.
UNREMARKABLE = (
    "account.digest_chosen",
    "authority.correction_taken_back",
    "digest.posted",
    "document.passed",
    "expert_link.accepted",
    "expert_link.filled",
    "expert_link.returned",
    "expert_link.revoked",
    "expert_link.sent",
    "incoming.kept",
    "mail_server.asked_to_wait",
    "message.claimed",
    "message.handed_over",
    "message.ready",
    "nomination.changed",
    "nomination.note_received",
    "nomination.passports_given",
    "nomination.reopened",
    "note.paragraph_inserted",
    "note.restored",
    "note.written",
    "observer.changed",
    "observer.entered",
    "observer.removed",
    "organization.changed",
    "organization.entered",
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

    @property
    def counts(self) -> list[int]:
        """How many States have each standing, in the order of standings."""
        return [self.standings[each] for each in Standing]


@dataclass(frozen=True)
class Work:
    """What runs, what comes next and what happened last."""

    running: tuple[Running, ...]
    next_meeting: Meeting | None
    last_events: tuple[Happened, ...]


def gather(session: Session) -> Work:
    """What there is for everybody of the office."""
    return Work(
        running=running(session),
        next_meeting=session.scalar(
            sa.select(Meeting)
            .where(Meeting.begins_on >= clock.today(), Meeting.date_status == DateStatus.VERIFIED)
            .order_by(Meeting.begins_on)
            .limit(1)
        ),
        last_events=_last_events(session),
    )


def running(session: Session) -> tuple[Running, ...]:
    """The last issued notes of coming meetings to which somebody has not responded."""
    responded = sa.exists().where(Response.addressee_id == Addressee.id, Response.kind.in_(ANSWERS))
    awaited = sa.exists().where(Addressee.note_id == Note.id, ~responded)
    rows = session.execute(
        sa.select(Note, Meeting)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(
            Note.stage == NoteStage.ISSUED,
            Note.respond_by.is_not(None),
            sa.or_(Meeting.ends_on.is_(None), Meeting.ends_on >= clock.today()),
            awaited,
        )
        .order_by(Note.issued_on.desc(), Note.issued_at.desc())
        .limit(RUNNING_SHOWN)
    ).all()
    counted = standings.counted(session, [note for note, _ in rows])
    return tuple(
        Running(note, meeting, counted[note.id].total(), counted[note.id]) for note, meeting in rows
    )


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
