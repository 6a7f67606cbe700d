"""Pages for what a State is asked besides names, and for saying that a part is not needed."""

from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.delegations import parts
from registration.delegations import queries as delegations
from registration.delegations.parts import REMARK
from registration.delegations.rules import QUESTIONS, Part
from registration.errors import NotFound
from registration.meetings.models import Meeting
from registration.responses import answering, forms
from registration.responses.forms import ForPersonsForm, QuestionnaireForm
from registration.responses.queries import Asked
from registration.responses.views.edge import (
    ANSWER,
    STATE,
    answer_to,
    asked,
    go_on,
    own_state,
    pages,
)
from registration.responses.working_copy import STRAIGHT_ON
from registration.web import see_other, session, tried


@pages.get("/answer/<uuid:note_id>/questionnaire", permission=ANSWER, scope=STATE)
def questionnaire(note_id: UUID) -> str:
    """Asks the questions of the mandate; what was written for another meeting is offered."""
    question = asked(note_id)
    answer = answer_to(question)
    words, offered = answer.words(Part.QUESTIONNAIRE), None
    if not words:
        before = delegations.answered_before(
            session(), own_state(), question.meeting.id, Part.QUESTIONNAIRE
        )
        words, offered = (before[0].answers, before[1]) if before else ({}, None)
    form = QuestionnaireForm(**{name: words.get(name, "") for name in QUESTIONS})
    form.show_version(answer.version(Part.QUESTIONNAIRE))
    return _questions(question, form, offered=offered)


def _questions(
    question: Asked,
    form: QuestionnaireForm,
    *,
    offered: Meeting | None = None,
    saved: dict[str, str] | None = None,
) -> str:
    return render_template(
        "responses/questionnaire.html",
        question=question,
        form=form,
        offered=offered,
        saved=saved,
        part=Part.QUESTIONNAIRE,
        stage=answer_to(question).stages[Part.QUESTIONNAIRE],
    )


@pages.post("/answer/<uuid:note_id>/questionnaire", permission=ANSWER, scope=STATE)
def save_questionnaire(note_id: UUID) -> Response | tuple[str, int]:
    """Keeps the answers to the questions."""
    question, form = asked(note_id), QuestionnaireForm()
    status = tried(
        form,
        lambda: parts.answer(
            session(),
            answering.begin(session(), note_id),
            form.answers,
            version=form.version_seen,
        ),
    )
    if status == 303:
        flash(_("Your words are saved."), "success")
        return see_other("responses.answer", note_id=note_id)
    saved = None
    if status == 409:
        answer = answer_to(question)
        saved = answer.words(Part.QUESTIONNAIRE)
        form.show_version(answer.version(Part.QUESTIONNAIRE))
    return _questions(question, form, saved=saved), status


@pages.get("/answer/<uuid:note_id>/funding", permission=ANSWER, scope=STATE)
def funding(note_id: UUID) -> str:
    """Asks for whom funding of travel is asked."""
    return _ask_for_whom(note_id, Part.FUNDING)


@pages.post("/answer/<uuid:note_id>/funding", permission=ANSWER, scope=STATE)
def save_funding(note_id: UUID) -> Response | tuple[str, int]:
    """Keeps for whom funding is asked."""
    return _save_for_whom(note_id, Part.FUNDING)


@pages.get("/answer/<uuid:note_id>/visa-letters", permission=ANSWER, scope=STATE)
def visa_letters(note_id: UUID) -> str:
    """Asks for whom letters for visas are asked."""
    return _ask_for_whom(note_id, Part.VISA_LETTERS)


@pages.post("/answer/<uuid:note_id>/visa-letters", permission=ANSWER, scope=STATE)
def save_visa_letters(note_id: UUID) -> Response | tuple[str, int]:
    """Keeps for whom letters for visas are asked."""
    return _save_for_whom(note_id, Part.VISA_LETTERS)


def _ask_for_whom(note_id: UUID, part: Part) -> str:
    question = asked(note_id)
    answer = answer_to(question)
    _refuse_what_is_not_offered(question, part)
    form = ForPersonsForm(
        persons=[str(each.id) for each in answer.asked_for(part)],
        remark=answer.words(part).get(REMARK, ""),
        version=str(answer.version(part)),
    )
    return _page_for_whom(question, part, form)


def _refuse_what_is_not_offered(question: Asked, part: Part) -> None:
    if part not in answer_to(question).stages:
        raise NotFound("Your State cannot ask for this at this meeting.")


def _page_for_whom(question: Asked, part: Part, form: ForPersonsForm) -> str:
    answer = answer_to(question)
    form.offer((each.id, each.name) for each in answer.delegates)
    return render_template(
        "responses/for_persons.html",
        question=question,
        form=form,
        part=part,
        answer=answer,
        forms=forms,
    )


def _save_for_whom(note_id: UUID, part: Part) -> Response | tuple[str, int]:
    question, form = asked(note_id), ForPersonsForm()
    _refuse_what_is_not_offered(question, part)
    form.offer((each.id, each.name) for each in answer_to(question).delegates)

    def ask() -> None:
        parts.ask_for(
            session(),
            answering.begin(session(), note_id),
            part,
            form.chosen,
            form.remark.data or "",
            version=form.version_seen,
        )

    status = tried(form, ask)
    if status == 303:
        flash(_("Your request is saved."), "success")
        return see_other("responses.answer", note_id=note_id)
    if status == 409:
        form.show_version(answer_to(question).version(part))
    return _page_for_whom(question, part, form), status


@pages.post("/answer/<uuid:note_id>/parts/<part>/not-needed", permission=ANSWER, scope=STATE)
def not_needed(note_id: UUID, part: str) -> Response:
    """Says that a part is not needed."""
    return _mark(note_id, part, not_needed=True)


@pages.post("/answer/<uuid:note_id>/parts/<part>/needed", permission=ANSWER, scope=STATE)
def needed(note_id: UUID, part: str) -> Response:
    """Says that a part is needed after all."""
    return _mark(note_id, part, not_needed=False)


def _mark(note_id: UUID, name: str, *, not_needed: bool) -> Response:
    if name not in list(Part):
        raise NotFound("There is no such part of an answer.")
    part = Part(name)
    parts.mark(session(), answering.begin(session(), note_id), part, not_needed=not_needed)
    session().commit()
    if part in STRAIGHT_ON:
        return go_on(note_id, part, "responses.answer")
    return see_other("responses.answer", note_id=note_id)
