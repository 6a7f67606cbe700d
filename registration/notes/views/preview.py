"""The pages of a note as they would be printed now."""

from uuid import UUID

from flask import Response

from registration.documents.reference import Reference
from registration.errors import NotFound
from registration.notes import preview as printing
from registration.notes import queries
from registration.notes.views.edge import READ, STAFF, pages, pdf_file
from registration.web import session
from registration.words import LANGUAGES


@pages.get("/notes/<uuid:note_id>/preview/<language>.pdf", permission=READ, scope=STAFF)
def preview(note_id: UUID, language: str) -> Response:
    """The text in one language as it would be printed now."""
    if language not in LANGUAGES:
        raise NotFound("There is no such page, or it is not yours to see.")
    note = queries.by_id(session(), note_id)
    name = Reference.parse(note.reference).filename if note.reference else "draft"
    pdf = printing.pdf(session(), note, language)
    return pdf_file(pdf, f"{name}-{language}.pdf", disposition="inline")
