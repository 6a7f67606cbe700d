"""What all pages of the slice share: their routes, whose State it is, and how an act is tried."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from registration.delegations.rules import Part
from registration.documents import service as documents
from registration.permissions import Permission, Scope
from registration.responses import queries, working_copy
from registration.responses.queries import Asked
from registration.responses.working_copy import Answer
from registration.web import Pages, actor, see_other, session

pages = Pages("responses", __name__)

# Where one begins a part; the straight way leads from one to the next.
BEGINNINGS: dict[Part, tuple[str, dict[str, Any]]] = {
    Part.CENTRAL_AUTHORITY: ("responses.central_authority", {}),
    Part.LOCAL_AUTHORITIES: ("responses.new_local_authorities", {"rows": 2}),
    Part.DELEGATION: ("responses.new_experts", {"rows": 6}),
    Part.FUNDING: ("responses.funding", {}),
    Part.VISA_LETTERS: ("responses.visa_letters", {}),
    Part.QUESTIONNAIRE: ("responses.questionnaire", {}),
    Part.MISSION_NOTE: ("responses.mission_note", {}),
}
# Where one goes on with a part in which something stands already.
LISTS = {
    Part.LOCAL_AUTHORITIES: "responses.local_authorities",
    Part.DELEGATION: "responses.experts",
}

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


def beginning(answer: Answer, part: Part, note_id: UUID) -> str:
    """The address of the page on which a part is begun or gone on with."""
    endpoint, values = BEGINNINGS[part]
    if part in LISTS and (answer.local if part is Part.LOCAL_AUTHORITIES else answer.delegates):
        endpoint, values = LISTS[part], {}
    return url_for(endpoint, note_id=note_id, **values)


def go_on(note_id: UUID, part: Part, otherwise: str) -> AnyResponse:
    """After a part was saved: the next one, where the person asked for that; else another page."""
    if request.form.get("go") != "on":
        return see_other(otherwise, note_id=note_id)
    answer = answer_to(asked(note_id))
    following = answer.after(part)
    if following is not None:
        return redirect(beginning(answer, following, note_id), 303)
    return see_other(
        "responses.check" if answer.may_be_sent else "responses.answer", note_id=note_id
    )
