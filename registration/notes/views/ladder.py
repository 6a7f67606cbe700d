"""The page of a note's reminders: when they are drafted, and whom one would go to today."""

from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import clock
from registration.errors import NotFound
from registration.notes import queries
from registration.notes.ladders import queries as ladders
from registration.notes.ladders import setting
from registration.notes.ladders.rules import proposed
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.notes.views import ladder_forms
from registration.notes.views.edge import READ, STAFF, pages
from registration.notes.views.ladder_forms import LadderForm
from registration.notes.views.whom import listed
from registration.permissions import Permission
from registration.web import see_other, session, tried
from registration.words import OWN_NAMES


def _note(note_id: UUID, *, lock: bool = False) -> Note:
    note = queries.by_id(session(), note_id, lock=lock)
    if note.respond_by is None:
        raise NotFound("This note awaits no response, so nobody is reminded of it.")
    return note


def _page(note: Note, form: LadderForm | None = None) -> str:
    ladder = ladders.of_note(session(), note)
    if form is None:
        open_ = [each.days_before for each in ladder.rungs if not each.reached_at] if ladder else []
        form = LadderForm.of(open_ if ladder else proposed(note.last_day, clock.today()), ladder)
    issued = note.stage is NoteStage.ISSUED
    return render_template(
        "notes/ladder.html",
        note=note,
        form=form,
        is_set=bool(ladder and ladder.rungs),
        lines=ladders.lines(session(), note, ladder),
        can_be_set=note.stage is not NoteStage.WITHDRAWN,
        issued=issued,
        words=ladder_forms,
        own_names=OWN_NAMES,
        **listed(ladders.whom(session(), note) if issued else []),
    )


@pages.get("/notes/<uuid:note_id>/reminders", permission=READ, scope=STAFF)
def ladder(note_id: UUID) -> str:
    """When reminders of a note are drafted, what came of it so far, and whom one would go to."""
    return _page(_note(note_id))


@pages.post("/notes/<uuid:note_id>/reminders", permission=Permission.EDIT_NOTE, scope=STAFF)
def set_ladder(note_id: UUID) -> AnyResponse | tuple[str, int]:
    """Sets the days, or takes them away."""
    note, form = _note(note_id, lock=True), LadderForm()
    status = tried(
        form,
        lambda: setting.set_rungs(session(), note, form.wanted, version=form.version_seen),
    )
    if status != 303:
        return _page(_note(note_id), form), status
    flash(
        _("Reminders will be drafted on these days.")
        if form.wanted
        else _("No more reminders will be drafted."),
        "success",
    )
    return see_other("notes.ladder", note_id=note_id)
