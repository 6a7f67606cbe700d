"""Verification: what anybody who holds a copy may learn of it, and whether a file is that copy."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from cryptography import x509

from letters.sealed import Finding, examine
from registration.db import Session
from registration.documents.models import Document
from registration.notes import codes, sealing
from registration.notes.models import Letter, Note, SealCertificate
from registration.notes.rules import NoteStage
from registration.states.models import State

LARGEST_FILE = 5 * 2**20  # bytes; a letter has a hundredth of that


@dataclass(frozen=True)
class Verified:
    """What the holder of a copy may know: that the office issued it, to whom, and when.

    `file_sha256` is None until the copy is made; it is compared, and never shown.
    """

    letter_id: UUID
    reference: str | None
    issued_on: date | None
    state: State
    file_sha256: str | None
    sealed_with: str | None


@dataclass(frozen=True)
class SealOfCopy:
    """The certificate of a copy's seal, as a reader of PDF shows it."""

    owner: str
    issuer: str
    valid_until: datetime
    fingerprint: str


@dataclass(frozen=True)
class Compared:
    """Whether a file is the copy; and what it shows of our seal, where it came here and is not."""

    same: bool
    seal: Finding | None = None


def verify(session: Session, code: str) -> Verified | None:
    """The copy with that code, however it was typed; `session` acts for the program.

    A code that cannot be one is looked for like any other: it takes as long.
    """
    row = session.execute(
        sa.select(
            Letter.id, Note.reference, Note.issued_on, State, Document.sha256, Letter.sealed_with
        )
        .join(Letter, Letter.note_id == Note.id)
        .join(State, State.code == Letter.state_code)
        .outerjoin(Document, Document.id == Letter.document_id)
        .where(Letter.code == codes.normal(code), Note.stage == NoteStage.ISSUED)
    ).one_or_none()
    return Verified(*row) if row else None


def compare_digest(copy: Verified, digest: str) -> Compared:
    """Whether the file with that SHA-256 (hexadecimal) is the copy."""
    return Compared(same=digest.lower() == copy.file_sha256)


def compare_file(session: Session, copy: Verified, content: bytes) -> Compared:
    """Whether the file is the copy; if not, whether it is at least one that the office sealed."""
    compared = compare_digest(copy, sha256(content).hexdigest())
    if compared.same:
        return compared
    return Compared(same=False, seal=examine(content, sealing.certificates(session)))


def seal_of(session: Session, copy: Verified) -> SealOfCopy | None:
    """The seal on the copy as it was issued, if it has one."""
    kept = session.get(SealCertificate, copy.sealed_with) if copy.sealed_with else None
    if kept is None:
        return None
    certificate = x509.load_der_x509_certificate(kept.der)
    return SealOfCopy(
        owner=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        valid_until=certificate.not_valid_after_utc,
        fingerprint=kept.sha256,
    )
