"""Looks into files that came from outside, each in a process of its own that may fail.

Run as a script, with "examine", "draw", "cells" or "mail": files come on standard input, an answer
for each goes to standard output (`confinement.py` is the other end). It imports nothing of this
project but `cells.py` and `mail.py` beside it, so that it needs no path and no setting. The process
itself never parses a file. For each it forks a child that may use little memory and time, opens no
file and no connection any more, writes none, and starts no other process; what such a child says is
taken, whatever becomes of it.
"""

import io
import os
import re
import resource
import runpy
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

MEMORY = 1 * 2**30
NOBODY = 65534
ANSWER_LIMIT = 64 * 2**20
DONE, DIED, TOO_SLOW = b"d", b"x", b"t"

# Examining
SECONDS = 10
DEPTH = 60
PAGES = 200
OBJECTS = 250_000
LONGEST_SIDE = 14_400  # points; the longest that PDF 1.7 has (ISO 32000-1, annex C)
PIXELS = 150_000_000  # of one picture: A4 in colour at 1,200 dots per inch
UNPACKED_STREAM = 256 * 2**20
UNPACKED = 2 * 2**30
PACKED = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
SCRIPTS = {"/JavaScript", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute"}
LAUNCHES = {"/Launch", "/GoToR", "/GoToE"}
LINKS = ("http://", "https://", "mailto:")
# Another reader may mend a damaged file in another way, and see what ours does not.
SUSPECT = re.compile(rb"/(?:JS|JavaScript|Launch|XFA|EmbeddedFiles?|SubmitForm|GoTo[RE]|AA)\b")
MEDIA = {"/RichMedia", "/FileAttachment", "/Movie", "/Sound", "/Screen", "/3D"}

# Drawing
DRAWING_SECONDS = 40
DRAWN = 60
WIDTH, HEIGHT = 1240, 1754  # pixels: A4 at 150 dots per inch
QUALITY = 72
PHOTOGRAPHS = ["JPEG", "PNG", "TIFF"]

# Reading a mail, of 60 MB even
MAIL_SECONDS = 40


def limit(seconds: int) -> None:
    """Give up, for good, nearly all that a process may do."""
    os.setpgid(0, 0)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),  # no file is opened any more, and no connection
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))
    if os.getuid() == 0:  # who could raise the limits again
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


# One file


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
            if len(pdf.objects) > OBJECTS:
                return "bomb"
            # A catalogue may stand in the trailer itself, and is then no object of the file.
            things = (pdf.trailer, *pdf.objects)
            found = next(filter(None, map(_flaw, things)), "") or _measured(pdf)
            if not found and pdf.get_warnings() and SUSPECT.search(content):
                return "script"
            return found or "sound"
    except pikepdf.PasswordError:
        return "encrypted"
    except MemoryError:
        return "bomb"
    except (pikepdf.PdfError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return "broken"


def _flaw(thing: object, depth: int = 0) -> str:
    """What is wrong in one object and what lies directly in it; empty where nothing is."""
    import pikepdf

    if depth > DEPTH:
        return "broken"
    if isinstance(thing, pikepdf.Array):
        inner = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        is_stream = isinstance(thing, pikepdf.Stream)
        entries = dict(thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing)
        if found := _flaw_of_entries(entries, is_stream=is_stream):
            return found
        inner = list(entries.values())
    else:
        return ""
    direct = (each for each in inner if not getattr(each, "is_indirect", False))
    return next(filter(None, (_flaw(each, depth + 1) for each in direct)), "")


def _flaw_of_entries(entries: Mapping[str, object], *, is_stream: bool) -> str:
    act, kind = str(entries.get("/S", "")), str(entries.get("/Subtype", ""))
    if entries.keys() & {"/JS", "/JavaScript", "/XFA"} or act in SCRIPTS or kind == "/PS":
        return "script"
    if act == "/URI" and not str(entries.get("/URI", "")).lower().startswith(LINKS):
        return "script"
    if act in LAUNCHES or _leads_outside(entries, act, is_stream=is_stream):
        return "launch"
    if entries.keys() & {"/EmbeddedFiles", "/EF", "/Collection"} or kind in MEDIA:
        return "attachment"
    return ""


def _leads_outside(entries: Mapping[str, object], act: str, *, is_stream: bool) -> bool:
    """Whether a part of the page, or an act, is to be fetched from elsewhere."""
    if is_stream:
        return bool(entries.keys() & {"/F", "/Ref", "/OPI"})
    is_file = str(entries.get("/Type", "")) in ("/Filespec", "/F") and "/EF" not in entries
    return is_file or (act == "/Thread" and "/F" in entries)


def _measured(pdf: Any) -> str:
    """What is too big inside: a page, a picture, or what a stream unpacks to."""
    unpacked = 0
    for page in pdf.pages:
        left, low, right, high = (float(each) for each in page.mediabox)
        if not 0 < max(abs(right - left), abs(high - low)) <= LONGEST_SIDE:
            return "bomb"
    for stream in _streams(pdf):
        if _pixels(stream) > PIXELS:
            return "bomb"
        if _is_packed(stream):
            length = len(stream.read_bytes())
            unpacked += length
            if length > UNPACKED_STREAM or unpacked > UNPACKED:
                return "bomb"
    return ""


def _streams(pdf: Any) -> Iterator[Any]:
    import pikepdf

    return (each for each in pdf.objects if isinstance(each, pikepdf.Stream))


def _pixels(stream: Any) -> int:
    if str(stream.get("/Subtype", "")) != "/Image":
        return 0
    return int(stream.get("/Width", 0)) * int(stream.get("/Height", 0))


def _is_packed(stream: Any) -> bool:
    """Whether only general packing is used; a photograph's own packing is measured in pixels."""
    import pikepdf

    filters = stream.get("/Filter", [])
    names = [filters] if isinstance(filters, pikepdf.Name) else list(filters)
    return bool(names) and all(str(each) in PACKED for each in names)


def examine(content: bytes) -> Iterator[bytes]:
    """The verdict in one word."""
    yield verdict(content).encode("ascii")


def draw(content: bytes) -> Iterator[bytes]:
    """How many pages there are, then each of the first ones as a picture: size, length, JPEG."""
    yield from _pages(content) if content.startswith(b"%PDF-") else _frames(content)


def _pages(content: bytes) -> Iterator[bytes]:
    import pypdfium2

    with pypdfium2.PdfDocument(content) as pdf:
        yield struct.pack(">I", len(pdf))
        for number in range(min(len(pdf), DRAWN)):
            width, height = pdf[number].get_size()
            bitmap = pdf[number].render(scale=min(WIDTH / width, HEIGHT / height))
            yield _as_jpeg(bitmap.to_pil())


def _frames(content: bytes) -> Iterator[bytes]:
    """The frames of a photograph or a fax, turned as its camera says."""
    import PIL.Image
    import PIL.ImageOps

    with PIL.Image.open(io.BytesIO(content), formats=PHOTOGRAPHS) as image:
        count = getattr(image, "n_frames", 1)
        yield struct.pack(">I", count)
        for number in range(min(count, DRAWN)):
            image.seek(number)
            frame = PIL.ImageOps.exif_transpose(image)
            frame.thumbnail((WIDTH, HEIGHT))
            yield _as_jpeg(frame)


def _as_jpeg(picture: Any) -> bytes:
    into = io.BytesIO()
    picture.convert("RGB").save(into, "JPEG", quality=QUALITY)
    return struct.pack(">III", *picture.size, into.tell()) + into.getvalue()


# Many files, each apart


def load_reader() -> None:
    """Bring in what children that examine need: they can open nothing any more."""
    for blank in _blank_pages():
        verdict(blank)


def load_painter() -> None:
    """Bring in what children that draw need."""
    import PIL.Image
    import PIL.ImageOps
    import pypdfium2

    *_, blank = _blank_pages()
    with pypdfium2.PdfDocument(blank) as drawn:
        drawn[0].render(scale=0.1).to_pil().save(io.BytesIO(), "JPEG")
    PIL.Image.init()
    for kind in PHOTOGRAPHS:
        PIL.Image.new("RGB", (1, 1)).save(into := io.BytesIO(), kind)
        list(_frames(into.getvalue()))


def _blank_pages() -> Iterator[bytes]:
    """A locked file, and an open one."""
    import pikepdf

    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for how in (pikepdf.Encryption(owner="x", user=""), False):
            pdf.save(into := io.BytesIO(), encryption=how)
            yield into.getvalue()


Work = Callable[[bytes], Iterator[bytes]]
_CELLS = runpy.run_path(str(Path(__file__).with_name("cells.py")))
_MAIL = runpy.run_path(str(Path(__file__).with_name("mail.py")))
# Each with its seconds, and with what brings in what it needs.
WORKS: dict[str, tuple[Work, int, Callable[[], None]]] = {
    "examine": (examine, SECONDS, load_reader),
    "draw": (draw, DRAWING_SECONDS, load_painter),
    "cells": (_CELLS["cells"], SECONDS, _CELLS["load"]),
    "mail": (_MAIL["mail"], MAIL_SECONDS, _MAIL["load"]),
}


def apart(work: Work, content: bytes, seconds: int) -> tuple[bytes, bytes]:
    """Do the work in a child: how that ended, and what the child said."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(work, content, seconds, writing)
    os.close(writing)
    ended, said = _heard(reading, seconds)
    os.close(reading)
    if ended is not DONE:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return (ended, said) if ended is not DONE or status == 0 else (DIED, b"")


def _be_the_child(work: Work, content: bytes, seconds: int, writing: int) -> None:
    failed = True
    try:
        limit(seconds)
        for piece in work(content):
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(writing, rest) :]
        failed = False
    finally:
        os._exit(int(failed))


def _heard(reading: int, seconds: int) -> tuple[bytes, bytes]:
    """Everything that the child says, if that is not too much and not too late."""
    until = time.monotonic() + seconds
    said = bytearray()
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            return TOO_SLOW, b""
        piece = os.read(reading, 2**20)
        if not piece:
            return DONE, bytes(said)
        said += piece
        if len(said) > ANSWER_LIMIT:
            return DIED, b""


def _files(source: BinaryIO) -> Iterator[bytes]:
    while length := source.read(8):
        yield source.read(struct.unpack(">Q", length)[0])


if __name__ == "__main__":
    wanted, time_allowed, prepare = WORKS[sys.argv[1]]
    prepare()
    for file in _files(sys.stdin.buffer):
        how, answer = apart(wanted, file, time_allowed)
        sys.stdout.buffer.write(how + struct.pack(">Q", len(answer)) + answer)
        sys.stdout.buffer.flush()
