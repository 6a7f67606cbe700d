"""The page to which the code on a copy leads anybody, and on which a file is compared with it."""

from datetime import timedelta

from flask import current_app, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField

from letters.sealed import Finding
from registration.allowance import Allowance
from registration.db import Session
from registration.errors import Refused
from registration.forms import Form
from registration.notes import codes, verification
from registration.notes.verification import LARGEST_FILE, Compared, SealOfCopy, Verified
from registration.notes.views.edge import pages
from registration.permissions import Permission, Scope, system
from registration.web import client_address, page_language, see_other, session_as

# A registry that checks a day's post asks less; whoever tries codes gets nowhere.
QUESTIONS, WINDOW = 60, timedelta(minutes=15)
LONGEST_TYPED = 60

SEALS = {
    Finding.INTACT: _l(
        "The file carries the office's electronic seal, and nothing in it was changed. It is"
        " genuine, but it is not the copy with this code."
    ),
    Finding.EXTENDED: _l(
        "The file carries the office's electronic seal, but something was added to it afterwards."
    ),
    Finding.BROKEN: _l(
        "The file names the office as its sealer, but the seal does not hold: the file was changed"
        " after it was sealed, or the office never sealed it."
    ),
    Finding.FOREIGN: _l("The file is signed by somebody else, not by the office."),
    Finding.NONE: _l("The file carries no electronic seal."),
}


class CompareForm(Form):
    """A file to be compared with a copy; a browser that can sends its SHA-256 in its place."""

    file = FileField(_l("File (PDF, at most 5 MB)"))
    sha256 = HiddenField()

    @property
    def content(self) -> bytes:
        """The file that was sent. Raises Refused where there is none or it is no letter's size."""
        chosen = self.file.data
        if not isinstance(chosen, FileStorage) or not chosen.filename:
            raise Refused("Choose the PDF that you received.", field="file")
        content = chosen.stream.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise Refused("This file is larger than any copy of a note.", field="file")
        return content


@pages.get("/verify", permission=Permission.READ_PUBLIC, scope=Scope.PUBLIC)
def ask_for_verification() -> str | AnyResponse:
    """Asks for the code on a copy."""
    code = codes.normal(request.args.get("code", "")[:LONGEST_TYPED])
    if code:
        return see_other("notes.verify", code=code)
    return render_template("notes/verify.html", code="", asked=False, copy=None)


@pages.get("/verify/<code>", permission=Permission.READ_PUBLIC, scope=Scope.PUBLIC)
def verify(code: str) -> str | tuple[str, int]:
    """Says whether the office issued the copy with that code; nothing else can be learnt here."""
    copy = _asked_for(session_as(system("verification")), code)
    page = _page(code, copy, CompareForm(formdata=None))
    return page if copy else (page, 404)


@pages.post("/verify/<code>", permission=Permission.READ_PUBLIC, scope=Scope.PUBLIC)
def compare(code: str) -> str | tuple[str, int]:
    """Says whether a file is the copy with that code. The file is looked at and not kept."""
    program, form = session_as(system("verification")), CompareForm()
    copy = _asked_for(program, code)
    if copy is None:
        return _page(code, copy, form), 404
    try:
        compared = (
            verification.compare_digest(copy, form.sha256.data)
            if form.sha256.data
            else verification.compare_file(program, copy, form.content)
        )
    except Refused as error:
        form.refuse(error)
        return _page(code, copy, form), 422
    seal = verification.seal_of(program, copy)
    return _page(code, copy, CompareForm(formdata=None), compared=compared, seal=seal)


def count_question() -> None:
    """Count a question by a code from this network address. Raises TooMany."""
    allowance = current_app.extensions.setdefault("codes_asked", Allowance(QUESTIONS, WINDOW))
    allowance.take(client_address())


def _asked_for(program: Session, code: str) -> Verified | None:
    count_question()
    return verification.verify(program, code[:LONGEST_TYPED])


def _page(
    code: str,
    copy: Verified | None,
    form: CompareForm,
    compared: Compared | None = None,
    seal: SealOfCopy | None = None,
) -> str:
    return render_template(
        "notes/verify.html",
        code=codes.normal(code)[: codes.LONGEST],
        asked=True,
        copy=copy,
        state_name=copy.state.formal_name(page_language()) if copy else "",
        form=form,
        compared=compared,
        said_of_seal=SEALS[compared.seal] if compared and compared.seal else None,
        seal=seal,
    )
