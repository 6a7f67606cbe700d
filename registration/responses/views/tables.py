"""Pages on which a State puts many persons forward at once: paste, name the columns, look, take."""

from uuid import UUID

from flask import Response, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from registration.delegations.models import Delegate
from registration.delegations.rules import Part
from registration.documents.cells import ROWS_LIMIT
from registration.exports import comma_separated
from registration.exports.sheet import Sheet
from registration.exports.views import XLSX
from registration.exports.workbook import workbook
from registration.forms import Form
from registration.responses import answering, forms
from registration.responses.forms import importing
from registration.responses.imports import applying, keeping, mapping, parsing, preview
from registration.responses.imports.models import UploadedTable
from registration.responses.imports.rules import MISTAKES_SHOWN, Mistake, Table
from registration.responses.queries import Asked
from registration.responses.views.edge import ANSWER, STATE, answer_to, asked, go_on, pages
from registration.web import see_other, session, tried

SAMPLES = 3
SHORT = 200_000  # bytes that a page carries along and a form sends back


@pages.get("/answer/<uuid:note_id>/experts/table", permission=ANSWER, scope=STATE)
def new_table(note_id: UUID) -> str:
    """Asks for a table of persons, and says how it has to look.

    One that was looked at before (`again`) stands in the field, where it is short enough for that.
    """
    question, form = asked(note_id), importing.TableForm(formdata=None)
    again = request.args.get("again", type=UUID)
    if again is not None:
        rows = parsing.as_pasted(keeping.find(session(), note_id, again).table)
        form.pasted.data = rows if len(rows.encode()) <= SHORT else ""
    return _upload_page(question, form)


def _upload_page(question: Asked, form: importing.TableForm) -> str:
    return render_template(
        "responses/new_table.html",
        question=question,
        form=form,
        importing=importing,
        rows_limit=ROWS_LIMIT,
    )


@pages.post("/answer/<uuid:note_id>/experts/table", permission=ANSWER, scope=STATE)
def add_table(note_id: UUID) -> AnyResponse | tuple[str, int]:
    """Reads a table, and keeps it for the next pages."""
    question, form = asked(note_id), importing.TableForm()
    kept: list[UploadedTable] = []
    status = tried(
        form, lambda: kept.append(keeping.keep(session(), question.note.id, _table(form)))
    )
    if status == 303:
        return see_other("responses.table_columns", note_id=note_id, table_id=kept[0].id)
    return _upload_page(question, form), status


def _table(form: importing.TableForm) -> Table:
    upload = form.upload
    if upload is not None:
        return parsing.from_file(upload, form.named_encoding)
    return parsing.from_paste(form.pasted.data or "")


@pages.get("/answer/<uuid:note_id>/experts/table/template", permission=ANSWER, scope=STATE)
def table_template(note_id: UUID) -> Response:
    """An empty table with the headings that are known, as a workbook or (`format`) as CSV."""
    asked(note_id)
    columns = [str(label) for label in importing.COLUMNS.values()]
    sheet = Sheet(_("Persons"), columns, [], "nomination", note_id)
    if request.args.get("format") == "csv":
        answer = Response(comma_separated.lines(sheet), mimetype="text/csv")
        name = "persons.csv"
    else:
        answer, name = Response(workbook(sheet), mimetype=XLSX), "persons.xlsx"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@pages.get("/answer/<uuid:note_id>/experts/table/<uuid:table_id>", permission=ANSWER, scope=STATE)
def table_columns(note_id: UUID, table_id: UUID) -> str | AnyResponse:
    """Shows what the columns seem to be, to be corrected."""
    question, kept = asked(note_id), keeping.find(session(), note_id, table_id)
    if kept.taken_at is not None:
        return see_other("responses.experts", note_id=note_id)
    form = importing.columns_form(kept.table.headings, kept.meanings)
    return _columns_page(question, kept, form)


def _columns_page(question: Asked, kept: UploadedTable, form: Form) -> str:
    return render_template(
        "responses/table_columns.html",
        question=question,
        kept=kept,
        form=form,
        samples=_samples(kept.table),
    )


def _samples(table: Table) -> list[str]:
    """The first different words in each column, to know it by."""
    return [
        " · ".join(list(dict.fromkeys(cell for cell in column if cell.strip()))[:SAMPLES])
        for column in zip(*(cells for _, cells in table.rows[:50]), strict=True)
    ]


@pages.post("/answer/<uuid:note_id>/experts/table/<uuid:table_id>", permission=ANSWER, scope=STATE)
def choose_columns(note_id: UUID, table_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keeps what the columns are, for this table and the next ones."""
    question, kept = asked(note_id), keeping.find(session(), note_id, table_id)
    if kept.taken_at is not None:
        return see_other("responses.experts", note_id=note_id)
    form = importing.columns_form(kept.table.headings, kept.meanings)
    status = tried(form, lambda: keeping.choose(session(), kept, form.meanings))
    if status == 303:
        return see_other("responses.check_table", note_id=note_id, table_id=table_id)
    return _columns_page(question, keeping.find(session(), note_id, table_id), form), status


@pages.get(
    "/answer/<uuid:note_id>/experts/table/<uuid:table_id>/check", permission=ANSWER, scope=STATE
)
def check_table(note_id: UUID, table_id: UUID) -> str | AnyResponse:
    """Shows what would be written, or every mistake."""
    question, kept = asked(note_id), keeping.find(session(), note_id, table_id)
    if kept.taken_at is not None:
        return see_other("responses.experts", note_id=note_id)
    if mapping.missing(kept.meanings):
        return see_other("responses.table_columns", note_id=note_id, table_id=table_id)
    return _check_page(question, kept, Form())


def _check_page(question: Asked, kept: UploadedTable, form: Form) -> str:
    found = preview.read(kept.table, kept.meanings, _here(question))
    return render_template(
        "responses/check_table.html",
        question=question,
        kept=kept,
        form=form,
        found=found,
        mistakes=[(each, _words(each)) for each in found.mistakes[:MISTAKES_SHOWN]],
        importing=importing,
        forms=forms,
    )


def _here(question: Asked) -> list[Delegate]:
    nomination = answer_to(question).nomination
    return list(nomination.delegates) if nomination else []


def _words(mistake: Mistake) -> str:
    return str(_(mistake.sentence, **mistake.values))


@pages.post(
    "/answer/<uuid:note_id>/experts/table/<uuid:table_id>/check", permission=ANSWER, scope=STATE
)
def take_table(note_id: UUID, table_id: UUID) -> AnyResponse | tuple[str, int]:
    """Puts all persons of the table forward."""
    question, form = asked(note_id), Form()
    keeping.find(session(), note_id, table_id)
    count = 0

    def take() -> None:
        nonlocal count
        nomination = answering.begin(session(), note_id)
        kept = keeping.find(session(), note_id, table_id)
        count = len(applying.take(session(), nomination, kept))

    status = tried(form, take)
    if status != 303:
        return _check_page(question, keeping.find(session(), note_id, table_id), form), status
    flash(ngettext("%(num)s person is added.", "%(num)s persons are added.", count), "success")
    return go_on(note_id, Part.DELEGATION, "responses.experts")
