"""Who of the office has read a wording as a native reader of its language does."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from registration import clock
from registration.accounts.models import Account
from registration.db import Session
from registration.errors import Conflict
from registration.journal.service import record
from registration.notes import wording
from registration.notes.models import CheckedWording, Note, NoteText
from registration.permissions import Permission, demand


@dataclass(frozen=True)
class Check:
    """Who read a wording, and when."""

    name: str
    at: datetime


def mark(session: Session, note: Note, text: NoteText, seen: str) -> None:
    """Say that a native reader has read a text; `seen` is the digest of what was shown.

    That holds for these words wherever they are used again, and for no others. Raises Conflict
    where the text is another one by now.
    """
    demand(session.actor, Permission.CHECK_WORDING, note)
    if digest(text) != seen:
        raise Conflict("The text changed while you were reading it. Read it again, please.")
    new = session.execute(
        insert(CheckedWording)
        .values(
            language=text.language,
            sha256=digest(text),
            checked_by_id=session.actor.id,
            checked_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(CheckedWording.language)
    ).first()
    if new:
        detail = {"language": text.language}
        record(session, "note.wording_checked", "note", note.id, detail=detail)


def digest(text: NoteText) -> str:
    """What tells the words of a text from any others."""
    return sha256(f"{text.subject}\n\n{text.body}".encode()).hexdigest()


def checks(session: Session, note: Note) -> dict[str, Check]:
    """By language, who has read the text as it is now."""
    of_this_note = [(text.language, digest(text)) for text in note.texts]
    rows = session.execute(
        sa.select(CheckedWording.language, Account.name, CheckedWording.checked_at)
        .join(Account, Account.id == CheckedWording.checked_by_id)
        .where(sa.tuple_(CheckedWording.language, CheckedWording.sha256).in_(of_this_note))
    )
    return {language: Check(name, at) for language, name, at in rows}


def unread(session: Session, note: Note) -> frozenset[str]:
    """The languages of a note that nobody who reads them natively has read yet."""
    return wording.kind(note.kind).needs_native_check - checks(session, note).keys()
