"""Pages of the administrators: who can sign in, in which part, and until when."""

from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.accounts import factors, focal_points, queries, service, signing_in
from registration.accounts.forms import MEANS, ROLE_HINTS, ROLES, AccountForm, StaffInvitation
from registration.accounts.models import Account
from registration.accounts.views.edge import EDIT, pages, site_address
from registration.accounts.views.own import device_label
from registration.permissions import Role, Scope
from registration.web import see_other, session, tried

STAFF = Scope.STAFF


@pages.get("/accounts", permission=EDIT, scope=STAFF)
def index() -> str:
    """Everybody who can sign in, or could."""
    return render_template(
        "accounts/index.html",
        lines=queries.all_accounts(session()),
        states=queries.state_names(session()),
        waiting=focal_points.successions(session()),
        roles=ROLES,
        role=Role,
        own_id=session().actor.id,
    )


@pages.get("/accounts/invite", permission=EDIT, scope=STAFF)
def invite_staff() -> str:
    """Asks who is to work in the office's part."""
    return _invitation_page(StaffInvitation(language="en"))


def _invitation_page(form: StaffInvitation) -> str:
    return render_template("accounts/invite_staff.html", form=form, hints=ROLE_HINTS)


@pages.post("/accounts/invite", permission=EDIT, scope=STAFF)
def open_staff_account() -> Response | tuple[str, int]:
    """Opens the account of a person of the office and sends the invitation."""
    form = StaffInvitation()
    status = tried(
        form,
        lambda: service.open_account(
            session(),
            email=form.email.data or "",
            name=form.name.data or "",
            roles=[Role(role) for role in form.roles.data or []],
            language=form.language.data or "en",
            address=site_address(),
            ends_on=form.ends_on.data,
        ),
    )
    if status != 303:
        return _invitation_page(form), status
    flash(_("The invitation is on its way to %(email)s.", email=form.email.data), "success")
    return see_other("accounts.index")


@pages.get("/accounts/<uuid:account_id>", permission=EDIT, scope=STAFF)
def show(account_id: UUID) -> str:
    """One account: its part, its end, its second factors, and where it is signed in."""
    account = service.find(session(), account_id)
    form = AccountForm(
        name=account.name,
        roles=account.roles,
        ends_on=account.ends_on,
        version=str(account.version),
        formdata=None,
    )
    return _account_page(account, form)


def _account_page(account: Account, form: AccountForm) -> str:
    return render_template(
        "accounts/show.html",
        account=account,
        form=form,
        hints=ROLE_HINTS,
        roles=[ROLES[Role(role)] for role in account.roles],
        states=queries.state_names(session()),
        appointment=focal_points.present_appointment(session(), account.id),
        found=factors.of(session(), account.id),
        sign_ins=[
            (each, device_label(each.browser))
            for each in signing_in.open_sign_ins(session(), account.id)
        ],
        means=MEANS,
        own_id=session().actor.id,
    )


@pages.post("/accounts/<uuid:account_id>", permission=EDIT, scope=STAFF)
def change(account_id: UUID) -> Response | tuple[str, int]:
    """Changes the name, the roles or the end of a person of the office."""
    form = AccountForm()
    status = tried(
        form,
        lambda: service.change_account(
            session(),
            account_id,
            seen=form.version_seen,
            name=form.name.data or "",
            roles=[Role(role) for role in form.roles.data or []],
            ends_on=form.ends_on.data,
        ),
    )
    if status != 303:
        return _account_page(service.find(session(), account_id), form), status
    flash(_("The account is changed."), "success")
    return see_other("accounts.show", account_id=account_id)


@pages.post("/accounts/<uuid:account_id>/sign-ins/end", permission=EDIT, scope=STAFF)
def end_sign_ins(account_id: UUID) -> Response:
    """Signs a person out everywhere."""
    signing_in.end_other_sign_ins(session(), account_id, but=None)
    session().commit()
    flash(_("The person is signed out everywhere."), "success")
    return see_other("accounts.show", account_id=account_id)


@pages.get("/accounts/<uuid:account_id>/factors", permission=EDIT, scope=STAFF)
def ask_to_forget_factors(account_id: UUID) -> str:
    """Says what follows when the second factors of a person are taken away, and asks once."""
    return render_template(
        "accounts/forget_factors.html", account=service.find(session(), account_id)
    )


@pages.post("/accounts/<uuid:account_id>/factors", permission=EDIT, scope=STAFF)
def forget_factors(account_id: UUID) -> Response:
    """Takes away the second factors of a person who has lost them."""
    service.forget_factors(session(), account_id)
    session().commit()
    flash(_("The person sets up a second factor at the next sign-in."), "success")
    return see_other("accounts.show", account_id=account_id)


@pages.get("/accounts/<uuid:account_id>/end", permission=EDIT, scope=STAFF)
def ask_to_end(account_id: UUID) -> str:
    """Says what follows when an account ends, and asks once."""
    return render_template("accounts/end.html", account=service.find(session(), account_id))


@pages.post("/accounts/<uuid:account_id>/end", permission=EDIT, scope=STAFF)
def end(account_id: UUID) -> Response:
    """Ends an account and all its sign-ins at once."""
    account = service.end_account(session(), account_id)
    session().commit()
    flash(_("The account of %(name)s has ended.", name=account.name), "success")
    return see_other("accounts.index")
