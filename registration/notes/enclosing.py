"""Enclosing: files and documents of the meeting are laid to a draft, named, ordered, taken away."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

from registration import text as gate
from registration.db import Session
from registration.documents import service as documents
from registration.documents.examination import Upload, label, refuse_flawed, refuse_infected
from registration.documents.models import DocumentKind
from registration.errors import Conflict, NotFound, Refused
from registration.journal.service import record
from registration.meetings.models import Meeting
from registration.notes.drafting import refuse_unless_open, remember_the_writer
from registration.notes.enclosed import ALL_LANGUAGES, Enclosure, EnclosureFile
from registration.notes.models import Note
from registration.words import LANGUAGES

TITLE_LIMIT = 200
ENCLOSURES_LIMIT = 20


def enclose_file(
    session: Session, note: Note, upload: Upload, *, titles: Mapping[str, str], language: str
) -> Enclosure:
    """Lay a file to a draft, behind what is there; `language` of the file, or "all".

    The same file under the same titles twice is as once: a double click encloses one. Raises
    Refused, on the field `file`, where it is anything but a plain PDF without a virus.
    """
    session.refresh(note, with_for_update=True)
    refuse_unless_open(session, note)
    _refuse_unsound(upload)
    again = _enclosed_already(note, titles, language, upload)
    if again is not None:
        return again
    enclosure = _added(session, note, titles, symbol=None)
    _keep(session, enclosure, language, upload)
    return _told(session, note, "note.enclosed", enclosure)


def enclose_document(session: Session, note: Note, meeting: Meeting, symbol: str) -> Enclosure:
    """Name a document of the meeting as an enclosure. Raises Refused where that is done already."""
    refuse_unless_open(session, note)
    document = next((each for each in meeting.documents if each.symbol == symbol), None)
    if document is None:
        raise Refused("Choose a document of the meeting.", field="symbol")
    if symbol in {each.symbol for each in note.enclosures}:
        raise Refused("This document is enclosed already.", field="symbol")
    titles = {"en": document.title} if document.title else {}
    return _told(session, note, "note.enclosed", _added(session, note, titles, symbol=symbol))


def entitle(
    session: Session, note: Note, enclosure: Enclosure, titles: Mapping[str, str], version: int
) -> Enclosure:
    """Change the titles. Raises Conflict where `version` is an older one than the enclosure's."""
    refuse_unless_open(session, note)
    if enclosure.version != version:
        raise Conflict("Somebody else changed this enclosure while you were working on it.")
    enclosure.titles = _clean(titles)
    return _told(session, note, "note.enclosure_changed", enclosure)


def lay(
    session: Session, note: Note, enclosure: Enclosure, language: str, upload: Upload
) -> Enclosure:
    """Give an enclosure its file for one language, or for "all"; one that was there is replaced."""
    refuse_unless_open(session, note)
    if enclosure.symbol is not None:
        raise Refused("A document of the meeting is found on the meeting's page.", field="file")
    _refuse_unsound(upload)
    _keep(session, enclosure, language, upload)
    return _told(session, note, "note.enclosure_changed", enclosure)


def take_away(session: Session, note: Note, enclosure: Enclosure, language: str) -> Enclosure:
    """Take the file for one language, or for "all", away from an enclosure. Twice is as once."""
    refuse_unless_open(session, note)
    gone = [each for each in enclosure.files if each.language == language]
    if not gone:
        return enclosure
    enclosure.files.remove(gone[0])
    return _told(session, note, "note.enclosure_changed", enclosure)


def move_up(session: Session, note: Note, enclosure: Enclosure) -> Enclosure:
    """Let an enclosure change places with the one before it; the first one stays."""
    refuse_unless_open(session, note)
    at = note.enclosures.index(enclosure)
    if at == 0:
        return enclosure
    before = note.enclosures[at - 1]
    before.place, enclosure.place = enclosure.place, before.place
    return _told(session, note, "note.enclosure_changed", enclosure)


def remove(session: Session, note: Note, enclosure: Enclosure) -> None:
    """Let an enclosure stay behind. Its files stay in the store: the journal speaks of them."""
    refuse_unless_open(session, note)
    session.delete(enclosure)
    _told(session, note, "note.enclosure_removed", enclosure)


def enclosure_of(note: Note, enclosure_id: UUID) -> Enclosure:
    """One enclosure of that note. Raises NotFound."""
    for each in note.enclosures:
        if each.id == enclosure_id:
            return each
    raise NotFound("There is no such enclosure, or it was removed.")


def _enclosed_already(
    note: Note, titles: Mapping[str, str], language: str, upload: Upload
) -> Enclosure | None:
    same = {language: hashlib.sha256(upload.content).hexdigest()}
    for each in note.enclosures:
        files = {file.language: file.document.sha256 for file in each.files}
        if files == same and each.titles == _clean(titles):
            return each
    return None


def _refuse_unsound(upload: Upload) -> None:
    refuse_flawed(upload, "file")
    refuse_infected(upload, "file")


def _added(
    session: Session, note: Note, titles: Mapping[str, str], *, symbol: str | None
) -> Enclosure:
    if len(note.enclosures) >= ENCLOSURES_LIMIT:
        raise Refused("At most %(limit)s enclosures are possible.", limit=ENCLOSURES_LIMIT)
    place = max((each.place for each in note.enclosures), default=0) + 1
    enclosure = Enclosure(
        note_id=note.id, place=place, titles=_clean(titles), symbol=symbol, files=[]
    )
    session.add(enclosure)
    session.flush()
    return enclosure


def _clean(titles: Mapping[str, str]) -> dict[str, str]:
    clean = {
        language: gate.line(titles.get(language, ""), limit=TITLE_LIMIT) for language in LANGUAGES
    }
    if not any(clean.values()):
        raise Refused("Write the title of the enclosure.", field="title")
    return {language: title for language, title in clean.items() if title}


def _keep(session: Session, enclosure: Enclosure, language: str, upload: Upload) -> None:
    if language not in (*LANGUAGES, ALL_LANGUAGES):
        raise Refused("Choose the language of the file.", field="language")
    document = documents.store(
        session,
        upload.content,
        kind=DocumentKind.ENCLOSURE,
        filename=label(upload.filename, otherwise="enclosure"),
        media_type="application/pdf",
    )
    for each in enclosure.files:
        if each.language == language:
            each.document = document
            return
    enclosure.files.append(EnclosureFile(language=language, document=document))


def _told(session: Session, note: Note, kind: str, enclosure: Enclosure) -> Enclosure:
    remember_the_writer(session, note)
    session.flush()
    session.expire(note, ["enclosures"])
    detail = {
        "titles": enclosure.titles,
        "symbol": enclosure.symbol,
        "files": {each.language: each.document.sha256 for each in enclosure.files},
    }
    record(session, kind, "note", note.id, detail=detail)
    return enclosure
