"""Keeping files: the row says whose a file is, the store holds its bytes."""

from uuid import UUID

from registration import config
from registration.db import Session
from registration.documents.models import Document, DocumentKind
from registration.documents.store import Store
from registration.errors import NotFound


def _store() -> Store:
    return Store(config.current().store_dir)


def store(
    session: Session,
    content: bytes,
    *,
    kind: DocumentKind,
    filename: str,
    media_type: str,
    state_code: str | None = None,
) -> Document:
    """Keep a file, for one State or (without a code) for the office alone.

    `filename` is a label for people. The bytes are safe on the disk before the row is written; if
    the transaction is rolled back they stay, unknown and harmless, until the same file comes again.
    """
    document = Document(
        sha256=_store().put(content),
        size=len(content),
        media_type=media_type,
        filename=filename,
        kind=kind,
        state_code=state_code,
        stored_by=session.actor.name,
    )
    session.add(document)
    session.flush()
    return document


def find(session: Session, document_id: UUID) -> Document:
    """The row of a file. Raises NotFound, also where the actor may not see it."""
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound("There is no such file, or it is not yours to see.")
    return document


def read(session: Session, document_id: UUID) -> bytes:
    """The bytes of a file, checked against their hash. Raises NotFound and StoreError."""
    return _store().get(find(session, document_id).sha256)
