"""Posting: copies leave for the missions' addresses as they stood at the issue, with a cover."""

from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa

from letters import language as grammar
from letters.letter import Language
from registration import config
from registration.db import Session
from registration.documents.models import Document
from registration.notes import content, enclosures, wording
from registration.notes.clearance import meeting_of
from registration.notes.models import Addressee, Channel, Dispatch, Letter, Note
from registration.notes.paper import verify_url
from registration.notes.queries import goes_by
from registration.post.models import Mailing, Message
from registration.post.rules import MailingStage
from registration.post.service import COPY_OF_A_NOTE, post_all, written


def post_made(session: Session, note: Note, just_made: Sequence[Letter] | None = None) -> None:
    """Post copies that are made and were not posted yet, if an officer confirmed the dispatch.

    Whoever makes copies calls this with them, and the confirmation for all: whichever comes second
    finds them. The note's lock keeps them from missing each other, and lets runs go side by side.
    """
    shared = just_made is not None
    row = sa.select(Note.id).where(Note.id == note.id)
    session.execute(row.with_for_update(read=shared, key_share=not shared))
    mailing = session.get(Mailing, note.id, populate_existing=True)
    if mailing is None or mailing.stage is MailingStage.STOPPED:
        return
    posted_before = sa.exists().where(Dispatch.letter_id == Letter.id)
    rows = session.execute(
        sa.select(Letter, Addressee, Document)
        .join(Addressee, Addressee.id == Letter.addressee_id)
        .join(Document, Document.id == Letter.document_id)
        .where(
            goes_by(mailing),
            ~posted_before,
            *([] if just_made is None else [Letter.id.in_([each.id for each in just_made])]),
        )
        .order_by(Letter.id)
    )
    posted = [
        (letter, _covered(session, note, letter, addressee.recipients, document))
        for letter, addressee, document in rows
    ]
    for _, message in posted:
        message.mailing_id = mailing.id
    _post(session, note, posted)


def post_again(
    session: Session, note: Note, letter: Letter, recipients: Sequence[str], reason: str
) -> Message:
    """Post a copy once more, as a dispatch of its own, whatever became of those before."""
    document = session.get_one(Document, letter.document_id)
    message = _covered(session, note, letter, recipients, document)
    _post(session, note, [(letter, message)], reason)
    return message


def _post(
    session: Session, note: Note, posted: Sequence[tuple[Letter, Message]], reason: str = ""
) -> None:
    post_all(session, [message for _, message in posted])
    session.add_all(
        Dispatch(
            note_id=note.id,
            addressee_id=letter.addressee_id,
            state_code=letter.state_code,
            letter_id=letter.id,
            channel=Channel.EMAIL,
            message_pk=message.id,
            reason=reason,
        )
        for letter, message in posted
    )
    session.flush()


def _covered(
    session: Session, note: Note, letter: Letter, recipients: Sequence[str], document: Document
) -> Message:
    cover = _cover(session, note, letter)
    return written(
        purpose=COPY_OF_A_NOTE,
        recipients=recipients,
        subject=cover.subject,
        text=cover.body,
        language=letter.language,
        state_code=letter.state_code,
        attachments=[
            (document.id, document.filename),
            *enclosures.attached(note, letter.language),
        ],
    )


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
