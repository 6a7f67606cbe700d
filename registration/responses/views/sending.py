"""The page on which a State checks its answer and sends it."""

from uuid import UUID

from flask import render_template
from flask_babel import get_locale
from werkzeug.wrappers import Response

from registration.responses import answering, forms, queries, sending_along, service
from registration.responses.forms import SendForm
from registration.responses.queries import Asked
from registration.responses.views.edge import ANSWER, STATE, answer_to, asked, beginning, pages
from registration.web import see_other, session, tried


@pages.get("/answer/<uuid:note_id>/send", permission=ANSWER, scope=STATE)
def check(note_id: UUID) -> str:
    """The whole answer as it would be sent, and what it lacks."""
    return _page(asked(note_id), SendForm())


def _offer(question: Asked, form: SendForm) -> None:
    language = str(get_locale())
    form.offer(
        (each.note.id, f"{each.meeting.place(language)} ({each.note.reference})")
        for each in queries.of_the_same_week(session(), question)
    )


def _page(question: Asked, form: SendForm) -> str:
    answer = answer_to(question)
    _offer(question, form)
    form.show_version(answer.nomination.version if answer.nomination else 0)
    return render_template(
        "responses/send.html",
        question=question,
        form=form,
        answer=answer,
        urls={part: beginning(answer, part, question.note.id) for part in answer.stages},
        forms=forms,
    )


@pages.post("/answer/<uuid:note_id>/send", permission=ANSWER, scope=STATE)
def send(note_id: UUID) -> Response | tuple[str, int]:
    """Sends the answer that was checked; a second click shows the one that was sent."""
    question, form = asked(note_id), SendForm()
    _offer(question, form)
    sent = []

    def submit() -> None:
        nomination = answering.begin(session(), note_id)
        sent.append(
            service.submit(
                session(),
                nomination,
                question.note,
                version=form.version_seen,
                replaces_newer=bool(form.replaces_newer.data),
            )
        )
        sending_along.send_along(session(), nomination, question, form.chosen)

    status = tried(form, submit)
    if status == 303:
        return see_other("responses.sent", note_id=note_id, response_id=sent[0].id)
    return _page(question, form), status
