"""Suspect addresses: the list of them, and what a person makes of one."""

from uuid import UUID

from flask import Response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.forms import Form
from registration.permissions import Permission, Scope
from registration.states import forms, queries, service
from registration.states import suspects as addresses
from registration.states.models import MissionAddress
from registration.states.views.edge import CORRECT, READ, corrected, pages
from registration.web import page_language, session, told, tried

RULE = "/states/<code>/mission/addresses/<uuid:address_id>"


@pages.get("/states/suspect-addresses", permission=READ, scope=Scope.STAFF)
def suspects() -> str:
    """Every address of which a mail server said that it delivers nothing there."""
    return render_template("states/suspects.html", addresses=addresses.everywhere(session()))


@pages.post("/states/suspect-addresses/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export_suspects() -> Response:
    """The suspect addresses as a file."""
    begin(session())
    rows = [_row(each) for each in addresses.everywhere(session())]
    columns = [
        _("Address"),
        _("Code"),
        _("State"),
        _("Since (Vienna)"),
        _("The mail server's word"),
    ]
    return file(Sheet("Suspect addresses", columns, rows, "states", "suspect-addresses"))


def _row(address: MissionAddress) -> list[Cell]:
    return [
        address.email,
        address.state_code,
        address.mission.state.name(page_language()),
        address.suspect_since,
        told(address.suspect_reason).striptags(),
    ]


@pages.get(f"{RULE}/suspect", permission=CORRECT, scope=Scope.STAFF)
def suspect(code: str, address_id: UUID) -> str:
    """What the mail server said of one address, and what can be done."""
    return _page(code, address_id)


@pages.post(f"{RULE}/right-again", permission=CORRECT, scope=Scope.STAFF)
def clear_suspect(code: str, address_id: UUID) -> AnyResponse | tuple[str, int]:
    """Says that mail arrives there."""
    address, form = service.address_of(session(), code, address_id), forms.ClearForm()
    status = tried(form, lambda: addresses.clear(session(), address, reason=form.reason.data or ""))
    if status == 303:
        return corrected(code)
    return _page(code, address_id, clearing=form), status


@pages.post(f"{RULE}/replace", permission=CORRECT, scope=Scope.STAFF)
def replace_suspect(code: str, address_id: UUID) -> AnyResponse | tuple[str, int]:
    """Puts another address in its place."""
    address, form = service.address_of(session(), code, address_id), forms.AddressForm()
    status = tried(
        form,
        lambda: addresses.replace(session(), address, form.email.data or "", **form.authority),
    )
    if status == 303:
        return corrected(code)
    return _page(code, address_id, replacing=form), status


def _page(
    code: str,
    address_id: UUID,
    clearing: forms.ClearForm | None = None,
    replacing: forms.AddressForm | None = None,
) -> str:
    form: Form = clearing or replacing or Form()
    return render_template(
        "states/suspect.html",
        state=queries.by_code(session(), code),
        address=service.address_of(session(), code, address_id),
        form=form,
        clearing=clearing or forms.ClearForm(formdata=None),
        replacing=replacing or forms.AddressForm(formdata=None, seen=""),
    )
