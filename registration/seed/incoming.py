"""The mail that comes back in the demonstration: every word of it is invented, and says so."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import sqlalchemy as sa

from registration import config
from registration.db import Session
from registration.inbox import service
from registration.inbox.models import Incoming
from registration.inbox.rules import Mailbox
from registration.notes.models import Dispatch, Note
from registration.post import tokens
from registration.post.models import Message
from registration.post.tokens import Road
from registration.responses.models import Response

INVENTED = "Invented for the demonstration: no mission wrote this."
INVENTED_IN_ARABIC = "رسالة مختلقة لأغراض العرض فقط: لم ترسلها أي بعثة."
REPORT = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@missions.example>
To: {to}
Subject: Undelivered mail (invented for the demonstration)
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="invented"

--invented
Content-Type: message/delivery-status

Reporting-MTA: dns; missions.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 invented for the demonstration: no such user

--invented--
"""


def take_in(session: Session, note: Note, *, at: datetime, scan: bytes) -> None:
    """Keep a few mails about a note, as the mailboxes would bring them up to that instant.

    They are of States that have not answered. A second run keeps nothing.
    """
    if session.scalar(sa.select(Incoming.id).limit(1)) is not None:
        return
    note = session.get_one(Note, note.id)  # as it stands now: it has a reference
    for hours, (mailbox, content) in enumerate(_mails(session, note, scan), start=1):
        service.keep(session, content, mailbox=mailbox, received_at=at - timedelta(hours=hours))


def _mails(session: Session, note: Note, scan: bytes) -> Iterator[tuple[Mailbox, bytes]]:
    sent = _unanswered(session, note)
    in_arabic = next(each for each in sent if each.language == "ar")
    with_two_addresses = next(each for each in sent if len(each.recipients) > 1)
    others = [each for each in sent if each not in (in_arabic, with_two_addresses)]
    yield Mailbox.REPLIES, _with_a_scan(note, in_arabic, scan)
    yield Mailbox.BOUNCES, _report(with_two_addresses)
    yield Mailbox.REPLIES, _mail(others[0], to=config.current().mail_sender, subject="A question")
    yield (
        Mailbox.REPLIES,
        _mail(
            others[1], to=_named(others[1]), subject="Out of office", Auto_Submitted="auto-replied"
        ),
    )
    yield (
        Mailbox.REPLIES,
        _mail(None, to=config.current().mail_sender, subject="An offer of chairs"),
    )


def _unanswered(session: Session, note: Note) -> list[Message]:
    """The messages with copies for States that have not answered, in the order of their codes."""
    answered = sa.select(Response.state_code).where(Response.note_id == note.id)
    return list(
        session.scalars(
            sa.select(Message)
            .join(Dispatch, Dispatch.message_pk == Message.id)
            .where(Dispatch.note_id == note.id, Dispatch.state_code.not_in(answered))
            .order_by(Dispatch.state_code)
        )
    )


def _named(message: Message) -> str:
    """The address that an answer to this message goes to."""
    settings = config.current()
    return tokens.address(settings.reply_address or settings.mail_sender, Road.REPLY, message.id)


def _with_a_scan(note: Note, message: Message, scan: bytes) -> bytes:
    mail = _written(
        message.recipients[0],
        to=_named(message),
        subject=f"رد على المذكرة الشفوية {note.reference}",
        text=INVENTED_IN_ARABIC,
    )
    mail.add_attachment(
        scan, maintype="application", subtype="pdf", filename="invented-note-verbale.pdf"
    )
    mail.set_boundary("invented")
    return mail.as_bytes()


def _report(message: Message) -> bytes:
    to = tokens.envelope_sender(message.id)
    return REPORT.format(to=to, address=message.recipients[-1]).encode()


def _mail(message: Message | None, *, to: str, subject: str, **headers: str) -> bytes:
    """A mail of a mission, or of nobody; `_` in the name of a header stands for `-`."""
    sender = message.recipients[0] if message is not None else "somebody@elsewhere.example"
    mail = _written(sender, to=to, subject=f"{subject} (invented)", text=INVENTED)
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    return mail.as_bytes()


def _written(sender: str, *, to: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail.set_content(text)
    return mail
