"""Pages on which the mission's note verbale is laid beside the answer."""

from uuid import UUID

from flask import Response, flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.delegations import parts
from registration.delegations.rules import Part
from registration.documents import service as documents
from registration.documents.examination import SENTENCES
from registration.documents.rules import PAGE_LIMIT
from registration.errors import Refused
from registration.forms import Versioned
from registration.responses import answering
from registration.responses.forms import MissionNoteForm
from registration.responses.queries import Asked
from registration.responses.views.edge import (
    ANSWER,
    STATE,
    answer_to,
    as_file,
    asked,
    go_on,
    pages,
)
from registration.responses.working_copy import Answer
from registration.web import found, see_other, session, tried


@pages.get("/answer/<uuid:note_id>/mission-note", permission=ANSWER, scope=STATE)
def mission_note(note_id: UUID) -> str:
    """Asks for the note as a PDF and for its reference."""
    question = asked(note_id)
    answer = answer_to(question)
    nomination = answer.nomination
    form = MissionNoteForm(reference=nomination.mission_reference if nomination else "")
    form.show_version(answer.version(Part.MISSION_NOTE))
    if answer.note_flaw is not None:
        form.file.errors = [_(SENTENCES[answer.note_flaw], pages=PAGE_LIMIT)]
    return _page(question, form, answer)


def _page(question: Asked, form: MissionNoteForm, answer: Answer, *, conflict: bool = False) -> str:
    document_id = answer.nomination.mission_note_id if answer.nomination else None
    if conflict:
        form.show_version(answer.version(Part.MISSION_NOTE))
    return render_template(
        "responses/mission_note.html",
        question=question,
        form=form,
        nomination=answer.nomination,
        document=documents.find(session(), document_id) if document_id else None,
        examined=answer.note_examined,
        conflict=conflict,
    )


@pages.post("/answer/<uuid:note_id>/mission-note", permission=ANSWER, scope=STATE)
def save_mission_note(note_id: UUID) -> AnyResponse | tuple[str, int]:
    """Lays the note beside the answer; without a file only its reference is changed."""
    question, form = asked(note_id), MissionNoteForm()

    def lay() -> None:
        nomination, upload = answering.begin(session(), note_id), form.upload
        if upload is None and nomination.mission_note_id is None:
            raise Refused("Choose the note verbale as a PDF.", field="file")
        answering.lay_note_beside(
            session(),
            nomination,
            upload,
            form.reference.data or "",
            version=form.version_seen,
        )

    status = tried(form, lay)
    if status == 303:
        flash(_("The note verbale is saved."), "success")
        return go_on(note_id, Part.MISSION_NOTE, "responses.answer")
    return _page(question, form, answer_to(question), conflict=status == 409), status


@pages.get("/answer/<uuid:note_id>/mission-note/file", permission=ANSWER, scope=STATE)
def mission_note_file(note_id: UUID) -> Response:
    """The note that lies beside the answer, to be saved."""
    nomination = found(answer_to(asked(note_id)).nomination)
    return as_file(found(nomination.mission_note_id))


@pages.get("/answer/<uuid:note_id>/mission-note/remove", permission=ANSWER, scope=STATE)
def ask_remove_mission_note(note_id: UUID) -> str:
    """Asks once whether the note shall go."""
    question = asked(note_id)
    answer = answer_to(question)
    document_id = found(found(answer.nomination).mission_note_id)
    return render_template(
        "responses/remove_mission_note.html",
        question=question,
        document=documents.find(session(), document_id),
        version=answer.version(Part.MISSION_NOTE),
    )


@pages.post("/answer/<uuid:note_id>/mission-note/remove", permission=ANSWER, scope=STATE)
def remove_mission_note(note_id: UUID) -> AnyResponse:
    """Takes the note away from the answer, unless it is another one by now."""
    nomination = answering.begin(session(), note_id)
    parts.detach_note(session(), nomination, version=Versioned().version_seen)
    session().commit()
    flash(_("The note verbale is no longer with the answer."), "success")
    return see_other("responses.answer", note_id=note_id)
