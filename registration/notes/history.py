"""The history of a text: who changed what and when, who writes in it now, and the way back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.accounts.models import Account
from registration.db import Session
from registration.errors import NotFound
from registration.notes import differences
from registration.notes.differences import Pieces
from registration.notes.models import NoteText, TextRevision
from registration.notes.wording import Wording

# What one person's editor saves by itself within this time is one entry.
FOLD: Final = timedelta(minutes=10)
# Whoever saved something this lately is taken to be writing still.
WRITING: Final = timedelta(minutes=3)


def remember(
    session: Session,
    text: NoteText,
    before: Wording,
    *,
    automatic: bool,
    restored_from: TextRevision | None = None,
) -> bool:
    """Enter a text as it is now; `before` is what it was. Whether that began a new entry.

    An entry that was saved by itself goes on growing for a while, as long as nobody else writes
    and its writer does not save: history grows with the work, not with the clock.
    """
    last = _last(session, text)
    if last is None:
        session.add(_entry(text, before, written_by_id=None, automatic=False))
    elif last.automatic and _is_of_this_sitting(session, last) and restored_from is None:
        last.subject, last.body, last.version = text.subject, text.body, text.version
        last.written_at, last.automatic = clock.now(), automatic
        session.flush()
        return False
    entry = _entry(
        text,
        Wording(text.subject, text.body),
        written_by_id=session.actor.id,
        automatic=automatic,
        restored_from_id=restored_from.id if restored_from else None,
    )
    session.add(entry)
    session.flush()
    return True


def begin(session: Session, text: NoteText) -> None:
    """Enter the text with which a note was drafted."""
    words = Wording(text.subject, text.body)
    session.add(_entry(text, words, written_by_id=session.actor.id, automatic=False))


def close(session: Session, text: NoteText) -> None:
    """What follows is another entry: its writer saved."""
    last = _last(session, text)
    if last is not None and last.automatic and last.written_by_id == session.actor.id:
        last.automatic = False
        session.flush()


def _entry(
    text: NoteText,
    words: Wording,
    *,
    written_by_id: UUID | None,
    automatic: bool,
    restored_from_id: UUID | None = None,
) -> TextRevision:
    return TextRevision(
        note_id=text.note_id,
        language=text.language,
        subject=words.subject,
        body=words.body,
        version=text.version,
        written_by_id=written_by_id,
        automatic=automatic,
        restored_from_id=restored_from_id,
    )


def _is_of_this_sitting(session: Session, last: TextRevision) -> bool:
    return last.written_by_id == session.actor.id and clock.now() - last.begun_at < FOLD


def _of(text: NoteText) -> sa.Select[TextRevision]:
    return (
        sa.select(TextRevision)
        .where(TextRevision.note_id == text.note_id, TextRevision.language == text.language)
        .order_by(TextRevision.id.desc())
    )


def _last(session: Session, text: NoteText) -> TextRevision | None:
    return session.scalar(_of(text).limit(1))


@dataclass(frozen=True)
class Entry:
    """What one person left of a text, and how it differs from what was there before."""

    revision: TextRevision
    writer: str  # empty where nobody knows
    subject: Pieces
    paragraphs: tuple[Pieces, ...]

    @property
    def changed(self) -> tuple[Pieces, ...]:
        """The paragraphs that are not what they were."""
        return tuple(each for each in self.paragraphs if differences.changed([each]))

    @property
    def is_first(self) -> bool:
        """Whether nothing is known of what was there before."""
        return not self.subject


def entries(session: Session, text: NoteText, page: int = 1, size: int = 20) -> list[Entry]:
    """A page of the history of a text, the newest entry first."""
    rows = session.execute(
        _of(text)
        .add_columns(Account.name)
        .outerjoin(Account, Account.id == TextRevision.written_by_id)
        .offset((page - 1) * size)
        .limit(size + 1)
    ).all()
    found = []
    for at, (revision, name) in enumerate(rows[:size]):
        before = rows[at + 1][0] if at + 1 < len(rows) else None
        found.append(
            Entry(
                revision,
                name or "",
                differences.of_lines(before.subject, revision.subject) if before else (),
                differences.between(before.body, revision.body) if before else (),
            )
        )
    return found


def count(session: Session, text: NoteText) -> int:
    """How many entries the history of a text has."""
    return session.scalar(sa.select(sa.func.count()).select_from(_of(text).subquery())) or 0


def revision(session: Session, text: NoteText, revision_id: UUID) -> TextRevision:
    """One entry of a text. Raises NotFound, also for an entry of another text."""
    found = session.scalar(_of(text).where(TextRevision.id == revision_id))
    if found is None:
        raise NotFound("There is no such page, or it is not yours to see.")
    return found


def seen(session: Session, text: NoteText, version: int) -> TextRevision | None:
    """The last entry that somebody who read that version can have seen whole."""
    return session.scalar(_of(text).where(TextRevision.version <= version).limit(1))


@dataclass(frozen=True)
class Writer:
    """Somebody who changes a text; `since` and `last` are when, as far as was saved."""

    name: str
    since: datetime
    last: datetime


def last_writer(session: Session, text: NoteText) -> Writer | None:
    """Who changed a text last; None where that is not known."""
    row = session.execute(
        _of(text).add_columns(Account.name).join(Account, Account.id == TextRevision.written_by_id)
    ).first()
    return Writer(row[1], row[0].begun_at, row[0].written_at) if row else None


def another_writer(session: Session, text: NoteText) -> Writer | None:
    """The other person who is writing in a text now, if there is one."""
    last = _last(session, text)
    if (
        last is None
        or last.written_by_id in (None, session.actor.id)
        or clock.now() - last.written_at > WRITING
    ):
        return None
    return Writer(session.get_one(Account, last.written_by_id).name, last.begun_at, last.written_at)
