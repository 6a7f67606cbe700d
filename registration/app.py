"""The one place that puts the web application together."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, current_app, g, request, url_for
from flask_babel import Babel
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import registration.models  # noqa: F401  (the mapper needs every table)
from registration import cli, clock, config, db, error_pages, headers, web, words
from registration.accounts import rules as sign_in_rules
from registration.accounts import signing_in
from registration.accounts import views as account_views
from registration.accounts.forms import ROLES
from registration.api import keys as api_keys
from registration.api import views as api_views
from registration.authorities import views as authority_views
from registration.config import Settings
from registration.inbox import views as inbox_views
from registration.meetings import views as meeting_views
from registration.notes import views as note_views
from registration.participants import views as participant_views
from registration.permissions import ANYBODY, SIGNING_IN, Actor, Permission, Role, Scope
from registration.post import views as post_views
from registration.privacy import views as privacy_views
from registration.reports import views as report_views
from registration.responses import views as response_views
from registration.states import views as state_views
from registration.verification import views as verification_views

ROOT = Path(__file__).resolve().parent.parent

SLICES = (
    account_views.pages,
    state_views.pages,
    meeting_views.pages,
    note_views.pages,
    response_views.pages,
    verification_views.pages,
    authority_views.pages,
    participant_views.pages,
    report_views.pages,
    post_views.pages,
    inbox_views.pages,
    privacy_views.pages,
    api_views.keys.pages,
)

NAVIGATION = (
    # endpoint, label, permission, scope
    ("reports.work", _l("Work"), Permission.READ_REGISTER, Scope.STAFF),
    ("responses.home", _l("Your answers"), Permission.ANSWER, Scope.STATE),
    ("meetings.index", _l("Meetings"), Permission.READ_PUBLIC, Scope.PUBLIC),
    ("notes.index", _l("Notes verbales"), Permission.READ_REGISTER, Scope.STAFF),
    ("verification.index", _l("Names"), Permission.READ_REGISTER, Scope.STAFF),
    ("states.index", _l("States"), Permission.READ_REGISTER, Scope.STAFF),
    ("reports.experts", _l("Experts"), Permission.READ_REGISTER, Scope.STAFF),
    ("authorities.index", _l("Authorities"), Permission.READ_REGISTER, Scope.STAFF),
    ("authorities.directory", _l("Authorities"), Permission.READ_DIRECTORY, Scope.STATE),
    ("post.index", _l("Mail"), Permission.READ_REGISTER, Scope.STAFF),
    ("accounts.acting_for_us", _l("Focal points"), Permission.ANSWER, Scope.STATE),
    ("accounts.index", _l("Accounts"), Permission.EDIT_ACCOUNTS, Scope.STAFF),
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve. Reads the environment where no settings are given."""
    settings = settings or Settings()
    clock.follow(settings.demo_clock)
    app = error_pages.Application(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "registration" / "static"),
    )
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        TRUSTED_HOSTS=[settings.host],
        SESSION_COOKIE_NAME="__Host-registration" if settings.secure else "registration",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=sign_in_rules.ABSOLUTE_LIMIT,
        MAX_CONTENT_LENGTH=22 * 2**20,  # one upload of 20 MiB and its form
        MAX_FORM_MEMORY_SIZE=6 * 2**20,  # a pasted table as large as an uploaded one
        MAX_FORM_PARTS=1_000,
        WTF_CSRF_TIME_LIMIT=int(timedelta(hours=12).total_seconds()),
        WTF_CSRF_SSL_STRICT=settings.secure,
        BABEL_TRANSLATION_DIRECTORIES=str(words.CATALOGUES),
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=30),
    )
    if settings.proxies:
        # The limits of signing in count by network address: the person's, not the proxy's.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=0
        )
    app.extensions["settings"] = settings
    config.use(settings)
    app.extensions["languages"] = words.LANGUAGES
    app.extensions["engine"] = db.engine(
        settings.database_url.get_secret_value(), pool_size=8, max_overflow=4
    )
    app.extensions["find_actor"] = _find_actor
    app.extensions["at_home"] = (authority_views.states.at_home,)
    app.extensions["find_key"] = _find_key
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    Babel(app, locale_selector=language)
    web.install(app)
    headers.install(app)
    error_pages.install(app)
    app.extensions["access"] = {}
    for pages in SLICES:
        app.register_blueprint(pages.blueprint)
        app.extensions["access"].update(pages.access)
    api_views.install(app, api_views.reading.reading)
    app.add_url_rule("/healthz", "healthz", _healthy, methods=["GET"])
    app.extensions["access"]["healthz", "GET"] = web.Access(Permission.READ_PUBLIC, Scope.PUBLIC)
    _refuse_undeclared_routes(app)
    app.context_processor(_page_context)
    cli.install(app)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    return app


def _refuse_undeclared_routes(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if (
                rule.endpoint != "static"
                and (rule.endpoint, method) not in (app.extensions["access"])
            ):
                raise RuntimeError(f"{method} {rule.rule} declares no permission and scope")


def _find_actor(token: str) -> Actor | None:
    with db.session_for(web.connection(), SIGNING_IN) as session:
        known = signing_in.find_actor(session, token)
    if known is None:
        return None
    actor, g.preferred_language = known
    return actor


def _find_key(secret: str) -> Actor | None:
    with db.session_for(web.connection(), SIGNING_IN) as session:
        return api_keys.find_actor(session, secret)


def _healthy() -> tuple[str, int]:
    with web.session_as(ANYBODY) as session:
        session.execute(sa.text("select 1"))
    return "ok\n", 200


def language() -> str:
    """The page's language: asked for, chosen before, the person's own, or the browser's."""
    chosen = request.args.get("lang") or request.cookies.get("language")
    if chosen in words.LANGUAGES:
        return chosen
    web.actor()
    preferred: str | None = g.get("preferred_language")
    return preferred or request.accept_languages.best_match(words.LANGUAGES, default="en") or "en"


def role_label(roles: frozenset[Role]) -> str:
    """What a person is called at the head of the page."""
    return " · ".join(str(label) for role, label in ROLES.items() if role in roles)


def _navigation(actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": url_for(endpoint),
            "current": f"{request.path}/".startswith(f"{url_for(endpoint)}/"),
        }
        for endpoint, label, permission, scope in NAVIGATION
        if scope in (Scope.PUBLIC, actor.scope) and actor.may(permission)
    ]


class _Person:
    """The actor, as templates see it."""

    def __init__(self, actor: Actor) -> None:
        self.signed_in = actor.signed_in
        self.name = actor.name
        self.role_label = role_label(actor.roles)
        self.state_code = actor.state_code
        self._actor = actor

    def may(self, permission: str, thing: Any = None) -> bool:
        return self._actor.may(Permission(permission), thing)


def _page_context() -> dict[str, Any]:
    actor = web.actor()
    code = language()
    return {
        "language": code,
        "direction": words.direction(code),
        "languages": list(words.OWN_NAMES.items()),
        "language_url": web.language_url,
        "actor": _Person(actor),
        "navigation": _navigation(actor),
        "demo": current_app.extensions["settings"].demo,
        "duty_station": _("Vienna"),
        "own_address": request.url,
        "today": clock.today(),
        "home_url": url_for("reports.home"),
        "sign_in_url": url_for("accounts.ask_for_code"),
        "sign_out_url": url_for("accounts.sign_out"),
        "account_url": url_for("accounts.own"),
        "footer_links": [{"label": _("What we keep of persons"), "url": url_for("privacy.kept")}],
    }
