"""Pages for signing in and out, and the administrator's list of accounts."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request
from flask import session as cookie
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.accounts import queries, rules, service
from registration.accounts.forms import (
    ROLE_HINTS,
    ROLES,
    CodeForm,
    EmailForm,
    FocalPointInvitation,
    StaffInvitation,
)
from registration.accounts.models import Account
from registration.errors import Refused
from registration.permissions import Permission, Role, Scope
from registration.web import (
    Pages,
    client_address,
    forget_sign_in,
    local_path,
    remember_sign_in,
    see_other,
    session,
)

pages = Pages("accounts", __name__)

SIGN_IN, EDIT = Permission.SIGN_IN, Permission.EDIT_ACCOUNTS

# What the cookie holds between the two pages of signing in.
REQUEST, TYPED, NEXT = "sign_in_request", "sign_in_email", "sign_in_next"


@pages.get("/sign-in", permission=SIGN_IN, scope=Scope.SIGN_IN)
def ask_for_code() -> str:
    """Asks for the e-mail address. Remembers the page to go to afterwards, if it is one of ours."""
    wanted = local_path(request.args.get("next"))
    if wanted:
        cookie[NEXT] = wanted
    return render_template("accounts/ask_for_code.html", form=EmailForm())


@pages.post("/sign-in", permission=SIGN_IN, scope=Scope.SIGN_IN)
def send_code() -> Response | tuple[str, int]:
    """Sends a code where the address is known, and answers the same where it is not."""
    form = EmailForm()
    if not form.validate_on_submit():
        return render_template("accounts/ask_for_code.html", form=form), 422
    email = form.email.data or ""
    code_id = service.ask_for_code(session(), email=email, asked_from=client_address())
    session().commit()
    cookie[REQUEST], cookie[TYPED] = str(code_id), email
    return see_other("accounts.enter_code")


@pages.get("/sign-in/code", permission=SIGN_IN, scope=Scope.SIGN_IN)
def enter_code() -> str | Response:
    """Asks for the code that was sent."""
    if REQUEST not in cookie:
        return see_other("accounts.ask_for_code")
    return _code_page(CodeForm())


def _code_page(form: CodeForm) -> str:
    return render_template(
        "accounts/enter_code.html",
        form=form,
        email=cookie.get(TYPED, ""),
        mail_page=current_app.extensions["settings"].mail_page,
        minutes=int(rules.CODE_LIFE.total_seconds() // 60),
    )


@pages.post("/sign-in/code", permission=SIGN_IN, scope=Scope.SIGN_IN)
def sign_in() -> Response | tuple[str, int]:
    """Exchanges the code for a sign-in, and goes on to where the person wanted to go."""
    if REQUEST not in cookie:
        return see_other("accounts.ask_for_code")
    form = CodeForm()
    token = None
    if form.validate_on_submit():
        token = service.enter_code(
            session(),
            UUID(cookie[REQUEST]),
            form.digits,
            browser=request.user_agent.string,
            instead_of=cookie.get("sign_in"),
        )
        session().commit()
        if token is None:
            form.refuse(
                Refused(
                    "This code is not right, or no longer valid. Take the newest e-mail, or ask for"
                    " a new code.",
                    field="code",
                )
            )
    if token is None:
        return _code_page(form), 422
    wanted = local_path(cookie.get(NEXT))
    remember_sign_in(token)
    return redirect(wanted, 303) if wanted else see_other("reports.home")


@pages.post("/sign-out", permission=Permission.SIGN_OUT, scope=Scope.SIGN_IN)
def sign_out() -> Response:
    """Ends the sign-in of this browser; harmless where it has ended already."""
    token = cookie.get("sign_in")
    if isinstance(token, str):
        service.sign_out(session(), token)
        session().commit()
    forget_sign_in()
    flash(_("You are signed out."), "success")
    return see_other("accounts.ask_for_code")


@pages.get("/accounts", permission=EDIT, scope=Scope.STAFF)
def index() -> str:
    """Everybody who can sign in, or could."""
    return render_template(
        "accounts/index.html",
        lines=queries.all_accounts(session()),
        states=queries.state_names(session()),
        roles=ROLES,
        role=Role,
        own_id=session().actor.id,
    )


@pages.get("/accounts/invite", permission=EDIT, scope=Scope.STAFF)
def invite_staff() -> str:
    """Asks who is to work in the office's part."""
    return _staff_page(StaffInvitation(language="en"))


def _staff_page(form: StaffInvitation) -> str:
    return render_template("accounts/invite_staff.html", form=form, hints=ROLE_HINTS)


@pages.post("/accounts/invite", permission=EDIT, scope=Scope.STAFF)
def open_staff_account() -> Response | tuple[str, int]:
    """Opens the account of a person of the office and sends the invitation."""
    form = StaffInvitation()
    if form.validate_on_submit():
        try:
            return _opened(
                service.open_account(
                    session(),
                    email=form.email.data or "",
                    name=form.name.data or "",
                    roles=[Role(role) for role in form.roles.data or []],
                    language=form.language.data or "en",
                    address=_address(),
                )
            )
        except Refused as error:
            session().rollback()
            form.refuse(error)
    return _staff_page(form), 422


def _address() -> str:
    base_url: str = current_app.extensions["settings"].base_url
    return base_url


def _opened(account: Account) -> Response:
    session().commit()
    flash(_("The invitation is on its way to %(email)s.", email=account.email), "success")
    return see_other("accounts.index")


@pages.get("/accounts/invite-focal-point", permission=EDIT, scope=Scope.STAFF)
def invite_focal_point() -> str:
    """Asks who is to answer for which State."""
    form = _focal_point_form(state=request.args.get("state", ""), language="en")
    return render_template("accounts/invite_focal_point.html", form=form)


def _focal_point_form(**values: str) -> FocalPointInvitation:
    locale = get_locale()
    language = locale.language if locale else "en"
    names = queries.state_names(session())
    return FocalPointInvitation([(code, names[code][language]) for code in names], **values)


@pages.post("/accounts/invite-focal-point", permission=EDIT, scope=Scope.STAFF)
def open_focal_point_account() -> Response | tuple[str, int]:
    """Opens the account of a State's focal point and sends the invitation."""
    form = _focal_point_form()
    if form.validate_on_submit():
        try:
            return _opened(
                service.open_account(
                    session(),
                    email=form.email.data or "",
                    name=form.name.data or "",
                    roles=[Role.FOCAL_POINT],
                    state_code=form.state.data,
                    language=form.language.data or "en",
                    address=_address(),
                )
            )
        except Refused as error:
            session().rollback()
            form.refuse(error)
    return render_template("accounts/invite_focal_point.html", form=form), 422


@pages.get("/accounts/<uuid:account_id>/end", permission=EDIT, scope=Scope.STAFF)
def ask_to_end(account_id: UUID) -> str:
    """Says what follows when an account ends, and asks once."""
    return render_template("accounts/end.html", account=queries.by_id(session(), account_id))


@pages.post("/accounts/<uuid:account_id>/end", permission=EDIT, scope=Scope.STAFF)
def end(account_id: UUID) -> Response:
    """Ends an account and all its sign-ins at once."""
    account = service.end_account(session(), account_id)
    session().commit()
    flash(_("The account of %(name)s has ended.", name=account.name), "success")
    return see_other("accounts.index")
