"""One PDF of many, for the printer: each begins on the front of a sheet, and none is kept.

The files come one by one and are written as they come, so that a run of any length takes the memory
of its largest file. What several of them share, their fonts above all, is written once.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Final

import pikepdf

from letters.letter import LetterError

_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_CATALOGUE, _TREE, _INFORMATION = 1, 2, 3
_FOR_THE_PRINTER: Final = (
    b"/ViewerPreferences<</Duplex/DuplexFlipLongEdge/PrintScaling/None/DisplayDocTitle true>>"
)
# Paper shows no structure, no fields and no links: they stay in the files themselves.
_PRINTED: Final = ("/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate")
_LEFT_OUT: Final = frozenset({"/Metadata", "/PieceInfo", "/StructParent", "/StructParents"})
_DEEPEST: Final = 60  # levels of a tree of pages, and of objects within objects


def page_count(pdf: bytes) -> int:
    """How many pages a file has. Raises LetterError where it could not be part of a run."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            objects = _Objects(_Run())
            return sum(bool(objects.page(page.obj)) for page in document.pages)
    except pikepdf.PdfError as error:
        raise LetterError("A file of the run cannot be read as a PDF.") from error


def joined(files: Iterable[bytes], *, title: str) -> Iterator[bytes]:
    """The pages of all files in their order, in pieces that are to be sent as they come.

    A file with an odd number of pages is followed by a blank one. The same files and title give the
    same bytes. A file is asked for when the pieces of the one before it have been taken.
    """
    run = _Run()
    yield _HEADER
    for file in files:
        yield run.add(file)
    yield run.end(title)


class _Run:
    """What has to be remembered of a run: where its objects lie, and which of them are the same."""

    def __init__(self) -> None:
        self._size = len(_HEADER)
        self._piece = bytearray()
        self._places: dict[int, int] = {}
        self._last = _INFORMATION
        self._known: dict[bytes, int] = {}
        self._files: dict[bytes, list[bytes]] = {}
        self._pages: list[int] = []

    def add(self, pdf: bytes) -> bytes:
        """The objects of a file's pages; the pages alone, where the same file came before."""
        digest = sha256(pdf).digest()
        if digest not in self._files:
            self._files[digest] = self._sheets(pdf)
        self._pages += [self.write(page) for page in self._files[digest]]
        return self._taken()

    def _sheets(self, pdf: bytes) -> list[bytes]:
        """The pages of a file, and a blank one where the last sheet has no back."""
        with pikepdf.open(io.BytesIO(pdf)) as document:
            objects = _Objects(self)
            pages = [objects.page(page.obj) for page in document.pages]
            if len(pages) % 2:
                box = objects.written(_inherited(document.pages[-1].obj, "/MediaBox"))
                blank = b"<</Type/Page/Parent %d 0 R/MediaBox %s/Resources<<>>>>" % (_TREE, box)
                pages.append(blank)
        return pages

    def end(self, title: str) -> bytes:
        """The tree of all pages, and where everything lies."""
        kids = b" ".join(b"%d 0 R" % number for number in self._pages)
        tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(self._pages), kids)
        name = pikepdf.String(title).unparse()
        self.write(b"<</Type/Catalog/Pages %d 0 R%s>>" % (_TREE, _FOR_THE_PRINTER), _CATALOGUE)
        self.write(tree, _TREE)
        self.write(b"<</Title %s>>" % name, _INFORMATION)
        start = self._size + len(self._piece)
        rows = b"".join(b"%010d 00000 n \n" % self._places[each] for each in sorted(self._places))
        self._piece += b"xref\n0 %d\n0000000000 65535 f \n%s" % (self._last + 1, rows)
        about = b"<</Size %d/Root %d 0 R/Info %d 0 R>>" % (
            self._last + 1,
            _CATALOGUE,
            _INFORMATION,
        )
        self._piece += b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (about, start)
        return self._taken()

    def shared(self, content: bytes) -> int:
        """The number of an object with that content, which is written if none has it yet."""
        digest = sha256(content).digest()
        if digest not in self._known:
            self._known[digest] = self.write(content)
        return self._known[digest]

    def number(self) -> int:
        """A number for an object that is written later."""
        self._last += 1
        return self._last

    def write(self, content: bytes, number: int = 0) -> int:
        """Write an object, under the next number if none is given; which one it is."""
        number = number or self.number()
        self._places[number] = self._size + len(self._piece)
        self._piece += b"%d 0 obj\n%s\nendobj\n" % (number, content)
        return number

    def _taken(self) -> bytes:
        piece = bytes(self._piece)
        self._size += len(piece)
        self._piece.clear()
        return piece


class _Objects:
    """The objects of one file, written with the numbers that they have in the run.

    Of two that refer to each other the first is given a number before it is written, and is not
    compared with what others have written.
    """

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._numbers: dict[tuple[int, int], int] = {}
        self._begun: dict[tuple[int, int], int] = {}

    def page(self, page: pikepdf.Object) -> bytes:
        """A page as far as it is printed."""
        found = ((name, _inherited(page, name)) for name in _PRINTED)
        entries = {name: value for name, value in found if value is not None}
        return b"<</Type/Page/Parent %d 0 R%s>>" % (_TREE, self._entries(entries))

    def written(self, thing: object) -> bytes:
        """A value; in the place of an object of the file, the number of its like in the run."""
        if not isinstance(thing, pikepdf.Object):
            return _plain(thing)
        if not thing.is_indirect:
            return self._content(thing)
        return b"%d 0 R" % (self._numbers.get(thing.objgen) or self._number(thing))

    def _number(self, thing: pikepdf.Object) -> int:
        own = thing.objgen
        if own in self._begun:
            self._begun[own] = self._begun[own] or self._run.number()
            return self._begun[own]
        if len(self._begun) > _DEEPEST:
            raise LetterError("A file of the run has objects within objects without end.")
        self._begun[own] = 0
        content = self._content(thing)
        promised = self._begun.pop(own)
        self._numbers[own] = (
            self._run.write(content, promised) if promised else self._run.shared(content)
        )
        return self._numbers[own]

    def _content(self, thing: pikepdf.Object) -> bytes:
        if isinstance(thing, pikepdf.Array):
            return b"[%s]" % b" ".join(map(self.written, thing))
        if isinstance(thing, pikepdf.Dictionary):
            return b"<<%s>>" % self._entries(dict(thing.items()))
        if isinstance(thing, pikepdf.Stream):
            raw = thing.read_raw_bytes()
            entries = {**dict(thing.stream_dict.items()), "/Length": len(raw)}
            return b"<<%s>>stream\r\n%s\r\nendstream" % (self._entries(entries), raw)
        return bytes(thing.unparse(resolved=True))

    def _entries(self, entries: Mapping[str, object]) -> bytes:
        return b"".join(
            b"%s %s" % (pikepdf.Name(name).unparse(), self.written(value))
            for name, value in entries.items()
            if name not in _LEFT_OUT
        )


def _inherited(page: pikepdf.Object, name: str) -> object:
    """What a page has under that name, or the nearest branch of the tree above it."""
    node = page
    for _ in range(_DEEPEST):
        if name in node:
            return node[name]
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return None


def _plain(value: object) -> bytes:
    """A value that pikepdf gives as one of Python's."""
    if value is None:
        return b"null"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, Decimal | float):
        return f"{value:f}".encode()
    return str(value).encode()
