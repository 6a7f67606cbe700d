"""Pages of the second step: the password of an app, a passkey, or a recovery code."""

from flask import current_app, flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.accounts import factors, passkeys, signing_in
from registration.accounts.forms import PasskeyForm, SecondFactorForm
from registration.accounts.rules import Means
from registration.accounts.views.edge import SIGN_IN, Coming, coming, go_on, let_in, pages
from registration.errors import Refused
from registration.permissions import Scope
from registration.web import see_other

NOT_RIGHT = (
    "This code is not right, or was used already. Wait for the next one that your app shows."
)


@pages.get("/sign-in/second", permission=SIGN_IN, scope=Scope.SIGN_IN)
def second_factor() -> str | Response:
    """Asks for the second factor; leads on who has none to set one up."""
    person = coming()
    return _elsewhere(person) or _page(person, SecondFactorForm())


def _elsewhere(person: Coming | None) -> Response | None:
    """Where to send a person who has nothing to prove here."""
    if person is None:
        flash(_("This took too long. Please sign in again."), "information")
        return see_other("accounts.ask_for_code")
    if person.is_in:
        return go_on()
    return None if person.factors.any else see_other("accounts.set_up")


def _page(person: Coming | None, form: SecondFactorForm) -> str:
    assert person is not None  # noqa: S101 - `_elsewhere` has sent everybody else away
    found = person.factors
    options, question = (
        passkeys.ask_to_sign(person.session, person.sign_in, person.account)
        if found.passkeys and passkeys.are_possible()
        else ("", "")
    )
    return render_template(
        "accounts/second_factor.html",
        form=form,
        found=found,
        options=options,
        passkey_form=PasskeyForm(question=question, formdata=None),
        shown=factors.shown_by_app(person.session, person.account) if _invented(person) else None,
    )


def _invented(person: Coming) -> bool:
    """Whether this is one of the invented persons of a demonstration, who have no telephone."""
    return current_app.extensions["settings"].demo and person.account.email.endswith(".example")


@pages.post("/sign-in/second", permission=SIGN_IN, scope=Scope.SIGN_IN)
def prove() -> Response | tuple[str, int]:
    """Takes the password of the app, or a recovery code."""
    person, form = coming(to_prove=True), SecondFactorForm()
    sent_away = _elsewhere(person)
    if person is None or sent_away is not None:
        return sent_away or see_other("accounts.ask_for_code")
    if form.validate_on_submit():
        by = _accepted(person, form)
        if by is not None:
            return let_in(person, by)
        signing_in.refuse(person.session, person.sign_in)
        person.session.commit()
        if coming() is None:
            return _elsewhere(None) or see_other("accounts.ask_for_code")
        form.refuse(Refused(NOT_RIGHT, field="code"))
    return _page(person, form), 422


def _accepted(person: Coming, form: SecondFactorForm) -> Means | None:
    if form.password:
        right = factors.accept_password(person.session, person.account, form.password)
        return Means.ONE_TIME_PASSWORD if right else None
    right = factors.accept_recovery_code(person.session, person.account, form.code.data or "")
    return Means.RECOVERY_CODE if right else None


@pages.post("/sign-in/second/passkey", permission=SIGN_IN, scope=Scope.SIGN_IN)
def prove_by_passkey() -> Response | tuple[str, int]:
    """Takes what a passkey signed."""
    person, form = coming(to_prove=True), PasskeyForm()
    sent_away = _elsewhere(person)
    if person is None or sent_away is not None:
        return sent_away or see_other("accounts.ask_for_code")
    if passkeys.accept(
        person.session,
        person.sign_in,
        person.account,
        question=form.question.data or "",
        answer=form.answer.data or "",
    ):
        return let_in(person, Means.PASSKEY)
    signing_in.refuse(person.session, person.sign_in)
    person.session.commit()
    flash(_("The passkey was not accepted. Please try again."), "error")
    return see_other("accounts.second_factor")
