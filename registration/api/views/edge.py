"""What the addresses for programs share: they open to keys, read only, and answer in JSON."""

from collections.abc import Callable
from typing import Any, TypeVar

import flask_smorest
from flask import Flask, jsonify
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.exceptions import HTTPException

from registration.api.views.schemas import Problem
from registration.db import Session
from registration.errors import DomainError
from registration.permissions import Permission, Scope
from registration.web import Access, session

_TEXT = {"type": "string"}
View = TypeVar("View", bound=Callable[..., Any])

_KEY = {"key": {"type": "http", "scheme": "bearer", "description": "A key made by the office."}}


class Reading(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest ships no types
    """Addresses that can be read with a key. None can be added without saying which it takes."""

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self.access: dict[tuple[str, str], Access] = {}
        self.register_error_handler(HTTPException, _on_http_error)
        self.register_error_handler(DomainError, _on_domain_error)

    def reads(
        self,
        rule: str,
        permission: Permission,
        *,
        takes: Schema | None = None,
        gives: Schema | None = None,
        content_type: str = "application/json",
    ) -> Callable[[View], View]:
        """Let programs whose key gives that permission read this.

        `takes` is the shape of the query, `gives` that of the answer where it is not a text.
        """

        def register(view: View) -> View:
            described: Any = self.doc(security=[{"key": []}])(view)
            for status in (401, 403, 404, 422):
                described = self.alt_response(status, schema=Problem)(described)
            described = self.response(200, gives or _TEXT, content_type=content_type)(described)
            if takes is not None:
                described = self.arguments(takes, location="query")(described)
            self.add_url_rule(
                rule, view.__name__, described, methods=["GET"], provide_automatic_options=False
            )
            self.access[f"{self.name}.{view.__name__}", "GET"] = Access(permission, Scope.KEY)
            return view

        return register


class _Api(flask_smorest.Api):  # type: ignore[misc]  # flask-smorest ships no types
    """The description of the addresses, without flask-smorest's hold on the errors of all pages."""

    def _register_error_handlers(self) -> None:
        pass


def install(app: Flask, reading: Reading) -> None:
    """Add the addresses and their description, /api/openapi.json, to the application."""
    app.config.update(
        API_TITLE="Registration",
        API_VERSION="1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api",
    )
    api = _Api(app, spec_kwargs={"components": {"securitySchemes": _KEY}})
    api.register_blueprint(reading)
    app.extensions["access"].update(reading.access)
    described = Access(Permission.READ_PUBLIC, Scope.PUBLIC)
    app.extensions["access"]["api-docs.openapi_json", "GET"] = described


def snapshot() -> Session:
    """The request's session, for reading alone; all that it reads is of one moment."""
    found = session()
    found.connection(
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )
    return found


def _on_http_error(error: HTTPException) -> FlaskResponse:
    problems = getattr(error, "data", {}).get("messages", {})
    response = _told(error.code or 500, error.description or error.name, problems)
    if error.code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _on_domain_error(error: DomainError) -> FlaskResponse:
    session().rollback()
    return _told(error.status, _(error.sentence, **error.values), {})


def _told(status: int, message: str, problems: dict[str, Any]) -> FlaskResponse:
    response = jsonify({"status": status, "message": message, "problems": problems})
    response.status_code = status
    return response
