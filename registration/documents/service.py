"""Keeping files: the row says whose a file is, the store holds its bytes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from registration import config
from registration.db import Session, among_others, one_at_a_time
from registration.documents import quarantine
from registration.documents.models import FROM_OUTSIDE, Document, DocumentKind
from registration.documents.store import Store
from registration.errors import NotFound

_BYTES_COME_AND_GO: Final = "bytes come and go"


def the_store() -> Store:
    """The folder of files of this installation."""
    return Store(config.current().store_dir)


def put(session: Session, content: bytes) -> str:
    """Keep bytes that come from outside, and return their SHA-256.

    A purge, which may take the same bytes away, is over before or waits for this transaction.
    """
    among_others(session, _BYTES_COME_AND_GO)
    return the_store().put(content)


def wait_for_puts(session: Session) -> None:
    """From now to the end of the transaction nobody else puts bytes; rows tell all that are put."""
    one_at_a_time(session, _BYTES_COME_AND_GO)


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
    A file from outside goes into quarantine; a State's raises Refused where it sent too much.
    """
    if kind in FROM_OUTSIDE:
        quarantine.refuse_too_much(session, len(content))
    document = Document(
        sha256=put(session, content),
        size=len(content),
        media_type=media_type,
        filename=filename,
        kind=kind,
        state_code=state_code,
        stored_by=session.actor.name,
    )
    session.add(document)
    session.flush()
    if kind in FROM_OUTSIDE:
        quarantine.hold(session, document)
    return document


def find(session: Session, document_id: UUID) -> Document:
    """The row of a file. Raises NotFound, also where the actor may not see it."""
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound("There is no such file, or it is not yours to see.")
    return document


@contextmanager
def at_hand(session: Session, document_ids: Iterable[UUID]) -> Iterator[None]:
    """Read the rows of these files at once: within the block `find` asks no more for them."""
    kept = session.scalars(sa.select(Document).where(Document.id.in_(set(document_ids)))).all()
    yield
    del kept  # the session itself holds no row that nobody else holds


def read(session: Session, document_id: UUID) -> bytes:
    """The bytes of a file, checked against their hash.

    Raises NotFound and StoreError, and what `quarantine.let_through` raises.
    """
    return the_store().get(released(session, document_id).sha256)


def released(session: Session, document_id: UUID) -> Document:
    """The row of a file whose bytes the actor may have. Raises as `read` does, but StoreError."""
    document = find(session, document_id)
    quarantine.let_through(session, document)
    return document
