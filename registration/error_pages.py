"""Errors as pages in plain words; of what nobody foresaw, a number that leads to the log."""

import secrets
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, g, render_template, request
from flask.globals import request_ctx
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from registration import errors
from registration.permissions import ANYBODY
from registration.web import session, was_done_meanwhile

log = structlog.get_logger(__name__)


def error_page(status: int, sentence: str = "", incident: str = "") -> tuple[str, int]:
    """A page that says what is wrong in plain words, from templates/errors/."""
    known = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)
    name = status if status in known else (500 if status >= 500 else 400)
    page = render_template(
        f"errors/{name}.html", sentence=sentence, incident=incident, status=status
    )
    return page, status


def _on_domain_error(error: errors.DomainError) -> tuple[str, int]:
    session().rollback()
    return error_page(error.status, _(error.sentence, **error.values))


def _on_stale(error: StaleDataError) -> tuple[str, int]:
    session().rollback()
    return error_page(409, _("Somebody else changed this while you were working on it."))


def _on_broken_rule(error: sa.exc.IntegrityError) -> tuple[str, int]:
    session().rollback()
    if not was_done_meanwhile(error):
        return _on_anything(error)
    return error_page(409, _("Somebody else changed this while you were working on it."))


def _on_csrf(error: CSRFError) -> tuple[str, int]:
    return error_page(
        400, _("This form has been open for too long. Go back, reload the page and send it again.")
    )


def _on_database_down(error: sa.exc.OperationalError) -> tuple[str, int]:
    log.error("database unreachable", error=str(error.orig))
    g.actor = ANYBODY
    g.pop("db", None)
    return error_page(503)


def _on_unstorable(error: sa.exc.DataError) -> tuple[str, int]:
    """An address or a field held what no column can hold, such as a NUL; no page sends that."""
    log.warning("value that no column holds", path=_path_to_log(), error=str(error.orig))
    session().rollback()
    return error_page(400)


def _on_http_error(error: HTTPException) -> AnyResponse | tuple[str, int]:
    if request_ctx.url_adapter is None:  # asked for under a name that is not ours: no page, no link
        return "There is nothing under this name.\n", 400
    if error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, InternalServerError):
        return _on_anything(error.original_exception or error)
    return error_page(error.code)


class Application(Flask):
    """Flask, but that it leaves it to `_on_anything` to write down what nobody foresaw.

    Its own log has no number of the incident, and the whole path, which may open something.
    """

    def log_exception(self, *told: Any) -> None:
        """Says nothing."""


def _on_anything(error: BaseException) -> tuple[str, int]:
    """What nobody foresaw: a page with a number that leads to the log, and nothing more."""
    incident = secrets.token_hex(4)
    # Flask wraps what was raised; only that one's traceback says where.
    cause = getattr(error, "original_exception", None) or error
    log.error("unforeseen error", incident=incident, path=_path_to_log(), exc_info=cause)
    if "db" in g:
        g.db.rollback()
    return error_page(500, incident=incident)


def _path_to_log() -> str:
    """The path that was asked for; its rule alone where the path itself opens something."""
    opens = {"token", "key"} & (request.view_args or {}).keys()
    return request.url_rule.rule if opens and request.url_rule else request.path


def install(app: Flask) -> None:
    """Let the application answer every error with a page."""
    app.register_error_handler(errors.DomainError, _on_domain_error)
    app.register_error_handler(StaleDataError, _on_stale)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(sa.exc.OperationalError, _on_database_down)
    app.register_error_handler(sa.exc.DataError, _on_unstorable)
    app.register_error_handler(sa.exc.IntegrityError, _on_broken_rule)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(500, _on_anything)
