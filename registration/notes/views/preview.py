"""The pages of a note as they would be printed now, for any addressee and language."""

import base64
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from flask_babel import gettext as _

from registration import clock
from registration.documents.reference import Reference
from registration.errors import NotFound, Refused
from registration.notes import preview as printing
from registration.notes import queries
from registration.notes.audience import Addressed
from registration.notes.models import Note
from registration.notes.rehearsal.queries import whom
from registration.notes.rules import NOTE
from registration.notes.views.edge import READ, STAFF, pages, pdf_file
from registration.notes.views.writing_forms import TextForm
from registration.notes.wording import Wording
from registration.permissions import Permission
from registration.states.models import State
from registration.web import session
from registration.words import LANGUAGES, OWN_NAMES


@pages.get("/notes/<uuid:note_id>/preview/<language>.pdf", permission=READ, scope=STAFF)
def preview(note_id: UUID, language: str) -> Response:
    """The text in one language as it would be printed now, or a State's copy of it."""
    note = queries.by_id(session(), note_id)
    name = Reference.parse(note.reference).filename if note.reference else "draft"
    pdf = printing.pdf(session(), note, _spoken(language), _chosen())
    return pdf_file(pdf, f"{name}-{language}.pdf", disposition="inline")


@pages.get("/notes/<uuid:note_id>/preview/<language>", permission=READ, scope=STAFF)
def look(note_id: UUID, language: str) -> str:
    """Pictures of the pages, for an addressee to be chosen."""
    note = queries.by_id(session(), note_id)
    return render_template(
        "notes/preview.html",
        note=note,
        addressees=addressees(note, _spoken(language)),
        chosen=request.args.get("state", ""),
        own_names=OWN_NAMES,
        languages_of_notes=LANGUAGES,
        **_shown(note, language),
    )


@pages.post(
    "/notes/<uuid:note_id>/preview/<language>", permission=Permission.EDIT_NOTE, scope=STAFF
)
def preview_typed(note_id: UUID, language: str) -> str:
    """The pictures alone, of what is typed on the page of a text and not saved yet."""
    note, form = queries.by_id(session(), note_id), TextForm()
    words = Wording(form.one_line, form.body.data)
    typed = words if note.stage is NOTE.initial and words.body else None
    return render_template(
        "notes/_preview.html", note=note, **_shown(note, _spoken(language), typed)
    )


def addressees(note: Note, language: str) -> list[Addressed]:
    """Whom the note would address today in that language."""
    found = whom(session(), note, note.issued_on or clock.today())
    return [each for each in found if each.language == language]


def _spoken(language: str) -> str:
    if language not in LANGUAGES:
        raise NotFound("There is no such page, or it is not yours to see.")
    return language


def _chosen() -> State | None:
    """The State that the address or the form names, where it names one."""
    code = request.values.get("state", "")
    state = session().get(State, code) if code else None
    if code and state is None:
        raise NotFound("There is no such State.")
    return state


def _shown(note: Note, language: str, words: Wording | None = None) -> dict[str, Any]:
    state, problem = _chosen(), ""
    found: tuple[printing.Picture, ...] = ()
    try:
        found = printing.pictures(session(), note, language, state, words)
    except Refused as error:
        problem = _(error.sentence, **error.values)
    return {
        "text_language": language,
        "state": state,
        "problem": problem,
        "pictures": [
            {
                "url": f"data:image/png;base64,{base64.b64encode(each.png).decode('ascii')}",
                "width": each.width,
                "height": each.height,
            }
            for each in found
        ],
    }
