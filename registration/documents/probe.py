"""Looks into a PDF that came from outside, in a process of its own that may fail.

Run as a script: the file comes on standard input, one word goes to standard output ("sound", or a
value of `rules.Flaw`). It imports nothing of this project, so that it needs no path and no setting.
"""

import io
import resource
import sys
from collections.abc import Mapping

MEMORY = 1 * 2**30
SECONDS = 10
DEPTH = 60
PAGES = 200
SCRIPTS = {"/JavaScript", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute"}
LAUNCHES = {"/Launch", "/GoToR", "/GoToE"}
MEDIA = {"/RichMedia", "/FileAttachment", "/Movie", "/Sound", "/Screen", "/3D"}


def limit() -> None:
    """Let this process use little memory and time, whatever the file makes the parser do."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def verdict(content: bytes) -> str:
    """What is wrong with the file, or the word "sound"."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                return "encrypted"
            if not len(pdf.pages):
                return "broken"
            if len(pdf.pages) > PAGES:
                return "too_long"
            # A catalogue may stand in the trailer itself, and is then no object of the file.
            return next(filter(None, map(_flaw, (pdf.trailer, *pdf.objects))), "sound")
    except pikepdf.PasswordError:
        return "encrypted"
    except (pikepdf.PdfError, ValueError, RecursionError, MemoryError):
        return "broken"


def _flaw(thing: object, depth: int = 0) -> str:
    """What is wrong in one object and what lies directly in it; empty where nothing is."""
    import pikepdf

    if depth > DEPTH:
        return "broken"
    if isinstance(thing, pikepdf.Array):
        inner = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        entries = dict(thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing)
        if found := _flaw_of_entries(entries):
            return found
        inner = list(entries.values())
    else:
        return ""
    direct = (each for each in inner if not getattr(each, "is_indirect", False))
    return next(filter(None, (_flaw(each, depth + 1) for each in direct)), "")


def _flaw_of_entries(entries: Mapping[str, object]) -> str:
    act, kind = str(entries.get("/S", "")), str(entries.get("/Subtype", ""))
    if entries.keys() & {"/JS", "/JavaScript", "/XFA"} or act in SCRIPTS:
        return "script"
    if act in LAUNCHES:
        return "launch"
    if entries.keys() & {"/EmbeddedFiles", "/EF"} or kind in MEDIA:
        return "attachment"
    return ""


if __name__ == "__main__":
    limit()
    sys.stdout.write(verdict(sys.stdin.buffer.read()))
