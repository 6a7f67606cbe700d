"""The locked type of a press run: a whole PDF but for what differs from copy to copy.

What all copies share is written once, compressed once and copied as bytes. A copy adds four
objects: the end of its first page, its metadata twice (as PDF has it) and the table of where all
objects lie.
"""

import io
import struct
import zlib
from hashlib import sha256
from typing import Final

import pydyf

from letters.conformance import metadata_of

# An entry of the cross-reference stream: the kind of place, the place, the place within that
# (ISO 32000-1, 7.5.8).
_WIDTHS: Final = (1, 4, 2)
_ENTRY: Final = struct.Struct(">BIH")
_FREE: Final = _ENTRY.pack(0, 0, 0xFFFF)
_IN_FILE, _IN_STREAM = 1, 2
_IDENTIFIER_LENGTH: Final = 32


class Forme:
    """Takes a PDF that is painted but not written, and writes it again and again."""

    def __init__(self, pdf: pydyf.PDF, first_page: pydyf.Dictionary, shared_content: bytes) -> None:
        """Lock up a PDF.

        The content of `first_page` becomes `shared_content`, which must end where an operation
        does; what follows it there is given with each copy.
        """
        metadata = metadata_of(pdf)
        content = pdf.objects[_number(first_page["Contents"])]
        rest = pydyf.Object()
        for thing in (rest, pdf.info):
            pdf.add_object(thing)
        content.stream = [shared_content]
        first_page["Contents"] = pydyf.Array([content.reference, rest.reference])
        self._info = dict(pdf.info)
        self._rest, self._metadata, self._info_number = (
            rest.number,
            metadata.number,
            pdf.info.number,
        )
        self._write_what_is_shared(pdf, {rest.number, metadata.number, pdf.info.number})
        self._root = pdf.catalog.reference

    def copy(self, rest: bytes, metadata: bytes, info: dict[str, pydyf.String]) -> bytes:
        """One file: the shared part, the rest of its first page, its XMP packet, its own `info`.

        The same arguments give the same bytes, and other ones another identifier of the file.
        """
        parts = [
            (self._rest, _stream({}, zlib.compress(rest), compressed=True)),
            (self._metadata, _stream({"Type": "/Metadata", "Subtype": "/XML"}, metadata)),
            (self._info_number, pydyf.Dictionary({**self._info, **info}).data),
        ]
        digest = self._digest.copy()
        places = bytearray(self._places)
        pieces, position = [self._shared], len(self._shared)
        for number, content in parts:
            piece = b"%d 0 obj\n%b\nendobj\n" % (number, content)
            digest.update(piece)
            _set_place(places, number, position)
            pieces.append(piece)
            position += len(piece)
        _set_place(places, self._table, position)
        identifier = digest.hexdigest()[:_IDENTIFIER_LENGTH].encode()
        pieces.append(self._table_of_places(bytes(places), identifier))
        pieces.append(b"startxref\n%d\n%%%%EOF\n" % position)
        return b"".join(pieces)

    def _write_what_is_shared(self, pdf: pydyf.PDF, own: set[int]) -> None:
        objects = [o for o in pdf.objects if o.free != "f" and o.number not in own]
        packed = [o for o in objects if o.compressible]
        packing = _object_stream(packed)
        pdf.add_object(packing)
        self._table = packing.number + 1
        places = bytearray(_FREE * (self._table + 1))
        file = io.BytesIO()
        pdf.write_line(b"%PDF-1.7", file)
        pdf.write_line(b"%\xf0\x9f\x96\xa4", file)
        for thing in [*(o for o in objects if not o.compressible), packing]:
            _set_place(places, thing.number, pdf.current_position)
            pdf.write_line(thing.indirect, file)
        for index, thing in enumerate(packed):
            place = thing.number * _ENTRY.size
            _ENTRY.pack_into(places, place, _IN_STREAM, packing.number, index)
        self._places = bytes(places)
        self._shared = file.getvalue()
        self._digest = sha256(self._shared)

    def _table_of_places(self, places: bytes, identifier: bytes) -> bytes:
        extra = {
            "Type": "/XRef",
            "W": pydyf.Array(_WIDTHS),
            "Size": self._table + 1,
            "Root": self._root,
            "Info": f"{self._info_number} 0 R",
            "ID": b"[<%b><%b>]" % (identifier, identifier),
        }
        stream = _stream(extra, zlib.compress(places), compressed=True)
        return b"%d 0 obj\n%b\nendobj\n" % (self._table, stream)


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _set_place(places: bytearray, number: int, position: int) -> None:
    _ENTRY.pack_into(places, number * _ENTRY.size, _IN_FILE, position, 0)


def _stream(extra: dict[str, object], content: bytes, *, compressed: bool = False) -> bytes:
    """A stream. Both line end characters follow it: alone, one could be taken for its last byte."""
    filters = {"Filter": "/FlateDecode"} if compressed else {}
    head = pydyf.Dictionary({**extra, **filters, "Length": len(content)}).data
    return b"%b\nstream\n%b\r\nendstream" % (head, content)


def _object_stream(objects: list[pydyf.Object]) -> pydyf.Stream:
    """All objects that are no streams, packed into one (ISO 32000-1, 7.5.7)."""
    contents = [o.data for o in objects]
    head, position = [], 0
    for thing, content in zip(objects, contents, strict=True):
        head.append(f"{thing.number} {position}")
        position += len(content) + 1
    first = " ".join(head)
    extra = {"Type": "/ObjStm", "N": len(objects), "First": len(first) + 1}
    return pydyf.Stream([first, *contents], extra, compress=True)
