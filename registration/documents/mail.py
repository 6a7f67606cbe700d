"""Reads a mail from outside apart; `probe.py` runs it in a confined child process.

Like the probe it imports nothing of this project. What it answers is a length and JSON of that
length, then each file that came along, with its length before it. Nothing is opened but the mail.
"""

import codecs
import contextlib
import email
import encodings.aliases
import json
import pkgutil
import struct
import sys
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parseaddr
from html.parser import HTMLParser
from typing import Any

DEPTH = 2_500  # calls within each other; reading takes one or two for each part within a part
PARTS_LIMIT = 5_000
TEXT_LIMIT = 100_000  # characters
HTML_LIMIT = 2_000_000
HEADER_LIMIT = 2_000
ADDRESSES_LIMIT = 60
FILES_LIMIT = 30
FILE_LIMIT = 20 * 2**20
KEPT_LIMIT = 40 * 2**20
TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
# What a program says of itself (RFC 3834 and older habits).
AUTOREPLIES = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")
BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
MAIL_SERVERS = {"mailer-daemon", "postmaster", "mail-daemon"}


def load() -> None:
    """Bring in what reading needs, every character set among it: nothing can be opened later."""
    known = {}
    for module in pkgutil.iter_modules(encodings.__path__):
        with contextlib.suppress(LookupError, ImportError):
            known[module.name] = codecs.lookup(module.name)

    def found(name: str) -> codecs.CodecInfo | None:
        plain = encodings.normalize_encoding(name).lower()
        return known.get(encodings.aliases.aliases.get(plain, plain))

    # The usual search looks for a file of that name, which the child may not open.
    codecs.unregister(encodings.search_function)
    codecs.register(found)
    sample = (
        b"From: =?utf-8?b?eA==?= <x@example.org>\r\nReturn-Path: <>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/html; charset=x\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"PHA+eDwvcD4=\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nx=3D\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        b"Final-Recipient: rfc822; x@example.org\r\nAction: failed\r\n\r\n--b--\r\n"
    )
    list(mail(sample))


def mail(content: bytes) -> Iterator[bytes]:
    """The work of the child."""
    sys.setrecursionlimit(DEPTH)
    try:
        head, kept = _read(email.message_from_bytes(content))
    except (RecursionError, MemoryError):
        head, kept = _head(BytesHeaderParser().parsebytes(content)) | {"unreadable": True}, []
    told = json.dumps(head).encode()
    yield struct.pack(">Q", len(told)) + told
    for file in kept:
        yield struct.pack(">Q", len(file)) + file


def _head(message: Message) -> dict[str, Any]:
    """What stands in the head: all of it is what the sender chose to write."""
    sender_name, sender = parseaddr(_header(message, "From"))
    written_to = [_header(message, name, each) for name in TO for each in _counted(message, name)]
    return {
        "sender": sender,
        "sender_name": sender_name,
        "subject": _header(message, "Subject"),
        "message_id": _header(message, "Message-ID"),
        "answers": f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}",
        "to": [address for _, address in getaddresses(written_to)][:ADDRESSES_LIMIT],
        "automatic": _is_automatic(message),
    }


def _read(message: Message) -> tuple[dict[str, Any], list[bytes]]:
    head = _head(message)
    plain: list[str] = []
    html: list[str] = []
    forwarded: list[str] = []
    files: list[dict[str, Any]] = []
    kept: list[bytes] = []
    for part, is_forwarded in _parts(message):
        named = part.get_filename()
        if part.get_content_maintype() == "text" and not named and not _is_attached(part):
            is_page = part.get_content_subtype() == "html"
            into = forwarded if is_forwarded else html if is_page else plain
            into.append(_reduced(_text(part)) if is_page else _text(part))
        elif len(files) < FILES_LIMIT:
            files.append(_file(part, named, kept))
    text = next(filter(None, map(_joined, (plain, html, forwarded))), "")
    told = {"text": text[: TEXT_LIMIT + 1], "files": files, "report": _report(message, head)}
    return head | told, kept


def _joined(texts: list[str]) -> str:
    return "\n\n".join(filter(None, map(str.strip, texts)))


def _parts(message: Message) -> Iterator[tuple[Message, bool]]:
    """The leaves in their order, and whether each stands in a mail within the mail."""
    waiting, seen = [(message, False)], 0
    while waiting and seen < PARTS_LIMIT:
        part, is_forwarded = waiting.pop()
        seen += 1
        if part.get_content_type() == "message/delivery-status":
            continue
        if not part.is_multipart():
            yield part, is_forwarded
            continue
        forwards = is_forwarded or part.get_content_maintype() == "message"
        waiting += [(each, forwards) for each in reversed(_inner(part))]


def _inner(part: Message) -> list[Message]:
    """The parts directly within a part."""
    inner = part.get_payload() if part.is_multipart() else []
    return [each for each in inner if isinstance(each, Message)]


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _file(part: Message, named: str | None, kept: list[bytes]) -> dict[str, Any]:
    """What is said of a file; its bytes go to the others, where there are any and room for them."""
    content = _bytes(part)
    is_kept = 0 < len(content) <= FILE_LIMIT and sum(map(len, kept)) + len(content) <= KEPT_LIMIT
    if is_kept:
        kept.append(content)
    return {
        "filename": _decoded(named or "")[:HEADER_LIMIT],
        "media_type": part.get_content_type()[:100],
        "size": len(content),
        "kept": is_kept,
    }


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> str:
    return _in_charset(_bytes(part), part.get_content_charset() or "utf-8")


def _in_charset(content: bytes, charset: str) -> str:
    """The text in the charset that is named; in UTF-8, else in Windows' own, where it is not."""
    for name in (charset, "utf-8"):
        with contextlib.suppress(LookupError, UnicodeError, ValueError, OSError):
            return content.decode(name)
    return content.decode("cp1252", "replace")


# The head


def _counted(message: Message, name: str) -> range:
    return range(min(len(message.get_all(name, [])), ADDRESSES_LIMIT))


def _header(message: Message, name: str, number: int = 0) -> str:
    """A line of the head as text, unfolded, whatever bytes stand in it."""
    raw = [value for key, value in message.raw_items() if key.lower() == name.lower()]
    if len(raw) <= number:
        return ""
    written = str(raw[number]).encode("ascii", "surrogateescape")
    return _decoded(" ".join(_in_charset(written[: 20 * HEADER_LIMIT], "utf-8").split()))[
        :HEADER_LIMIT
    ]


def _decoded(written: str) -> str:
    """Encoded words as text; as they stand where they are broken."""
    if "=?" not in written:
        return written
    try:
        pieces = decode_header(written)
    except (ValueError, email.errors.MessageError):
        return written
    return "".join(
        _in_charset(piece, charset or "utf-8") if isinstance(piece, bytes) else piece
        for piece, charset in pieces
    )


def _is_automatic(message: Message) -> bool:
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or _header(message, "Precedence").strip().lower() in BULK
        or any(name in message for name in (*AUTOREPLIES, "List-Id"))
    )


# A delivery report


def _report(message: Message, head: dict[str, Any]) -> dict[str, Any] | None:
    """What a mail server reports of which addresses; None where this is no such report."""
    from flufl.bounce import all_failures

    is_one = (
        message.get_content_type() == "multipart/report"
        and str(message.get_param("report-type")).lower() == "delivery-status"
    )
    from_a_server = (
        _header(message, "Return-Path").strip() == "<>"
        or head["sender"].partition("@")[0].lower() in MAIL_SERVERS
    )
    if not is_one and not from_a_server:
        return None
    delayed, failed = (
        {each.decode("ascii", "replace").lower() for each in found}
        for found in all_failures(message)
    )
    if not is_one and not delayed and not failed:
        return None
    said = _said_of(message)
    return {
        "failed": [{"address": each, "said": said.get(each, "")} for each in sorted(failed)],
        "delayed": [{"address": each, "said": said.get(each, "")} for each in sorted(delayed)],
        "answers": _returned_id(message),
    }


def _said_of(message: Message) -> dict[str, str]:
    """The status and the words of the mail server, by the address they are about (RFC 3464)."""
    found = {}
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in _inner(part):
            words = f"{_header(block, 'Status')} {_header(block, 'Diagnostic-Code')}".strip()
            for name in ("Original-Recipient", "Final-Recipient"):
                address = _header(block, name).rpartition(";")[2].strip(" <>").lower()
                found[address] = words[:500]
    return found


def _returned_id(message: Message) -> str:
    """The Message-ID of the mail that came back, from what was returned of it."""
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            return _header(email.message_from_bytes(_bytes(part)), "Message-ID")
        if part.get_content_type() == "message/rfc822":
            return next((_header(each, "Message-ID") for each in _inner(part)), "")
    return ""


# HTML


class _Words(HTMLParser):
    """The words of a page, in lines."""

    UNSEEN = {"script", "style", "head", "title", "template"}
    LINES = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote", "hr"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in self.UNSEEN
        if tag in self.LINES:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in self.UNSEEN))
        if tag in self.LINES:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(" ".join(data.split()) or " ")


def _reduced(html: str) -> str:
    page = _Words()
    page.feed(html[:HTML_LIMIT])
    lines = (" ".join(line.split()) for line in " ".join(page.words).split("\n"))
    return "\n".join(line for line in lines if line)
