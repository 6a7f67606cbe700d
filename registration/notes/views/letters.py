"""Pages of the letters: every addressee's copy, the files, and trying again what was parked."""

from typing import Any
from uuid import UUID

from flask import Response, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.documents import service as documents
from registration.errors import NotFound
from registration.notes import (
    dispatching,
    forms,
    issuing,
    outputs,
    queries,
)
from registration.notes.rules import LetterStage
from registration.notes.views.edge import READ, STAFF, pages, pdf_file
from registration.permissions import Permission, Scope
from registration.post.forms import STAGES
from registration.post.models import Mailing
from registration.post.rules import MailingStage, MessageStage
from registration.states.models import MissionChannel
from registration.web import actor, asked_page, see_other, session
from registration.words import OWN_NAMES

COPIES_ON_A_PAGE = 50
STOPPED = MailingStage.STOPPED
UNSENT = "unsent"  # a message that is parked; "parked" is a copy that could not be made


@pages.get("/notes/<uuid:note_id>/copies", permission=READ, scope=STAFF)
def copies(note_id: UUID) -> str:
    """Every addressee with its copy, and how far the copy came."""
    note = queries.by_id(session(), note_id)
    every, mailing = queries.copies(session(), note), dispatching.confirmed(session(), note)
    language, state = request.args.get("language", ""), request.args.get("stage", "")
    shown = [
        each
        for each in every
        if language in ("", each.letter.language) and state in ("", _how_far(each, mailing)[0])
    ]
    page, last = asked_page(len(shown), COPIES_ON_A_PAGE)
    return render_template(
        "notes/copies.html",
        note=note,
        shown=shown[(page - 1) * COPIES_ON_A_PAGE :][:COPIES_ON_A_PAGE],
        found=len(shown),
        count=len(every),
        page=page,
        last_page=last,
        language_chosen=language,
        stage_chosen=state,
        stages=_stages_of(every, mailing),
        languages_used=sorted({each.letter.language for each in every}),
        how_far=lambda copy: _how_far(copy, mailing),
        own_names=OWN_NAMES,
        may_release=actor().may(Permission.RELEASE_LETTER),
        parked_masters=[
            each for each in queries.masters(session(), note) if each.stage is LetterStage.PARKED
        ],
    )


def _how_far(copy: queries.CopyOfNote, mailing: Mailing | None) -> tuple[str, Any, str]:
    """Where a copy stands between its making and the mail server: key, words, tone."""
    if copy.letter.stage is not LetterStage.RENDERED:
        return copy.letter.stage.value, *forms.LETTER_STAGES[copy.letter.stage]
    if copy.message is None:
        return _unposted(copy, mailing)
    return _at(copy.message.stage)


def _at(stage: MessageStage) -> tuple[str, Any, str]:
    return UNSENT if stage is MessageStage.PARKED else stage.value, *STAGES[stage]


def _unposted(copy: queries.CopyOfNote, mailing: Mailing | None) -> tuple[str, Any, str]:
    if not copy.addressee.recipients:
        if copy.addressee.channel is not MissionChannel.EMAIL:
            return "left_out", *forms.LEFT_OUT
        return "no_address", *forms.NO_ADDRESS
    if mailing is None:
        return "unconfirmed", *forms.UNCONFIRMED
    if copy.addressee.state_code in mailing.left_out:
        return "left_out", *forms.LEFT_OUT
    return _at(MessageStage.VOID if mailing.stage is STOPPED else MessageStage.READY)


def _stages_of(every: list[queries.CopyOfNote], mailing: Mailing | None) -> list[tuple[str, Any]]:
    found = {key: word for key, word, _tone in (_how_far(each, mailing) for each in every)}
    return list(found.items())


@pages.get("/notes/<uuid:note_id>/letters/<uuid:letter_id>.pdf", permission=READ, scope=STAFF)
def letter(note_id: UUID, letter_id: UUID) -> Response:
    """The PDF of a master or of a copy."""
    return _kept(letter_id, note_id)


@pages.get("/copies/<uuid:letter_id>.pdf", permission=Permission.ANSWER, scope=Scope.STATE)
def own_copy(letter_id: UUID) -> Response:
    """A State's own copy, for its focal point; another State's does not exist for it."""
    return _kept(letter_id)


def _kept(letter_id: UUID, note_id: UUID | None = None) -> Response:
    found = queries.letter(session(), letter_id)
    if found.document_id is None or note_id not in (None, found.note_id):
        raise NotFound("There is no such letter, or it is not yours to see.")
    document = documents.find(session(), found.document_id)
    name = outputs.filename(document, found)
    return pdf_file(documents.read(session(), document.id), name, disposition="attachment")


@pages.post(
    "/notes/<uuid:note_id>/letters/<uuid:letter_id>/release",
    permission=Permission.RELEASE_LETTER,
    scope=STAFF,
)
def release(note_id: UUID, letter_id: UUID) -> AnyResponse:
    """Tries a parked letter again."""
    found = queries.letter(session(), letter_id, lock=True)
    if found.note_id != note_id:
        raise NotFound("There is no such letter, or it is not yours to see.")
    if found.stage is LetterStage.PLANNED:
        flash(_("This was done already."), "information")
    else:
        issuing.release(session(), found)
        flash(_("The letter is being tried again."), "success")
    session().commit()
    return see_other("notes.copies", note_id=note_id)
