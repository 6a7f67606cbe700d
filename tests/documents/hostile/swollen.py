"""Hostile files that grow, nest or turn in circles until whoever reads them gives up."""

import zlib

import pikepdf
from pikepdf import Array, Name

from registration.documents.rules import Flaw
from tests.documents.hostile.flaws import ANY, BROKEN, HARMLESS, Made, lay, pages
from tests.documents.making import plain, raw, saved


def bombs() -> Made:
    zeros = zlib.compress(bytes(300 * 2**20), 9)
    twice = zlib.compress(zeros, 9)
    for name, packed, filters in (
        ("packed once", zeros, [Name.FlateDecode]),
        ("packed twice", twice, [Name.FlateDecode, Name.FlateDecode]),
    ):
        for place in ("contents", "picture", "nothing"):
            with pages(1) as pdf:
                stream = pikepdf.Stream(pdf, packed)
                stream.Filter = Array(filters)
                lay(pdf, stream, place)
                yield f"bomb: {name}, {place}", saved(pdf, compress_streams=False), BROKEN
    runs = b"\x81\x00" * (3 * 2**20) + b"\x80"
    with pages(1) as pdf:
        stream = pikepdf.Stream(pdf, runs)
        stream.Filter = Name.RunLengthDecode
        lay(pdf, stream, "contents")
        yield "bomb: runs", saved(pdf, compress_streams=False), BROKEN
    many = zlib.compress(bytes(200 * 2**20), 9)
    with pages(1) as pdf:
        for _ in range(14):
            stream = pikepdf.Stream(pdf, many)
            stream.Filter = Name.FlateDecode
            pdf.make_indirect(stream)
            pdf.Root[f"/A{_}"] = stream
        yield "bomb: many", saved(pdf, compress_streams=False), BROKEN
    for width, height in ((60_000, 60_000), (10**9, 1), (2**31 - 1, 2**31 - 1), (1, 10**9)):
        for kind in ("FlateDecode", "DCTDecode", "JPXDecode", "CCITTFaxDecode"):
            with pages(1) as pdf:
                stream = pikepdf.Stream(pdf, zlib.compress(bytes(100)))
                stream.Filter = Name(f"/{kind}")
                stream.Type, stream.Subtype = Name.XObject, Name.Image
                stream.Width, stream.Height = width, height
                stream.ColorSpace, stream.BitsPerComponent = Name.DeviceRGB, 8
                lay(pdf, stream, "picture")
                yield f"bomb: picture of {width} by {height}, {kind}", saved(pdf), BROKEN
    for box in ((0, 0, 10**6, 10**6), (0, 0, 20_000, 10), (0, 0, 1e30, 1e30), (0, 0, 0, 0)):
        with pages(1) as pdf:
            pdf.pages[0].obj.MediaBox = Array(box)
            yield f"bomb: a page of {box[2]:g} by {box[3]:g}", saved(pdf), BROKEN
    for number in (201, 400, 1_000):
        yield f"bomb: {number} pages", plain(number), frozenset({Flaw.TOO_LONG})


def nested() -> Made:
    for depth in (100, 500, 2_000, 50_000, 200_000):
        for opening, closing in ((b"[", b"]"), (b"<</A", b">>")):
            inner = opening * depth + (b" 1 " if closing != b"]" else b"") + closing * depth
            yield (
                f"nested: {depth} times {opening.decode()}",
                raw({1: b"<</Type/Catalog/Pages 2 0 R/A " + inner + b">>"}),
                BROKEN,
            )


def loops() -> Made:
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
