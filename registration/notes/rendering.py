"""Rendering: a planned letter becomes a PDF that is kept, and a copy goes to the post."""

from typing import TYPE_CHECKING, cast
from uuid import UUID

import sqlalchemy as sa

from letters import language as grammar
from letters.letter import Copy, Language, LetterError
from registration import clock, config
from registration.db import Session
from registration.documents import service as documents
from registration.documents.models import Document, DocumentKind
from registration.documents.reference import Reference
from registration.journal.service import record
from registration.killpoint import killpoint
from registration.notes import content, enclosures, sealing, wording
from registration.notes.clearance import meeting_of
from registration.notes.models import Addressee, Channel, Dispatch, Letter, Note
from registration.notes.paper import text_of, verify_url
from registration.notes.rules import LETTER, LetterAction, LetterStage
from registration.post.service import COPY_OF_A_NOTE, post

if TYPE_CHECKING:
    from letters.compose import Press


def render(session: Session, press: "Press", letter_id: UUID) -> None:
    """Make the PDF of a planned letter, keep it, and post the copy where there is an address.

    Done again it changes nothing. A letter that cannot be printed is parked with the reason.
    """
    letter = _locked(session, letter_id)
    if letter is None or letter.stage is not LetterStage.PLANNED:
        return
    letter.attempts += 1
    note = session.get_one(Note, letter.note_id)
    try:
        pdf = sealing.sealed(session, note, letter, _print(session, press, note, letter))
    except LetterError as error:
        _park(session, letter, error.reason)
        return
    killpoint("letter.printed")
    document = documents.store(
        session,
        pdf,
        kind=DocumentKind.LETTER,
        filename=f"{Reference.parse(str(note.reference)).filename}.pdf",
        media_type="application/pdf",
        state_code=letter.state_code,
    )
    killpoint("letter.stored")
    letter.stage = LETTER.after(letter.stage, LetterAction.RENDER)
    letter.document_id = document.id
    letter.rendered_at = clock.now()
    session.flush()
    if letter.addressee_id is not None:
        _dispatch(session, note, letter, document)


def give_up(session: Session, letter_id: UUID, problem: str) -> None:
    """Park a letter whose making failed again and again, so that a person finds it."""
    letter = _locked(session, letter_id)
    if letter is not None and letter.stage is LetterStage.PLANNED:
        letter.attempts += 1
        _park(session, letter, problem)


def _locked(session: Session, letter_id: UUID) -> Letter | None:
    return session.scalar(
        sa.select(Letter)
        .where(Letter.id == letter_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _print(session: Session, press: "Press", note: Note, letter: Letter) -> bytes:
    text = text_of(session, note, letter.language)
    if letter.addressee_id is None or letter.code is None:
        return press.master(text)
    addressee = session.get_one(Addressee, letter.addressee_id)
    return press.copy(text, Copy(addressee.name, letter.code, verify_url(letter.code)))


def _park(session: Session, letter: Letter, reason: str) -> None:
    letter.stage = LETTER.after(letter.stage, LetterAction.PARK)
    letter.problem = reason
    record(
        session,
        "letter.parked",
        "note",
        letter.note_id,
        state_code=letter.state_code,
        detail={"language": letter.language, "reason": reason},
    )


def _dispatch(session: Session, note: Note, letter: Letter, document: Document) -> None:
    """Post the copy to the mission's addresses as they stood at the issue, if there is any."""
    addressee = session.get_one(Addressee, letter.addressee_id)
    if not addressee.recipients:
        return
    cover = _cover(session, note, letter)
    message = post(
        session,
        purpose=COPY_OF_A_NOTE,
        recipients=addressee.recipients,
        subject=cover.subject,
        text=cover.body,
        language=letter.language,
        state_code=addressee.state_code,
        attachments=[
            (document.id, document.filename),
            *enclosures.attached(note, letter.language),
        ],
    )
    session.add(
        Dispatch(
            note_id=note.id,
            addressee_id=addressee.id,
            state_code=addressee.state_code,
            letter_id=letter.id,
            channel=Channel.EMAIL,
            message_pk=message.id,
        )
    )
    session.flush()


def _cover(session: Session, note: Note, letter: Letter) -> wording.Wording:
    """The mail around a copy, in the mission's language."""
    tongue = cast(Language, letter.language)
    known = {
        **content.values(note, meeting_of(session, note), letter.language),
        "reference": note.reference,
        "issued_on": grammar.long_date(note.issued_on, tongue) if note.issued_on else None,
        "code": letter.code,
        "verify_url": verify_url(letter.code or ""),
    }
    cover = wording.complete(wording.kind(note.kind).covers[letter.language], known, plain=True)
    parts = [
        cover.body,
        enclosures.told(
            note,
            letter.language,
            code=letter.code or "",
            meeting_page=known["meeting_page"] or "",
        ),
        wording.office(letter.language).demonstration if config.current().demo else "",
    ]
    return wording.Wording(cover.subject, "\n\n".join(filter(None, parts)))
