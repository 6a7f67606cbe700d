"""Keeping many files that the office made itself, with one wait for the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from registration import config
from registration.db import Session, new_id
from registration.documents.models import Document, DocumentKind
from registration.documents.store import Store


class Keep(Protocol):
    """Keeps one more file, for one State or (without a code) for the office alone."""

    def __call__(self, content: bytes, *, filename: str, state_code: str | None) -> Document: ...


@contextmanager
def batch(session: Session, *, kind: DocumentKind, media_type: str) -> Iterator[Keep]:
    """Keep files of one kind.

    When the block has ended, all bytes are safe on the disk, and then all rows are written.
    """
    kept: list[Document] = []
    with Store(config.current().store_dir).batch() as put:

        def keep(content: bytes, *, filename: str, state_code: str | None) -> Document:
            document = Document(
                id=new_id(),
                sha256=put(content),
                size=len(content),
                media_type=media_type,
                filename=filename,
                kind=kind,
                state_code=state_code,
                stored_by=session.actor.name,
            )
            kept.append(document)
            return document

        yield keep
    session.add_all(kept)
    session.flush()
