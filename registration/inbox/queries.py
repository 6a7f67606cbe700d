"""Questions about mail from outside: what waits, of whom, and the files that came with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from registration.db import Session
from registration.documents import service as documents
from registration.documents.examination import Upload
from registration.documents.models import Examination
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
    page: int = 1,
) -> Page:
    """The mails of a stage, of a State or about a note, the newest first, one page of them."""
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
        .limit(PAGE)
        .offset((page - 1) * PAGE)
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


def files(session: Session, incoming: Incoming) -> list[tuple[IncomingFile, Examination | None]]:
    """The files that came with a mail; of PDFs with what was found in them."""
    rows = session.execute(
        sa.select(IncomingFile, Examination)
        .outerjoin(Examination, Examination.document_id == IncomingFile.document_id)
        .where(IncomingFile.incoming_id == incoming.id)
        .order_by(IncomingFile.position)
    )
    return [(file, examination) for file, examination in rows]


def document_of(session: Session, incoming: Incoming, position: int) -> UUID:
    """The identifier of a PDF that came with a mail. Raises NotFound."""
    for file in incoming.files:
        if file.position == position and file.document_id is not None:
            return file.document_id
    raise NotFound("There is no such file, or it is not yours to see.")


def scan(session: Session, incoming: Incoming) -> Upload | None:
    """The first PDF that came with a mail and passed the quarantine, to be taken as a scan."""
    for file, examination in files(session, incoming):
        passed = examination is not None and examination.stage is ExaminationStage.PASSED
        if passed and file.document_id is not None:
            return Upload(file.filename, documents.read(session, file.document_id))
    return None


def notes_to_choose(session: Session) -> Sequence[Note]:
    """The issued notes, the newest first."""
    return session.scalars(
        sa.select(Note)
        .where(Note.stage == NoteStage.ISSUED)
        .order_by(Note.issued_on.desc(), Note.issued_at.desc())
    ).all()
