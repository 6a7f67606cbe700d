"""Pages of the first step: the e-mail address, the code from the mail, and signing out."""

from uuid import UUID

from flask import current_app, flash, render_template, request
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.accounts import rules
from registration.accounts import signing_in as service
from registration.accounts.forms import CodeForm, EmailForm
from registration.accounts.signing_in import Begun
from registration.accounts.views.edge import (
    NEXT,
    REQUEST,
    SIGN_IN,
    SIGN_OUT,
    TYPED,
    device_for,
    go_on,
    known_from_now_on,
    pages,
)
from registration.errors import Refused
from registration.permissions import Scope
from registration.web import (
    client_address,
    forget_sign_in,
    local_path,
    remember_sign_in,
    see_other,
    session,
)


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
    code_id = service.ask_for_code(
        session(), email=email, asked_from=client_address(), device=device_for(email)
    )
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
    """Exchanges the code for a sign-in, and goes on: to the second factor, or where one wanted."""
    if REQUEST not in cookie:
        return see_other("accounts.ask_for_code")
    form = CodeForm()
    begun = _begun(form) if form.validate_on_submit() else None
    if begun is None:
        return _code_page(form), 422
    remember_sign_in(begun.token, waits=begun.waits, going_to=local_path(cookie.get(NEXT)))
    if begun.waits:
        return see_other("accounts.second_factor")
    return known_from_now_on(go_on(), begun.email)


def _begun(form: CodeForm) -> Begun | None:
    begun = service.enter_code(
        session(),
        UUID(cookie[REQUEST]),
        form.digits,
        browser=request.user_agent.string,
        instead_of=cookie.get("sign_in"),
    )
    session().commit()
    if begun is None:
        form.refuse(
            Refused(
                "This code is not right, or no longer valid. Take the newest e-mail, or ask for"
                " a new code.",
                field="code",
            )
        )
    return begun


@pages.post("/sign-out", permission=SIGN_OUT, scope=Scope.SIGN_IN)
def sign_out() -> Response:
    """Ends the sign-in of this browser; harmless where it has ended already."""
    token = cookie.get("sign_in")
    if isinstance(token, str):
        service.sign_out(session(), token)
        session().commit()
    forget_sign_in()
    flash(_("You are signed out."), "success")
    return see_other("accounts.ask_for_code")
