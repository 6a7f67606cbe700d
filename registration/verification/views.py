"""Pages on which an officer compares the names that a State sent with its mission's note."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.delegations import reviewing
from registration.delegations.rules import NominationAction, NominationStage
from registration.documents import quarantine
from registration.errors import Refused
from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.meetings.models import Meeting
from registration.permissions import Permission, Scope
from registration.responses.views.edge import as_file
from registration.states.forms import REGIONAL_GROUPS
from registration.states.models import RegionalGroup
from registration.verification import forms, queries, service
from registration.verification.forms import MoveForm, ReturnForm, comparison_form
from registration.verification.queries import Comparison
from registration.verification.queue import Choice, Waiting, queue
from registration.verification.rules import Verdict
from registration.web import Pages, asked_page, found, page_language, see_other, session, tried

pages = Pages("verification", __name__)

READ, VERIFY, STAFF = Permission.READ_REGISTER, Permission.VERIFY_NOMINATION, Scope.STAFF
ON_A_PAGE = 50


@pages.get("/verification", permission=READ, scope=STAFF)
def index() -> str:
    """The nominations that wait for the office, the oldest first."""
    choice = _choice()
    waiting = queue(session(), choice)
    page, last_page = asked_page(len(waiting), ON_A_PAGE)
    return render_template(
        "verification/index.html",
        waiting=waiting[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        count=len(waiting),
        page=page,
        last_page=last_page,
        choice=choice,
        asked_for=_asked_for(choice),
        meetings=session().scalars(sa.select(Meeting).order_by(Meeting.begins_on.desc())).all(),
        groups=REGIONAL_GROUPS,
        forms=forms,
        next_one=_next(waiting),
    )


def _choice() -> Choice:
    """What the address asks for. What makes no sense there chooses nothing."""
    asked = request.args
    group, stage = asked.get("group"), asked.get("stage")
    return Choice(
        meeting=asked.get("meeting") or None,
        group=RegionalGroup(group) if group in set(RegionalGroup) else None,
        stage=NominationStage(stage) if stage in set(forms.STAGES) else None,
        flagged=asked.get("flagged") == "1",
    )


def _asked_for(choice: Choice) -> dict[str, str]:
    """The part of an address that asks for this choice; `_choice` reads it back."""
    asked = {
        "meeting": choice.meeting,
        "group": choice.group,
        "stage": choice.stage,
        "flagged": "1" if choice.flagged else None,
    }
    return {name: str(value) for name, value in asked.items() if value}


@pages.post("/verification/export", permission=Permission.EXPORT, scope=STAFF)
def export() -> Response:
    """The nominations that wait for the office, as the address chooses, as a file; no names."""
    begin(session())
    choice = _choice()
    rows = [_row(each) for each in queue(session(), choice)]
    columns = [str(column) for column in forms.COLUMNS]
    return file(Sheet("Names to compare", columns, rows, "nomination", "queue", _asked_for(choice)))


def _row(waiting: Waiting) -> list[Cell]:
    return [
        waiting.state.code,
        waiting.state.name(page_language()),
        waiting.meeting.slug,
        waiting.note.reference,
        waiting.sent_at,
        str(forms.STAGES[waiting.nomination.stage]),
        int(waiting.is_late),
        int(waiting.has_note),
        waiting.names,
        waiting.compared,
        waiting.flagged + waiting.faults,
    ]


def _next(waiting: list[Waiting]) -> Waiting | None:
    """The oldest that can be gone on with at once."""
    return next(
        (each for each in waiting if each.nomination.stage is not NominationStage.NOMINATED), None
    )


@pages.get("/verification/<uuid:nomination_id>", permission=READ, scope=STAFF)
def show(nomination_id: UUID) -> str:
    """The note as pages beside the names."""
    return _page(queries.comparison(session(), nomination_id))


def _page(compared: Comparison, form: Any = None, returning: Any = None) -> str:
    form = form or comparison_form(compared.names, faults=[each.value for each in compared.faults])
    returning = returning or ReturnForm(formdata=None)
    form.version.data = returning.version.data = str(compared.version)
    return render_template(
        "verification/show.html",
        compared=compared,
        form=form,
        returning=returning,
        forms=forms,
        possible={each.value for each in reviewing.possible(compared.nomination)},
    )


@pages.post("/verification/<uuid:nomination_id>", permission=VERIFY, scope=STAFF)
def compare(nomination_id: UUID) -> AnyResponse | tuple[str, int]:
    """Saves what was ticked and flagged; the button says whether that verifies, too."""
    compared = queries.comparison(session(), nomination_id)
    form = comparison_form(compared.names)

    def write_down() -> None:
        version, verdicts = form.version_seen, form.verdicts
        if request.form.get("go") == "all":
            open_names = (each.designation.id for each in compared.names if not each.check)
            verdicts = {**dict.fromkeys(open_names, Verdict.MATCHES), **verdicts}
        service.compare(session(), nomination_id, verdicts, form.chosen_faults, version=version)
        if request.form.get("go") == "verify":
            version = queries.comparison(session(), nomination_id).version
            service.verify(session(), nomination_id, version=version)

    status = tried(form, write_down)
    if status != 303:
        return _page(queries.comparison(session(), nomination_id), form=form), status
    if request.form.get("go") == "verify":
        flash(_("The names are verified. They can be confirmed now."), "success")
    else:
        flash(_("What you found is saved."), "success")
    return see_other("verification.show", nomination_id=nomination_id)


ACTS: dict[str, tuple[Callable[..., None], NominationAction]] = {
    "receive": (service.take_note_in, NominationAction.RECEIVE_NOTE),
    "confirm": (service.confirm, NominationAction.CONFIRM),
    "reopen": (service.reopen, NominationAction.REOPEN),
}


def _act(nomination_id: UUID, act: str, said: str) -> AnyResponse | tuple[str, int]:
    """Do one act. A second click, when it is done already, shows how it stands."""
    verb, action = ACTS[act]
    form = MoveForm()
    compared = queries.comparison(session(), nomination_id)
    if action not in reviewing.possible(compared.nomination):
        flash(_("This was done already, or is no longer possible."), "information")
        return see_other("verification.show", nomination_id=nomination_id)
    do = partial(verb, session(), nomination_id, version=form.version_seen)
    status = tried(form, do)
    if status != 303:
        shown = comparison_form(compared.names)
        shown.form_errors.extend(form.form_errors)
        return _page(queries.comparison(session(), nomination_id), form=shown), status
    flash(said, "success")
    return see_other("verification.show", nomination_id=nomination_id)


@pages.post("/verification/<uuid:nomination_id>/receive", permission=VERIFY, scope=STAFF)
def receive(nomination_id: UUID) -> AnyResponse | tuple[str, int]:
    """Says that the note came another way."""
    return _act(nomination_id, "receive", _("The note is here. Compare the names with it."))


@pages.post("/verification/<uuid:nomination_id>/confirm", permission=VERIFY, scope=STAFF)
def confirm(nomination_id: UUID) -> AnyResponse | tuple[str, int]:
    """Lets the names that match stand in the list of participants."""
    return _act(nomination_id, "confirm", _("The names are confirmed. The State is told by mail."))


@pages.post("/verification/<uuid:nomination_id>/reopen", permission=VERIFY, scope=STAFF)
def reopen(nomination_id: UUID) -> AnyResponse | tuple[str, int]:
    """Lets the names be compared anew."""
    return _act(nomination_id, "reopen", _("The names can be compared anew."))


@pages.post("/verification/<uuid:nomination_id>/return", permission=VERIFY, scope=STAFF)
def send_back(nomination_id: UUID) -> AnyResponse | tuple[str, int]:
    """Returns the nomination to the State with a remark."""
    form = ReturnForm()

    def do() -> None:
        service.send_back(
            session(), nomination_id, form.remark.data or "", version=form.version_seen
        )

    status = tried(form, do)
    if status != 303:
        return _page(queries.comparison(session(), nomination_id), returning=form), status
    flash(_("The nomination is returned. The State is told by mail."), "success")
    return see_other("verification.index")


@pages.get("/answer/returned/<uuid:nomination_id>", permission=Permission.ANSWER, scope=Scope.STATE)
def returned(nomination_id: UUID) -> str:
    """What the office remarked, for the State that corrects its answer."""
    return render_template(
        "verification/returned.html",
        last=queries.last_return(session(), nomination_id),
        forms=forms,
    )


@pages.get("/verification/<uuid:nomination_id>/note", permission=READ, scope=STAFF)
def note(nomination_id: UUID) -> Response:
    """The mission's note as it came, to be saved."""
    compared = queries.comparison(session(), nomination_id)
    return as_file(found(compared.document).id)


@pages.get("/verification/<uuid:nomination_id>/pages/<int:number>", permission=READ, scope=STAFF)
def picture(nomination_id: UUID, number: int) -> Response:
    """One page of the mission's note as a picture."""
    compared = queries.comparison(session(), nomination_id)
    content = quarantine.show(session(), found(compared.document).id, number)
    return Response(content, mimetype="image/jpeg")


@pages.post("/verification/<uuid:nomination_id>/examine", permission=VERIFY, scope=STAFF)
def examine_again(nomination_id: UUID) -> AnyResponse:
    """Lets a file that could not be examined be tried once more."""
    compared = queries.comparison(session(), nomination_id)
    if compared.document is None:
        raise Refused("There is no note to examine.")
    quarantine.try_again(session(), compared.document.id)
    session().commit()
    flash(_("The file is being examined again."), "success")
    return see_other("verification.show", nomination_id=nomination_id)
