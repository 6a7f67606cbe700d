"""Pages on which copies are taken away together: in a ZIP by language, or in one print run."""

from collections.abc import Iterator
from uuid import UUID

from flask import Response, render_template, request
from flask_babel import gettext as _

from letters.letter import LetterError
from registration.documents.reference import Reference
from registration.errors import Refused
from registration.notes import outputs, queries
from registration.notes.models import Note
from registration.notes.outputs import PrintedCopy
from registration.notes.views.edge import READ, STAFF, pages
from registration.permissions import Permission
from registration.web import day, page_language, session
from registration.words import LANGUAGES, OWN_NAMES

POUCH, ALL = "pouch", "all"


@pages.get("/notes/<uuid:note_id>/outputs", permission=READ, scope=STAFF)
def take(note_id: UUID) -> str:
    """What can be taken away of a note, and how many copies that is."""
    note = queries.by_id(session(), note_id)
    return render_template(
        "notes/outputs.html",
        note=note,
        in_language=outputs.languages(session(), note),
        for_pouch=outputs.for_pouch(session(), note),
        own_names=OWN_NAMES,
    )


@pages.post("/notes/<uuid:note_id>/outputs/zip", permission=Permission.EXPORT, scope=STAFF)
def take_zip(note_id: UUID) -> Response:
    """The copies and the master of a language, or of all, as a ZIP that is written as it goes."""
    note, language = queries.by_id(session(), note_id), request.form.get("language", "")
    if language not in ("", *LANGUAGES):
        raise Refused("There is no copy to take.")
    files = outputs.take_zip(session(), note, language)
    session().commit()
    name = "-".join(filter(None, (_called(note), language)))
    return _streamed(outputs.as_zip(note, files), "application/zip", f"{name}.zip")


@pages.post("/notes/<uuid:note_id>/outputs/print", permission=Permission.EXPORT, scope=STAFF)
def take_print_run(note_id: UUID) -> Response:
    """One PDF for the printer, with its covering list, written as it goes."""
    note, which = queries.by_id(session(), note_id), request.form.get("which", ALL)
    copies = outputs.take_print_run(session(), note, only_pouch=which == POUCH)
    covering_list = _covering_list(note, copies)
    session().commit()
    name = f"{_called(note)}-{_('print run')}"
    run = outputs.as_print_run(str(note.reference), covering_list, copies)
    return _streamed(run, "application/pdf", f"{name}.pdf")


def _called(note: Note) -> str:
    return Reference.parse(str(note.reference)).filename


def _streamed(pieces: Iterator[bytes], kind: str, filename: str) -> Response:
    response = Response(pieces, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


def _covering_list(note: Note, copies: list[PrintedCopy]) -> bytes:
    """The list in the language of whoever prints. Loads WeasyPrint at the first call."""
    from letters.covering_list import CoveringList, ListedCopy, printed

    language = page_language()
    sheets = sum(copy.sheets for copy in copies)
    title = _("%(reference)s: copies for delivery", reference=note.reference)
    count = _("%(copies)s copies on %(sheets)s sheets", copies=len(copies), sheets=sheets)
    try:
        return printed(
            CoveringList(
                language=language,
                title=str(title),
                facts=(f"{note.title}, {day(note.issued_on)}", str(count)),
                columns=(
                    _("No."),
                    _("State"),
                    _("Language"),
                    _("Pages"),
                    _("Delivered on"),
                    _("Received by"),
                ),
                copies=tuple(
                    ListedCopy(copy.state.name(language), OWN_NAMES[copy.file.language], copy.pages)
                    for copy in copies
                ),
            )
        )
    except LetterError as error:
        raise Refused("This cannot be printed: %(reason)s", reason=error.reason) from error
