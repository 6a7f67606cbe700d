"""Pages of the issue: reference and date, whom it will address, and the act itself."""

from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import clock
from registration.errors import ReferenceTaken, Refused
from registration.notes import (
    clearance,
    issuing,
    numbering,
    queries,
)
from registration.notes.audience import Audience, addressed, languages
from registration.notes.forms import IssueForm
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.notes.views.edge import STAFF, beside, pages
from registration.permissions import Permission
from registration.web import see_other, session
from registration.words import OWN_NAMES


@pages.get("/notes/<uuid:note_id>/issue", permission=Permission.ISSUE_NOTE, scope=STAFF)
def ask_to_issue(note_id: UUID) -> str | AnyResponse:
    """Proposes the next reference and today's date."""
    note = queries.by_id(session(), note_id)
    if note.stage is not NoteStage.CLEARED:
        return see_other("notes.show", note_id=note_id)
    today = clock.today()
    proposed = numbering.proposed(session(), today.year)
    form = IssueForm(reference=str(proposed or ""), issued_on=today, version=str(note.version))
    return _ask(note, form)


def _ask(note: Note, form: IssueForm) -> str:
    return render_template(
        "notes/issue.html", note=note, form=form, passed=issuing.deadline_passed(note)
    )


@pages.post("/notes/<uuid:note_id>/issue/check", permission=Permission.ISSUE_NOTE, scope=STAFF)
def check_issue(note_id: UUID) -> str | tuple[str, int]:
    """Shows whom the note would address under that date. Changes nothing."""
    note, form = queries.by_id(session(), note_id), IssueForm()
    if not form.validate_on_submit():
        return _ask(note, form), 422
    try:
        reference = issuing.check(
            session(),
            note,
            form.reference.data or "",
            form.day,
            knowingly=form.knowingly.data,
        )
    except (Refused, ReferenceTaken) as error:
        form.refuse(beside(error))
        return _ask(note, form), 422
    found = addressed(session(), Audience.of(note.audience), form.day)
    return render_template(
        "notes/confirm_issue.html",
        note=note,
        reference_text=str(reference),
        issued_on=form.day,
        knowingly=form.knowingly.data,
        found=found,
        languages_used=languages(found),
        without_address=[each for each in found if not each.recipients],
        own_names=OWN_NAMES,
    )


@pages.post("/notes/<uuid:note_id>/issue", permission=Permission.ISSUE_NOTE, scope=STAFF)
def issue(note_id: UUID) -> AnyResponse | tuple[str, int]:
    """Issues the note: from now on it is final, and its copies are made."""
    note, form = queries.by_id(session(), note_id, lock=True), IssueForm()
    if note.stage is NoteStage.ISSUED:
        session().rollback()
        flash(_("This note is issued already, as %(ref)s.", ref=note.reference), "information")
        return see_other("notes.show", note_id=note_id)
    if form.validate_on_submit():
        try:
            issuing.issue(
                session(),
                note,
                reference=form.reference.data,
                issued_on=form.day,
                knowingly=form.knowingly.data,
            )
            session().commit()
            flash(_("Issued as %(ref)s. Its copies are being made.", ref=note.reference), "success")
            return see_other("notes.show", note_id=note_id)
        except issuing.ClearanceVoid as error:
            return _void(note_id, error)
        except (Refused, ReferenceTaken) as error:
            session().rollback()
            form.refuse(beside(error))
    return _ask(queries.by_id(session(), note_id), form), 422


def _void(note_id: UUID, error: issuing.ClearanceVoid) -> AnyResponse:
    """What was cleared is not what would be sent: the note goes back, and the page says why."""
    session().rollback()
    note = queries.by_id(session(), note_id, lock=True)
    clearance.reopen(session(), note, reason=clearance.CONTENT_CHANGED)
    session().commit()
    flash(_(error.sentence), "error")
    return see_other("notes.show", note_id=note_id)
