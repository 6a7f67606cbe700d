"""What leaves the house on paper or as a bundle: copies of a note in a ZIP, or in one print run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from letters.letter import LetterError
from letters.print_run import joined, page_count
from registration import clock
from registration.db import Session
from registration.documents import service as documents
from registration.documents.archive import zipped
from registration.documents.models import Document
from registration.errors import Refused
from registration.journal.service import record
from registration.notes import enclosures
from registration.notes.models import Addressee, Letter, Note
from registration.permissions import Permission, demand
from registration.states.models import MissionChannel, State


@dataclass(frozen=True)
class FileOfNote:
    """What goes out of a note as a file: a State's copy, the master of a language, an enclosure."""

    filename: str
    sha256: str
    language: str
    state: State | None = None


@dataclass(frozen=True)
class PrintedCopy:
    """A copy in a print run, with the enclosures that are printed behind it and counted with it."""

    file: FileOfNote
    state: State
    pages: int
    sheets: int
    enclosed: tuple[FileOfNote, ...] = ()


def filename(document: Document, letter: Letter) -> str:
    """The name under which a letter is taken away: CU-2013-175-FRA.pdf, or -fr.pdf for a master."""
    return f"{document.filename.removesuffix('.pdf')}-{letter.state_code or letter.language}.pdf"


def languages(session: Session, note: Note) -> dict[str, int]:
    """How many copies there are in each language."""
    counted = sa.select(Letter.language, sa.func.count()).where(
        Letter.note_id == note.id, Letter.addressee_id.is_not(None)
    )
    rows = session.execute(counted.group_by(Letter.language).order_by(Letter.language))
    return dict(iter(rows))


def for_pouch(session: Session, note: Note) -> int:
    """How many copies have no e-mail address to go to."""
    return len(_copies(session, note, _Chosen(by_pouch=True)))


def take_zip(session: Session, note: Note, language: str = "") -> list[FileOfNote]:
    """The copies, the master and the enclosures of one language, or of all.

    The journal says who took them. Raises Refused where one of them is not made.
    """
    demand(session.actor, Permission.EXPORT)
    chosen = _Chosen(language=language, masters=True)
    files = [file for _, file in _made(_copies(session, note, chosen))]
    files += _enclosed(note, sorted({file.language for file in files}))
    _record(session, note, "zip", len(files), language=language)
    return files


def take_print_run(session: Session, note: Note, *, only_pouch: bool) -> list[PrintedCopy]:
    """The copies to print, in the order of the register; the journal says who took them.

    Every file is read once, so that a run that was begun can be ended. Raises Refused where one
    of them is not made or cannot be printed, and StoreError where one is damaged.
    """
    demand(session.actor, Permission.EXPORT)
    made = _made(_copies(session, note, _Chosen(by_pouch=only_pouch)))
    try:
        copies = _counted(note, made)
    except LetterError as error:
        raise Refused("This cannot be printed: %(reason)s", reason=error.reason) from error
    _record(session, note, "print_run", len(copies), only_pouch=only_pouch)
    return copies


def _counted(note: Note, made: Sequence[tuple[State | None, FileOfNote]]) -> list[PrintedCopy]:
    """The copies with their enclosures and what they take of paper. Raises LetterError."""
    store = documents.the_store()
    behind = {
        language: tuple(_enclosed(note, [language]))
        for language in {file.language for _, file in made}
    }

    @cache
    def pages(sha256: str) -> int:
        return page_count(store.get(sha256))

    copies = []
    for state, file in made:
        if state is not None:
            enclosed = behind[file.language]
            lengths = [pages(each.sha256) for each in (file, *enclosed)]
            sheets = sum(-(-length // 2) for length in lengths)
            copies.append(PrintedCopy(file, state, sum(lengths), sheets, enclosed))
    return copies


def as_zip(note: Note, files: Sequence[FileOfNote]) -> Iterator[bytes]:
    """The files in folders by language, in pieces, read from the store as they are sent."""
    day = note.issued_on or clock.today()
    store = documents.the_store()
    named = ((f"{file.language}/{file.filename}", store.get(file.sha256)) for file in files)
    return zipped(named, day)


def as_print_run(
    title: str, covering_list: bytes, copies: Sequence[PrintedCopy]
) -> Iterator[bytes]:
    """One PDF for the printer, in pieces: the covering list, then each copy on its own sheets.

    Its enclosures follow a copy, each on sheets of its own.
    """

    def sheets() -> Iterator[bytes]:
        yield covering_list
        for copy in copies:
            for file in (copy.file, *copy.enclosed):
                yield store.get(file.sha256)

    store = documents.the_store()
    return joined(sheets(), title=title)


@dataclass(frozen=True)
class _Chosen:
    language: str = ""
    by_pouch: bool = False
    masters: bool = False


def _copies(
    session: Session, note: Note, chosen: _Chosen
) -> list[tuple[Letter, State | None, Document | None]]:
    question = (
        sa.select(Letter, State, Document)
        .outerjoin(State, State.code == Letter.state_code)
        .outerjoin(Addressee, Addressee.id == Letter.addressee_id)
        .outerjoin(Document, Document.id == Letter.document_id)
        .where(Letter.note_id == note.id)
        .order_by(State.sort_key.nulls_first(), Letter.language)
    )
    if chosen.language:
        question = question.where(Letter.language == chosen.language)
    if not chosen.masters:
        question = question.where(Letter.addressee_id.is_not(None))
    if chosen.by_pouch:
        no_mail = sa.func.cardinality(Addressee.recipients) == 0
        question = question.where(
            sa.or_(
                Addressee.channel == MissionChannel.POUCH,
                sa.and_(Addressee.channel == MissionChannel.EMAIL, no_mail),
            )
        )
    return list(session.execute(question))


def _made(
    found: Sequence[tuple[Letter, State | None, Document | None]],
) -> list[tuple[State | None, FileOfNote]]:
    missing = sum(document is None for _, _, document in found)
    if missing:
        raise Refused(
            "%(count)s of these are not made yet. Wait for them, or look at what is parked.",
            count=missing,
        )
    if not found:
        raise Refused("There is no copy to take.")
    return [
        (state, FileOfNote(filename(document, letter), document.sha256, letter.language, state))
        for letter, state, document in found
        if document is not None
    ]


def _enclosed(note: Note, languages: Sequence[str]) -> list[FileOfNote]:
    """The files that go along with the copies in these languages."""
    return [
        FileOfNote(enclosures.filename(note, number), document.sha256, language)
        for language in languages
        for number, document in enumerate(enclosures.files(note, language), start=1)
        if document is not None
    ]


def _record(session: Session, note: Note, form: str, count: int, **chosen: object) -> None:
    detail = {
        "form": form,
        "files": count,
        **{key: value for key, value in chosen.items() if value},
    }
    record(session, "copies.taken", "note", note.id, detail=detail)
