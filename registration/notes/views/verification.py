"""The page to which the code on a copy leads anybody."""

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from registration.notes import (
    issuing,
    queries,
)
from registration.notes.views.edge import page_language, pages
from registration.permissions import Permission, Scope, system
from registration.web import see_other, session_as


@pages.get("/verify", permission=Permission.READ_PUBLIC, scope=Scope.PUBLIC)
def ask_for_verification() -> str | AnyResponse:
    """Asks for the code on a copy."""
    code = issuing.normal_code(request.args.get("code", "")[:60])
    if code:
        return see_other("notes.verify", code=code)
    return render_template("notes/verify.html", code="", asked=False, verified=None, state_name="")


@pages.get("/verify/<code>", permission=Permission.READ_PUBLIC, scope=Scope.PUBLIC)
def verify(code: str) -> str | tuple[str, int]:
    """Says whether the office issued the copy with that code; nothing else can be learnt here."""
    found = queries.verify(session_as(system("verification")), code)
    page = render_template(
        "notes/verify.html",
        code=issuing.normal_code(code)[:20],
        asked=True,
        verified=found,
        state_name=found.state.formal_name(page_language()) if found else "",
    )
    return page if found else (page, 404)
