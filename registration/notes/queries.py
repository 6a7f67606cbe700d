"""Questions about notes: the register, how far a note has come, who got a copy."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import distinct_on

from registration.accounts.models import Account
from registration.db import Session
from registration.documents.models import Document
from registration.documents.reference import Reference
from registration.errors import NotFound, Refused
from registration.meetings.models import Meeting
from registration.notes import codes, numbering
from registration.notes.enclosures import files
from registration.notes.models import Addressee, Channel, Dispatch, Letter, Note
from registration.notes.rules import LetterStage, NoteStage
from registration.post import pace
from registration.post.models import Mailing, Message
from registration.post.rules import MailingStage, MessageStage
from registration.states.models import MissionChannel, State


def by_id(session: Session, note_id: UUID, *, lock: bool = False) -> Note:
    """One note with its texts. Raises NotFound. With `lock` nobody else changes it meanwhile."""
    question = (
        sa.select(Note)
        .where(Note.id == note_id)
        .options(orm.selectinload(Note.texts))
        .execution_options(populate_existing=True)
    )
    note = session.scalar(question.with_for_update(of=Note) if lock else question)
    if note is None:
        raise NotFound("There is no such note, or it is not yours to see.")
    return note


def register(
    session: Session,
    *,
    search: str = "",
    stage: NoteStage | None = None,
    meeting_id: UUID | None = None,
) -> list[tuple[Note, Meeting]]:
    """The notes with their meetings, what was drafted last first.

    `search` is a reference in any usual spelling, or words of the title, the meeting's place or
    its year.
    """
    question = sa.select(Note, Meeting).join(Meeting, Meeting.id == Note.meeting_id)
    if search.strip():
        question = question.where(_matches(session, search.strip()))
    if stage is not None:
        question = question.where(Note.stage == stage)
    if meeting_id is not None:
        question = question.where(Note.meeting_id == meeting_id)
    return [(note, meeting) for note, meeting in session.execute(question.order_by(Note.id.desc()))]


def _matches(session: Session, search: str) -> sa.ColumnElement[bool]:
    try:
        found = numbering.find(session, Reference.parse(search))
    except Refused:
        return sa.and_(*(_holds(word) for word in search.split()))
    return Note.id == (found.id if found else None)


def _holds(word: str) -> sa.ColumnElement[bool]:
    """Whether the title, the reference or the name of the meeting in addresses has that word."""
    return sa.or_(
        *(
            column.icontains(word, autoescape=True)
            for column in (Note.title, Note.reference, Meeting.slug)
        )
    )


@dataclass(frozen=True)
class Progress:
    """How far the copies of a note have come, counted now; each copy of a note is in one stage."""

    addressed: int
    no_address: int
    planned: int
    rendered: int
    parked: int
    masters: int
    masters_rendered: int
    masters_parked: int
    ready: int
    uncertain: int
    handed_over: int
    bounced: int
    failed: int
    unsent: int  # tried too often: each waits for a person
    void: int  # somebody decided not to send it
    withheld: int
    by_hand: int
    left_out: int
    mailing: MailingStage | None
    asked_to_wait: datetime | None
    last_handed_over_at: datetime | None

    @property
    def may_still_leave(self) -> bool:
        """Whether a copy may leave by mail yet, so that holding back has an effect."""
        waiting = self.ready + self.uncertain + self.failed + self.withheld
        waiting += self.unsent
        posted = waiting + self.handed_over + self.bounced + self.void
        return waiting > 0 or posted < self.by_mail

    @property
    def by_mail(self) -> int:
        """How many copies are to go, or went, by mail."""
        return self.addressed - self.no_address - self.left_out

    @property
    def waits_for_confirmation(self) -> bool:
        """Whether nothing leaves because nobody has confirmed the dispatch."""
        return self.mailing is None and self.by_mail > 0

    @property
    def under_way(self) -> bool:
        """Whether the program still has something to do; what is parked waits for a person."""
        masters_open = self.masters - self.masters_rendered - self.masters_parked
        held = self.mailing is MailingStage.PAUSED
        return bool(self.planned or (self.ready and not held) or masters_open)


def progress(session: Session, note: Note) -> Progress:
    """Count the letters of a note and the messages that carry its copies."""
    letters: Counter[tuple[bool, LetterStage]] = Counter()
    for is_master, stage, count in session.execute(
        sa.select(Letter.addressee_id.is_(None), Letter.stage, sa.func.count())
        .where(Letter.note_id == note.id)
        .group_by(Letter.addressee_id.is_(None), Letter.stage)
    ):
        letters[is_master, stage] = count
    posted, by_hand = (_last(note, each) for each in Channel)
    messages: Counter[MessageStage] = Counter()
    handed_over_at: list[datetime] = []
    for message_stage, count, last in session.execute(
        sa.select(Message.stage, sa.func.count(), sa.func.max(Message.handed_over_at))
        .join(posted, posted.c.message_pk == Message.id)
        .group_by(Message.stage)
    ):
        messages[message_stage] = count
        handed_over_at += [last] if last else []
    by_another_road = Addressee.channel != MissionChannel.EMAIL
    without_address = sa.func.cardinality(Addressee.recipients) == 0
    addressed, no_address, wish_another, have_no_choice = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(without_address, ~by_another_road),
            sa.func.count().filter(by_another_road),
            sa.func.count().filter(without_address, by_another_road),
        ).where(Addressee.note_id == note.id)
    ).one()
    mailing = session.get(Mailing, note.id, populate_existing=True)
    leaving = mailing and mailing.stage is MailingStage.UNDER_WAY and messages[MessageStage.READY]
    return Progress(
        addressed=addressed,
        no_address=no_address,
        planned=letters[False, LetterStage.PLANNED],
        rendered=letters[False, LetterStage.RENDERED],
        parked=letters[False, LetterStage.PARKED],
        masters=sum(count for (master, _), count in letters.items() if master),
        masters_rendered=letters[True, LetterStage.RENDERED],
        masters_parked=letters[True, LetterStage.PARKED],
        ready=messages[MessageStage.READY] + messages[MessageStage.CLAIMED],
        uncertain=messages[MessageStage.UNCERTAIN],
        handed_over=messages[MessageStage.HANDED_OVER],
        bounced=messages[MessageStage.BOUNCED],
        failed=messages[MessageStage.FAILED],
        unsent=messages[MessageStage.PARKED],
        void=messages[MessageStage.VOID] + _never_posted(session, mailing),
        withheld=messages[MessageStage.WITHHELD],
        by_hand=session.scalar(sa.select(sa.func.count()).select_from(by_hand)) or 0,
        # Before the confirmation as the missions wish, after it as the officer decided.
        left_out=len(mailing.left_out) + have_no_choice if mailing else wish_another,
        mailing=mailing.stage if mailing else None,
        asked_to_wait=pace.waits_until(session) if leaving else None,
        last_handed_over_at=max(handed_over_at, default=None),
    )


def _never_posted(session: Session, mailing: Mailing | None) -> int:
    """How many copies were made and no message was written for, because the mailing was stopped."""
    if mailing is None or mailing.stage is not MailingStage.STOPPED:
        return 0
    posted = sa.exists().where(Dispatch.letter_id == Letter.id, Dispatch.channel == Channel.EMAIL)
    found = session.scalar(
        sa.select(sa.func.count())
        .select_from(Letter)
        .join(Addressee, Addressee.id == Letter.addressee_id)
        .where(goes_by(mailing), ~posted)
    )
    return found or 0


def goes_by(mailing: Mailing) -> sa.ColumnElement[bool]:
    """That a letter is made and, judged by its addressee, goes by that mailing."""
    return sa.and_(
        Letter.note_id == mailing.id,
        Letter.stage == LetterStage.RENDERED,
        sa.func.cardinality(Addressee.recipients) > 0,
        Addressee.state_code.not_in(mailing.left_out),
    )


def _last(note: Note, channel: Channel) -> sa.Subquery:
    """The last dispatch of each copy of a note by one channel: it is the one that counts."""
    return (
        sa.select(Dispatch)
        .where(Dispatch.note_id == note.id, Dispatch.channel == channel)
        .ext(distinct_on(Dispatch.letter_id))
        .order_by(Dispatch.letter_id, Dispatch.planned_at.desc(), Dispatch.id.desc())
        .subquery()
    )


@dataclass(frozen=True)
class CopyOfNote:
    """One addressee with its copy, the message that carries it, and its last delivery by hand."""

    state: State
    addressee: Addressee
    letter: Letter
    message: Message | None
    delivery: Dispatch | None


def copies(session: Session, note: Note) -> list[CopyOfNote]:
    """The addressees of a note, in the English order of lists."""
    posted, delivery = (orm.aliased(Dispatch, _last(note, each)) for each in Channel)
    rows = session.execute(
        sa.select(State, Addressee, Letter, Message, delivery)
        .join(Addressee, Addressee.state_code == State.code)
        .join(Letter, Letter.addressee_id == Addressee.id)
        .outerjoin(posted, posted.letter_id == Letter.id)
        .outerjoin(Message, Message.id == posted.message_pk)
        .outerjoin(delivery, delivery.letter_id == Letter.id)
        .where(Addressee.note_id == note.id)
        .order_by(State.sort_key)
    )
    return [CopyOfNote(*row) for row in rows]


def dispatches(session: Session, letter: Letter) -> list[tuple[Dispatch, Message | None]]:
    """How one copy went out: every message and every delivery by hand, the first one first."""
    rows = session.execute(
        sa.select(Dispatch, Message)
        .outerjoin(Message, Message.id == Dispatch.message_pk)
        .where(Dispatch.letter_id == letter.id)
        .order_by(Dispatch.planned_at, Dispatch.id)
    )
    return [(dispatch, message) for dispatch, message in rows]


def masters(session: Session, note: Note) -> list[Letter]:
    """The letter without a copy mark in each language."""
    return list(
        session.scalars(
            sa.select(Letter)
            .where(Letter.note_id == note.id, Letter.addressee_id.is_(None))
            .order_by(Letter.language)
        )
    )


def letter(session: Session, letter_id: UUID, *, lock: bool = False) -> Letter:
    """One letter, master or copy. Raises NotFound, also where it is another State's."""
    found = session.get(Letter, letter_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound("There is no such letter, or it is not yours to see.")
    return found


def names(session: Session, note: Note) -> dict[UUID | None, str]:
    """The names of the officers who had a part in the note."""
    ids = [note.drafted_by_id, note.submitted_by_id, note.cleared_by_id, note.issued_by_id]
    known = sa.select(Account.id, Account.name).where(Account.id.in_([*ids, *note.written_by_ids]))
    found: dict[UUID | None, str] = {None: ""}
    found.update((account, name) for account, name in session.execute(known))
    return found


def name_of(session: Session, account_id: UUID) -> str:
    """The name of one officer."""
    return session.get_one(Account, account_id).name


def sent_along(session: Session, code: str, number: int) -> tuple[Note, Document]:
    """An enclosure of the copy with that code, by its number; `session` acts for the program.

    Raises NotFound alike for a code that nobody has and for a number that has no file.
    """
    row = session.execute(
        sa.select(Note, Letter.language)
        .join(Letter, Letter.note_id == Note.id)
        .where(Letter.code == codes.normal(code), Note.stage == NoteStage.ISSUED)
    ).one_or_none()
    note, language = row or (None, "")
    found = files(note, language) if note is not None else ()
    document = found[number - 1] if 1 <= number <= len(found) else None
    if note is None or document is None:
        raise NotFound("There is no such file, or it is not yours to see.")
    return note, document
