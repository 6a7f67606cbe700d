"""A press run: one layout of a letter, from which the copies for many addressees are made.

Only the copy mark differs. Its words and its QR code are painted for every addressee in the style
of one laid-out copy, the specimen, and put where the specimen's own are. To find these, they are
painted once more: what is not found exactly once, operation for operation, is not copied.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import pydyf
from weasyprint import Document
from weasyprint.css import ColorProfile

from letters.conformance import metadata_of
from letters.copy_mark import qr_code
from letters.forme import Forme
from letters.letter import Copy
from letters.slots import (
    NotCopiable,
    Slot,
    content_of_first_page,
    painted,
    painted_qr_code,
    slots,
    without_mark,
)


@dataclass(frozen=True)
class _Mark:
    """What a copy has of its own: its slots in the order of painting, and its addressee."""

    slots: tuple[bytes, ...]
    addressee: str


class PressRun:
    """The copies of one letter that share a layout, and the fonts with all glyphs of their marks.

    `layout` is that of the copy `specimen`, one of `copies`; `finish` completes its PDF as it would
    one that stands alone. Raises NotCopiable where no copy can be made from it.
    """

    def __init__(
        self,
        layout: Document,
        specimen: Copy,
        copies: Sequence[Copy],
        *,
        ends_at_right: bool,
        options: Mapping[str, Any],
        finish: Callable[[Document, pydyf.PDF], None],
    ) -> None:
        self._layout, self._finish, self._options = layout, finish, options
        words = slots(layout, ends_at_right=ends_at_right)
        self._marks: dict[Copy, _Mark | None] = {}

        def paint_marks(stream: Any) -> None:
            self._marks.update((copy, _mark(copy, words, stream)) for copy in copies)

        pdf = painted(layout, options, paint_marks)
        finish(layout, pdf)
        own = self._marks[specimen]
        if own is None:
            raise NotCopiable("its own words do not fit the specimen")
        page, content = content_of_first_page(pdf)
        shared, *self._between = _around(own.slots, content)
        self._keywords = layout.metadata.keywords[:-1]
        self._before_keywords, self._after_keywords = _around(
            [_keywords(self._keywords, specimen.addressee)], b"\n".join(metadata_of(pdf).stream)
        )
        self._forme = Forme(pdf, page, shared)

    def master(self, colours: ColorProfile) -> bytes:
        """The letter without a copy mark, from the same layout; `colours` serve for it alone."""
        bare = without_mark(self._layout)
        bare.metadata.keywords = self._keywords
        bare.color_profiles = dict.fromkeys(bare.color_profiles, colours)
        pdf: bytes = bare.write_pdf(finisher=self._finish, **self._options)
        return pdf

    def copy(self, copy: Copy) -> bytes | None:
        """The PDF of one of the `copies`; None where it needs a layout of its own."""
        mark = self._marks[copy]
        if mark is None:
            return None
        rest = b"".join(own + common for own, common in zip(mark.slots, self._between, strict=True))
        keywords = _keywords(self._keywords, mark.addressee)
        metadata = self._before_keywords + keywords + self._after_keywords
        told = pydyf.String(", ".join([*self._keywords, mark.addressee]))
        return self._forme.copy(rest, metadata, {"Keywords": told})


def _mark(copy: Copy, words: Mapping[str, Slot], stream: Any) -> _Mark | None:
    if "," in copy.addressee:
        return None  # one keyword would be two
    texts = {"addressee": copy.addressee, "code": copy.code, "address": copy.verify_url}
    pieces = [slot.painted(texts[name], stream) for name, slot in words.items()]
    known = [piece for piece in pieces if piece is not None]
    if len(known) < len(pieces):
        return None
    return _Mark((*known, painted_qr_code(qr_code(copy.verify_url))), copy.addressee)


def _keywords(common: Sequence[str], addressee: str) -> bytes:
    """The keywords as they stand in the metadata of a file."""
    text = escape(", ".join([*common, addressee]))
    return f"<pdf:Keywords>{text}</pdf:Keywords>".encode()


def _around(pieces: Sequence[bytes], whole: bytes) -> list[bytes]:
    """What stands before, between and after the pieces. Raises NotCopiable unless each is there."""
    around, rest = [], whole
    for piece in pieces:
        if rest.count(piece) != 1:
            raise NotCopiable(f"the specimen has {rest.count(piece)} of one of its own slots")
        before, _, rest = rest.partition(piece)
        around.append(before)
    return [*around, rest]
