"""Pages of what comes back by e-mail: the lists, one mail, and what a person decides about it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, cast
from uuid import UUID

from flask import Response, flash, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.db import Session
from registration.documents import quarantine
from registration.documents import service as documents
from registration.documents.models import Document, DocumentKind
from registration.errors import NotFound
from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.forms import Versioned
from registration.inbox import forms, queries, rules, service
from registration.inbox.models import Incoming
from registration.inbox.rules import INCOMING, IncomingAction, IncomingStage
from registration.journal.service import story
from registration.notes import queries as notes
from registration.permissions import Permission, Scope
from registration.states import queries as states
from registration.web import Pages, page_language, see_other, session, tried

pages = Pages("inbox", __name__)

READ, ACT, STAFF = Permission.READ_REGISTER, Permission.RECORD_RESPONSE, Scope.STAFF


@pages.get("/mail/incoming", permission=READ, scope=STAFF)
def index() -> str:
    """Mails of one stage, or of one State or note whatever their stage; the newest first."""
    asked = _asked()
    stage, state_code, note_id = asked["stage"], asked["state_code"], asked["note_id"]
    number = request.args.get("page", 1, type=int)
    found = queries.mails(session(), **asked, page=max(1, number))
    return render_template(
        "inbox/index.html",
        found=found,
        export_url=url_for("inbox.export", **_address(asked)),
        stage=stage,
        number=max(1, number),
        counts=queries.count_by_stage(session()),
        state=states.by_code(session(), state_code) if state_code else None,
        note=notes.by_id(session(), note_id) if note_id else None,
        troubles=queries.troubles(session()),
        forms=forms,
    )


@pages.post("/mail/incoming/export", permission=Permission.EXPORT, scope=STAFF)
def export() -> Response:
    """The mails that the address chooses, as a file: what stands in the list, and no text."""
    begin(session())
    asked = _asked()
    rows = [_row(each) for each in queries.mails(session(), **asked, page=None).mails]
    columns = [str(column) for column in forms.COLUMNS]
    return file(Sheet("Incoming mail", columns, rows, "incoming", "list", _address(asked)))


def _asked() -> dict[str, Any]:
    """Which mails the address asks for. Raises NotFound for a stage or a note that is none."""
    state_code, note_id = request.args.get("state") or None, _identifier(request.args.get("note"))
    stage = None if state_code or note_id else _stage(request.args.get("stage"))
    return {"stage": stage, "state_code": state_code, "note_id": note_id}


def _address(asked: dict[str, Any]) -> dict[str, Any]:
    """The part of an address that asks for these mails; `_asked` reads it back."""
    parts = {"stage": asked["stage"], "state": asked["state_code"], "note": asked["note_id"]}
    return {name: str(value) for name, value in parts.items() if value}


def _row(came: queries.Came) -> list[Cell]:
    mail = came.incoming
    return [
        mail.received_at,
        mail.subject,
        mail.sender,
        str(forms.KINDS[mail.kind]),
        came.state.code if came.state else None,
        came.state.name(page_language()) if came.state else None,
        came.note.reference if came.note else None,
        str(forms.STAGES[mail.stage][0]),
        str(forms.CERTAINTIES[mail.certainty][0]) if mail.certainty else None,
        len(mail.files),
    ]


def _stage(asked: str | None) -> IncomingStage:
    try:
        return IncomingStage(asked or IncomingStage.UNMATCHED)
    except ValueError:
        raise NotFound("There is no such page, or it is not yours to see.") from None


def _identifier(asked: str | None) -> UUID | None:
    try:
        return UUID(asked) if asked else None
    except ValueError:
        raise NotFound("There is no such page, or it is not yours to see.") from None


@pages.get("/mail/incoming/<uuid:incoming_id>", permission=READ, scope=STAFF)
def show(incoming_id: UUID) -> str:
    """One mail: what it says, whose it is taken for and why, and what can be done with it."""
    return _page(queries.by_id(session(), incoming_id))


@pages.get("/mail/incoming/<uuid:incoming_id>/files/<int:number>", permission=READ, scope=STAFF)
def attached(incoming_id: UUID, number: int) -> Response:
    """A file that came along and passed the quarantine, to be saved and never opened here."""
    document = _file(incoming_id, number)
    is_pdf = document.kind is DocumentKind.INCOMING_NOTE
    answer = send_file(
        BytesIO(documents.read(session(), document.id)),
        mimetype="application/pdf" if is_pdf else "application/octet-stream",
        as_attachment=True,
        download_name=document.filename if is_pdf else rules.saved_as(document.filename),
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _file(incoming_id: UUID, number: int) -> Document:
    found = queries.attached(session(), queries.by_id(session(), incoming_id), number)
    return cast(Document, found.document)


@pages.get(
    "/mail/incoming/<uuid:incoming_id>/files/<int:number>/pages/<int:page>",
    permission=READ,
    scope=STAFF,
)
def picture(incoming_id: UUID, number: int, page: int) -> Response:
    """One page of a file that passed the quarantine, or a photograph, as a picture made of it."""
    content = quarantine.show(session(), _file(incoming_id, number).id, page)
    return Response(content, mimetype="image/jpeg")


@pages.post("/mail/incoming/<uuid:incoming_id>/match", permission=ACT, scope=STAFF)
def match(incoming_id: UUID) -> AnyResponse | tuple[str, int]:
    """Says whose it is."""
    form = _match_form(queries.by_id(session(), incoming_id))
    return _done(
        incoming_id,
        form,
        lambda used: service.match_by_hand(
            used, incoming_id, form.state.data or "", form.note_id, version=form.version_seen
        ),
    )


@pages.post("/mail/incoming/<uuid:incoming_id>/decide", permission=ACT, scope=STAFF)
def decide(incoming_id: UUID) -> AnyResponse | tuple[str, int]:
    """Says that it is dealt with, or why it concerns nobody."""
    form = forms.DecideForm(queries.by_id(session(), incoming_id).stage)
    verbs = {IncomingAction.FILE: service.file, IncomingAction.PUT_ASIDE: service.put_aside}
    return _done(
        incoming_id,
        form,
        lambda used: verbs[IncomingAction(form.decision.data)](
            used, incoming_id, reason=form.reason.data or "", version=form.version_seen
        ),
    )


@pages.post("/mail/incoming/<uuid:incoming_id>/take-up", permission=ACT, scope=STAFF)
def take_up(incoming_id: UUID) -> AnyResponse | tuple[str, int]:
    """Looks at it again."""
    form = Versioned()
    return _done(
        incoming_id,
        form,
        lambda used: service.take_up(used, incoming_id, version=form.version_seen),
    )


def _done(
    incoming_id: UUID, form: Versioned, act: Callable[[Session], Incoming]
) -> AnyResponse | tuple[str, int]:
    status = tried(form, lambda: act(session()))
    if status == 303:
        flash(_("This is recorded, with your name."), "success")
        return see_other("inbox.show", incoming_id=incoming_id)
    return _page(queries.by_id(session(), incoming_id), form), status


def _match_form(incoming: Incoming, **values: Any) -> forms.MatchForm:
    language = page_language()
    return forms.MatchForm(
        [(each.code, each.name(language)) for each in states.all_states(session())],
        [
            (str(each.id), f"{each.reference} · {each.title}")
            for each in queries.notes_to_choose(session())
        ],
        state=incoming.state_code or "",
        note=str(incoming.note_id or ""),
        version=incoming.version,
        **values,
    )


def _page(incoming: Incoming, refused: Versioned | None = None) -> str:
    """The page of one mail. A form that was refused stands in it as it was sent."""
    if refused is not None:
        refused.version.data = str(incoming.version)  # the page shows how it stands now
    deciding, matching = refused, refused
    if not isinstance(deciding, forms.DecideForm):
        deciding = forms.DecideForm(incoming.stage, formdata=None, version=incoming.version)
    if not isinstance(matching, forms.MatchForm):
        matching = _match_form(incoming, formdata=None)
    return render_template(
        "inbox/show.html",
        came=queries.came(session(), incoming),
        files=queries.files(session(), incoming),
        events=reversed(story(session(), "incoming", incoming.id)),
        may=INCOMING.actions(incoming.stage),
        form=refused or deciding,
        matching=matching,
        deciding=deciding,
        forms=forms,
    )
