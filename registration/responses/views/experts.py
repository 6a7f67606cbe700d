"""Pages on which a State puts its experts forward, one by one or several at once."""

from uuid import UUID

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from registration.delegations import queries
from registration.delegations import service as delegations
from registration.delegations.models import Delegate, Nomination
from registration.delegations.rules import Part
from registration.responses import answering, forms
from registration.responses.forms import ROWS_LIMIT, ExpertForm, ExpertsForm
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
from registration.web import found, see_other, session, tried

ON_A_PAGE = 50


@pages.get("/answer/<uuid:note_id>/experts", permission=ANSWER, scope=STATE)
def experts(note_id: UUID) -> str:
    """The experts of the answer, in the order of the mission's note."""
    question = asked(note_id)
    answer = answer_to(question)
    last_page = max(-(-len(answer.delegates) // ON_A_PAGE), 1)
    page = min(max(request.args.get("page", 1, type=int), 1), last_page)
    return render_template(
        "responses/experts.html",
        question=question,
        answer=answer,
        delegates=answer.delegates[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        page=page,
        last_page=last_page,
        forms=forms,
    )


@pages.get("/answer/<uuid:note_id>/experts/add", permission=ANSWER, scope=STATE)
def new_experts(note_id: UUID) -> str:
    """Asks for one expert, or for as many as the address says."""
    form = ExpertsForm()
    form.show_rows(request.args.get("rows", default=1, type=int))
    return _experts_page(asked(note_id), form)


def _offer(question: Asked, form: ExpertsForm) -> None:
    earlier = queries.met_before(session(), own_state(), question.meeting.id)
    here = {each.name.casefold() for each in answer_to(question).delegates}
    form.offer(
        (each.id, f"{each.name}, {each.title}")
        for each in earlier
        if each.name.casefold() not in here
    )


def _experts_page(question: Asked, form: ExpertsForm) -> str:
    _offer(question, form)
    return render_template(
        "responses/add_experts.html",
        question=question,
        form=form,
        rows_limit=ROWS_LIMIT,
        answer=answer_to(question),
        part=Part.DELEGATION,
        stage=answer_to(question).stages[Part.DELEGATION],
    )


@pages.post("/answer/<uuid:note_id>/experts/add", permission=ANSWER, scope=STATE)
def add_experts(note_id: UUID) -> Response | tuple[str, int]:
    """Puts the experts of all filled rows forward, or shows one more row."""
    question, form = asked(note_id), ExpertsForm()
    _offer(question, form)
    if "more" in request.form:
        form.show_rows(len(form.rows) + 1)
        return _experts_page(question, form), 200

    def add() -> None:
        nomination = answering.begin(session(), note_id)
        answering.put_forward_again(session(), nomination, form.chosen)
        delegations.add(session(), nomination, form.persons)

    status = tried(form, add)
    if status == 303:
        count = len(form.filled) + len(form.chosen)
        flash(ngettext("%(num)s person is added.", "%(num)s persons are added.", count), "success")
        return go_on(note_id, Part.DELEGATION, "responses.experts")
    return _experts_page(question, form), status


@pages.get("/answer/<uuid:note_id>/experts/<uuid:delegate_id>", permission=ANSWER, scope=STATE)
def expert(note_id: UUID, delegate_id: UUID) -> str:
    """Asks what to change about an expert."""
    question = asked(note_id)
    delegate = _delegate(question, delegate_id)
    return _expert_page(question, ExpertForm(obj=delegate), delegate)


def _expert_page(
    question: Asked, form: ExpertForm, delegate: Delegate, *, conflict: bool = False
) -> str:
    if conflict:
        form.show_version(delegate.version)
    return render_template(
        "responses/expert.html",
        question=question,
        form=form,
        delegate=delegate,
        conflict=conflict,
    )


@pages.post("/answer/<uuid:note_id>/experts/<uuid:delegate_id>", permission=ANSWER, scope=STATE)
def save_expert(note_id: UUID, delegate_id: UUID) -> Response | tuple[str, int]:
    """Corrects what is said of an expert."""
    question, form = asked(note_id), ExpertForm()
    _delegate(question, delegate_id)

    def reword() -> None:
        nomination = answering.begin(session(), note_id)
        delegate = delegations.find(nomination, delegate_id)
        delegations.reword(session(), nomination, delegate, form.person, version=form.version_seen)

    status = tried(form, reword)
    if status == 303:
        flash(_("The person is saved."), "success")
        return see_other("responses.experts", note_id=note_id)
    delegate = _delegate(question, delegate_id)
    return _expert_page(question, form, delegate, conflict=status == 409), status


@pages.get(
    "/answer/<uuid:note_id>/experts/<uuid:delegate_id>/replace", permission=ANSWER, scope=STATE
)
def ask_replacement(note_id: UUID, delegate_id: UUID) -> str:
    """Asks who comes in the place of an expert."""
    question = asked(note_id)
    delegate = _delegate(question, delegate_id)
    form = ExpertForm(institution=delegate.institution, capacity=delegate.capacity)
    form.show_version(delegate.version)
    return _replacement_page(question, form, delegate)


def _replacement_page(question: Asked, form: ExpertForm, delegate: Delegate) -> str:
    return render_template(
        "responses/replace_expert.html", question=question, form=form, delegate=delegate
    )


@pages.post(
    "/answer/<uuid:note_id>/experts/<uuid:delegate_id>/replace", permission=ANSWER, scope=STATE
)
def replace_expert(note_id: UUID, delegate_id: UUID) -> Response | tuple[str, int]:
    """Puts another person in the place of an expert."""
    question, form = asked(note_id), ExpertForm()
    delegate = _delegate(question, delegate_id)

    def put() -> None:
        nomination = answering.begin(session(), note_id)
        former = delegations.find(nomination, delegate_id)
        delegations.replace(session(), nomination, former, form.person, version=form.version_seen)

    status = tried(form, put)
    if status == 303:
        flash(_("Another person comes in the place of %(name)s.", name=delegate.name), "success")
        return see_other("responses.experts", note_id=note_id)
    return _replacement_page(question, form, delegate), status


def _delegate(question: Asked, delegate_id: UUID) -> Delegate:
    """One expert of the person's State. Raises NotFound for any other."""
    return delegations.find(found(answer_to(question).nomination), delegate_id)


@pages.post(
    "/answer/<uuid:note_id>/experts/<uuid:delegate_id>/head", permission=ANSWER, scope=STATE
)
def make_head(note_id: UUID, delegate_id: UUID) -> Response:
    """Lets an expert head the delegation."""
    nomination = answering.begin(session(), note_id)
    delegate = delegations.find(nomination, delegate_id)
    delegations.make_head(session(), nomination, delegate)
    session().commit()
    flash(_("%(name)s heads the delegation.", name=delegate.name), "success")
    return _back_to(note_id, nomination, delegate)


def _back_to(note_id: UUID, nomination: Nomination, delegate: Delegate) -> Response:
    """The page of the list on which that person stands now."""
    place = [each.id for each in nomination.delegates].index(delegate.id)
    return see_other("responses.experts", note_id=note_id, page=place // ON_A_PAGE + 1)


@pages.post("/answer/<uuid:note_id>/experts/<uuid:delegate_id>/up", permission=ANSWER, scope=STATE)
def move_up(note_id: UUID, delegate_id: UUID) -> Response:
    """Puts an expert one place higher."""
    nomination = answering.begin(session(), note_id)
    delegate = delegations.find(nomination, delegate_id)
    delegations.move_up(session(), nomination, delegate)
    session().commit()
    return _back_to(note_id, nomination, delegate)


@pages.get(
    "/answer/<uuid:note_id>/experts/<uuid:delegate_id>/remove", permission=ANSWER, scope=STATE
)
def ask_remove_expert(note_id: UUID, delegate_id: UUID) -> str:
    """Asks once whether the expert shall go."""
    question = asked(note_id)
    return render_template(
        "responses/remove_expert.html",
        question=question,
        delegate=_delegate(question, delegate_id),
    )


@pages.post(
    "/answer/<uuid:note_id>/experts/<uuid:delegate_id>/remove", permission=ANSWER, scope=STATE
)
def remove_expert(note_id: UUID, delegate_id: UUID) -> Response:
    """Takes an expert out of the answer."""
    nomination = answering.begin(session(), note_id)
    delegate = delegations.find(nomination, delegate_id)
    delegations.remove(session(), nomination, delegate)
    session().commit()
    flash(_("%(name)s is no longer in the answer.", name=delegate.name), "success")
    return see_other("responses.experts", note_id=note_id)
