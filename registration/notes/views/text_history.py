"""Pages of what became of a text: who changed what, the way back, and who read it as a native."""

from uuid import UUID

from flask import flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.notes import drafting, history, native, queries, writing
from registration.notes.rules import NOTE
from registration.notes.views.edge import READ, STAFF, pages
from registration.notes.views.writing import spoken
from registration.notes.views.writing_forms import CheckForm, RestoreForm
from registration.permissions import Permission
from registration.web import actor, asked_page, see_other, session
from registration.words import OWN_NAMES

ENTRIES_ON_A_PAGE = 20


@pages.get("/notes/<uuid:note_id>/texts/<language>/history", permission=READ, scope=STAFF)
def text_history(note_id: UUID, language: str) -> str:
    """Every entry of a text's history with its difference, the newest first."""
    note = queries.by_id(session(), note_id)
    text = drafting.text_in(note, spoken(language))
    page, last = asked_page(history.count(session(), text), ENTRIES_ON_A_PAGE)
    return render_template(
        "notes/history.html",
        note=note,
        text=text,
        text_language=language,
        own_names=OWN_NAMES,
        entries=history.entries(session(), text, page, ENTRIES_ON_A_PAGE),
        page=page,
        page_url=lambda number: url_for(
            "notes.text_history", note_id=note_id, language=language, page=number
        ),
        last_page=last,
        may_restore=note.stage is NOTE.initial and actor().may(Permission.EDIT_NOTE, note),
    )


@pages.post(
    "/notes/<uuid:note_id>/texts/<language>/history/<uuid:revision_id>",
    permission=Permission.EDIT_NOTE,
    scope=STAFF,
)
def restore(note_id: UUID, language: str, revision_id: UUID) -> AnyResponse:
    """Lets an earlier text stand again."""
    note, form = queries.by_id(session(), note_id, lock=True), RestoreForm()
    writing.restore(session(), note, spoken(language), revision_id, form.version_seen)
    session().commit()
    flash(_("The earlier text stands again. What it replaced is in the history."), "success")
    return see_other("notes.text", note_id=note_id, language=language)


@pages.post(
    "/notes/<uuid:note_id>/texts/<language>/check",
    permission=Permission.CHECK_WORDING,
    scope=STAFF,
)
def check_wording(note_id: UUID, language: str) -> AnyResponse:
    """Says that a native reader has read the text."""
    note, form = queries.by_id(session(), note_id, lock=True), CheckForm()
    text = drafting.text_in(note, spoken(language))
    native.mark(session(), note, text, form.digest.data or "")
    session().commit()
    flash(_("Marked as read by a native reader."), "success")
    if note.stage is NOTE.initial and actor().may(Permission.EDIT_NOTE, note):
        return see_other("notes.text", note_id=note_id, language=language)
    return see_other("notes.read", note_id=note_id, _anchor=language)
