"""A mail from outside as plain values: asked of the confined process, and believed in nothing."""

import json
import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from registration import text as gate
from registration.documents import confinement
from registration.documents.confinement import Ended
from registration.documents.examination import label
from registration.errors import Refused
from registration.inbox.rules import Kind

LINE_LIMIT = 300
HEAD_LIMIT = 200_000  # bytes
TEXT_LIMIT = 100_000
FILES_LIMIT = 30
ADDRESSES_LIMIT = 60
NAMELESS = "attachment"
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class File:
    """A file that came along; `content` is None where it was too big to be taken out."""

    filename: str
    media_type: str
    size: int
    content: bytes | None

    @property
    def is_pdf(self) -> bool:
        """Whether it is one, whatever the mail calls it."""
        return self.content is not None and self.content.startswith(b"%PDF-")


@dataclass(frozen=True)
class Reported:
    """What a mail server says of one address, in its own words."""

    address: str
    said: str


@dataclass(frozen=True)
class Mail:
    """What could be read in a mail. Every word of it is somebody's who may not be whom he says."""

    kind: Kind
    message_id: str = ""
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    cut: bool = False
    written_to: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()  # Message-IDs, the nearest first
    files: tuple[File, ...] = ()
    failed: tuple[Reported, ...] = ()
    delayed: tuple[Reported, ...] = ()


class TooSlow(Exception):
    """The machine may be to blame: worth another try."""


def read(content: bytes) -> Mail:
    """The mail as far as it can be read; where it breaks its reader, its head alone.

    Raises TooSlow.
    """
    found = _asked(content)
    return head_of(content) if found is None else found


def head_of(content: bytes) -> Mail:
    """A mail that cannot be read, with what at least its head says. Raises TooSlow."""
    head = re.split(rb"\r?\n\r?\n", content[:HEAD_LIMIT], maxsplit=1)[0]
    found = _asked(head + b"\r\n\r\n") or Mail(Kind.UNREADABLE)
    return replace(found, kind=Kind.UNREADABLE, files=(), text="")


def _asked(content: bytes) -> Mail | None:
    said = confinement.mail_read(content)
    if said.ended is Ended.TOO_SLOW:
        raise TooSlow("reading this mail took too long")
    if said.ended is Ended.DIED:
        return None
    try:
        told, *kept = _pieces(said.words)
        return _mail(json.loads(told), iter(kept))
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return None


def _pieces(words: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(words):
        (length,) = struct.unpack_from(">Q", words, place)
        place += 8 + length
        yield words[place - length : place]


def _mail(told: dict[str, Any], kept: Iterator[bytes]) -> Mail:
    report = told.get("report")
    whole = str(told.get("text", ""))
    files = tuple(_file(each, kept) for each in told.get("files", [])[:FILES_LIMIT])
    answers = [str(report["answers"])] if report else str(told["answers"]).split()[::-1]
    return Mail(
        kind=_kind(told),
        message_id=next(iter(_MESSAGE_ID.findall(str(told["message_id"]))), ""),
        sender=_address(str(told["sender"])),
        sender_name=clean_line(str(told["sender_name"])),
        subject=clean_line(str(told["subject"])),
        text=clean_text(whole),
        cut=len(whole) > TEXT_LIMIT,
        written_to=tuple(filter(None, map(_address, told["to"][:ADDRESSES_LIMIT]))),
        answered=tuple(_MESSAGE_ID.findall(" ".join(map(clean_line, answers)))),
        files=() if report else files,
        failed=_reported(report["failed"] if report else ()),
        delayed=_reported(report["delayed"] if report else ()),
    )


def _kind(told: dict[str, Any]) -> Kind:
    if told.get("unreadable"):
        return Kind.UNREADABLE
    if told.get("report"):
        return Kind.DELIVERY_REPORT
    return Kind.AUTOMATIC if told["automatic"] else Kind.REPLY


def _file(told: dict[str, Any], kept: Iterator[bytes]) -> File:
    found = File(
        filename=clean_line(str(told["filename"])),
        media_type=clean_line(str(told["media_type"])),
        size=int(told["size"]),
        content=next(kept) if told["kept"] else None,
    )
    return (
        replace(found, filename=label(found.filename, otherwise=NAMELESS))
        if found.is_pdf
        else found
    )


def _reported(told: Iterable[dict[str, Any]]) -> tuple[Reported, ...]:
    return tuple(
        Reported(str(each["address"]).lower()[:LINE_LIMIT], clean_line(str(each["said"])))
        for each in list(told)[:ADDRESSES_LIMIT]
    )


def _address(written: str) -> str:
    """An address in its plain form; nothing where it is none that anybody could write to."""
    try:
        return gate.email(written)
    except Refused:
        return ""


def clean_line(written: str) -> str:
    """One line that can be kept and shown, whatever was written."""
    return " ".join(_storable(written.replace("\n", " ")).split())[:LINE_LIMIT]


def clean_text(written: str) -> str:
    """Several lines that can be kept and shown, whatever was written."""
    lines = "\n".join(line.rstrip() for line in _storable(written[:TEXT_LIMIT]).splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip("\n")


def _storable(written: str) -> str:
    """Without what a database cannot keep, and what turns the direction of a page around."""
    return unicodedata.normalize(
        "NFC",
        "".join(
            each
            for each in written.replace("\t", " ")
            if each == "\n"
            or (unicodedata.category(each) not in ("Cc", "Cs", "Cn") and each not in _OVERRIDES)
        ),
    )
