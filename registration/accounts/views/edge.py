"""What the pages of the accounts share: their blueprint, who is coming in, and where to go on."""

from dataclasses import dataclass

from flask import current_app, redirect, request
from flask import session as cookie
from werkzeug.wrappers import Response

from registration import config, encrypted
from registration.accounts import devices, factors, queries, service, signing_in
from registration.accounts.models import Account, SignIn
from registration.accounts.rules import DEVICE_LIFE, Means
from registration.db import Session
from registration.permissions import Permission
from registration.web import (
    Pages,
    local_path,
    page_language,
    remember_sign_in,
    see_other,
    session,
    session_as,
)

pages = Pages("accounts", __name__)

SIGN_IN, SIGN_OUT, OWN = Permission.SIGN_IN, Permission.SIGN_OUT, Permission.OWN_ACCOUNT
EDIT, ANSWER = Permission.EDIT_ACCOUNTS, Permission.ANSWER

# What the cookie holds besides the sign-in.
REQUEST, TYPED, NEXT = "sign_in_request", "sign_in_email", "going_to"
CODES = "recovery_codes"
SHOWN_FOR = 3600  # seconds for which new recovery codes can be looked at


@dataclass(frozen=True)
class Coming:
    """A person at the door: the sign-in of this browser, and a session in that person's name."""

    sign_in: SignIn
    account: Account
    session: Session

    @property
    def is_in(self) -> bool:
        """Whether nothing more is to be proved."""
        return self.sign_in.completed_at is not None

    @property
    def factors(self) -> factors.Factors:
        """What the person can prove who it is with."""
        return factors.of(self.session, self.account.id)


def coming(*, to_prove: bool = False) -> Coming | None:
    """Who stands at the door with the code from the mail; None where nobody does (any longer).

    Who is there `to_prove` something waits for other tries with the same sign-in: none goes
    uncounted because several were made at the same moment.
    """
    token = cookie.get("sign_in")
    found = signing_in.find_sign_in(session(), token) if isinstance(token, str) else None
    if found is None:
        return None
    own = session_as(service.signing_in(found.account))
    sign_in = own.get_one(SignIn, found.id, with_for_update=to_prove or None)
    if not signing_in.is_open(sign_in):
        return None
    return Coming(sign_in, own.get_one(Account, found.account_id), own)


def go_on() -> Response:
    """To the page that the person wanted to see, or home."""
    wanted = local_path(cookie.pop(NEXT, None))
    return redirect(wanted, 303) if wanted else see_other("reports.home")


def let_in(person: Coming, by: Means) -> Response:
    """Complete the sign-in, commit, and go on; from now on this browser is known."""
    signing_in.complete(person.session, person.sign_in, person.account, by)
    person.session.commit()
    remember_sign_in(cookie["sign_in"], going_to=cookie.get(NEXT))
    return known_from_now_on(go_on(), person.account.email)


def known_from_now_on(answer: Response, email: str) -> Response:
    """Let the browser keep that it has signed in with this address."""
    secure = config.current().secure
    answer.set_cookie(
        _device_cookie(),
        devices.kept_after(request.cookies.get(_device_cookie()), email),
        max_age=int(DEVICE_LIFE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=secure,
    )
    return answer


def device_for(email: str) -> str | None:
    """What this browser is called where it has signed in with that address before."""
    return devices.known_as(request.cookies.get(_device_cookie()), email)


def _device_cookie() -> str:
    return "__Host-device" if config.current().secure else "device"


def show_codes(codes: list[str]) -> Response:
    """Lead to the page that shows new recovery codes; only this browser can read them."""
    cookie[CODES] = encrypted.seal({"codes": codes})
    return see_other("accounts.recovery_codes")


def state_choices() -> list[tuple[str, str]]:
    """Every State by its code and its name in the page's language."""
    names = queries.state_names(session())
    return [(code, names[code][page_language()]) for code in names]


def site_address() -> str:
    """Where the pages are, for mails."""
    base_url: str = current_app.extensions["settings"].base_url
    return base_url
