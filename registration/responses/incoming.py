"""Missions' notes verbales that come in as files: kept as they came, for their State."""

from registration.db import Session
from registration.documents import service as documents
from registration.documents.examination import Upload, label, refuse_flawed
from registration.documents.models import Document, DocumentKind


def keep(session: Session, upload: Upload, state_code: str) -> Document:
    """Keep a mission's note for its State and the office.

    Raises Refused for the field `file` where it is anything but a plain PDF, with what to do.
    """
    refuse_flawed(upload, "file")
    return documents.store(
        session,
        upload.content,
        kind=DocumentKind.INCOMING_NOTE,
        filename=label(upload.filename, otherwise="note verbale"),
        media_type="application/pdf",
        state_code=state_code,
    )
