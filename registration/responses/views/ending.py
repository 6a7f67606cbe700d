"""Pages on which a State says that it will not nominate, or takes back what it had sent."""

from uuid import UUID

from flask import render_template
from werkzeug.wrappers import Response

from registration.delegations.rules import NOMINATION, NominationAction
from registration.responses import answering, declining
from registration.responses.forms import ReasonForm
from registration.responses.queries import Asked
from registration.responses.views.edge import ANSWER, STATE, answer_to, asked, pages
from registration.web import see_other, session, tried
from registration.workflow import not_now


@pages.get("/answer/<uuid:note_id>/decline", permission=ANSWER, scope=STATE)
def ask_decline(note_id: UUID) -> Response | str:
    """Asks once whether the State will not nominate, and perhaps why."""
    return _ask(note_id, NominationAction.DECLINE)


@pages.post("/answer/<uuid:note_id>/decline", permission=ANSWER, scope=STATE)
def decline(note_id: UUID) -> Response | tuple[str, int]:
    """Says that the State will not nominate."""
    return _end(note_id, NominationAction.DECLINE)


@pages.get("/answer/<uuid:note_id>/withdraw", permission=ANSWER, scope=STATE)
def ask_withdraw(note_id: UUID) -> Response | str:
    """Asks once whether the State takes back what it sent, and perhaps why."""
    return _ask(note_id, NominationAction.WITHDRAW)


@pages.post("/answer/<uuid:note_id>/withdraw", permission=ANSWER, scope=STATE)
def withdraw(note_id: UUID) -> Response | tuple[str, int]:
    """Takes back what the State had sent."""
    return _end(note_id, NominationAction.WITHDRAW)


def _ask(note_id: UUID, action: NominationAction) -> Response | str:
    """The question; who comes back to it when it was done finds where the answer stands."""
    question = asked(note_id)
    if not _is_possible(question, action):
        return see_other("responses.answer", note_id=note_id)
    return _page(question, ReasonForm(), action)


def _is_possible(question: Asked, action: NominationAction) -> bool:
    nomination = answer_to(question).nomination
    return action in NOMINATION.actions(nomination.stage if nomination else NOMINATION.initial)


def _page(question: Asked, form: ReasonForm, action: NominationAction) -> str:
    """The question again, with what was wrong; raises IllegalMove at another stage."""
    if not _is_possible(question, action):
        raise not_now()
    return render_template(f"responses/{action.value}.html", question=question, form=form)


def _end(note_id: UUID, action: NominationAction) -> Response | tuple[str, int]:
    question, form = asked(note_id), ReasonForm()
    verb = declining.decline if action is NominationAction.DECLINE else declining.withdraw
    said = []

    def end() -> None:
        nomination = answering.begin(session(), note_id)
        said.append(verb(session(), nomination, question.note, reason=form.reason.data or ""))

    status = tried(form, end)
    if status == 303:
        return see_other("responses.sent", note_id=note_id, response_id=said[0].id)
    return _page(question, form, action), status
