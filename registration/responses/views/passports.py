"""Pages for numbers of passports: a State gives its delegates', administrators read them."""

from typing import Any
from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.accounts import queries as accounts
from registration.delegations import passports
from registration.delegations.models import Delegate
from registration.errors import NotFound, Refused
from registration.forms import Form, Line
from registration.meetings import queries as meetings
from registration.meetings.models import Meeting
from registration.permissions import Permission
from registration.responses import answering
from registration.responses.queries import Asked
from registration.responses.views.edge import ANSWER, STAFF, STATE, answer_to, asked, pages
from registration.web import page_language, see_other, session, tried


def _delegates(question: Asked) -> list[Delegate]:
    """The State's delegates to a meeting that asks for passports. Raises NotFound for others."""
    if not question.meeting.asks_passports:
        raise NotFound("This meeting does not ask for passports.")
    nomination = answer_to(question).nomination
    return list(nomination.delegates) if nomination else []


def _form(delegates: list[Delegate], **values: Any) -> Form:
    """One field for each delegate, under the person's own name."""
    fields = {f"of_{each.id.hex}": Line(each.name, limit=30) for each in delegates}
    known = {f"of_{each.id.hex}": each.passport_number or "" for each in delegates}
    return type("PassportsForm", (Form,), fields)(**known, **values)  # type: ignore[no-any-return]


@pages.get("/answer/<uuid:note_id>/passports", permission=ANSWER, scope=STATE)
def passport_numbers(note_id: UUID) -> str:
    """Asks for the numbers of the delegates' passports, where the meeting does."""
    question = asked(note_id)
    return _page(question, _form(_delegates(question), formdata=None))


def _page(question: Asked, form: Form) -> str:
    return render_template("responses/passports.html", question=question, form=form)


@pages.post("/answer/<uuid:note_id>/passports", permission=ANSWER, scope=STATE)
def save_passport_numbers(note_id: UUID) -> Response | tuple[str, int]:
    """Keeps the numbers, encrypted."""
    question = asked(note_id)
    delegates = _delegates(question)
    form = _form(delegates)
    status = tried(form, lambda: _keep(note_id, form, delegates))
    if status != 303:
        return _page(question, form), status
    flash(_("The numbers are kept, encrypted, until the meeting is over."), "success")
    return see_other("responses.answer", note_id=note_id)


def _keep(note_id: UUID, form: Form, delegates: list[Delegate]) -> None:
    typed = {each.id: form[f"of_{each.id.hex}"].data or "" for each in delegates}
    for delegate_id, number in typed.items():
        try:
            passports.cleaned(number)
        except Refused as error:
            error.field = f"of_{delegate_id.hex}"
            raise
    passports.keep(session(), answering.begin(session(), note_id), typed)


@pages.get("/meetings/<slug>/passports", permission=Permission.READ_PASSPORT, scope=STAFF)
def meeting_passports(slug: str) -> str:
    """How many numbers States gave for a meeting, and a button that shows them."""
    meeting = meetings.by_slug(session(), slug)
    count = passports.how_many(session(), meeting)
    return _office_page(meeting, count, None)


@pages.post("/meetings/<slug>/passports", permission=Permission.READ_PASSPORT, scope=STAFF)
def read_passports(slug: str) -> str:
    """The numbers themselves, for the host's visas; that they were read is written down."""
    meeting = meetings.by_slug(session(), slug)
    found = passports.read_all(session(), meeting)
    names = accounts.state_names(session())
    rows = [
        (names[each.state_code][page_language()], each.name, each.passport_number) for each in found
    ]
    session().commit()
    return _office_page(meeting, len(rows), rows)


def _office_page(
    meeting: Meeting, count: int, rows: list[tuple[str, str, str | None]] | None
) -> str:
    return render_template(
        "responses/meeting_passports.html", meeting=meeting, count=count, rows=rows
    )
