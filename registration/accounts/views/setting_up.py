"""Pages on which a person sets up a second factor, at the first sign-in or at any time."""

import json

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import encrypted
from registration.accounts import factors, passkeys
from registration.accounts.forms import AppForm, NewPasskeyForm
from registration.accounts.rules import Means
from registration.accounts.views.edge import SIGN_IN, Coming, coming, let_in, pages, show_codes
from registration.errors import Refused
from registration.permissions import Scope
from registration.square_code import square
from registration.web import see_other

KEY_LIFE = 1800  # seconds in which a person finds the telephone


@pages.get("/sign-in/set-up", permission=SIGN_IN, scope=Scope.SIGN_IN)
def set_up() -> str | Response:
    """Says why a second factor is needed, and lets the person choose one."""
    person = _who_may()
    if isinstance(person, Response):
        return person
    if not passkeys.are_possible():
        return see_other("accounts.set_up_app")
    return render_template("accounts/set_up.html", must=person.account.must_have_second_factor)


def _who_may() -> Coming | Response:
    """Who may add a factor: who is signed in, or has none yet and proved the rest."""
    person = coming()
    if person is None:
        return see_other("accounts.ask_for_code")
    if not person.is_in and person.factors.any:
        return see_other("accounts.second_factor")
    return person


@pages.get("/sign-in/set-up/app", permission=SIGN_IN, scope=Scope.SIGN_IN)
def set_up_app() -> str | Response:
    """Shows the key for an authenticator app, as a QR code and as text."""
    person = _who_may()
    if isinstance(person, Response):
        return person
    key = factors.new_key()
    sealed = encrypted.seal({"key": key, "account": str(person.account.id)})
    return _app_page(person, AppForm(key=sealed, formdata=None), key)


def _app_page(person: Coming, form: AppForm, key: str) -> str:
    address = factors.key_address(key, person.account, _("Registration"))
    return render_template(
        "accounts/set_up_app.html",
        form=form,
        square=square(address),
        key=" ".join(key[place : place + 4] for place in range(0, len(key), 4)),
        is_in=person.is_in,
    )


@pages.post("/sign-in/set-up/app", permission=SIGN_IN, scope=Scope.SIGN_IN)
def add_app() -> Response | tuple[str, int]:
    """Keeps the app whose first password is right."""
    person, form = _who_may(), AppForm()
    if isinstance(person, Response):
        return person
    content = encrypted.unseal(form.key.data or "", seconds=KEY_LIFE) or {}
    if content.get("account") != str(person.account.id):
        flash(_("This took too long. Please try again."), "information")
        return see_other("accounts.set_up_app")
    if form.validate_on_submit():
        if factors.add_app(person.session, person.account, content["key"], form.password):
            return _added(person, Means.ONE_TIME_PASSWORD)
        form.refuse(
            Refused(
                "This is not what the app should show. Is the clock of your telephone right?",
                field="code",
            )
        )
    return _app_page(person, form, content["key"]), 422


def _added(person: Coming, means: Means) -> Response:
    """Let in who had to set it up first, and show recovery codes to who has none."""
    codes = (
        factors.make_recovery_codes(person.session, person.account)
        if person.factors.recovery_codes == 0
        else []
    )
    flash(_("Your second factor is set up."), "success")
    if person.is_in:
        person.session.commit()
        return show_codes(codes) if codes else see_other("accounts.own")
    answer = let_in(person, means)
    if codes:
        answer.location = show_codes(codes).location
    return answer


@pages.get("/sign-in/set-up/passkey", permission=SIGN_IN, scope=Scope.SIGN_IN)
def set_up_passkey() -> str | Response:
    """Asks the browser to make a passkey, and the person how to call it."""
    person = _who_may()
    if isinstance(person, Response):
        return person
    if not passkeys.are_possible():
        return see_other("accounts.set_up_app")
    return _passkey_page(person, NewPasskeyForm(formdata=None))


def _passkey_page(person: Coming, form: NewPasskeyForm) -> str:
    options, form.question.data = passkeys.ask_to_make(
        person.session, person.sign_in, person.account, _("Registration")
    )
    return render_template(
        "accounts/set_up_passkey.html", form=form, options=json.loads(options), is_in=person.is_in
    )


@pages.post("/sign-in/set-up/passkey", permission=SIGN_IN, scope=Scope.SIGN_IN)
def add_passkey() -> Response | tuple[str, int]:
    """Keeps the passkey that the browser made."""
    person, form = _who_may(), NewPasskeyForm()
    if isinstance(person, Response):
        return person
    if form.validate_on_submit():
        try:
            passkeys.add(
                person.session,
                person.sign_in,
                person.account,
                question=form.question.data or "",
                answer=form.answer.data or "",
                name=form.name.data or "",
            )
        except Refused as error:
            person.session.rollback()
            form.refuse(error)
        else:
            return _added(person, Means.PASSKEY)
    return _passkey_page(person, form), 422
