"""What all pages of the slice share: their routes, whose State it is, and how an act is tried."""

from io import BytesIO
from uuid import UUID

from flask import Response, send_file

from registration.documents import service as documents
from registration.permissions import Permission, Scope
from registration.responses import queries, working_copy
from registration.responses.queries import Asked
from registration.responses.working_copy import Answer
from registration.web import Pages, actor, session
from registration.web import tried as tried

pages = Pages("responses", __name__)

ANSWER, STATE = Permission.ANSWER, Scope.STATE
READ, RECORD, STAFF = Permission.READ_REGISTER, Permission.RECORD_RESPONSE, Scope.STAFF


def own_state() -> str:
    """The State that the person acts for; no form and no address ever says it."""
    return actor().state_code or ""


def asked(note_id: UUID) -> Asked:
    """A note that was addressed to the person's State. Raises NotFound for any other."""
    return queries.asked(session(), note_id, own_state())


def answer_to(question: Asked) -> Answer:
    """What the person's State has put together so far."""
    return working_copy.answer(session(), own_state(), question.meeting)


def as_file(document_id: UUID) -> Response:
    """A file from outside, to be saved and never shown within these pages.

    Raises NotFound where the person may not see it.
    """
    document = documents.find(session(), document_id)
    answer = send_file(
        BytesIO(documents.read(session(), document_id)),
        mimetype=document.media_type,
        as_attachment=True,
        download_name=document.filename,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
