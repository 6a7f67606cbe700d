"""Keeping the register: staff enter, change and end; States ask for corrections.

What stood in the register is never edited: a new wording supersedes it from its day on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from registration import clock, text
from registration.accounts.models import Account
from registration.authorities import queries
from registration.authorities.fields import clean, searched
from registration.authorities.models import Authority, CorrectionRequest
from registration.authorities.rules import (
    REQUEST,
    Category,
    RequestAction,
    RequestStage,
    changed,
)
from registration.db import Session, new_id
from registration.documents.examination import Upload
from registration.errors import Conflict, NotFound, Refused
from registration.journal.service import record
from registration.permissions import Permission, demand
from registration.post.service import post
from registration.responses.incoming import keep
from registration.states.models import State
from registration.words import say

REMARK_LIMIT = 2_000


@dataclass(frozen=True)
class Source:
    """The document that something in the register rests on, and from when on it holds."""

    notified_by: str
    notified_on: date | None
    in_force_from: date
    file: Upload | None = None


def enter(
    session: Session,
    state_code: str,
    category: Category,
    typed: Mapping[str, Any],
    source: Source,
    *,
    line_id: UUID | None = None,
) -> Authority:
    """Enter an authority. Raises Refused for the field that is not right."""
    demand(session.actor, Permission.KEEP_DIRECTORY)
    if session.get(State, state_code) is None:
        raise Refused("Choose the State.", field="state")
    authority = _written(session, line_id or new_id(), state_code, category, typed, source)
    _record(session, "authority.entered", authority)
    return authority


def _written(
    session: Session,
    line_id: UUID,
    state_code: str,
    category: Category,
    typed: Mapping[str, Any],
    source: Source,
) -> Authority:
    particulars = clean(category, typed)
    _refuse_days_that_cannot_be(source)
    authority = Authority(
        line_id=line_id,
        state_code=state_code,
        category=category,
        name=particulars["authority_name"],
        particulars=particulars,
        searched=searched(particulars),
        in_force_from=source.in_force_from,
        notified_by=_document(source),
        notified_on=source.notified_on,
        document_id=keep(session, source.file, state_code).id if source.file else None,
        recorded_by_id=session.actor.id,
    )
    session.add(authority)
    session.flush()
    return authority


def _document(source: Source) -> str:
    named = text.line(source.notified_by)
    if not named:
        raise Refused("Say which document says so.", field="notified_by")
    return named


def _refuse_days_that_cannot_be(source: Source) -> None:
    """What the register shows is so today: what comes into force later is entered on its day."""
    if source.notified_on and source.notified_on > clock.today():
        raise Refused("This day is still to come.", field="notified_on")
    if source.in_force_from > clock.today():
        raise Refused("This day is still to come.", field="in_force_from")


def _record(session: Session, kind: str, authority: Authority, **detail: Any) -> None:
    record(
        session,
        kind,
        "authority",
        authority.line_id,
        state_code=authority.state_code,
        detail={"category": authority.category.value, **detail},
    )


def change(
    session: Session, line_id: UUID, typed: Mapping[str, Any], source: Source, *, seen: UUID | None
) -> Authority:
    """Let an entry say something else from the source's day on.

    `seen` is the wording that the page showed. Raises Conflict where it is no longer the present
    one, and Refused where nothing is changed or the day is before that of the present one.
    """
    demand(session.actor, Permission.KEEP_DIRECTORY)
    former = _present(session, line_id, seen)
    if not changed(former.particulars, clean(former.category, typed)):
        raise Refused("Nothing is changed. If the entry is still right, confirm it.")
    _end(session, former, source)
    authority = _written(session, line_id, former.state_code, former.category, typed, source)
    fields = changed(former.particulars, authority.particulars)
    _record(session, "authority.changed", authority, fields=list(fields))
    return authority


def _present(session: Session, line_id: UUID, seen: UUID | None) -> Authority:
    former = queries.present(session, line_id)
    session.refresh(former, with_for_update=True)
    if former.id != seen or former.in_force_until is not None:
        raise Conflict("Somebody else changed this entry after you opened the page.")
    return former


def _end(session: Session, former: Authority, source: Source) -> None:
    if source.in_force_from < former.in_force_from:
        raise Refused(
            "The present entry is in force since %(day)s: this day cannot be before that.",
            field="in_force_from",
            day=f"{former.in_force_from:%d/%m/%Y}",
        )
    former.in_force_until = source.in_force_from
    former.ended_by = _document(source)
    former.ended_by_id = session.actor.id
    session.flush()


def end(session: Session, line_id: UUID, source: Source, *, seen: UUID | None) -> None:
    """Take an authority out of force on the source's day. Raises Conflict and Refused."""
    demand(session.actor, Permission.KEEP_DIRECTORY)
    former = _present(session, line_id, seen)
    _refuse_days_that_cannot_be(source)
    _end(session, former, source)
    _record(session, "authority.ended", former)


def ask(
    session: Session,
    typed: Mapping[str, Any],
    *,
    line_id: UUID | None = None,
    category: Category | None = None,
    remark: str = "",
) -> CorrectionRequest:
    """Ask, as a State, for a correction of its entry, or (with a category) for a new one.

    Raises Conflict while another request about the entry is open, NotFound for another State's
    entry, and Refused where nothing would change.
    """
    demand(session.actor, Permission.ANSWER)
    state_code = session.actor.state_code or ""
    present = queries.present(session, line_id) if line_id else None
    if present is not None and present.state_code != state_code:
        raise NotFound("There is no such entry in force.")
    wanted = present.category if present else category
    if wanted is None:
        raise Refused("Choose the category.", field="category")
    particulars = clean(wanted, typed)
    words = text.paragraphs(remark, limit=REMARK_LIMIT)
    if present is not None and not changed(present.particulars, particulars) and not words:
        raise Refused("Nothing is changed. If the entry is still right, confirm it.")
    if line_id and any(
        each.request.line_id == line_id
        for each in queries.requests(session, stage=RequestStage.ASKED, state_code=state_code)
    ):
        raise Conflict("Your State asked for a correction of this entry already.")
    request = CorrectionRequest(
        line_id=line_id or new_id(),
        is_new=present is None,
        state_code=state_code,
        category=wanted,
        particulars=particulars,
        remark=words,
        asked_by_id=session.actor.id,
    )
    session.add(request)
    session.flush()
    record(
        session, "authority.correction_asked", "authority", request.line_id, state_code=state_code
    )
    return request


def take_back(session: Session, request_id: UUID) -> None:
    """Take back a request that nobody decided yet."""
    found = queries.request(session, request_id).request
    demand(session.actor, Permission.ANSWER, found)
    found.stage = REQUEST.after(found.stage, RequestAction.TAKE_BACK)
    session.flush()
    record(
        session,
        "authority.correction_taken_back",
        "authority",
        found.line_id,
        state_code=found.state_code,
    )


def accept(session: Session, request_id: UUID, source: Source, *, version: int) -> Authority:
    """Write what a State asked for into the register, by the document that staff hold."""
    asked = _open(session, request_id, version)
    request, present = asked.request, asked.present
    _decide(session, request, RequestAction.ACCEPT)
    if present is not None and changed(present.particulars, request.particulars):
        authority = change(session, request.line_id, request.particulars, source, seen=present.id)
    elif present is not None:
        raise Refused("Nothing is changed by this request. Answer its remark, and refuse it.")
    else:
        authority = enter(
            session,
            request.state_code,
            request.category,
            request.particulars,
            source,
            line_id=request.line_id,
        )
    _tell(session, asked, answer="")
    return authority


def refuse(session: Session, request_id: UUID, answer: str, *, version: int) -> None:
    """Refuse what a State asked for, and say why; who asked gets that by mail."""
    asked = _open(session, request_id, version)
    words = text.paragraphs(answer, limit=REMARK_LIMIT)
    if not words.strip():
        raise Refused("Say why.", field="answer")
    asked.request.answer = words
    _decide(session, asked.request, RequestAction.REFUSE)
    _tell(session, asked, answer=words)


def _open(session: Session, request_id: UUID, version: int) -> queries.Asked:
    demand(session.actor, Permission.KEEP_DIRECTORY)
    asked = queries.request(session, request_id)
    session.refresh(asked.request, with_for_update=True)
    if asked.request.version != version:
        raise Conflict("Somebody else decided this, or it was taken back, meanwhile.")
    return asked


def _decide(session: Session, request: CorrectionRequest, action: RequestAction) -> None:
    request.stage = REQUEST.after(request.stage, action)
    request.decided_at, request.decided_by_id = clock.now(), session.actor.id
    session.flush()
    record(
        session,
        f"authority.correction_{request.stage.value}",
        "authority",
        request.line_id,
        state_code=request.state_code,
    )


def _tell(session: Session, asked: queries.Asked, *, answer: str) -> None:
    person = session.get_one(Account, asked.request.asked_by_id)
    if not person.is_open:
        return
    language, name = person.language, asked.request.particulars["authority_name"]
    decided = (
        say(language, "The correction that you asked for was not made: “%(name)s”.", name=name)
        if answer
        else say(language, "The correction that you asked for was made: “%(name)s”.", name=name)
    )
    post(
        session,
        purpose="authority_request",
        recipients=[person.email],
        subject=say(language, "Register of authorities: your request"),
        text="\n\n".join(each for each in (decided, answer) if each),
        language=language,
        state_code=asked.request.state_code,
    )
