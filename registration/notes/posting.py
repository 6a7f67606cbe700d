"""Posting: finished copies leave for the missions that have an address, with a covering mail."""

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

from letters import language as grammar
from letters.letter import Language
from registration import config
from registration.db import Session
from registration.documents.models import Document
from registration.notes import content, enclosures, wording
from registration.notes.clearance import meeting_of
from registration.notes.models import Addressee, Channel, Dispatch, Letter, Note
from registration.notes.paper import verify_url
from registration.post.models import Message
from registration.post.service import COPY_OF_A_NOTE, post_all, written


def post_copies(
    session: Session,
    note: Note,
    addressees: Mapping[UUID, Addressee],
    copies: Sequence[tuple[Letter, Document]],
) -> None:
    """Post copies in one language to the missions' addresses as they stood at the issue."""
    posted: list[tuple[Letter, Message]] = []
    for letter, document in copies:
        addressee = addressees[cast(UUID, letter.addressee_id)]
        if addressee.recipients:
            posted.append((letter, _covered(session, note, letter, addressee, document)))
    post_all(session, [message for _, message in posted])
    session.add_all(
        Dispatch(
            note_id=note.id,
            addressee_id=letter.addressee_id,
            state_code=letter.state_code,
            letter_id=letter.id,
            channel=Channel.EMAIL,
            message_pk=message.id,
        )
        for letter, message in posted
    )
    session.flush()


def _covered(
    session: Session, note: Note, letter: Letter, addressee: Addressee, document: Document
) -> Message:
    cover = _cover(session, note, letter)
    return written(
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
