"""Pages of the dispatch: confirming it, holding it, sending a copy again, noting a delivery."""

from collections import Counter
from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import config
from registration.errors import NotFound
from registration.forms import Form
from registration.notes import dispatching, forms, queries
from registration.notes.models import Letter, Note
from registration.notes.rules import LetterStage, NoteStage
from registration.notes.views.edge import READ, STAFF, pages
from registration.permissions import Permission
from registration.post import rules
from registration.post.forms import STAGES
from registration.post.rules import MailingAction
from registration.states import suspects
from registration.states.forms import CHANNELS
from registration.web import page_language, see_other, session, tried
from registration.words import OWN_NAMES

SEND = Permission.DISPATCH_NOTE


@pages.get("/notes/<uuid:note_id>/dispatch", permission=READ, scope=STAFF)
def dispatch(note_id: UUID) -> str | AnyResponse:
    """What would leave, for whom; or where the dispatch stands, once it was confirmed."""
    note = queries.by_id(session(), note_id)
    if note.stage is not NoteStage.ISSUED:
        return see_other("notes.show", note_id=note_id)
    return _page(note)


@pages.post("/notes/<uuid:note_id>/dispatch", permission=SEND, scope=STAFF)
def confirm_dispatch(note_id: UUID) -> AnyResponse | tuple[str, int]:
    """Lets the copies leave."""
    note = queries.by_id(session(), note_id)
    if dispatching.confirmed(session(), note) is not None:
        flash(_("This was done already."), "information")
        return see_other("notes.dispatch", note_id=note_id)
    form = _confirm_form(note)
    if not form.validate_on_submit():
        return _page(note, confirming=form), 422
    dispatching.confirm(session(), note, left_out=form.left_out.data or [])
    session().commit()
    flash(_("The dispatch is confirmed. The copies are leaving."), "success")
    return see_other("notes.show", note_id=note_id)


@pages.post("/notes/<uuid:note_id>/dispatch/pause", permission=SEND, scope=STAFF)
def pause_dispatch(note_id: UUID) -> AnyResponse:
    """Holds back what has not left yet."""
    return _act(note_id, MailingAction.PAUSE, _("The dispatch is paused."))


@pages.post("/notes/<uuid:note_id>/dispatch/resume", permission=SEND, scope=STAFF)
def resume_dispatch(note_id: UUID) -> AnyResponse:
    """Lets it leave after all."""
    return _act(note_id, MailingAction.RESUME, _("The dispatch goes on."))


@pages.post("/notes/<uuid:note_id>/dispatch/stop", permission=SEND, scope=STAFF)
def stop_dispatch(note_id: UUID) -> AnyResponse | tuple[str, int]:
    """Ends it for good: what has not left by now does not leave."""
    note, form = queries.by_id(session(), note_id), forms.StopForm()
    if not form.validate_on_submit():
        return _page(note, stopping=form), 422
    dispatching.act(session(), note, MailingAction.STOP, form.reason.data or "")
    session().commit()
    flash(_("The dispatch is stopped."), "success")
    return see_other("notes.dispatch", note_id=note_id)


def _act(note_id: UUID, action: MailingAction, done: str) -> AnyResponse:
    dispatching.act(session(), queries.by_id(session(), note_id), action)
    session().commit()
    flash(done, "success")
    return see_other("notes.dispatch", note_id=note_id)


def _confirm_form(note: Note) -> forms.ConfirmForm:
    by_mail = dispatching.with_address(session(), note)
    return forms.ConfirmForm(
        {
            each.state.code: each.state.name(page_language())
            for each in queries.copies(session(), note)
            if each.state.code in by_mail
        },
        dispatching.by_another_road(by_mail.values()),
    )


def _page(
    note: Note, confirming: forms.ConfirmForm | None = None, stopping: forms.StopForm | None = None
) -> str:
    only = config.current().allowed_recipients
    every, mailing = queries.copies(session(), note), dispatching.confirmed(session(), note)
    progress = queries.progress(session(), note)
    return render_template(
        "notes/dispatch.html",
        note=note,
        mailing=mailing,
        actions=dispatching.choices(mailing, progress) if mailing else (),
        progress=progress,
        copies=every,
        suspect=suspects.among(
            session(), {email for each in every for email in each.addressee.recipients}
        ),
        rehearsing=only is not None,
        withheld=[
            each
            for each in every
            if each.addressee.recipients and not rules.allowed(each.addressee.recipients, only)
        ],
        form=confirming or stopping or (forms.StopForm() if mailing else _confirm_form(note)),
        stages=forms.MAILINGS,
        confirmed_by=queries.name_of(session(), mailing.confirmed_by_id) if mailing else "",
        own_names=OWN_NAMES,
        channels=CHANNELS,
        by_channel=Counter(each.addressee.channel for each in every),
    )


@pages.get("/notes/<uuid:note_id>/letters/<uuid:letter_id>/road", permission=SEND, scope=STAFF)
def road(note_id: UUID, letter_id: UUID) -> str:
    """One copy: how it went out, sending it again, and noting its delivery by hand."""
    note, letter = _copy(note_id, letter_id)
    return _road_page(note, letter)


@pages.post("/notes/<uuid:note_id>/letters/<uuid:letter_id>/again", permission=SEND, scope=STAFF)
def send_again(note_id: UUID, letter_id: UUID) -> AnyResponse | tuple[str, int]:
    """Sends a copy once more, as a dispatch of its own."""
    (note, letter), form = _copy(note_id, letter_id), forms.AgainForm()
    status = tried(
        form,
        lambda: dispatching.send_again(
            session(),
            note,
            letter,
            reason=form.reason.data or "",
            seen=_identifier(form.seen.data),
        ),
    )
    if status != 303:
        return _road_page(*_copy(note_id, letter_id), again=form), status
    flash(_("The copy is sent once more."), "success")
    return see_other("notes.copies", note_id=note_id)


@pages.post("/notes/<uuid:note_id>/letters/<uuid:letter_id>/by-hand", permission=SEND, scope=STAFF)
def deliver_by_hand(note_id: UUID, letter_id: UUID) -> AnyResponse | tuple[str, int]:
    """Notes when a printed copy was delivered, and who took it."""
    (note, letter), form = _copy(note_id, letter_id), forms.DeliveryForm()
    status = tried(
        form,
        lambda: dispatching.deliver_by_hand(
            session(),
            note,
            letter,
            delivered_on=form.day,
            received_by=form.received_by.data or "",
        ),
    )
    if status != 303:
        return _road_page(*_copy(note_id, letter_id), delivery=form), status
    flash(_("The delivery is recorded."), "success")
    return see_other("notes.copies", note_id=note_id)


def _copy(note_id: UUID, letter_id: UUID) -> tuple[Note, Letter]:
    note, letter = queries.by_id(session(), note_id), queries.letter(session(), letter_id)
    if letter.note_id != note_id or letter.addressee_id is None:
        raise NotFound("There is no such letter, or it is not yours to see.")
    return note, letter


def _identifier(typed: str | None) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise NotFound("There is no such letter, or it is not yours to see.") from None


def _road_page(
    note: Note,
    letter: Letter,
    again: forms.AgainForm | None = None,
    delivery: forms.DeliveryForm | None = None,
) -> str:
    copy = next(each for each in queries.copies(session(), note) if each.letter.id == letter.id)
    last = dispatching.last_dispatch(session(), letter)
    form: Form = again or delivery or Form()
    if again is None:
        again = forms.AgainForm(formdata=None, seen=str(last.id) if last else "")
    return render_template(
        "notes/road.html",
        note=note,
        copy=copy,
        form=form,
        again=again,
        delivery=delivery or forms.DeliveryForm(formdata=None),
        may_go_again=dispatching.may_go_again(session(), note, letter, last),
        addresses=dispatching.present_addresses(session(), letter),
        is_made=letter.stage is LetterStage.RENDERED,
        dispatches=queries.dispatches(session(), letter),
        stages=STAGES,
    )
