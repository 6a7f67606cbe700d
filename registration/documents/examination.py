"""Files that come from outside: examined before anybody keeps them, and named plainly."""

import re
import subprocess
import sys
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from registration.documents.rules import PAGE_LIMIT, SIZE_LIMIT, Flaw
from registration.errors import Refused
from registration.words import sentence

PROBE = Path(__file__).with_name("probe.py")
SECONDS = 20
NAME_LIMIT = 120
_PAGE_IN_FRONT = re.compile(rb"<\s*(html|script|svg|!doctype)", re.IGNORECASE)

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


def examine(content: bytes) -> Flaw | None:
    """What is wrong with a file that should be a plain PDF; None where nothing is."""
    if not content:
        return Flaw.EMPTY
    if len(content) > SIZE_LIMIT:
        return Flaw.TOO_BIG
    if not content.startswith(b"%PDF-"):
        return Flaw.NOT_PDF
    if _PAGE_IN_FRONT.search(content[:1024]) or zipfile.is_zipfile(BytesIO(content)):
        return Flaw.TWO_IN_ONE
    return _probed(content)


def _probed(content: bytes) -> Flaw | None:
    """A parser may crash, hang or swell on a hostile file, so it does that elsewhere."""
    try:
        probe = subprocess.run(
            [sys.executable, "-I", str(PROBE)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Flaw.BROKEN
    said = probe.stdout.decode("ascii", "replace")
    if probe.returncode != 0:
        return Flaw.BROKEN
    return None if said == "sound" else Flaw(said)


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
