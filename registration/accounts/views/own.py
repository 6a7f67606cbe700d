"""Pages of a person's own account: second factors, and where one is signed in."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, render_template
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import encrypted
from registration.accounts import browsers, factors, passkeys, service, signing_in
from registration.accounts.forms import MEANS, ROLES
from registration.accounts.models import Account
from registration.accounts.views.edge import (
    CODES,
    OWN,
    SHOWN_FOR,
    go_on,
    pages,
    show_codes,
)
from registration.errors import Refused
from registration.permissions import Role, Scope
from registration.web import see_other, session

PERSON = Scope.PERSON


def _me() -> Account:
    own_id = session().actor.id
    assert own_id is not None  # noqa: S101 - the route lets nobody else in
    return service.find(session(), own_id)


def device_label(browser: str) -> str:
    """A browser as its owner knows it: Firefox on Windows."""
    name, system = browsers.described(browser)
    if name and system:
        return str(_("%(browser)s on %(system)s", browser=name, system=system))
    return name or system or str(_("an unknown browser"))


@pages.get("/account", permission=OWN, scope=PERSON)
def own() -> str:
    """What the person signs in with, and where."""
    account, token = _me(), cookie["sign_in"]
    return render_template(
        "accounts/own.html",
        account=account,
        found=factors.of(session(), account.id),
        sign_ins=[
            (each, device_label(each.browser), signing_in.is_of(each, token))
            for each in signing_in.open_sign_ins(session(), account.id)
        ],
        passkeys_possible=passkeys.are_possible(),
        roles=[ROLES[Role(role)] for role in account.roles],
        means=MEANS,
    )


@pages.post("/account/sign-ins/<uuid:sign_in_id>/end", permission=OWN, scope=PERSON)
def end_own_sign_in(sign_in_id: UUID) -> Response:
    """Ends one of the person's sign-ins."""
    signing_in.end_sign_in(session(), _me().id, sign_in_id)
    session().commit()
    flash(_("That browser is signed out."), "success")
    return see_other("accounts.own")


@pages.post("/account/sign-ins/end-others", permission=OWN, scope=PERSON)
def end_other_sign_ins() -> Response:
    """Ends all of the person's sign-ins but this one."""
    signing_in.end_other_sign_ins(session(), _me().id, but=cookie["sign_in"])
    session().commit()
    flash(_("All other browsers are signed out."), "success")
    return see_other("accounts.own")


@pages.post("/account/app/remove", permission=OWN, scope=PERSON)
def remove_app() -> Response:
    """Forgets the authenticator app."""
    return _removed(lambda account: factors.remove_app(session(), account))


@pages.post("/account/passkeys/<uuid:passkey_id>/remove", permission=OWN, scope=PERSON)
def remove_passkey(passkey_id: UUID) -> Response:
    """Forgets a passkey."""
    return _removed(lambda account: factors.remove_passkey(session(), account, passkey_id))


def _removed(act: Callable[[Account], None]) -> Response:
    try:
        act(_me())
        session().commit()
        flash(_("It is removed. You can no longer sign in with it."), "success")
    except Refused as error:
        session().rollback()
        flash(_(error.sentence), "error")
    return see_other("accounts.own")


@pages.post("/account/recovery-codes", permission=OWN, scope=PERSON)
def make_recovery_codes() -> Response:
    """Makes new recovery codes; the former ones are void."""
    account = _me()
    if not factors.of(session(), account.id).any:
        return see_other("accounts.own")
    codes = factors.make_recovery_codes(session(), account)
    session().commit()
    return show_codes(codes)


@pages.get("/account/recovery-codes", permission=OWN, scope=PERSON)
def recovery_codes() -> str | Response:
    """Shows new recovery codes to the browser that asked for them, until they are put away."""
    content = encrypted.unseal(cookie.get(CODES, ""), seconds=SHOWN_FOR)
    if content is None:
        return see_other("accounts.own")
    return render_template("accounts/recovery_codes.html", codes=content["codes"])


@pages.post("/account/recovery-codes/kept", permission=OWN, scope=PERSON)
def keep_recovery_codes() -> Response:
    """The person has put the codes away; nobody can look at them any longer."""
    cookie.pop(CODES, None)
    return go_on()
