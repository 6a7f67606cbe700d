"""Dispatching: an officer confirms that copies leave, holds them, sends one again, notes a hand.

Copies are made when a note is issued. None leaves before somebody with the right to send has seen
the States, the addresses and the counts, and said so.
"""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration import text as gate
from registration.db import Session
from registration.errors import Refused
from registration.journal.service import Then, record
from registration.notes.models import Addressee, Channel, Dispatch, Letter, Note
from registration.notes.posting import post_again, post_made
from registration.notes.queries import Progress, progress
from registration.notes.rules import LetterStage, NoteStage
from registration.permissions import Permission, demand
from registration.post import handover, mailings
from registration.post.models import Mailing, Message
from registration.post.rules import (
    MAILING,
    MailingAction,
    MailingStage,
    MessageAction,
    MessageStage,
)
from registration.states import queries as states
from registration.states.models import MissionChannel
from registration.workflow import not_now

POST = "notes.post"  # the copies of a note that are made and may leave
_EVENTS = {
    MailingAction.PAUSE: "note.dispatch_paused",
    MailingAction.RESUME: "note.dispatch_resumed",
    MailingAction.STOP: "note.dispatch_stopped",
}
# A copy on whose last message somebody or something still works is not sent a second time.
_OPEN = frozenset({MessageStage.READY, MessageStage.CLAIMED, MessageStage.UNCERTAIN})
_GIVEN_UP_BY_SENDING_AGAIN = frozenset(
    {MessageStage.FAILED, MessageStage.PARKED, MessageStage.WITHHELD}
)


def confirm(session: Session, note: Note, *, left_out: Collection[str] | None = None) -> Mailing:
    """Let the copies leave, but for those of the States with the codes `left_out`.

    Without that, those are left out whose missions wish notes by another road than the mail.

    The workers post them; what is not made yet follows when it is. Raises IllegalMove unless the
    note is issued and unconfirmed, Refused for a State that would get no mail anyway.
    """
    demand(session.actor, Permission.DISPATCH_NOTE, note)
    session.execute(sa.select(Note.id).where(Note.id == note.id).with_for_update(key_share=True))
    if note.stage is not NoteStage.ISSUED or confirmed(session, note) or session.actor.id is None:
        raise not_now()
    by_mail = with_address(session, note)
    if left_out is None:
        left_out = by_another_road(by_mail.values())
    if not {*left_out} <= by_mail.keys():
        raise Refused("Only a State with an address can be left out.", field="left_out")
    mailing = mailings.begin(session, note.id, confirmed_by_id=session.actor.id, left_out=left_out)
    record(
        session,
        "note.dispatch_confirmed",
        "note",
        note.id,
        detail={"copies": len(by_mail) - len({*left_out}), "left_out": mailing.left_out},
        then=[Then(POST, note.id)],
    )
    return mailing


def post(session: Session, note_id: UUID) -> None:
    """What a confirmation promised: post the copies that are made by now."""
    post_made(session, session.get_one(Note, note_id))


def give_up(session: Session, note_id: UUID, problem: str) -> None:
    """Pause a dispatch that cannot be posted: whoever resumes it tries again."""
    if mailings.of(session, note_id).stage is MailingStage.UNDER_WAY:
        mailings.act(session, note_id, MailingAction.PAUSE)
    detail = {"remark": problem}
    record(session, _EVENTS[MailingAction.PAUSE], "note", note_id, detail=detail)


def confirmed(session: Session, note: Note) -> Mailing | None:
    """The mailing of a note, once an officer confirmed it."""
    return session.get(Mailing, note.id, populate_existing=True)


def with_address(session: Session, note: Note) -> dict[str, Addressee]:
    """The addressees that had an address at the issue, by the codes of their States."""
    found = session.scalars(
        sa.select(Addressee).where(
            Addressee.note_id == note.id, sa.func.cardinality(Addressee.recipients) > 0
        )
    )
    return {each.state_code: each for each in found}


def by_another_road(addressees: Iterable[Addressee]) -> list[str]:
    """The codes of the States whose missions wished notes by another road than the mail."""
    return [each.state_code for each in addressees if each.channel is not MissionChannel.EMAIL]


def choices(mailing: Mailing, progress: Progress) -> tuple[MailingAction, ...]:
    """What an officer may do with a mailing: the moves of the table, while a copy may yet leave."""
    return MAILING.actions(mailing.stage) if progress.may_still_leave else ()


def act(session: Session, note: Note, action: MailingAction, reason: str = "") -> Mailing:
    """Pause, resume or stop what was confirmed; a stop wants a reason. Raises IllegalMove."""
    demand(session.actor, Permission.DISPATCH_NOTE, note)
    clean = gate.line(reason) if reason.strip() else ""
    if action is MailingAction.STOP and not clean:
        raise Refused("Say why the dispatch is stopped.", field="reason")
    mailing = confirmed(session, note)
    if mailing is None or action not in choices(mailing, progress(session, note)):
        raise not_now()
    mailing = mailings.act(session, note.id, action)
    detail = {"remark": clean} if clean else {}
    # What could not be posted before a pause is looked for again.
    again = [Then(POST, note.id, key=f"{POST}:{note.id}:{mailing.version}")]
    resumed = action is MailingAction.RESUME
    record(session, _EVENTS[action], "note", note.id, detail=detail, then=again if resumed else [])
    return mailing


def send_again(
    session: Session, note: Note, letter: Letter, *, reason: str, seen: UUID | None
) -> Message:
    """Send a copy once more, to the mission's present addresses, as a new dispatch.

    `seen` is the dispatch that the person saw as the last one: a second click sends nothing.
    A message before it that was refused or parked is given up. Raises Refused without a reason or
    an address, IllegalMove where the last message is still under way or in doubt.
    """
    demand(session.actor, Permission.DISPATCH_NOTE, note)
    session.execute(sa.select(Letter.id).where(Letter.id == letter.id).with_for_update())
    last = last_dispatch(session, letter)
    if not may_go_again(session, note, letter, last) or (last.id if last else None) != seen:
        raise not_now()
    clean = _reason(reason)
    recipients = present_addresses(session, letter)
    if not recipients:
        raise Refused("The mission of this State has no e-mail address.", field="reason")
    _give_up(session, last, clean)
    message = post_again(session, note, letter, recipients, clean)
    record(
        session,
        "note.sent_again",
        "note",
        note.id,
        state_code=letter.state_code,
        detail={"remark": clean, "addresses": len(recipients)},
    )
    return message


def deliver_by_hand(
    session: Session, note: Note, letter: Letter, *, delivered_on: date, received_by: str
) -> Dispatch:
    """Note that a printed copy was delivered, on which day and to whom.

    Raises Refused for a day before the note or in the future, or without a receiver.
    """
    demand(session.actor, Permission.DISPATCH_NOTE, note)
    if letter.stage is not LetterStage.RENDERED or letter.addressee_id is None:
        raise not_now()
    if note.issued_on is None or not note.issued_on <= delivered_on <= clock.today():
        raise Refused("Enter a day between the date of the note and today.", field="delivered_on")
    receiver = gate.line(received_by)
    if not receiver:
        raise Refused("Enter who received it.", field="received_by")
    dispatch = Dispatch(
        note_id=note.id,
        addressee_id=letter.addressee_id,
        state_code=letter.state_code,
        letter_id=letter.id,
        channel=Channel.BY_HAND,
        delivered_on=delivered_on,
        received_by=receiver,
    )
    session.add(dispatch)
    record(
        session,
        "note.delivered_by_hand",
        "note",
        note.id,
        state_code=letter.state_code,
        detail={"delivered_on": delivered_on.isoformat(), "received_by": receiver},
    )
    return dispatch


def last_dispatch(session: Session, letter: Letter) -> Dispatch | None:
    """The last message with that copy that was planned; deliveries by hand are beside it."""
    return session.scalar(
        sa.select(Dispatch)
        .where(Dispatch.letter_id == letter.id, Dispatch.channel == Channel.EMAIL)
        .order_by(Dispatch.planned_at.desc(), Dispatch.id.desc())
        .limit(1)
    )


def may_go_again(session: Session, note: Note, letter: Letter, last: Dispatch | None) -> bool:
    """Whether that copy can be sent once more now.

    It is made, the dispatch of its note was confirmed, and nothing of it is on its way. One that
    never had a message must be one that the mailing passes over: else it would leave twice.
    """
    mailing = confirmed(session, note)
    if mailing is None or letter.stage is not LetterStage.RENDERED or letter.addressee_id is None:
        return False
    if last is None:
        addressee = session.get_one(Addressee, letter.addressee_id)
        return (
            not addressee.recipients
            or addressee.state_code in mailing.left_out
            or mailing.stage is MailingStage.STOPPED
        )
    return session.get_one(Message, last.message_pk).stage not in _OPEN


def present_addresses(session: Session, letter: Letter) -> list[str]:
    """Where the State's mission is to be reached now."""
    mission = states.mission_of(session, str(letter.state_code))
    return [each.email for each in mission.addresses] if mission else []


def _give_up(session: Session, last: Dispatch | None, reason: str) -> None:
    """What waits for a person must not be released later, beside the new message."""
    if last is None:
        return
    before = session.get_one(Message, last.message_pk, with_for_update=True)
    if before.stage in _OPEN:
        raise not_now()
    if before.stage in _GIVEN_UP_BY_SENDING_AGAIN:
        handover.move(session, before, MessageAction.CANCEL, reason)


def _reason(reason: str) -> str:
    clean = gate.line(reason)
    if not clean:
        raise Refused("Say why it is sent again.", field="reason")
    return clean
