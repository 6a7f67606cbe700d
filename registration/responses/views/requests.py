"""Pages of the office: what States have asked, and what is made of it."""

from uuid import UUID

from flask import Response, flash, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from registration.accounts import queries as accounts
from registration.errors import NotFound
from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.meetings.models import Meeting
from registration.permissions import Permission
from registration.responses import forms, queries, settling
from registration.responses.forms import SettlementForm
from registration.responses.queries import Received
from registration.responses.rules import OUTCOMES, Outcome
from registration.responses.views.edge import READ, STAFF, pages
from registration.web import page_language, see_other, session, tried

SETTLE = Permission.SETTLE_REQUEST


@pages.get("/requests", permission=READ, scope=STAFF)
def requests() -> str:
    """The requests that wait for the office, the oldest first."""
    return render_template(
        "responses/requests.html", waiting=queries.requests_that_wait(session()), forms=forms
    )


@pages.post("/requests/export", permission=Permission.EXPORT, scope=STAFF)
def export_requests() -> Response:
    """The requests that wait for the office, as a file."""
    begin(session())
    rows = [_row(each) for each in queries.requests_that_wait(session())]
    columns = [str(column) for column in forms.REQUESTS_COLUMNS]
    return file(Sheet("Requests of States", columns, rows, "response", "requests"))


def _row(received: Received) -> list[Cell]:
    request = received.response
    return [
        received.state.code,
        received.state.name(page_language()),
        str(forms.KINDS[request.kind]),
        request.asked_until,
        received.note.reference,
        request.received_at,
        str(forms.CHANNELS[request.channel]),
    ]


@pages.get("/responses/<uuid:response_id>/settle", permission=SETTLE, scope=STAFF)
def ask_settle(response_id: UUID) -> str:
    """Asks what is made of a request, with the day that the State asked for."""
    received = _request(response_id)
    return _page(received, SettlementForm(until=received.response.asked_until))


def _request(response_id: UUID) -> Received:
    """A request. Raises NotFound for any other response."""
    received = queries.by_id(session(), response_id)
    if received.response.kind not in OUTCOMES:
        raise NotFound("There is no such request, or it is not yours to see.")
    return received


def _page(received: Received, form: SettlementForm) -> str:
    form.offer(received.response.kind)
    return render_template(
        "responses/settle.html",
        received=received,
        meeting=session().get_one(Meeting, received.note.meeting_id),
        people=accounts.focal_points(session(), received.state.code),
        form=form,
        forms=forms,
    )


@pages.post("/responses/<uuid:response_id>/settle", permission=SETTLE, scope=STAFF)
def settle(response_id: UUID) -> AnyResponse | tuple[str, int]:
    """Settles a request, and tells the State."""
    received, form = _request(response_id), SettlementForm()
    form.offer(received.response.kind)

    def decide() -> None:
        settling.settle(
            session(),
            response_id,
            Outcome(form.outcome.data),
            reason=form.reason.data or "",
            until=form.until.data,
        )

    status = tried(form, decide)
    if status == 303:
        flash(_said(len(accounts.focal_points(session(), received.state.code))), "success")
        return see_other("responses.show", response_id=response_id)
    return _page(_request(response_id), form), status


def _said(told: int) -> str:
    if not told:
        return str(_("Settled. Nobody answers for this State here: tell its mission yourself."))
    return str(
        ngettext(
            "Settled. A mail goes to %(num)s person of the State.",
            "Settled. A mail goes to %(num)s persons of the State.",
            told,
        )
    )
