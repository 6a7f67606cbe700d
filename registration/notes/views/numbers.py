"""Pages of the register of numbers: a year's numbers, and making one void."""

from collections.abc import Mapping
from datetime import MAXYEAR
from uuid import UUID

from flask import Response, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import clock
from registration.accounts import queries as accounts
from registration.documents.reference import Reference
from registration.errors import ReferenceTaken, Refused
from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.notes import numbering, registry
from registration.notes.registry import Entry
from registration.notes.views.edge import READ, STAFF, beside, meeting_label, pages
from registration.notes.views.office_forms import VoidForm
from registration.permissions import Permission
from registration.web import see_other, session


@pages.get("/notes/numbers", permission=READ, scope=STAFF)
def numbers() -> str:
    """Every number of a year: its note, why it is void, or that nobody used it."""
    years, year = _years()
    entries = registry.entries(session(), year)
    return render_template(
        "notes/numbers.html",
        year=year,
        years=years,
        entries=entries,
        proposed=numbering.proposed(session(), year),
        people=_people(entries),
        label=meeting_label,
    )


def _years() -> tuple[list[int], int]:
    """The years that have numbers, and the one that the address asks for, or the last."""
    years = registry.years(session()) or [clock.today().year]
    asked = request.args.get("year", years[0], type=int)
    return years, asked if 0 < asked <= MAXYEAR else years[0]


def _people(entries: list[Entry]) -> Mapping[UUID, str]:
    """The names of those who made numbers void."""
    return accounts.names(session(), (each.void.voided_by_id for each in entries if each.void))


@pages.post("/notes/numbers/export", permission=Permission.EXPORT, scope=STAFF)
def export_numbers() -> Response:
    """The register of a year's numbers, as a file."""
    begin(session())
    _all, year = _years()
    entries = registry.entries(session(), year)
    people = _people(entries)
    columns = [
        _("Number"),
        _("Last number"),
        _("Use"),
        _("Date"),
        _("Note, or reason"),
        _("Meeting"),
        _("Made void (Vienna)"),
        _("By whom"),
    ]
    rows = [_row(each, people) for each in entries]
    return file(Sheet(f"Numbers of {year}", columns, rows, "numbers", str(year)))


def _row(entry: Entry, people: Mapping[UUID, str]) -> list[Cell]:
    numbers = [entry.first.short, entry.last.short]
    if entry.void:
        void = entry.void
        by = people[void.voided_by_id]
        return [*numbers, _("Void"), None, void.reason, None, void.voided_at, by]
    if entry.note is None:
        return [*numbers, _("Not used"), None, None, None, None, None]
    meeting = meeting_label(entry.meeting) if entry.meeting else None
    return [*numbers, _("Issued"), entry.note.issued_on, entry.note.title, meeting, None, None]


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
