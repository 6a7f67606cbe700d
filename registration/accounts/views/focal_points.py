"""Pages on which the office records whom a State named, ends it, and decides on proposals."""

from io import BytesIO
from uuid import UUID

from flask import flash, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.accounts import focal_points, queries
from registration.accounts.appointments import Appointment, Succession
from registration.accounts.forms import CAPACITIES, DeclineForm, EndForm, NamingForm
from registration.accounts.views.edge import (
    EDIT,
    pages,
    site_address,
    state_choices,
)
from registration.documents import service as documents
from registration.permissions import Scope
from registration.web import page_language, see_other, session, tried

STAFF = Scope.STAFF


@pages.get("/accounts/invite-focal-point", permission=EDIT, scope=STAFF)
def invite_focal_point() -> str:
    """Asks whom a State named, and by which note."""
    state_code = request.args.get("state", "")
    form = _form(state_code or None, state=state_code, language="en", formdata=None)
    return render_template("accounts/invite_focal_point.html", form=form, proposal=None)


def _form(state_code: str | None, **values: object) -> NamingForm:
    """The form with the people who act for that State now; for whom one takes over."""
    present = focal_points.appointments(session(), state_code) if state_code else []
    return NamingForm(
        state_choices(),
        [(str(each.id), _naming(each)) for each in present if each.in_force],
        **values,
    )


def _naming(appointment: Appointment) -> str:
    return str(
        _(
            "%(what)s: %(about)s",
            what=CAPACITIES[appointment.capacity],
            about=appointment.account.name,
        )
    )


@pages.post("/accounts/invite-focal-point", permission=EDIT, scope=STAFF)
def open_focal_point_account() -> Response | tuple[str, int]:
    """Records the note, opens the account of the person and sends the invitation."""
    form = _form(request.form.get("state"))
    status = tried(form, lambda: _appoint(form, None))
    if status != 303:
        return render_template("accounts/invite_focal_point.html", form=form, proposal=None), status
    return _appointed(form)


def _appoint(form: NamingForm, succession_id: UUID | None) -> None:
    focal_points.appoint(
        session(),
        form.state.data,
        form.person,
        form.note,
        address=site_address(),
        ends_on=form.ends_on.data,
        succeeds_id=UUID(form.succeeds.data) if form.succeeds.data else None,
        succession_id=succession_id,
    )


def _appointed(form: NamingForm) -> Response:
    flash(_("The invitation is on its way to %(email)s.", email=form.email.data), "success")
    return see_other("states.show", code=form.state.data, _anchor="focal-points")


@pages.get("/accounts/appointments/<uuid:appointment_id>/end", permission=EDIT, scope=STAFF)
def ask_to_end_appointment(appointment_id: UUID) -> str:
    """Asks from when on a person no longer acts for the State, and on whose word."""
    return _end_page(focal_points.find(session(), appointment_id), EndForm())


def _end_page(appointment: Appointment, form: EndForm) -> str:
    return render_template(
        "accounts/end_appointment.html",
        appointment=appointment,
        form=form,
        capacities=CAPACITIES,
        state_name=_state_name(appointment.state_code),
    )


def _state_name(code: str) -> str:
    return queries.state_names(session())[code][page_language()]


@pages.post("/accounts/appointments/<uuid:appointment_id>/end", permission=EDIT, scope=STAFF)
def end_appointment(appointment_id: UUID) -> Response | tuple[str, int]:
    """Ends an appointment on a day; with today the person is signed out at once."""
    appointment, form = focal_points.find(session(), appointment_id), EndForm()
    status = tried(
        form,
        lambda: focal_points.end(
            session(), appointment_id, on=form.day, source=form.source.data or ""
        ),
    )
    if status != 303:
        return _end_page(appointment, form), status
    flash(_("Recorded."), "success")
    return see_other("states.show", code=appointment.state_code, _anchor="focal-points")


@pages.get("/accounts/appointments/<uuid:appointment_id>/note", permission=EDIT, scope=STAFF)
def naming_note(appointment_id: UUID) -> Response:
    """The State's note verbale that names the person."""
    appointment = focal_points.find(session(), appointment_id)
    document = documents.find(session(), appointment.document_id)
    answer = send_file(
        BytesIO(documents.read(session(), document.id)),
        mimetype=document.media_type,
        as_attachment=True,
        download_name=document.filename,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@pages.get("/accounts/successions/<uuid:succession_id>", permission=EDIT, scope=STAFF)
def decide(succession_id: UUID) -> str:
    """A State's proposal, to be confirmed with the new note."""
    succession = focal_points.open_succession(session(), succession_id)
    return _decision_page(succession, _proposed(succession, formdata=None))


def _proposed(succession: Succession, **values: object) -> NamingForm:
    """The form as the State filled it in."""
    former = (
        focal_points.present_appointment(session(), succession.succeeds_account_id)
        if succession.succeeds_account_id
        else None
    )
    return _form(
        succession.state_code,
        state=succession.state_code,
        name=succession.name,
        email=succession.email,
        language=succession.language,
        capacity=succession.capacity.value,
        succeeds=str(former.id) if former else "",
        **values,
    )


def _decision_page(succession: Succession, form: NamingForm) -> str:
    return render_template("accounts/invite_focal_point.html", form=form, proposal=succession)


@pages.post("/accounts/successions/<uuid:succession_id>", permission=EDIT, scope=STAFF)
def confirm(succession_id: UUID) -> Response | tuple[str, int]:
    """Confirms a proposal: records the new note and invites the person."""
    form = _proposed(focal_points.open_succession(session(), succession_id))
    status = tried(form, lambda: _appoint(form, succession_id))
    if status != 303:
        return _decision_page(focal_points.open_succession(session(), succession_id), form), status
    return _appointed(form)


@pages.get("/accounts/successions/<uuid:succession_id>/decline", permission=EDIT, scope=STAFF)
def ask_to_decline(succession_id: UUID) -> str:
    """Asks why a proposal is declined."""
    return _declining_page(
        focal_points.open_succession(session(), succession_id), DeclineForm(formdata=None)
    )


def _declining_page(succession: Succession, form: DeclineForm) -> str:
    return render_template(
        "accounts/decline.html",
        form=form,
        succession=succession,
        state_name=_state_name(succession.state_code),
    )


@pages.post("/accounts/successions/<uuid:succession_id>/decline", permission=EDIT, scope=STAFF)
def decline(succession_id: UUID) -> Response | tuple[str, int]:
    """Declines a proposal, with a reason that the State reads."""
    form = DeclineForm()
    status = tried(
        form, lambda: focal_points.decline(session(), succession_id, form.remark.data or "")
    )
    if status != 303:
        return _declining_page(focal_points.open_succession(session(), succession_id), form), status
    flash(_("The proposal is declined. The State reads why."), "success")
    return see_other("accounts.index")
