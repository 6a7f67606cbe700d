"""Pages on which a focal point sends links to experts, and decides on what they brought."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, render_template
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.delegations import links as verbs
from registration.delegations import queries
from registration.delegations.models import ExpertLink, Nomination
from registration.responses import answering, forms
from registration.responses.forms import AskForm, SendBackForm
from registration.responses.queries import Asked
from registration.responses.views.edge import (
    ANSWER,
    STATE,
    answer_to,
    asked,
    own_state,
    pages,
)
from registration.web import found, see_other, session, tried


@pages.get("/answer/<uuid:note_id>/links", permission=ANSWER, scope=STATE)
def links(note_id: UUID) -> str:
    """The links that were sent to experts, and a form for one more."""
    return _page(asked(note_id), AskForm(language=str(get_locale())))


def _page(question: Asked, form: AskForm) -> str:
    nomination = answer_to(question).nomination
    sent = queries.links(session(), nomination.id) if nomination else []
    return render_template(
        "responses/links.html",
        question=question,
        form=form,
        links=sent,
        is_open=verbs.is_open,
        forms=forms,
    )


@pages.post("/answer/<uuid:note_id>/links", permission=ANSWER, scope=STATE)
def send_link(note_id: UUID) -> Response | tuple[str, int]:
    """Sends somebody a link."""
    question, form = asked(note_id), AskForm()

    def ask() -> None:
        verbs.ask(
            session(),
            answering.begin(session(), note_id),
            name=form.name.data or "",
            email=form.email.data or "",
            language=form.language.data or "",
        )

    status = tried(form, ask)
    if status == 303:
        flash(_("The link is on its way to %(email)s.", email=form.email.data), "success")
        return see_other("responses.links", note_id=note_id)
    return _page(question, form), status


@pages.get("/answer/<uuid:note_id>/links/<uuid:link_id>", permission=ANSWER, scope=STATE)
def link(note_id: UUID, link_id: UUID) -> str:
    """What an expert filled in, to be accepted or sent back."""
    question = asked(note_id)
    return _look(question, _link(question, link_id), SendBackForm())


def _link(question: Asked, link_id: UUID) -> ExpertLink:
    """One link of the person's State. Raises NotFound for any other."""
    nomination = found(answer_to(question).nomination)
    return queries.link(session(), own_state(), nomination.id, link_id)


def _look(question: Asked, sent: ExpertLink, form: SendBackForm) -> str:
    form.show_version(sent.version)
    return render_template(
        "responses/link.html",
        question=question,
        link=sent,
        person=verbs.person_of(sent) if sent.particulars else None,
        form=form,
        is_open=verbs.is_open(sent),
        forms=forms,
    )


Decide = Callable[[Nomination, ExpertLink, SendBackForm], object]


def _decide(
    note_id: UUID, link_id: UUID, form: SendBackForm, decide: Decide, words: str
) -> Response | tuple[str, int]:
    question = asked(note_id)
    _link(question, link_id)

    def act() -> None:
        nomination = answering.begin(session(), note_id)
        sent = queries.link(session(), own_state(), nomination.id, link_id)
        decide(nomination, sent, form)

    status = tried(form, act)
    if status == 303:
        flash(words, "success")
        return see_other("responses.links", note_id=note_id)
    return _look(question, _link(question, link_id), form), status


@pages.post("/answer/<uuid:note_id>/links/<uuid:link_id>/accept", permission=ANSWER, scope=STATE)
def accept_link(note_id: UUID, link_id: UUID) -> Response | tuple[str, int]:
    """Puts the expert forward with what he or she wrote."""
    form = SendBackForm()
    del form.remark
    return _decide(
        note_id,
        link_id,
        form,
        lambda nomination, sent, typed: verbs.accept(
            session(), nomination, sent, version=typed.version_seen
        ),
        _("The person is in the answer now."),
    )


@pages.post("/answer/<uuid:note_id>/links/<uuid:link_id>/send-back", permission=ANSWER, scope=STATE)
def send_link_back(note_id: UUID, link_id: UUID) -> Response | tuple[str, int]:
    """Asks the expert to correct something."""
    return _decide(
        note_id,
        link_id,
        SendBackForm(),
        lambda nomination, sent, typed: verbs.send_back(
            session(), nomination, sent, typed.remark.data or "", version=typed.version_seen
        ),
        _("A new link with your remark is on its way."),
    )


@pages.post("/answer/<uuid:note_id>/links/<uuid:link_id>/revoke", permission=ANSWER, scope=STATE)
def revoke_link(note_id: UUID, link_id: UUID) -> Response:
    """Lets a link work no more."""
    nomination = answering.begin(session(), note_id)
    verbs.revoke(
        session(), nomination, queries.link(session(), own_state(), nomination.id, link_id)
    )
    session().commit()
    flash(_("The link works no more."), "success")
    return see_other("responses.links", note_id=note_id)
