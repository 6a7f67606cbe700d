"""The edge to the browser: pages that declare who may see them, and what every view needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import quote, urlencode, urlsplit

import sqlalchemy as sa
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.support import NullTranslations
from flask import (
    Blueprint,
    Flask,
    current_app,
    g,
    has_app_context,
    redirect,
    request,
    url_for,
)
from flask import session as cookie
from flask_babel import get_locale, get_translations
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    NotFound,
    Unauthorized,
)
from werkzeug.wrappers import Response as AnyResponse

from letters.language import date_range, long_date
from letters.letter import Language
from registration import clock, errors
from registration.db import Session, open_session
from registration.drawing import stairs
from registration.forms import Form
from registration.permissions import (
    ANYBODY,
    SIGNING_IN,
    Actor,
    Permission,
    Scope,
    demand,
)
from registration.words import ANONYMOUS, OWN_SENTENCES

P = ParamSpec("P")
Answer = TypeVar("Answer", bound="str | AnyResponse | tuple[str, int]")


@dataclass(frozen=True)
class Access:
    """What a route demands: the permission asked of the table, and the scope the actor is in."""

    permission: Permission
    scope: Scope


class Pages:
    """The routes of a slice. None can be added without saying who may see it."""

    def __init__(self, name: str, import_name: str) -> None:
        self.blueprint = Blueprint(name, import_name)
        self.access: dict[tuple[str, str], Access] = {}

    def get(
        self, rule: str, *, permission: Permission, scope: Scope
    ) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
        """A page. Reading it changes nothing."""
        return self._route("GET", rule, Access(permission, scope))

    def post(
        self, rule: str, *, permission: Permission, scope: Scope
    ) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
        """An act, protected against forgery by the token that every form carries."""
        return self._route("POST", rule, Access(permission, scope))

    def _route(
        self, method: str, rule: str, access: Access
    ) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
        def register(view: Callable[P, Answer]) -> Callable[P, Answer]:
            endpoint = view.__name__
            self.blueprint.add_url_rule(
                rule, endpoint, view, methods=[method], provide_automatic_options=False
            )
            self.access[f"{self.blueprint.name}.{endpoint}", method] = access
            return view

        return register


def session() -> Session:
    """The request's database session, for the person who is signed in."""
    if "db" not in g:
        g.db = open_session(connection(), actor())
    return g.db  # type: ignore[no-any-return]


def connection() -> sa.Connection:
    """The request's connection: for who asks, and after that for what is asked."""
    if "connection" not in g:
        g.connection = current_app.extensions["engine"].connect()
    return g.connection  # type: ignore[no-any-return]


def session_as(other: Actor) -> Session:
    """A second session of this request on somebody else's behalf, e.g. the program's."""
    opened = open_session(current_app.extensions["engine"], other)
    g.setdefault("more_sessions", []).append(opened)
    return opened


def actor() -> Actor:
    """Who asks. Loaded once a request, from the sign-in that the cookie names."""
    if "actor" not in g:
        find: Callable[[str], Actor | None] = current_app.extensions["find_actor"]
        token = cookie.get("sign_in")
        g.actor = (find(token) if isinstance(token, str) else None) or ANYBODY
    return g.actor  # type: ignore[no-any-return]


def remember_sign_in(token: str, *, waits: bool = False, going_to: str | None = None) -> None:
    """Begin a fresh cookie that holds nothing but the new sign-in.

    `waits` where its second factor is still to come; `going_to` is the page to go to after that.
    """
    cookie.clear()
    cookie["sign_in"] = token
    cookie.permanent = True
    if waits:
        cookie["waits"] = True
    if going_to:
        cookie["going_to"] = going_to


def forget_sign_in() -> None:
    """Empty the cookie."""
    cookie.clear()


def tried(form: Form, act: Callable[[], object], *, within: Session | None = None) -> int:
    """Do and commit what a form asks for: 303, or the status of the page that says why not.

    After a refusal nothing is left of the act, and the form holds what was typed and the reason.
    `within` is the session of the act, where that is not the request's own.
    """
    if not form.validate_on_submit():
        return 422
    used = within or session()
    try:
        act()
    except (errors.Conflict, errors.Refused) as error:
        used.rollback()
        if isinstance(error, errors.Refused):
            form.refuse(error)
        else:
            form.form_errors.append(_(error.sentence, **error.values))
        return error.status
    except (StaleDataError, sa.exc.IntegrityError) as error:
        used.rollback()
        if not was_done_meanwhile(error):
            raise
        form.form_errors.append(_("Somebody else changed this while you were working on it."))
        return 409
    used.commit()
    return 303


def was_done_meanwhile(error: StaleDataError | sa.exc.IntegrityError) -> bool:
    """Whether somebody changed the same row, or made what can be there once (SQLSTATE 23505).

    The verbs look first, and say so better; this is for two who looked at the same moment.
    """
    return isinstance(error, StaleDataError) or getattr(error.orig, "sqlstate", None) == "23505"


def see_other(endpoint: str, **values: Any) -> AnyResponse:
    """Answer an act by sending the browser to a page."""
    return redirect(url_for(endpoint, **values), 303)


def addresses(endpoint: str, part: str) -> Callable[[str], str]:
    """`url_for`, for a page with hundreds of links that differ in one part of the address."""
    open_part: dict[str, Any] = {part: _OPEN}
    before, after = url_for(endpoint, **open_part).split(_OPEN)
    return lambda value: f"{before}{quote(value, safe='')}{after}"


_OPEN = "--open--"  # stands in no address


def local_path(target: str | None) -> str | None:
    """The target, where it is a path of a page here; else None. Never leads elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(each) < 33 for each in target) or "\\" in target:
        return None
    try:
        current_app.url_map.bind("").match(parts.path, method="GET")
    except HTTPException:
        return None
    return target


def asked_page(found: int, on_a_page: int) -> tuple[int, int]:
    """The page that the address asks for, kept within those that there are, and how many."""
    last = max(-(-found // on_a_page), 1)
    return min(max(request.args.get("page", 1, type=int), 1), last), last


def client_address() -> str:
    """Network address that the request came from."""
    return request.remote_addr or "unknown"


def day(value: date | None) -> str:
    """A day in the page's language, as the office writes days: 25 November 2013."""
    return "" if value is None else _long(value, page_language())


def told(kept: str) -> Markup:
    """What is kept in English: our own sentences in the page's language, others as they stand."""
    if kept in OWN_SENTENCES:
        return escape(_(kept))
    return Markup("<bdi>{}</bdi>").format(kept)


def short_day(value: date | None) -> str:
    """A day where there is little room, all on one line: 25 Nov 2013."""
    return "" if value is None else _short(value, page_language())


# A page names the same few days again and again, and finding the words for one takes its time.
_long = lru_cache(maxsize=5000)(long_date)


@lru_cache(maxsize=5000)
def _short(value: date, language: Language) -> str:
    if language == "en":
        words = format_date(value, "d MMM y", locale=language)
    else:
        words = format_skeleton("yMMMd", value, locale=language)
    return str(words).replace(" ", "\u00a0")


def days(first: date, last: date) -> str:
    """The days of a meeting in the page's language: 25–26 November 2013."""
    return date_range(first, last, page_language())


def page_language() -> Language:
    """The language that the page is read in, found once: a page asks some hundred times."""
    if not has_app_context():
        return "en"
    if "page_language" not in g:
        g.page_language = cast(Locale, get_locale()).language
    return cast(Language, g.page_language)


def moment(value: datetime | None) -> str:
    """An instant at the duty station: 25 November 2013, 18:00 (Vienna)."""
    if value is None:
        return ""
    there = value.astimezone(clock.DUTY_STATION)
    return str(_("%(day)s, %(time)s (Vienna)", day=day(there.date()), time=f"{there:%H:%M}"))


def named(name: str) -> str:
    """A person's name; in words, where it is kept no longer."""
    return str(_("Name removed after its period")) if name == ANONYMOUS else name


def _admit() -> AnyResponse | None:
    """Before every request: only who may come to this route at all goes on."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    if any(_cannot_be_stored(each) for each in (request.path, *request.args.values())):
        raise BadRequest
    access: Access = current_app.extensions["access"][request.endpoint, _method()]
    if access.scope is Scope.SIGN_IN:
        g.actor = SIGNING_IN
        return None
    if access.scope is Scope.KEY:
        g.actor = _who_has_the_key()
        demand(g.actor, access.permission)
        return None
    who = actor()
    if access.scope is not Scope.PUBLIC and not who.signed_in:
        if cookie.get("waits"):
            return see_other("accounts.second_factor")
        here = request.full_path.rstrip("?") if request.method == "GET" else None
        return see_other("accounts.ask_for_code", **({"next": here} if here else {}))
    if access.scope not in (Scope.PUBLIC, Scope.PERSON, who.scope):
        raise NotFound
    demand(who, access.permission)
    return None


def _who_has_the_key() -> Actor:
    """The program that asks, by the key in the header or, where it can send none, the address."""
    sent = request.authorization
    secret = sent.token if sent is not None and sent.type == "bearer" else None
    find: Callable[[str], Actor | None] = current_app.extensions["find_key"]
    who = find(secret or (request.view_args or {}).get("key", ""))
    if who is None:
        raise Unauthorized(_("This key opens nothing, or there is none in the request."))
    return who


def _cannot_be_stored(value: str) -> bool:
    """Whether PostgreSQL could not even compare this with what it holds."""
    return "\x00" in value or any("\ud800" <= each <= "\udfff" for each in value)


def _method() -> str:
    return "GET" if request.method == "HEAD" else request.method


def _close(error: BaseException | None = None) -> None:
    for opened in [g.pop("db", None), g.pop("connection", None), *g.pop("more_sessions", [])]:
        if opened is not None:
            opened.close()


def language_url(code: str) -> str:
    """This page in another language."""
    arguments = {**request.args.to_dict(), "lang": code}
    return f"{request.path}?{urlencode(arguments)}"


def _catalogue() -> NullTranslations:
    """The catalogue of the page's language, found once a request."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return cast(NullTranslations, g.catalogue)


def _said(sentence: str, **values: Any) -> Markup:
    """A sentence in a template. A page says some hundred: this is the short way to each."""
    return _filled_in(_catalogue().gettext(sentence), values)


def _said_of_many(one: str, many: str, num: int, **values: Any) -> Markup:
    return _filled_in(_catalogue().ngettext(one, many, num), {"num": num, **values})


def _filled_in(sentence: str, values: dict[str, Any]) -> Markup:
    """The sentence as its translators wrote it, with values made harmless in its places."""
    text = Markup(sentence)  # noqa: S704 - from our catalogues
    return text % values if values or "%" in sentence else text


def install(app: Flask) -> None:
    """Connect all of the above with the application."""
    app.jinja_env.globals.update(_=_said, gettext=_said, ngettext=_said_of_many)
    app.before_request(_admit)
    app.teardown_request(_close)
    app.add_template_filter(day)
    app.add_template_filter(short_day)
    app.add_template_filter(moment)
    app.add_template_filter(stairs)
    app.add_template_filter(named)
    app.add_template_filter(told)


def found(thing: Any) -> Any:
    """The thing, or a page that says that there is none."""
    if thing is None:
        raise errors.NotFound("There is no such page, or it is not yours to see.")
    return thing
