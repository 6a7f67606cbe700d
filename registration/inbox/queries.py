"""Questions about mail from outside: what waits, of whom, and the files that came with it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from registration.db import Session
from registration.documents import service as documents
from registration.documents.examination import Upload
from registration.documents.models import Document, DocumentKind, Examination, PagePicture
from registration.documents.rules import ExaminationStage
from registration.errors import NotFound
from registration.inbox.models import Incoming, IncomingFile, ReadMailbox
from registration.inbox.rules import IncomingStage
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.states.models import State

PAGE = 50
# What waits for a person.
OPEN = (IncomingStage.UNMATCHED, IncomingStage.MATCHED)


@dataclass(frozen=True)
class Came:
    """A mail with the State and the note that it is taken for."""

    incoming: Incoming
    state: State | None
    note: Note | None


@dataclass(frozen=True)
class Attached:
    """A file that came with a mail; without a document it was too big to be kept apart."""

    file: IncomingFile
    document: Document | None
    examination: Examination | None
    pages: tuple[PagePicture, ...]  # as pictures, which can do nothing but be looked at

    @property
    def is_pdf(self) -> bool:
        """Whether it may stand for a mission's note."""
        return self.document is not None and self.document.kind is DocumentKind.INCOMING_NOTE

    @property
    def stage(self) -> ExaminationStage | None:
        """How far its examination is; None where it is not kept."""
        return self.examination.stage if self.examination else None

    @property
    def may_be_saved(self) -> bool:
        """Whether it passed the quarantine."""
        return self.stage is ExaminationStage.PASSED

    @property
    def was_scanned(self) -> bool:
        """Whether a virus scanner looked at it."""
        return self.examination is not None and self.examination.scanner != ""


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many mails the whole list has."""

    mails: Sequence[Came]
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def by_id(session: Session, incoming_id: UUID) -> Incoming:
    """One mail. Raises NotFound, also where the actor may not see it."""
    incoming = session.get(Incoming, incoming_id)
    if incoming is None:
        raise NotFound("There is no such mail, or it is not yours to see.")
    return incoming


def came(session: Session, incoming: Incoming) -> Came:
    """A mail with the State and the note that it is taken for."""
    return Came(
        incoming,
        session.get(State, incoming.state_code) if incoming.state_code else None,
        session.get(Note, incoming.note_id) if incoming.note_id else None,
    )


def mails(
    session: Session,
    stage: IncomingStage | None = None,
    *,
    state_code: str | None = None,
    note_id: UUID | None = None,
    page: int | None = 1,
) -> Page:
    """The mails of a stage, of a State or about a note, newest first: a page of them, or all."""
    wanted = {
        Incoming.stage: stage,
        Incoming.state_code: state_code,
        Incoming.note_id: note_id,
    }
    which = [column == value for column, value in wanted.items() if value is not None]
    rows = session.execute(
        sa.select(Incoming, State, Note)
        .outerjoin(State, State.code == Incoming.state_code)
        .outerjoin(Note, Note.id == Incoming.note_id)
        .where(*which)
        .options(orm.defer(Incoming.text), orm.selectinload(Incoming.files))
        .order_by(Incoming.received_at.desc(), Incoming.id.desc())
        .limit(None if page is None else PAGE)
        .offset(0 if page is None else (page - 1) * PAGE)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(Incoming).where(*which))
    return Page([Came(*row) for row in rows], total or 0)


def count_by_stage(session: Session) -> dict[IncomingStage, int]:
    """How many mails stand at each stage."""
    rows = session.execute(sa.select(Incoming.stage, sa.func.count()).group_by(Incoming.stage))
    return dict.fromkeys(IncomingStage, 0) | dict(rows.all())


def troubles(session: Session) -> Sequence[ReadMailbox]:
    """The mailboxes that could not be read the last time."""
    return session.scalars(
        sa.select(ReadMailbox).where(ReadMailbox.problem != "").order_by(ReadMailbox.mailbox)
    ).all()


def files(session: Session, incoming: Incoming) -> list[Attached]:
    """The files that came with a mail, with what was found in them, and how their pages look."""
    rows = session.execute(
        sa.select(IncomingFile, Document, Examination)
        .outerjoin(Document, Document.id == IncomingFile.document_id)
        .outerjoin(Examination, Examination.document_id == IncomingFile.document_id)
        .where(IncomingFile.incoming_id == incoming.id)
        .order_by(IncomingFile.position)
    ).all()
    pages: defaultdict[UUID | None, list[PagePicture]] = defaultdict(list)
    for page in session.scalars(
        sa.select(PagePicture)
        .where(PagePicture.document_id.in_([file.document_id for file, *_ in rows]))
        .order_by(PagePicture.number)
    ):
        pages[page.document_id].append(page)
    return [Attached(*row, tuple(pages[row[0].document_id])) for row in rows]


def attached(session: Session, incoming: Incoming, position: int) -> Attached:
    """One file that came with a mail and is kept apart from it. Raises NotFound."""
    for each in files(session, incoming):
        if each.file.position == position and each.document is not None:
            return each
    raise NotFound("There is no such file, or it is not yours to see.")


def scan(session: Session, incoming: Incoming) -> Upload | None:
    """The first PDF that came with a mail and passed the quarantine, to be taken as a scan."""
    for each in files(session, incoming):
        if each.document is not None and each.is_pdf and each.may_be_saved:
            return Upload(each.file.filename, documents.read(session, each.document.id))
    return None


def notes_to_choose(session: Session) -> Sequence[Note]:
    """The issued notes, the newest first."""
    return session.scalars(
        sa.select(Note)
        .where(Note.stage == NoteStage.ISSUED)
        .order_by(Note.issued_on.desc(), Note.issued_at.desc())
    ).all()
