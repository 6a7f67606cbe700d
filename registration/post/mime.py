"""The bytes of a message: the same at every attempt, with exactly the headers that we meant."""

import re
from base64 import encodebytes
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from uuid import UUID

from registration import config
from registration.db import Session
from registration.documents.service import at_hand, released, the_store
from registration.errors import DomainError
from registration.post import signature, tokens
from registration.post.heads import POLICY
from registration.post.models import Message
from registration.post.tokens import Road
from registration.words import direction

HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")
_ANSWER_TO = "Reply-To"  # only where answers are read
# What the library adds, and ours that must come after it: it moves Content-* into the first part.
_AFTERWARDS = ("MIME-Version", "Content-Type", "Content-Language")
# What the head of an attachment may name: nothing that could end its line or its quotation marks.
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
_FILENAME = re.compile(r"[A-Za-z0-9_.-]+")
# An address in a text, without the full stop or bracket behind it.
_LINK = re.compile(r"(https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]،。])")


class NotSendable(DomainError):
    """The message cannot be put into bytes: a person must look at it."""


@dataclass(frozen=True)
class Attached:
    """A file that goes with a message: where its bytes are, and what it is called."""

    sha256: str
    media_type: str
    filename: str


def attached(session: Session, message: Message) -> list[Attached]:
    """The files of a message. Raises NotFound where one is missing."""
    rows = (
        (released(session, UUID(each["document_id"])), each["filename"])
        for each in message.attachments
    )
    return [Attached(file.sha256, file.media_type, filename) for file, filename in rows]


def attached_to_each(session: Session, messages: Iterable[Message]) -> dict[UUID, list[Attached]]:
    """The files of each message, whose rows are read at once; without those that miss one."""
    waiting = list(messages)
    named = [UUID(each["document_id"]) for message in waiting for each in message.attachments]
    with at_hand(session, named):
        found = {}
        for message in waiting:
            with suppress(DomainError):
                found[message.id] = attached(session, message)
        return found


def compose(message: Message, files: Sequence[Attached], sender: str) -> bytes:
    """The message as it goes to the mail server, with CRLF line ends; asks no database.

    It is signed where the settings say so. Raises NotSendable where a header would say more than
    was meant, StoreError where a file is missing or was altered, NotSignable.
    """
    mail = EmailMessage(policy=POLICY)
    values = (
        sender,
        ", ".join(message.recipients),
        message.subject,
        format_datetime(message.created_at),
        message.message_id or tokens.message_id(message.id, sender),
        "auto-generated",
    )
    head = dict(zip(HEADERS, values, strict=True)) | _answer_to(message)
    for name, value in head.items():
        mail[name] = value
    mail.set_content(message.text)
    mail.add_alternative(as_html(message.text, message.language), subtype="html")
    if files:
        mail.make_mixed()
    mail["Content-Language"] = message.language
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(sha256(message.id.bytes + bytes([number])).hexdigest()[:32])
    written = mail.as_bytes()
    if files:
        written = _with_files(written, str(mail.get_boundary()), files)
    _refuse_other_headers(written, [*head, *_AFTERWARDS])
    signer = signature.signer()
    return signer.signed(written) if signer else written


def _with_files(written: bytes, boundary: str, files: Sequence[Attached]) -> bytes:
    """The message with a part for each file behind the others, within this boundary.

    The library, which would look at every line of a file, takes longer over one than over all else.
    """
    between, end = f"\r\n--{boundary}\r\n".encode(), f"\r\n--{boundary}--\r\n".encode()
    return b"".join([written.removesuffix(end), *(between + _part(file) for file in files), end])


def _part(file: Attached) -> bytes:
    """A file as part of a message. Raises NotSendable, StoreError."""
    if not _MEDIA_TYPE.fullmatch(file.media_type) or not _FILENAME.fullmatch(file.filename):
        raise NotSendable("The head of an attachment would not be the one that was meant.")
    head = (
        f"Content-Type: {file.media_type}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment;\r\n filename="{file.filename}"\r\n'
        "MIME-Version: 1.0\r\n\r\n"
    )
    lines = encodebytes(the_store().get(file.sha256)).rstrip(b"\n").replace(b"\n", b"\r\n")
    return head.encode("ascii") + lines


def _answer_to(message: Message) -> dict[str, str]:
    """Where an answer is to go, so that it names what it answers; nobody answers a code."""
    inbox = config.current().reply_address
    if inbox is None or message.confidential:
        return {}
    return {_ANSWER_TO: tokens.address(inbox, Road.REPLY, message.id)}


def as_html(text: str, language: str) -> str:
    """The text as a page in its own direction: paragraphs, and links that can be followed.

    It asks for nothing from anywhere: no picture, no style of somebody else's.
    """
    paragraphs = "".join(f"<p>{_paragraph(each)}</p>\n" for each in text.split("\n\n"))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}" dir="{direction(language)}">\n'
        '<head><meta charset="utf-8"><title></title></head>\n'
        f"<body>\n{paragraphs}</body>\n</html>\n"
    )


def _paragraph(text: str) -> str:
    pieces = _LINK.split(text)  # every second one is an address
    return "".join(
        f'<a href="{escape(piece)}">{escape(piece)}</a>' if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    ).replace("\n", "<br>\n")


def _refuse_other_headers(written: bytes, meant: list[str]) -> None:
    """Read the bytes as a stranger would: a header that nobody wrote was smuggled in."""
    found = [line.split(b":")[0].decode("ascii") for line in _unfolded(written)]
    if sorted(found) != sorted(meant):
        raise NotSendable("The head of this message would not be the one that was meant.")


def _unfolded(written: bytes) -> list[bytes]:
    """The header lines, without the lines that only continue them."""
    head = written.split(b"\r\n\r\n", 1)[0]
    return [line for line in head.splitlines() if line[:1] not in (b" ", b"\t")]
