"""Files that come from outside: examined before anybody keeps them, and named plainly."""

import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from registration import config
from registration.documents import antivirus, confinement
from registration.documents.confinement import Ended, Said
from registration.documents.rules import PAGE_LIMIT, SIZE_LIMIT, Flaw
from registration.errors import Refused
from registration.words import sentence

NAME_LIMIT = 120
_PAGE_IN_FRONT = re.compile(
    rb"<\s*(html|script|svg|iframe|!doctype)|^#!", re.IGNORECASE | re.MULTILINE
)
# Archives that are read from wherever they begin, programs in a page, and a second PDF behind.
_ANOTHER_INSIDE = re.compile(
    rb"Rar!\x1a\x07[\x00\x01]|7z\xbc\xaf\x27\x1c|<\?php\s|%%EOF\s*%PDF-", re.IGNORECASE
)
# Where the mark of another format stands, counted from the start: a tape's, a disc's, DICOM's.
_MARKS = ((257, b"ustar"), (32_769, b"CD001"), (128, b"DICM"))
_ONLY_BLANKS = re.compile(rb"[\s\x00]*\Z")

SENTENCES = {
    Flaw.EMPTY: sentence("This file is empty. Choose the document as a PDF."),
    Flaw.TOO_BIG: sentence(
        "This file is too big: at most 20 MB are possible. Scan it in grey at 200"
        " dots per inch, or send it in parts."
    ),
    Flaw.NOT_PDF: sentence(
        "This file is not a PDF. Save or scan the document as a PDF and upload that."
    ),
    Flaw.TWO_IN_ONE: sentence(
        "This file is more than a PDF. Print it to PDF, or scan it, and upload that."
    ),
    Flaw.BROKEN: sentence(
        "This PDF cannot be read. Print it to PDF again, or scan it, and upload that."
    ),
    Flaw.ENCRYPTED: sentence(
        "This PDF is protected by a password or by restrictions. Upload it without"
        " protection: print it to PDF, or scan it."
    ),
    Flaw.SCRIPT: sentence(
        "This PDF contains a script or a fillable form, which cannot be accepted. Print it"
        " to PDF, or scan it, and upload that."
    ),
    Flaw.LAUNCH: sentence(
        "This PDF opens other files or programs, which cannot be accepted. Print it to"
        " PDF, or scan it, and upload that."
    ),
    Flaw.ATTACHMENT: sentence(
        "This PDF has other files inside, which cannot be accepted. Print it to PDF,"
        " or scan it, and upload that."
    ),
    Flaw.TOO_LONG: sentence(
        "This PDF has more than %(pages)s pages. Upload the document itself, or a part of it."
    ),
    Flaw.BOMB: sentence(
        "This PDF is far larger inside than it looks. Print it to PDF again, or scan it in grey"
        " at 200 dots per inch, and upload that."
    ),
    Flaw.INFECTED: sentence(
        "The virus scanner found something in this file. Upload the document from another"
        " computer: print it to PDF, or scan it."
    ),
}


@dataclass(frozen=True)
class Upload:
    """A file as somebody's browser sent it."""

    filename: str
    content: bytes


def refuse_flawed(upload: Upload, field: str) -> None:
    """Raise Refused for that field, saying what to do, where a file is anything but a plain PDF."""
    flaw = examine(upload.content)
    if flaw is not None:
        values = {"pages": PAGE_LIMIT} if flaw is Flaw.TOO_LONG else {}
        raise Refused(SENTENCES[flaw], field=field, **values)


def refuse_infected(upload: Upload, field: str) -> None:
    """Raise Refused for that field unless the virus scanner, if there is one, calls a file clean.

    This is for what the office itself sends out: it waits in no quarantine, so that a scanner that
    does not answer is a reason to refuse.
    """
    scanner = config.current().clamav
    if scanner is None:
        return
    try:
        found = antivirus.scan(scanner, upload.content).found
    except antivirus.Unreachable:
        raise Refused(
            "The virus scanner does not answer, so this file cannot be taken now. Try again in a"
            " few minutes.",
            field=field,
        ) from None
    if found:
        raise Refused(SENTENCES[Flaw.INFECTED], field=field)


def examine(content: bytes) -> Flaw | None:
    """What is wrong with a file that should be a plain PDF; None where nothing is."""
    return examine_all([content])[0]


def examine_all(contents: Sequence[bytes]) -> list[Flaw | None]:
    """The same for several files, in one confined process."""
    seen = [_seen_from_outside(each) for each in contents]
    to_open = [each for each, flaw in zip(contents, seen, strict=True) if flaw is None]
    opened = iter(confinement.examined(to_open) if to_open else [])
    return [_found_inside(next(opened)) if flaw is None else flaw for flaw in seen]


def _seen_from_outside(content: bytes) -> Flaw | None:
    if not content:
        return Flaw.EMPTY
    if len(content) > SIZE_LIMIT:
        return Flaw.TOO_BIG
    if not content.startswith(b"%PDF-"):
        return Flaw.NOT_PDF
    end = content.rfind(b"%%EOF")
    if end < 0:
        return Flaw.BROKEN  # cut short: a parser would mend it, and nobody would miss the rest
    return Flaw.TWO_IN_ONE if _is_more_than_a_pdf(content, end + len(b"%%EOF")) else None


def _is_more_than_a_pdf(content: bytes, end: int) -> bool:
    return bool(
        _PAGE_IN_FRONT.search(content[:1024])
        or _ANOTHER_INSIDE.search(content)
        or zipfile.is_zipfile(BytesIO(content))
        or any(content[at:].startswith(mark) for at, mark in _MARKS)
        or not _ONLY_BLANKS.match(content, end)
    )


def _found_inside(said: Said) -> Flaw | None:
    """A parser that a file broke found something, too."""
    if said.ended is not Ended.DONE:
        return Flaw.BROKEN
    word = said.words.decode("ascii", "replace")
    return None if word == "sound" else Flaw(word)


def label(filename: str, *, otherwise: str) -> str:
    """The name of an uploaded file as people see it: one plain line that ends in .pdf.

    `otherwise` is its name where nothing is left of the one that it came with.
    """
    last = PurePosixPath(filename.replace("\\", "/")).name
    kept = "".join(
        each
        for each in " ".join(unicodedata.normalize("NFC", last).split())
        if unicodedata.category(each)[0] != "C" and each not in '<>:"/|?*'
    )
    stem = re.sub(r"(\.pdf)+$", "", kept, flags=re.IGNORECASE).strip(" .")[:NAME_LIMIT]
    return f"{stem or otherwise}.pdf"
