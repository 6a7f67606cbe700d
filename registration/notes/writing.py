"""Writing: the texts of a draft are changed, brought back, and given standard paragraphs."""

from uuid import UUID

from registration import text as gate
from registration.db import Session
from registration.errors import Conflict, Refused
from registration.journal.service import record
from registration.notes import arranging, history, markup, wording
from registration.notes.drafting import refuse_unless_open, remember_the_writer, text_in
from registration.notes.models import Note, NoteForm, NoteText, TextRevision
from registration.notes.wording import Wording

SUBJECT_LIMIT = 600


def write(
    session: Session,
    note: Note,
    language: str,
    subject: str,
    body: str,
    version: int,
    *,
    automatic: bool = False,
) -> NoteText:
    """Change the text in one language. `version` is that of this text when it was read.

    What an editor saves by itself is `automatic`: it goes into the entry of the history that is
    being written, and only a new entry is an event. The same words again change nothing. Raises
    Refused for what no note may carry, Conflict where somebody was faster.
    """
    refuse_unless_open(session, note)
    text = text_in(note, language)
    written = clean(note.form, subject, body)
    if written == _words(text):
        if not automatic:
            history.close(session, text)
        return text
    _refuse_unless_read(text, version)
    if _put(session, note, text, written, automatic=automatic):
        record(session, "note.written", "note", note.id, detail={"language": language})
    return text


def restore(
    session: Session, note: Note, language: str, revision_id: UUID, version: int
) -> NoteText:
    """Write anew what the text once was. `version` is that of the text when it was read."""
    refuse_unless_open(session, note)
    text = text_in(note, language)
    wanted = history.revision(session, text, revision_id)
    words = Wording(wanted.subject, wanted.body)
    if words == _words(text):
        return text
    _refuse_unless_read(text, version)
    _put(session, note, text, words, restored_from=wanted)
    record(session, "note.restored", "note", note.id, detail={"language": language})
    return text


def insert(session: Session, note: Note, key: str, place: int) -> None:
    """Put a standard paragraph before that place into the texts in all languages.

    It stands before the closing courtesy where the place is none of the text's. The paragraphs are
    then numbered anew.
    """
    refuse_unless_open(session, note)
    standard = wording.paragraph(key)
    for text in note.texts:
        paragraphs = markup.blocks(text.body)
        last = max(len(paragraphs) - 1, 0)
        at = place if 0 < place < last else last
        added = arranging.with_one(paragraphs, at, f"1. {standard.texts[text.language]}")
        words = clean(note.form, text.subject, "\n\n".join(arranging.numbered(added)))
        _put(session, note, text, words)
    record(session, "note.paragraph_inserted", "note", note.id, detail={"paragraph": key})


def _put(
    session: Session,
    note: Note,
    text: NoteText,
    words: Wording,
    *,
    automatic: bool = False,
    restored_from: TextRevision | None = None,
) -> bool:
    """Change a text and its history. Whether that is an entry of its own."""
    before = _words(text)
    text.subject, text.body = words.subject, words.body
    remember_the_writer(session, note)
    return history.remember(session, text, before, automatic=automatic, restored_from=restored_from)


def _words(text: NoteText) -> Wording:
    return Wording(text.subject, text.body)


def _refuse_unless_read(text: NoteText, version: int) -> None:
    if text.version != version:
        raise Conflict(
            "Somebody else changed this text while you were working on it. Nothing of theirs or"
            " of yours is lost: compare both, and save what should stand."
        )


def clean(form: NoteForm, subject: str, body: str) -> Wording:
    """The words as a note of that form may keep them. Raises Refused for what none may carry."""
    written = Wording(gate.line(subject, limit=SUBJECT_LIMIT), gate.paragraphs(body))
    if not written.subject:
        raise Refused("Write the subject.", field="subject")
    if not written.body:
        raise Refused("Write the text of the note.", field="body")
    wording.refuse_unknown_places(written, wording.places_of(form))
    markup.refuse(written.body)
    return written
