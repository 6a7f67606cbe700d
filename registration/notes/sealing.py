"""The office's seal, where a key is configured: put on finished letters, its certificates kept."""

from datetime import datetime
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from cryptography import x509
from sqlalchemy.dialects.postgresql import insert

from letters.letter import LetterError
from letters.seal import Seal
from registration import clock, config
from registration.db import Session
from registration.journal.service import record
from registration.notes.models import Letter, Note, SealCertificate


def seal() -> Seal | None:
    """The seal of this installation, read once by each process; None where none is configured.

    Raises LetterError for a key or a certificate that cannot be read, do not fit or are out of
    date. Processes that make letters ask for it when they start, so that none begins without it.
    """
    settings = config.current()
    if settings.seal_key is None or settings.seal_certificate is None:
        return None
    password = settings.seal_key_password
    found = _read(
        settings.seal_key,
        settings.seal_certificate,
        password.get_secret_value() if password else None,
    )
    found.refuse_unless_valid(clock.now())
    return found


@cache
def _read(key: Path, certificate: Path, password: str | None) -> Seal:
    try:
        contents = key.read_bytes(), certificate.read_bytes()
    except OSError as error:
        raise LetterError(
            f"The file {error.filename} of the seal cannot be read: {error.strerror}."
        ) from error
    return Seal.of(*contents, password.encode() if password else None)


def sealed(session: Session, note: Note, letter: Letter, pdf: bytes) -> bytes:
    """The letter's file under the seal, or as it is where there is no seal. Raises LetterError.

    The seal claims the moment of the issue: it vouches for that act, and a letter that is made
    once more is the same to the last byte.
    """
    pdf, letter.sealed_with = put_on(session, pdf, note.issued_at or clock.now())
    return pdf


def put_on(session: Session, pdf: bytes, at: datetime) -> tuple[bytes, str | None]:
    """A file under the seal, which claims that moment, and the certificate's fingerprint.

    As it is, and None, where there is no seal. Raises LetterError.
    """
    found = seal()
    if found is None:
        return pdf, None
    _keep_certificate(session, found)
    return found.apply(pdf, at), found.fingerprint


def _keep_certificate(session: Session, seal: Seal) -> None:
    if session.get(SealCertificate, seal.fingerprint) is not None:
        return
    kept = session.execute(
        insert(SealCertificate)
        .values(sha256=seal.fingerprint, der=seal.encoded_certificate, first_used_at=clock.now())
        .on_conflict_do_nothing()  # another worker may seal its first letter at the same moment
        .returning(SealCertificate.sha256)
    )
    if kept.first() is not None:
        record(
            session,
            "seal.first_used",
            "seal_certificate",
            seal.fingerprint,
            detail={"owner": seal.title},
        )


def certificates(session: Session) -> list[x509.Certificate]:
    """Every certificate under which the office ever sealed a letter."""
    kept = session.scalars(sa.select(SealCertificate.der).order_by(SealCertificate.first_used_at))
    return [x509.load_der_x509_certificate(each) for each in kept]
