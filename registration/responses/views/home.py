"""A State's home: what it is asked, by when, what it answered, and the parts of an answer."""

from uuid import UUID

from flask import Response, current_app, render_template
from markupsafe import Markup

from registration.delegations.rules import NOMINATION
from registration.designations import queries as designations
from registration.errors import NotFound
from registration.responses import forms, queries, record, working_copy
from registration.responses.models import Response as Received
from registration.responses.queries import Asked
from registration.responses.rules import REQUESTS
from registration.responses.views.edge import (
    ANSWER,
    STATE,
    answer_to,
    as_file,
    asked,
    beginning,
    own_state,
    pages,
)
from registration.states import queries as states
from registration.web import day, found, session


@pages.get("/answer", permission=ANSWER, scope=STATE)
def home() -> str:
    """The notes that were addressed to the State, and the history of its answers.

    What slices above this one show here, the application knows.
    """
    questions = queries.all_asked(session(), own_state())
    meetings = [each.meeting for each in questions]
    answers = working_copy.answers(session(), own_state(), meetings) if meetings else {}
    return render_template(
        "responses/home.html",
        state=states.by_code(session(), own_state()),
        questions=questions,
        told=queries.all_told(session(), own_state()),
        answers={each.note.id: answers[each.meeting.id] for each in questions},
        there={each.note.id: _there(each) for each in questions},
        in_force=designations.in_force(session(), own_state()),
        past=record.past_meetings(session(), own_state()),
        received=queries.of_state(session(), own_state()),
        history=queries.history(session(), own_state()),
        besides=[Markup(show()) for show in current_app.extensions["at_home"]],  # noqa: S704
        forms=forms,
    )


def _there(question: Asked) -> str:
    """When the date passes in the State's capital, in words; empty where Vienna's time says it."""
    instant = record.deadline_elsewhere(session(), question)
    return "" if instant is None else f"{day(instant.date())}, {instant:%H:%M}"


@pages.get("/answer/<uuid:note_id>", permission=ANSWER, scope=STATE)
def answer(note_id: UUID) -> str:
    """The parts of the answer to one note: what is done, what is to do, what may be sent."""
    question = asked(note_id)
    answer = answer_to(question)
    nomination = answer.nomination
    said = queries.towards(session(), question.addressee.id)
    return render_template(
        "responses/answer.html",
        question=question,
        state=states.by_code(session(), own_state()),
        answer=answer,
        there=_there(question),
        actions=NOMINATION.actions(nomination.stage if nomination else NOMINATION.initial),
        urls={part: beginning(answer, part, note_id) for part in answer.stages},
        sent=[each for each in said if each.is_late is not None],
        requests=[each for each in said if each.response.kind in REQUESTS],
        forms=forms,
    )


@pages.get("/answer/<uuid:note_id>/responses/<uuid:response_id>", permission=ANSWER, scope=STATE)
def sent(note_id: UUID, response_id: UUID) -> str:
    """One answer as it was sent."""
    question, response = asked(note_id), _sent(note_id, response_id)
    return render_template(
        "responses/sent.html",
        question=question,
        received=queries.by_id(session(), response_id),
        response=response,
        named=queries.named_in(session(), response),
        changes=record.changes_by(session(), response),
        letter=record.letter_for(session(), response),
        is_last=queries.of_addressee(session(), question.addressee.id)[0].id == response.id,
        forms=forms,
    )


@pages.get(
    "/answer/<uuid:note_id>/responses/<uuid:response_id>/note", permission=ANSWER, scope=STATE
)
def sent_note(note_id: UUID, response_id: UUID) -> Response:
    """The mission's note as it was sent with that answer."""
    return as_file(found(_sent(note_id, response_id).document_id))


@pages.get(
    "/answer/<uuid:note_id>/responses/<uuid:response_id>/letter", permission=ANSWER, scope=STATE
)
def sent_letter(note_id: UUID, response_id: UUID) -> Response:
    """The letter that confirms that answer."""
    letter = found(record.letter_for(session(), _sent(note_id, response_id)))
    return as_file(found(letter.document_id))


def _sent(note_id: UUID, response_id: UUID) -> Received:
    """One response of the person's State to that note. Raises NotFound for any other."""
    question = asked(note_id)
    for response in queries.of_addressee(session(), question.addressee.id):
        if response.id == response_id:
            return response
    raise NotFound("There is no such response, or it is not yours to see.")
