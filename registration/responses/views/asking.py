"""Pages on which a State asks for a later day, or puts a question, before it answers."""

from collections.abc import Callable
from datetime import date
from typing import cast
from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.forms import Form
from registration.responses import asking
from registration.responses.forms import ExtensionForm, QuestionForm
from registration.responses.models import Response as Request
from registration.responses.queries import Asked
from registration.responses.views.edge import ANSWER, STATE, asked, pages
from registration.web import see_other, session, tried


@pages.get("/answer/<uuid:note_id>/extension", permission=ANSWER, scope=STATE)
def extension(note_id: UUID) -> str:
    """Asks until which day the State needs time, and why."""
    return _page("extension", asked(note_id), ExtensionForm())


@pages.post("/answer/<uuid:note_id>/extension", permission=ANSWER, scope=STATE)
def ask_for_extension(note_id: UUID) -> Response | tuple[str, int]:
    """Sends the request for a later day to the secretariat."""
    question, form = asked(note_id), ExtensionForm()

    def ask() -> Request:
        until = cast(date, form.until.data)
        reason = form.reason.data or ""
        return asking.ask_for_extension(session(), question.note, until=until, reason=reason)

    return _send("extension", question, form, ask)


@pages.get("/answer/<uuid:note_id>/question", permission=ANSWER, scope=STATE)
def question(note_id: UUID) -> str:
    """Asks what the State wants to know."""
    return _page("question", asked(note_id), QuestionForm())


@pages.post("/answer/<uuid:note_id>/question", permission=ANSWER, scope=STATE)
def ask_question(note_id: UUID) -> Response | tuple[str, int]:
    """Sends the question to the secretariat."""
    about, form = asked(note_id), QuestionForm()

    def ask() -> Request:
        words = form.question.data or ""
        return asking.ask_question(session(), about.note, question=words)

    return _send("question", about, form, ask)


def _page(what: str, question: Asked, form: Form) -> str:
    return render_template(f"responses/{what}.html", question=question, form=form)


def _send(
    what: str, question: Asked, form: Form, ask: Callable[[], Request]
) -> Response | tuple[str, int]:
    """Ask, and show what was sent; or the page again with what is wrong."""
    sent: list[Request] = []
    status = tried(form, lambda: sent.append(ask()))
    if status == 303:
        flash(_("The secretariat has received this, and will reply."), "success")
        return see_other("responses.sent", note_id=question.note.id, response_id=sent[0].id)
    return _page(what, question, form), status
