"""Pages of the office: the register, its entries, and what States ask to have corrected."""

from typing import Any
from uuid import UUID

from flask import Response, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.authorities import confirming, forms, queries, service
from registration.authorities.forms import (
    AcceptForm,
    ConfirmForm,
    EndForm,
    RefuseForm,
    changed_entry,
    new_entry,
)
from registration.authorities.models import Authority
from registration.authorities.rules import FIELDS, Category, RequestStage
from registration.authorities.rules import changed as changed_fields
from registration.authorities.views.edge import (
    KEEP,
    READ,
    STAFF,
    choice,
    entry_page,
    pages,
    the_list,
)
from registration.errors import NotFound
from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.permissions import Permission
from registration.responses.views.edge import as_file
from registration.states.queries import all_states
from registration.web import found, page_language, see_other, session, tried


@pages.get("/authorities", permission=READ, scope=STAFF)
def index() -> str:
    """The register: who is competent where, and how fresh that is."""
    return the_list(
        "authorities.index",
        "authorities.show",
        asked=len(queries.requests(session(), stage=RequestStage.ASKED)),
        not_entered=queries.not_entered(session()),
    )


@pages.get("/authorities/<uuid:line_id>", permission=READ, scope=STAFF)
def show(line_id: UUID) -> str:
    """One entry with its history."""
    return _show(line_id, ConfirmForm(formdata=None))


def _show(line_id: UUID, form: ConfirmForm) -> str:
    return entry_page(queries.whole(session(), line_id), form=form, for_staff=True)


@pages.post("/authorities/<uuid:line_id>/confirm", permission=KEEP, scope=STAFF)
def confirm(line_id: UUID) -> AnyResponse | tuple[str, int]:
    """Says that an entry is still right, by a document."""
    form = ConfirmForm()
    status = tried(
        form, lambda: confirming.confirm(session(), line_id, source=form.source.data or "")
    )
    if status != 303:
        return _show(line_id, form), status
    flash(_("The entry is confirmed."), "success")
    return see_other("authorities.show", line_id=line_id)


@pages.get("/authorities/<uuid:line_id>/documents/<uuid:entry_id>", permission=READ, scope=STAFF)
def document(line_id: UUID, entry_id: UUID) -> Response:
    """The document that a wording rests on, to be saved."""
    wording = session().get(Authority, entry_id)
    if wording is None or wording.line_id != line_id:
        raise NotFound("There is no such entry.")
    return as_file(found(wording.document_id))


@pages.get("/authorities/new", permission=KEEP, scope=STAFF)
def new() -> str:
    """Asks for a new entry, filled with what an answer named where the address says which."""
    return _form_page(_new_form(**_named_in_an_answer()))


def _new_form(**values: Any) -> Any:
    language = page_language()
    return new_entry([(each.code, each.name(language)) for each in all_states(session())], **values)


def _named_in_an_answer() -> dict[str, Any]:
    try:
        named = queries.not_entered_one(session(), UUID(request.args.get("designation", "")))
    except ValueError:
        return {}
    if named is None:
        return {}
    said = named.designation
    return {
        "state": said.state_code,
        "category": Category.MUTUAL_LEGAL_ASSISTANCE.value,
        "authority_name": said.name,
        "organization_ministry": said.institution,
        "unit": said.title,
        "address": said.address,
        "telephone": said.telephone,
        "email": said.email,
        "notified_by": named.response.mission_reference,
        "notified_on": named.response.mission_note_date,
        "in_force_from": said.since,
    }


def _form_page(form: Any, authority: Authority | None = None) -> str:
    return render_template(
        "authorities/edit.html", form=form, authority=authority, fields=FIELDS, forms=forms
    )


@pages.post("/authorities/new", permission=KEEP, scope=STAFF)
def enter() -> AnyResponse | tuple[str, int]:
    """Enters an authority."""
    form, entered = _new_form(), []

    def do() -> None:
        category = Category(form.category.data)
        entered.append(
            service.enter(session(), form.state.data or "", category, form.typed, form.source)
        )

    status = tried(form, do)
    if status != 303:
        return _form_page(form), status
    flash(_("The authority is entered."), "success")
    return see_other("authorities.show", line_id=entered[0].line_id)


@pages.get("/authorities/<uuid:line_id>/change", permission=KEEP, scope=STAFF)
def ask_change(line_id: UUID) -> str:
    """Asks what the entry shall say from now on, and by which document."""
    authority = queries.present(session(), line_id)
    return _form_page(changed_entry(authority), authority)


@pages.post("/authorities/<uuid:line_id>/change", permission=KEEP, scope=STAFF)
def change(line_id: UUID) -> AnyResponse | tuple[str, int]:
    """Lets the entry say something else from a day on."""
    form = changed_entry(queries.present(session(), line_id))
    status = tried(
        form,
        lambda: service.change(session(), line_id, form.typed, form.source, seen=form.wording_seen),
    )
    if status != 303:
        return _form_page(form, queries.present(session(), line_id)), status
    flash(_("The entry is changed. What it said before stays in its history."), "success")
    return see_other("authorities.show", line_id=line_id)


@pages.get("/authorities/<uuid:line_id>/end", permission=KEEP, scope=STAFF)
def ask_end(line_id: UUID) -> str:
    """Asks from when on the authority is no longer competent, and by which document."""
    authority = queries.present(session(), line_id)
    return _end_page(authority, EndForm(seen=str(authority.id)))


def _end_page(authority: Authority, form: EndForm) -> str:
    return render_template("authorities/end.html", authority=authority, form=form)


@pages.post("/authorities/<uuid:line_id>/end", permission=KEEP, scope=STAFF)
def end(line_id: UUID) -> AnyResponse | tuple[str, int]:
    """Takes the authority out of force."""
    form = EndForm()
    status = tried(
        form, lambda: service.end(session(), line_id, form.source, seen=form.wording_seen)
    )
    if status != 303:
        return _end_page(queries.present(session(), line_id), form), status
    flash(_("The authority is out of force. Its history stays."), "success")
    return see_other("authorities.show", line_id=line_id)


@pages.get("/authorities/requests", permission=READ, scope=STAFF)
def requests() -> str:
    """What States ask to have corrected, the oldest first."""
    return render_template(
        "authorities/requests.html", requests=queries.requests(session()), forms=forms
    )


@pages.post("/authorities/requests/export", permission=Permission.EXPORT, scope=STAFF)
def export_requests() -> Response:
    """What States ask to have corrected, as a file."""
    begin(session())
    columns = [
        _("Code"),
        _("State"),
        _("Authority"),
        _("What"),
        _("Asked (Vienna)"),
        _("Stage"),
        _("Decided (Vienna)"),
        _("Reason"),
    ]
    rows: list[list[Cell]] = [
        [
            each.state.code,
            each.state.name(page_language()),
            each.request.particulars.get("authority_name"),
            _("New entry") if each.request.is_new else _("Correction"),
            each.request.asked_at,
            str(forms.REQUEST_STAGES[each.request.stage]),
            each.request.decided_at,
            each.request.answer,
        ]
        for each in queries.requests(session())
    ]
    return file(Sheet("Corrections that States ask for", columns, rows, "authority", "requests"))


@pages.get("/authorities/requests/<uuid:request_id>", permission=READ, scope=STAFF)
def request_page(request_id: UUID) -> str:
    """One request: what it would change."""
    return _request_page(request_id, "authorities/request.html")


def _request_page(request_id: UUID, template: str, form: Any = None) -> str:
    asked = queries.request(session(), request_id)
    if form is not None:
        form.version.data = str(asked.request.version)
    before = asked.present.particulars if asked.present else {}
    return render_template(
        template,
        asked=asked,
        before=before,
        changed=changed_fields(before, asked.request.particulars),
        forms=forms,
        **({} if form is None else {"form": form}),
    )


@pages.get("/authorities/requests/<uuid:request_id>/accept", permission=KEEP, scope=STAFF)
def ask_accept(request_id: UUID) -> str:
    """Asks by which document the request is accepted."""
    return _request_page(request_id, "authorities/accept.html", AcceptForm())


@pages.post("/authorities/requests/<uuid:request_id>/accept", permission=KEEP, scope=STAFF)
def accept(request_id: UUID) -> AnyResponse | tuple[str, int]:
    """Writes what was asked for into the register."""
    form = AcceptForm()
    status = tried(
        form,
        lambda: service.accept(session(), request_id, form.source, version=form.version_seen),
    )
    if status != 303:
        return _request_page(request_id, "authorities/accept.html", form), status
    flash(_("The register is corrected. Who asked is told by mail."), "success")
    return see_other("authorities.requests")


@pages.get("/authorities/requests/<uuid:request_id>/refuse", permission=KEEP, scope=STAFF)
def ask_refuse(request_id: UUID) -> str:
    """Asks why the request is refused."""
    return _request_page(request_id, "authorities/refuse.html", RefuseForm())


@pages.post("/authorities/requests/<uuid:request_id>/refuse", permission=KEEP, scope=STAFF)
def refuse(request_id: UUID) -> AnyResponse | tuple[str, int]:
    """Refuses what was asked for, and says why."""
    form = RefuseForm()
    status = tried(
        form,
        lambda: service.refuse(
            session(), request_id, form.answer.data or "", version=form.version_seen
        ),
    )
    if status != 303:
        return _request_page(request_id, "authorities/refuse.html", form), status
    flash(_("The request is refused. Who asked is told by mail."), "success")
    return see_other("authorities.requests")


@pages.post("/authorities/export", permission=Permission.EXPORT, scope=STAFF)
def export() -> Response:
    """What the address chooses of the register, as a file."""
    begin(session())
    language = page_language()
    entries = queries.entries(session(), choice(), language)
    columns = [
        _("Code"),
        _("State"),
        _("Category"),
        *(str(forms.FIELD_NAMES[each.name]) for each in FIELDS),
        _("In force from"),
        _("Document that says so"),
        _("Date of that document"),
        _("Confirmed last"),
        _("Not confirmed for 12 months (1 yes, 0 no)"),
    ]
    rows: list[list[Cell]] = [
        [
            each.state.code,
            each.state.name(language),
            str(forms.CATEGORIES[each.authority.category]),
            *(_written(each.authority.particulars.get(field.name)) for field in FIELDS),
            each.authority.in_force_from,
            each.authority.notified_by,
            each.authority.notified_on,
            each.last_confirmed_on,
            int(each.is_stale),
        ]
        for each in entries
    ]
    return file(Sheet("Register of authorities", columns, rows, "authorities", "all"))


def _written(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value or "")
