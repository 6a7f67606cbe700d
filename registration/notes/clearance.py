"""Clearance: a draft goes to a second officer, who consents to it or returns it with a remark.

A clearance is bound to the content. What is written in the note itself cannot change under it: the
note must become a draft again first. What lies outside, such as the days of the meeting, can; from
then on the clearance is void, which the pages show and the issue refuses.
"""

from collections.abc import Collection
from typing import Any

from registration import clock
from registration import text as gate
from registration.db import Session
from registration.errors import Conflict, Refused
from registration.journal.service import record
from registration.meetings.models import Meeting
from registration.notes import content, mails
from registration.notes.models import Note
from registration.notes.rehearsal import queries as rehearsals
from registration.notes.rehearsal.rules import Standing
from registration.notes.rules import NOTE, NoteAction, NoteStage
from registration.permissions import Permission, demand

# Who may do what with a note; views and templates ask the same table.
PERMISSION = {
    NoteAction.SUBMIT: Permission.SUBMIT_NOTE,
    NoteAction.RETURN: Permission.RETURN_NOTE,
    NoteAction.CLEAR: Permission.CLEAR_NOTE,
    NoteAction.REOPEN: Permission.REOPEN_NOTE,
    NoteAction.ISSUE: Permission.ISSUE_NOTE,
    NoteAction.WITHDRAW: Permission.WITHDRAW_NOTE,
}
_EVENT = {
    NoteAction.SUBMIT: "note.submitted",
    NoteAction.RETURN: "note.returned",
    NoteAction.CLEAR: "note.cleared",
    NoteAction.REOPEN: "note.reopened",
    NoteAction.WITHDRAW: "note.withdrawn",
}
REMARK_LIMIT = 2_000
# Why the program made a note a draft again; the pages say it in the reader's language.
CONTENT_CHANGED = "content_changed"


def submit(session: Session, note: Note, *, unrehearsed: bool = False) -> Note:
    """Put a draft before a clearing officer, who learns of it by mail.

    Raises Refused where a text cannot be completed, and where no rehearsal of what is submitted
    went well, unless the officer says `unrehearsed`: the clearing officer then sees that.
    """
    demand(session.actor, PERMISSION[NoteAction.SUBMIT], note)
    NOTE.after(note.stage, NoteAction.SUBMIT)
    refuse_incomplete(note, meeting_of(session, note))
    standing = rehearsals.standing_of(session, note)
    if standing is not Standing.CLEAN and not unrehearsed:
        raise Refused("No rehearsal of this note, as it is now, went without problems.")
    note.submitted_by_id = session.actor.id
    _move(session, note, NoteAction.SUBMIT, rehearsal=standing.value)
    mails.tell_clearing_officers(session, note)
    return note


def return_(session: Session, note: Note, remark: str) -> Note:
    """Give a note back to its drafter, with a remark that says why."""
    demand(session.actor, PERMISSION[NoteAction.RETURN], note)
    remark = gate.paragraphs(remark, limit=REMARK_LIMIT)
    if not remark:
        raise Refused("Say what should be changed.", field="remark")
    _move(session, note, NoteAction.RETURN, remark=remark)
    mails.tell_drafters(session, note, mails.RETURNED)
    return note


def clear(
    session: Session, note: Note, seen: str | None = None, whom_seen: Collection[str] | None = None
) -> Note:
    """Consent to all texts, the enclosures, the audience and the deadline as they are now.

    `seen` is the digest of what the officer was shown, `whom_seen` are the codes of the States that
    the rule found then: where the content is another by now, or a State has joined, this raises
    Conflict. Raises NotAllowed for whoever drafted or wrote in the note.
    """
    demand(session.actor, PERMISSION[NoteAction.CLEAR], note)
    NOTE.after(note.stage, NoteAction.CLEAR)
    meeting = meeting_of(session, note)
    refuse_incomplete(note, meeting)
    digest = content.digest(note, meeting)
    found = [each.state.code for each in rehearsals.whom(session, note, clock.today())]
    joined = whom_seen is not None and not {*found} <= {*whom_seen}
    if joined or (seen is not None and seen != digest):
        raise Conflict("The note changed while you were reading it. Read it again, please.")
    note.cleared_by_id = session.actor.id
    note.cleared_at = clock.now()
    note.content_sha256 = digest
    note.cleared_for = found
    _move(session, note, NoteAction.CLEAR, content_sha256=digest)
    mails.tell_drafters(session, note, mails.CLEARED)
    return note


def is_void(session: Session, note: Note) -> bool:
    """Whether what was cleared is no longer what would be sent; only for cleared notes."""
    return note.stage is NoteStage.CLEARED and note.content_sha256 != content.digest(
        note, meeting_of(session, note)
    )


def reopen(session: Session, note: Note, reason: str = "") -> Note:
    """Make a cleared note a draft again; its clearance is void. `reason` is the program's."""
    demand(session.actor, PERMISSION[NoteAction.REOPEN], note)
    NOTE.after(note.stage, NoteAction.REOPEN)
    note.cleared_by_id = note.cleared_at = note.content_sha256 = note.cleared_for = None
    return _move(session, note, NoteAction.REOPEN, **({"reason": reason} if reason else {}))


def withdraw(session: Session, note: Note) -> Note:
    """End a note that was not issued; it stays in the register as withdrawn."""
    demand(session.actor, PERMISSION[NoteAction.WITHDRAW], note)
    return _move(session, note, NoteAction.WITHDRAW)


def meeting_of(session: Session, note: Note) -> Meeting:
    """The meeting that the note is about."""
    return session.get_one(Meeting, note.meeting_id)


def refuse_incomplete(note: Note, meeting: Meeting) -> None:
    """Raise Refused for the first text that cannot be sent as it is."""
    for language, refusals in content.problems(note, meeting).items():
        raise Refused(
            "The text in one language cannot be sent (%(language)s): %(problem)s",
            language=language,
            problem=str(refusals[0]),
        )


def _move(session: Session, note: Note, action: NoteAction, **detail: Any) -> Note:
    note.stage = NOTE.after(note.stage, action)
    session.flush()
    record(session, _EVENT[action], "note", note.id, detail=detail)
    return note
