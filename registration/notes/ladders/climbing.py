"""Climbing a ladder: on the morning of a rung a reminder is drafted, and waits for an officer.

Nothing is sent from here. A rung is taken once, whoever asks and however often, because what came
of it stands in its row.
"""

from uuid import UUID

from registration import clock
from registration.accounts import queries as accounts
from registration.accounts.models import Account
from registration.db import Session
from registration.journal.service import Then, promise, record
from registration.meetings.models import Meeting
from registration.notes import followups, mails, wording
from registration.notes import queries as notes
from registration.notes.ladders import queries
from registration.notes.ladders.models import Ladder
from registration.notes.ladders.rules import Outcome
from registration.notes.models import Note, NoteForm
from registration.notes.rules import NoteStage, leaves_time
from registration.permissions import Role

CLIMB = "notes.climb"  # about the note whose ladder it is


def promise_due(session: Session) -> None:
    """Promise the work of every rung that is due today; asked twice, it is promised once."""
    promise(
        session,
        [
            Then(CLIMB, note_id, key=f"{CLIMB}:{note_id}:{days[0]}")
            for note_id, days in queries.due_rungs(session).items()
        ],
    )


def climb(session: Session, note_id: UUID) -> None:
    """Take the rungs of a note that are due today: one draft at most, however many they are."""
    note = notes.by_id(session, note_id, lock=True)
    ladder = queries.of_note(session, note, lock=True)
    due = queries.due_of(note, ladder) if ladder else []
    if ladder is None or not due:
        return
    outcome, reminder, asked = _reminded(session, note, ladder)
    _reach(session, note, ladder, due, outcome, reminder)
    if reminder is not None:
        mails.tell_of_reminder(session, reminder, note, _officers(session, ladder), asked)


def give_up(session: Session, note_id: UUID, problem: str) -> None:
    """Say on the page of the note that its reminder could not be drafted, again and again."""
    note = notes.by_id(session, note_id, lock=True)
    ladder = queries.of_note(session, note, lock=True)
    if ladder is not None and (due := queries.due_of(note, ladder)):
        _reach(session, note, ladder, due, Outcome.FAILED, None)


def _reminded(session: Session, note: Note, ladder: Ladder) -> tuple[Outcome, Note | None, int]:
    """What comes of today's rung, with the draft that waits now and how many States it is for."""
    if _asked_anew(session, note):
        return Outcome.REPLACED, None, 0
    asked = len(queries.whom(session, note))
    if not asked:
        return Outcome.NOBODY, None, 0
    if waiting := followups.under_way(session, note, followups.ASKS_AGAIN):
        return Outcome.WAITING, waiting, asked
    meeting = session.get_one(Meeting, note.meeting_id)
    if not leaves_time(clock.today(), meeting.begins_on):
        return Outcome.TOO_LATE, None, asked
    officer = session.get_one(Account, ladder.set_by_id)
    reminder = followups.begin_for(
        session,
        officer.id,
        note,
        followups.ASKS_AGAIN,
        f"{wording.kind(followups.ASKS_AGAIN).names[officer.language]}: {note.title}",
        queries.audience(note),
        NoteForm.ADDRESSED,
    )
    return Outcome.DRAFTED, reminder, asked


def _asked_anew(session: Session, note: Note) -> bool:
    """Whether a later note that is no reminder asks for the same: then that one is reminded of."""
    return any(
        each.stage is NoteStage.ISSUED
        and each.respond_by is not None
        and each.kind != followups.ASKS_AGAIN
        for each in followups.of(session, note)
    )


def _reach(
    session: Session,
    note: Note,
    ladder: Ladder,
    due: list[int],
    outcome: Outcome,
    reminder: Note | None,
) -> None:
    """Write down what came of the latest rung, and that it overtook the ones before it."""
    for rung in ladder.rungs:
        if rung.days_before in due:
            is_it = rung.days_before == due[0]
            rung.reached_at = clock.now()
            rung.outcome = outcome if is_it else Outcome.OVERTAKEN
            rung.reminder_id = reminder.id if reminder and is_it else None
    session.flush()
    record(
        session,
        "note.rung_reached",
        "note",
        note.id,
        detail={"days_before": due[0], "outcome": outcome.value},
    )


def _officers(session: Session, ladder: Ladder) -> list[Account]:
    """Who learns of a draft: whoever set the ladder, or all who draft where that person left."""
    drafters = accounts.with_role(session, Role.DRAFTER)
    return [each for each in drafters if each.id == ladder.set_by_id] or drafters
