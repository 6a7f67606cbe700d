"""Mail from outside: kept before it is read, read once, matched, and acted on by persons only.

What the program does by itself ends with where a mail lies: beside a State, among the delivery
reports, or among those that nobody knows. Nothing here ever answers a mail.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from registration import clock, text
from registration.db import Session, new_id
from registration.documents import service as documents
from registration.documents.models import DocumentKind
from registration.errors import Conflict, NotFound, Refused
from registration.inbox import reading, rules
from registration.inbox.clues import clues
from registration.inbox.models import Incoming, IncomingFile
from registration.inbox.reading import Mail, Reported
from registration.inbox.rules import (
    INCOMING,
    Doubt,
    Evidence,
    IncomingAction,
    Kind,
    Mailbox,
    Match,
)
from registration.journal.service import Then, promise, record
from registration.killpoint import killpoint
from registration.notes.models import Addressee
from registration.permissions import Permission, demand
from registration.post import bounces
from registration.post.models import Message
from registration.states import suspects
from registration.words import sentence

READ = "inbox.read"
# Longer than a worker holds a message that it is just handing over.
LATER = timedelta(minutes=3)
SIZE_LIMIT = 60 * 2**20  # bytes of a mail; of a bigger one its head is kept
REASON_LIMIT = 2_000
FAILED, DELAYED = "failed", "delayed"  # how the lines of a delivery report begin
RECORDED = sentence("A response was recorded.")
UNEXPLAINED = sentence("The mail server gave no reason.")
UNREADABLE = sentence("This mail could not be read. It is kept as it came.")


def keep(
    session: Session, content: bytes, *, mailbox: Mailbox, received_at: datetime, size: int = 0
) -> UUID | None:
    """Keep a mail as it came, and promise to read it; None where it is kept already.

    The bytes are safe on the disk before the row is written; those of a mail that is known, and may
    be kept no longer, are not written again. `size` is that of the whole mail, where `content` is
    only its head.
    """
    digest = sha256(content).hexdigest()
    if session.scalar(sa.select(Incoming.id).where(Incoming.sha256 == digest)) is not None:
        return None
    documents.put(session, content)
    killpoint("mail.stored")
    incoming_id = session.scalar(
        insert(Incoming)
        .values(
            id=new_id(),
            mailbox=mailbox,
            sha256=digest,
            size=size or len(content),
            whole=not size or size == len(content),
            received_at=received_at,
            doubts=[],
            version=1,
        )
        .on_conflict_do_nothing(index_elements=[Incoming.sha256])
        .returning(Incoming.id)
    )
    if incoming_id is not None:
        record(
            session,
            "incoming.kept",
            "incoming",
            incoming_id,
            detail={"mailbox": mailbox.value},
            then=[Then(READ, incoming_id)],
        )
    return incoming_id


def read(session: Session, incoming_id: UUID) -> None:
    """Read a kept mail apart, and lay it where it belongs. One that was read is left as it is.

    Raises `reading.TooSlow`, which is for another try, and StoreError.
    """
    incoming = _locked(session, incoming_id)
    if incoming.kind is not None:
        return
    mail = reading.read(documents.the_store().get(incoming.sha256))
    killpoint("mail.parsed")
    found = rules.match(clues(session, mail))
    killpoint("mail.matched")
    try:
        reached = _report(session, mail, found)
        killpoint("mail.reported")
    except bounces.NotNow:
        at = clock.now() + LATER
        promise(session, [Then(READ, incoming.id, key=f"{READ}:{incoming.id}:{at}", due_at=at)])
        return
    _write_down(session, incoming, mail, found, reached)


def give_up(session: Session, incoming_id: UUID, problem: str) -> None:
    """Show a mail that cannot be read as what it is, for a person."""
    incoming = _locked(session, incoming_id)
    if incoming.kind is None:
        _write_down(session, incoming, Mail(Kind.UNREADABLE), Match(), problem[:REASON_LIMIT])


def _report(session: Session, mail: Mail, found: Match) -> str:
    """Let a delivery report say of its message what it says, and return it in one text.

    Raises `bounces.NotNow`.
    """
    if found.message_pk is not None and mail.failed:
        message = session.get_one(Message, found.message_pk)
        said = {each.address: each.said or UNEXPLAINED for each in mail.failed}
        for address, words in bounces.bounce(session, message, said).items():
            if message.state_code is not None:
                suspects.suspect(session, address, reason=words)
    return "\n".join([*_lines(FAILED, mail.failed), *_lines(DELAYED, mail.delayed)])


def _lines(what: str, reported: tuple[Reported, ...]) -> list[str]:
    return [f"{what}: {each.address} {each.said}".strip() for each in reported]


def _write_down(
    session: Session, incoming: Incoming, mail: Mail, found: Match, remark: str
) -> None:
    for position, file in enumerate(mail.files, start=1):
        session.add(
            IncomingFile(
                incoming_id=incoming.id,
                position=position,
                filename=file.filename,
                media_type=file.media_type,
                size=file.size,
                document_id=_kept(session, file),
            )
        )
    session.flush()
    killpoint("mail.files_held")
    incoming.doubts = [each.value for each in (*found.doubts, *_doubts(session, incoming, mail))]
    incoming.kind = mail.kind
    incoming.message_id, incoming.sender = mail.message_id, mail.sender
    incoming.sender_name, incoming.subject = mail.sender_name, mail.subject
    incoming.text = mail.text
    incoming.remark = remark or (UNREADABLE if mail.kind is Kind.UNREADABLE else "")
    incoming.evidence, incoming.message_pk = found.evidence, found.message_pk
    incoming.state_code, incoming.note_id = found.state_code, found.note_id
    action = rules.action_after_reading(mail.kind, found)
    _move(session, incoming, action, {"kind": mail.kind.value, **_evidence(incoming)})


def _kept(session: Session, file: reading.File) -> UUID | None:
    if file.content is None:
        return None
    return documents.store(
        session,
        file.content,
        kind=DocumentKind.INCOMING_NOTE if file.is_pdf else DocumentKind.INCOMING_FILE,
        filename=file.filename or reading.NAMELESS,
        media_type="application/pdf" if file.is_pdf else "application/octet-stream",
    ).id


def _doubts(session: Session, incoming: Incoming, mail: Mail) -> list[Doubt]:
    same = sa.select(Incoming.id).where(
        Incoming.message_id == mail.message_id, Incoming.id != incoming.id
    )
    seen_before = bool(mail.message_id) and session.scalar(same.limit(1)) is not None
    doubted = {
        Doubt.SEEN_BEFORE: seen_before,
        Doubt.TOO_BIG: not incoming.whole,
        Doubt.CUT: mail.cut,
    }
    return [doubt for doubt, holds in doubted.items() if holds]


def match_by_hand(
    session: Session, incoming_id: UUID, state_code: str, note_id: UUID | None, *, version: int
) -> Incoming:
    """A person says whose a mail is, and which note it is about.

    Raises Conflict where it was changed since that version, IllegalMove, and Refused for the field
    `note` where that note was not addressed to the State.
    """
    incoming = _for_a_person(session, incoming_id, version)
    if note_id is not None and not _was_addressed(session, note_id, state_code):
        raise Refused("This note was not addressed to this State.", field="note")
    incoming.evidence = Evidence.BY_HAND
    incoming.state_code, incoming.note_id = state_code, note_id
    return _move(session, incoming, IncomingAction.MATCH, _evidence(incoming))


def put_aside(session: Session, incoming_id: UUID, *, reason: str, version: int) -> Incoming:
    """A person says why a mail concerns no State. Raises Conflict, IllegalMove and Refused."""
    return _with_a_reason(session, incoming_id, IncomingAction.PUT_ASIDE, reason, version)


def file(
    session: Session,
    incoming_id: UUID,
    *,
    reason: str,
    version: int | None = None,
    response_id: UUID | None = None,
) -> Incoming:
    """A person has done what there was to do; `response_id` is the response that was made of it.

    Raises Conflict, IllegalMove and Refused.
    """
    made = {} if response_id is None else {"response": str(response_id)}
    return _with_a_reason(session, incoming_id, IncomingAction.FILE, reason, version, made)


def take_up(session: Session, incoming_id: UUID, *, version: int) -> Incoming:
    """A person looks again at what was filed or put aside. Raises Conflict and IllegalMove."""
    incoming = _for_a_person(session, incoming_id, version)
    return _move(session, incoming, IncomingAction.TAKE_UP, {})


def _with_a_reason(
    session: Session,
    incoming_id: UUID,
    action: IncomingAction,
    reason: str,
    version: int | None,
    detail: dict[str, Any] | None = None,
) -> Incoming:
    incoming = _for_a_person(session, incoming_id, version)
    clean = text.line(reason, limit=REASON_LIMIT)
    if not clean:
        raise Refused("Say why.", field="reason")
    incoming.remark = clean
    return _move(session, incoming, action, {"remark": clean, **(detail or {})})


def _for_a_person(session: Session, incoming_id: UUID, version: int | None) -> Incoming:
    demand(session.actor, Permission.RECORD_RESPONSE)
    incoming = _locked(session, incoming_id)
    if version not in (None, incoming.version):
        raise Conflict("Somebody else has dealt with this mail meanwhile. Look at it again.")
    return incoming


def _locked(session: Session, incoming_id: UUID) -> Incoming:
    incoming = session.get(Incoming, incoming_id, with_for_update=True, populate_existing=True)
    if incoming is None:
        raise NotFound("There is no such mail, or it is not yours to see.")
    return incoming


def _was_addressed(session: Session, note_id: UUID, state_code: str) -> bool:
    found = sa.select(Addressee.id).where(
        Addressee.note_id == note_id, Addressee.state_code == state_code
    )
    return session.scalar(found) is not None


def _evidence(incoming: Incoming) -> dict[str, str]:
    return {} if incoming.evidence is None else {"evidence": incoming.evidence.value}


def _move(
    session: Session, incoming: Incoming, action: IncomingAction, detail: dict[str, Any]
) -> Incoming:
    incoming.stage = INCOMING.after(incoming.stage, action)
    session.flush()
    record(
        session,
        f"incoming.{incoming.stage.value}",
        "incoming",
        incoming.id,
        state_code=incoming.state_code,
        detail=detail | ({"note_id": str(incoming.note_id)} if incoming.note_id else {}),
    )
    return incoming
