"""What waits for a person: one list for the work page and for the digest, as the policy has it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from itertools import chain
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.authorities.models import CorrectionRequest
from registration.authorities.rules import RequestStage
from registration.db import Base, Session
from registration.delegations.models import Nomination
from registration.documents.models import Examination
from registration.documents.rules import ExaminationStage
from registration.inbox.models import Incoming
from registration.inbox.rules import IncomingStage
from registration.journal.models import Event
from registration.meetings.models import Meeting
from registration.notes import clearance
from registration.notes.models import Addressee, Letter, Note
from registration.notes.rules import LetterStage, NoteStage
from registration.permissions import Actor, Permission
from registration.post.models import Mailing, Message
from registration.post.queries import FOR_A_PERSON, count_by_stage
from registration.post.rules import MessageStage
from registration.reports.work import Running
from registration.responses.models import Response, Settlement
from registration.responses.rules import REQUESTS, Standing
from registration.states.models import MissionAddress
from registration.verification.rules import WAITING as TO_VERIFY
from registration.words import sentence


class Matter(StrEnum):
    """What can wait for somebody, in the order in which it is shown."""

    TO_CLEAR = "to_clear"
    CLEARANCE_VOID = "clearance_void"
    TO_ISSUE = "to_issue"
    TO_SEND = "to_send"
    CAME_BACK = "came_back"
    DRAFT = "draft"
    COPIES_NOT_MADE = "copies_not_made"
    MAIL_IN_DOUBT = "mail_in_doubt"
    MAIL_REFUSED = "mail_refused"
    MAIL_TRIED_TOO_OFTEN = "mail_tried_too_often"
    MAIL_RETURNED = "mail_returned"
    MAIL_WITHHELD = "mail_withheld"
    REQUESTS_OF_STATES = "requests_of_states"
    STATES_OVERDUE = "states_overdue"
    STATES_AWAITED_SOON = "states_awaited_soon"
    ADDRESSES_IN_DOUBT = "addresses_in_doubt"
    MAIL_OF_NOBODY = "mail_of_nobody"
    MAIL_TO_ACT_ON = "mail_to_act_on"
    NOMINATIONS_TO_VERIFY = "nominations_to_verify"
    FILES_NOT_EXAMINED = "files_not_examined"
    CORRECTIONS_ASKED = "corrections_asked"


SENTENCES = {
    Matter.TO_CLEAR: sentence("To clear"),
    Matter.CLEARANCE_VOID: sentence("Clearance void"),
    Matter.TO_ISSUE: sentence("To issue"),
    Matter.TO_SEND: sentence("Dispatch to confirm"),
    Matter.CAME_BACK: sentence("Came back"),
    Matter.DRAFT: sentence("Draft"),
    Matter.COPIES_NOT_MADE: sentence("Copies that could not be made"),
    Matter.MAIL_IN_DOUBT: sentence("Messages in doubt"),
    Matter.MAIL_REFUSED: sentence("Messages that the mail server refused"),
    Matter.MAIL_TRIED_TOO_OFTEN: sentence("Messages that were tried too often"),
    Matter.MAIL_RETURNED: sentence("Messages that came back"),
    Matter.MAIL_WITHHELD: sentence("Messages withheld in a rehearsal"),
    Matter.REQUESTS_OF_STATES: sentence("Requests of States"),
    Matter.STATES_OVERDUE: sentence("States without a response after the date"),
    Matter.STATES_AWAITED_SOON: sentence("States without a response, and the date is near"),
    Matter.ADDRESSES_IN_DOUBT: sentence("Addresses of missions in doubt"),
    Matter.MAIL_OF_NOBODY: sentence("Mail received that belongs to no State yet"),
    Matter.MAIL_TO_ACT_ON: sentence("Mail received on which somebody has to act"),
    Matter.NOMINATIONS_TO_VERIFY: sentence("Nominations to verify"),
    Matter.FILES_NOT_EXAMINED: sentence("Files that could not be examined"),
    Matter.CORRECTIONS_ASKED: sentence("Corrections of the register that States ask for"),
}
# Who settles each; a matter of a note is asked about that very note.
PERMISSIONS = {
    Matter.TO_CLEAR: Permission.CLEAR_NOTE,
    Matter.CLEARANCE_VOID: Permission.REOPEN_NOTE,
    Matter.TO_ISSUE: Permission.ISSUE_NOTE,
    Matter.TO_SEND: Permission.DISPATCH_NOTE,
    Matter.CAME_BACK: Permission.EDIT_NOTE,
    Matter.DRAFT: Permission.EDIT_NOTE,
    Matter.COPIES_NOT_MADE: Permission.RELEASE_LETTER,
    **dict.fromkeys(
        (
            Matter.MAIL_IN_DOUBT,
            Matter.MAIL_REFUSED,
            Matter.MAIL_TRIED_TOO_OFTEN,
            Matter.MAIL_RETURNED,
            Matter.MAIL_WITHHELD,
        ),
        Permission.SETTLE_MESSAGE,
    ),
    Matter.REQUESTS_OF_STATES: Permission.SETTLE_REQUEST,
    Matter.STATES_OVERDUE: Permission.READ_REGISTER,
    Matter.STATES_AWAITED_SOON: Permission.READ_REGISTER,
    Matter.ADDRESSES_IN_DOUBT: Permission.CORRECT_STATE,
    Matter.MAIL_OF_NOBODY: Permission.RECORD_RESPONSE,
    Matter.MAIL_TO_ACT_ON: Permission.RECORD_RESPONSE,
    Matter.NOMINATIONS_TO_VERIFY: Permission.VERIFY_NOMINATION,
    Matter.FILES_NOT_EXAMINED: Permission.VERIFY_NOMINATION,
    Matter.CORRECTIONS_ASKED: Permission.KEEP_DIRECTORY,
}
# The States that a matter of silence counts.
SILENT = {
    Matter.STATES_OVERDUE: Standing.OVERDUE,
    Matter.STATES_AWAITED_SOON: Standing.AWAITED,
}
SOON = timedelta(days=7)  # before the last day, as long as a reminder takes to be answered
_OF_MAIL = {
    MessageStage.UNCERTAIN: Matter.MAIL_IN_DOUBT,
    MessageStage.FAILED: Matter.MAIL_REFUSED,
    MessageStage.PARKED: Matter.MAIL_TRIED_TOO_OFTEN,
    MessageStage.BOUNCED: Matter.MAIL_RETURNED,
    MessageStage.WITHHELD: Matter.MAIL_WITHHELD,
}
_IN_THE_OFFICE = {
    NoteStage.DRAFT: Matter.DRAFT,
    NoteStage.IN_CLEARANCE: Matter.TO_CLEAR,
    NoteStage.CLEARED: Matter.TO_ISSUE,
}


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: a note, the copies of one, or a work list with how long it is."""

    matter: Matter
    number: int = 1
    note: Note | None = None
    meeting: Meeting | None = None


def waiting_for(session: Session, actor: Actor, running: Iterable[Running] = ()) -> list[Waiting]:
    """What the actor can settle, in the order of matters. A fixed number of queries.

    `session` may be the program's: what it finds is the same for everybody of the office. Which
    States are silent is taken from the `running` notes.
    """
    found = [
        each
        for each in chain(_everything(session), _silent(running))
        if actor.may(PERMISSIONS[each.matter], each.note if each.matter in OF_NOTES else None)
    ]
    places = {matter: place for place, matter in enumerate(Matter)}
    return sorted(found, key=lambda each: places[each.matter])


OF_NOTES = frozenset(
    {*_IN_THE_OFFICE.values(), Matter.CAME_BACK, Matter.CLEARANCE_VOID, Matter.TO_SEND}
)


def _everything(session: Session) -> Iterator[Waiting]:
    yield from _notes(session)
    yield from _to_send(session)
    yield from _not_made(session)
    counted = count_by_stage(session, Message.stage.in_(FOR_A_PERSON))
    yield from _lists((_OF_MAIL[stage], counted[stage]) for stage in FOR_A_PERSON)
    yield from _lists(_counted(session))


def _silent(running: Iterable[Running]) -> Iterator[Waiting]:
    """The notes to which States have said nothing after the date, or shortly before it."""
    soon = clock.today() + SOON
    for each in running:
        is_near = each.note.respond_by is not None and each.note.respond_by <= soon
        for matter, standing in SILENT.items():
            number = each.standings[standing]
            if number and (is_near or standing is Standing.OVERDUE):
                yield Waiting(matter, number, each.note, each.meeting)


def _lists(counted: Iterable[tuple[Matter, int]]) -> Iterator[Waiting]:
    return (Waiting(matter, number) for matter, number in counted if number)


def _notes(session: Session) -> Iterator[Waiting]:
    """Drafts, notes in clearance and cleared ones."""
    rows = session.execute(
        sa.select(Note, Meeting)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(Note.stage.in_(_IN_THE_OFFICE))
        .options(sa.orm.selectinload(Note.texts))
        .order_by(Note.drafted_at)
    ).all()
    back = _came_back(session, [note for note, _ in rows])
    for note, meeting in rows:
        matter = _IN_THE_OFFICE[note.stage]
        if note.id in back:
            matter = Matter.CAME_BACK
        elif clearance.is_void(session, note):
            matter = Matter.CLEARANCE_VOID
        yield Waiting(matter, note=note, meeting=meeting)


def _came_back(session: Session, notes: Sequence[Note]) -> frozenset[UUID]:
    """The drafts that were submitted or cleared before."""
    drafts = {str(note.id): note.id for note in notes if note.stage is NoteStage.DRAFT}
    if not drafts:
        return frozenset()
    told = session.scalars(
        sa.select(Event.subject_id).where(
            Event.subject_kind == "note",
            Event.subject_id.in_(drafts),
            Event.kind.in_(["note.returned", "note.reopened"]),
        )
    )
    return frozenset(drafts[each] for each in told)


def _to_send(session: Session) -> Iterator[Waiting]:
    """Issued notes whose dispatch nobody has confirmed, as long as their meeting lies ahead."""
    has_address = sa.exists().where(
        Addressee.note_id == Note.id, sa.func.cardinality(Addressee.recipients) > 0
    )
    rows = session.execute(
        sa.select(Note, Meeting)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(
            Note.stage == NoteStage.ISSUED,
            ~sa.exists().where(Mailing.id == Note.id),
            sa.or_(Meeting.ends_on.is_(None), Meeting.ends_on >= clock.today()),
            has_address,
        )
        .order_by(Note.issued_at)
    )
    return (Waiting(Matter.TO_SEND, note=note, meeting=meeting) for note, meeting in rows)


def _not_made(session: Session) -> Iterator[Waiting]:
    """Notes with copies that could not be made, and how many."""
    rows = session.execute(
        sa.select(Note, Meeting, sa.func.count())
        .join(Meeting, Meeting.id == Note.meeting_id)
        .join(Letter, Letter.note_id == Note.id)
        .where(Letter.stage == LetterStage.PARKED)
        .group_by(Note.id, Meeting.id)
        .order_by(Note.issued_on)
    )
    return (
        Waiting(Matter.COPIES_NOT_MADE, number, note, meeting) for note, meeting, number in rows
    )


def waiting_about(session: Session, actor: Actor, state_code: str) -> list[Waiting]:
    """Of what the actor can settle, how much is about one State. Two queries."""
    of_mail = count_by_stage(
        session, Message.stage.in_(FOR_A_PERSON), Message.state_code == state_code
    )
    found = [
        *_lists((_OF_MAIL[stage], of_mail[stage]) for stage in FOR_A_PERSON),
        *_lists(_counted(session, state_code)),
    ]
    return [each for each in found if actor.may(PERMISSIONS[each.matter])]


def _counted(session: Session, state_code: str | None = None) -> Iterable[tuple[Matter, int]]:
    """How long the other work lists are, of all States or of one, in one query."""
    row = session.execute(_lengths(of_one=state_code is not None), {"state": state_code}).one()
    return zip(_listed(), row, strict=True)


@cache
def _lengths(*, of_one: bool) -> sa.Select[*tuple[int, ...]]:
    """The length of each list in a column, composed once for all States and once for any one."""
    return sa.select(
        *(
            sa.select(sa.func.count())
            .select_from(table)
            .where(condition, *([table.state_code == sa.bindparam("state")] if of_one else []))  # type: ignore[attr-defined]
            .scalar_subquery()
            for table, condition in _listed().values()
        )
    )


@cache
def _listed() -> dict[Matter, tuple[type[Base], sa.ColumnElement[bool]]]:
    """What stands in each of these lists."""
    return {
        Matter.REQUESTS_OF_STATES: (
            Response,
            Response.kind.in_(REQUESTS) & ~sa.exists().where(Settlement.response_id == Response.id),
        ),
        Matter.ADDRESSES_IN_DOUBT: (
            MissionAddress,
            MissionAddress.suspect_since.is_not(None) & MissionAddress.ended_at.is_(None),
        ),
        Matter.MAIL_OF_NOBODY: (Incoming, Incoming.stage == IncomingStage.UNMATCHED),
        Matter.MAIL_TO_ACT_ON: (Incoming, Incoming.stage == IncomingStage.MATCHED),
        Matter.NOMINATIONS_TO_VERIFY: (Nomination, Nomination.stage.in_(TO_VERIFY)),
        Matter.FILES_NOT_EXAMINED: (Examination, Examination.stage == ExaminationStage.PARKED),
        Matter.CORRECTIONS_ASKED: (
            CorrectionRequest,
            CorrectionRequest.stage == RequestStage.ASKED,
        ),
    }
