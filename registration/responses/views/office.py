"""Pages of the office: the responses to a note, and recording one that came another way."""

from uuid import UUID

from flask import Response, flash, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import clock
from registration.accounts.models import Account
from registration.documents import service as documents
from registration.errors import IllegalMove
from registration.inbox import queries as inbox
from registration.inbox.models import Incoming
from registration.meetings.models import Meeting
from registration.notes import queries as notes
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.responses import forms, queries, recording
from registration.responses import record as record_of
from registration.responses.forms import ReceivedForm
from registration.responses.models import ResponseChannel
from registration.responses.rules import ResponseKind
from registration.responses.views.edge import READ, RECORD, STAFF, as_file, pages
from registration.web import found, see_other, session, tried


@pages.get("/notes/<uuid:note_id>/responses", permission=READ, scope=STAFF)
def index(note_id: UUID) -> str:
    """What came back to a note, the newest first."""
    note = notes.by_id(session(), note_id)
    return render_template(
        "responses/index.html",
        note=note,
        meeting=session().get_one(Meeting, note.meeting_id),
        received=queries.of_note(session(), note_id),
        forms=forms,
    )


@pages.get("/notes/<uuid:note_id>/responses/record", permission=RECORD, scope=STAFF)
def ask_record(note_id: UUID) -> str:
    """Asks for what came: of the State that the address may name, or in the mail that it names."""
    note, mail = _issued(note_id), _mail()
    if mail is None:
        return _record_page(note, ReceivedForm(state=request.args.get("state", "")), None)
    known = {"channel": ResponseChannel.EMAIL.value, "received_on": clock.day_of(mail.received_at)}
    return _record_page(note, ReceivedForm(state=mail.state_code, **known), mail)


def _mail() -> Incoming | None:
    """The mail from outside of which the response is made, where the address names one."""
    incoming_id = request.args.get("mail", type=UUID)
    return inbox.by_id(session(), incoming_id) if incoming_id else None


def _issued(note_id: UUID) -> Note:
    note = notes.by_id(session(), note_id)
    if note.stage is not NoteStage.ISSUED:
        raise IllegalMove("This note is not issued yet, so nobody can have answered it.")
    if note.respond_by is None:
        raise IllegalMove("This note asks for no response.")
    return note


def _record_page(note: Note, form: ReceivedForm, mail: Incoming | None) -> str:
    _offer_addressees(note, form)
    return render_template(
        "responses/record.html",
        note=note,
        form=form,
        mail=mail,
        scan=inbox.scan(session(), mail) if mail else None,
    )


def _offer_addressees(note: Note, form: ReceivedForm) -> None:
    language = str(get_locale())
    form.offer(
        (addressee.state_code, state.name(language))
        for addressee, state in queries.addressees(session(), note.id)
    )


@pages.post("/notes/<uuid:note_id>/responses/record", permission=RECORD, scope=STAFF)
def record(note_id: UUID) -> AnyResponse | tuple[str, int]:
    """Records what came; the same once more shows the first."""
    note, form, mail = _issued(note_id), ReceivedForm(), _mail()
    _offer_addressees(note, form)
    recorded = []

    def put_down() -> None:
        recorded.append(
            recording.record_response(
                session(),
                note,
                form.state.data or "",
                channel=ResponseChannel(form.channel.data),
                kind=ResponseKind(form.kind.data),
                received_on=form.day,
                mission_reference=form.mission_reference.data or "",
                mission_note_date=form.mission_note_date.data,
                scan=form.upload,
                words=form.words.data or "",
                asked_until=form.asked_until.data,
                lacks=form.missing,
                incoming=mail,
                remark=form.remark.data or "",
            )
        )

    status = tried(form, put_down)
    if status == 303:
        flash(_("The response is recorded."), "success")
        return see_other("responses.show", response_id=recorded[0].id)
    return _record_page(note, form, mail), status


@pages.get("/responses/<uuid:response_id>", permission=READ, scope=STAFF)
def show(response_id: UUID) -> str:
    """One response: when and how it came, and whom it names."""
    received = queries.by_id(session(), response_id)
    response = received.response
    return render_template(
        "responses/show.html",
        received=received,
        named=queries.named_in(session(), response),
        changes=record_of.changes_by(session(), response),
        letter=record_of.letter_for(session(), response),
        recorded_by=session().get_one(Account, response.recorded_by_id),
        document=(
            documents.find(session(), response.document_id) if response.document_id else None
        ),
        forms=forms,
    )


@pages.get("/responses/<uuid:response_id>/note", permission=READ, scope=STAFF)
def show_note(response_id: UUID) -> Response:
    """The mission's note that came with a response, to be saved."""
    return as_file(found(queries.by_id(session(), response_id).response.document_id))


@pages.get("/responses/<uuid:response_id>/letter", permission=READ, scope=STAFF)
def show_letter(response_id: UUID) -> Response:
    """The letter that confirms a response."""
    letter = found(record_of.letter_for(session(), queries.by_id(session(), response_id).response))
    return as_file(found(letter.document_id))
