"""Pages of the register of numbers: a year's numbers, and making one void."""

from datetime import MAXYEAR

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import clock
from registration.accounts import queries as accounts
from registration.documents.reference import Reference
from registration.errors import ReferenceTaken, Refused
from registration.notes import numbering, registry
from registration.notes.views.edge import READ, STAFF, beside, meeting_label, pages
from registration.notes.views.office_forms import VoidForm
from registration.permissions import Permission
from registration.web import see_other, session


@pages.get("/notes/numbers", permission=READ, scope=STAFF)
def numbers() -> str:
    """Every number of a year: its note, why it is void, or that nobody used it."""
    years = registry.years(session()) or [clock.today().year]
    asked = request.args.get("year", years[0], type=int)
    year = asked if 0 < asked <= MAXYEAR else years[0]
    entries = registry.entries(session(), year)
    return render_template(
        "notes/numbers.html",
        year=year,
        years=years,
        entries=entries,
        proposed=numbering.proposed(session(), year),
        people=accounts.names(session(), (each.void.voided_by_id for each in entries if each.void)),
        label=meeting_label,
    )


@pages.get("/notes/numbers/void", permission=Permission.VOID_NUMBER, scope=STAFF)
def ask_to_void() -> str:
    """Asks which number, and why."""
    form = VoidForm(reference=request.args.get("reference", "")[:60])
    return render_template("notes/void.html", form=form)


@pages.post("/notes/numbers/void", permission=Permission.VOID_NUMBER, scope=STAFF)
def void() -> AnyResponse | tuple[str, int]:
    """Takes a number out of use for good."""
    form = VoidForm()
    if form.validate_on_submit():
        try:
            reference = Reference.parse(form.reference.data or "")
            numbering.make_void(session(), reference, form.reason.data or "")
            session().commit()
            flash(_("%(ref)s is void now.", ref=reference.short), "success")
            return see_other("notes.numbers", year=reference.year)
        except (Refused, ReferenceTaken) as error:
            session().rollback()
            form.refuse(beside(error))
    return render_template("notes/void.html", form=form), 422
