"""Pages of the rehearsal: asking for one, watching it, and what there is to mend."""

from typing import Any
from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.notes import queries
from registration.notes.models import Note
from registration.notes.rehearsal import queries as rehearsals
from registration.notes.rehearsal import service
from registration.notes.rehearsal.rules import Standing
from registration.notes.views import office_forms
from registration.notes.views.edge import READ, STAFF, pages
from registration.permissions import Permission
from registration.states import queries as states
from registration.web import actor, see_other, session
from registration.words import OWN_NAMES


@pages.get("/notes/<uuid:note_id>/rehearsal", permission=READ, scope=STAFF)
def rehearsal(note_id: UUID) -> str:
    """What the last rehearsal of a note found, by State, with a way to mend each."""
    return render_template("notes/rehearsal.html", **_shown(queries.by_id(session(), note_id)))


@pages.get("/notes/<uuid:note_id>/rehearsal/progress", permission=READ, scope=STAFF)
def rehearsal_progress(note_id: UUID) -> str:
    """The result alone, for the part of the page that fetches itself anew."""
    return render_template("notes/_rehearsal.html", **_shown(queries.by_id(session(), note_id)))


@pages.post("/notes/<uuid:note_id>/rehearse", permission=Permission.REHEARSE_NOTE, scope=STAFF)
def rehearse(note_id: UUID) -> AnyResponse:
    """Makes every copy and throws it away, in the background."""
    service.ask(session(), queries.by_id(session(), note_id, lock=True))
    session().commit()
    flash(_("The rehearsal has begun. Nothing of it is sent."), "information")
    return see_other("notes.rehearsal", note_id=note_id)


def _shown(note: Note) -> dict[str, Any]:
    last = rehearsals.last(session(), note)
    return {
        "note": note,
        "last": last,
        "standing": last.standing if last else Standing.NONE,
        "states": {each.code: each for each in states.all_states(session())},
        "may_rehearse": actor().may(Permission.REHEARSE_NOTE, note)
        and note.stage in service.BEFORE_ISSUE,
        "may_edit": actor().may(Permission.EDIT_NOTE, note),
        "words": office_forms,
        "own_names": OWN_NAMES,
    }
