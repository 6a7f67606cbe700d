"""The words of a copy mark, painted as WeasyPrint would; all that is known of its inside.

The layout of one copy, the specimen, gives for each slot the style and the place. Another's words
are shaped by the same functions with the same style. Nothing here is believed: a press run looks
for what is painted here for the specimen in what WeasyPrint itself painted for it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pydyf
from weasyprint import DEFAULT_OPTIONS, Document
from weasyprint.draw.text import draw_text
from weasyprint.formatting_structure.boxes import BlockContainerBox, LineBox, TextBox
from weasyprint.pdf import VARIANTS, generate_pdf
from weasyprint.pdf.stream import Stream
from weasyprint.text.line_break import split_first_line

from letters.copy_mark import QRCode

# Slots are `data-slot` elements of the template, in the order in which they are painted.
TEXT_SLOTS: Final = ("addressee", "code", "address")
MARK: Final = "copy-mark"  # the class of the element around them

# Widths are sums of fractions: so near to the full width, only a full layout knows.
_NEARLY: Final = 0.01
_BEGIN_TEXT: Final = b"BT\n"


class NotCopiable(Exception):
    """A layout from which copies cannot be made, for the reason given."""


@dataclass(frozen=True)
class Slot:
    """Where the words of one slot stand. `room` is the width that its line leaves them."""

    box: Any
    room: float
    ends_at_right: bool

    def painted(self, text: str, stream: Any) -> bytes | None:
        """The operations that show another text here; None where it needs a layout of its own.

        Its glyphs are added to the fonts of the document to which `stream` belongs.
        """
        style = self.box.style
        if text != " ".join(text.split(" ")).strip(" ") or "  " in text:
            return None  # white space collapses, at a layout
        layout, _, rest, width, height, baseline = split_first_line(text, style, None, None, 0)
        fits = rest is None and width <= self.room - _NEARLY
        same_line = (height, baseline + self.box.margin_top) == (self.box.height, self.box.baseline)
        if not fits or not same_line:
            return None
        box = self.box.copy_with_text(text)
        box.pango_layout, box.width = layout, width
        if self.ends_at_right:
            box.position_x += self.box.width - width
        painting = stream.clone(tags=None)
        draw_text(painting, box, 0, "clip", "none")
        operations = _operations(painting)
        return operations[operations.index(_BEGIN_TEXT) :]


def slots(document: Document, *, ends_at_right: bool) -> dict[str, Slot]:
    """The slots of the copy mark on the first page. Raises NotCopiable unless each is one line."""
    found = {}
    for name, box, block in _slot_boxes(document):
        if name in found:
            raise NotCopiable(f"the slot {name} has several lines")
        left, right = block.content_box_x(), block.content_box_x() + block.width
        room = box.position_x + box.width - left if ends_at_right else right - box.position_x
        found[name] = Slot(box, room, ends_at_right)
    if tuple(found) != TEXT_SLOTS:
        raise NotCopiable(f"the slots are {', '.join(found) or 'missing'}")
    return found


def _slot_boxes(document: Document) -> Iterator[tuple[str, Any, Any]]:
    for block in document.pages[0]._page_box.descendants(placeholders=True):
        if isinstance(block, BlockContainerBox):
            for line in block.children:
                yield from ((name, box, block) for name, box in _slots_of_line(line))


def _slots_of_line(line: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(line, LineBox):
        for box in line.descendants():
            if isinstance(box, TextBox) and (name := box.element.get("data-slot")):
                yield name, box


def without_mark(document: Document) -> Document:
    """The same layout without its copy mark, which took no room from anything else.

    The mark is gone from `document` as well.
    """
    for box in document.pages[0]._page_box.descendants(placeholders=True):
        if any(_is_mark(child) for child in box.children):
            box.children = [child for child in box.children if not _is_mark(child)]
    return document.copy()


def _is_mark(box: Any) -> bool:
    return box.element is not None and box.element.get("class") == MARK


def painted_qr_code(code: QRCode) -> bytes:
    """The operations that lay the strokes of a QR code in its SVG."""
    return b"".join([b"%d %d.5 m\n%d %d.5 l\n" % (x, y, end, y) for x, end, y in code.strokes])


def painted(
    document: Document, options: Mapping[str, Any], then: Callable[[Any], None]
) -> pydyf.PDF:
    """Paint all pages, not written yet; before fonts are cut down to what was used, call `then`.

    It is given the stream of the last page, to paint more that belongs to the document.
    """
    last = document.pages[-1]
    paint = last.paint

    def paint_and_more(stream: Any, scale: float = 1) -> None:
        paint(stream, scale)
        then(stream)

    _, by_variant = VARIANTS[options["pdf_variant"]]
    last.paint = paint_and_more
    try:
        return generate_pdf(document, None, 1, **{**DEFAULT_OPTIONS, **by_variant, **options})
    finally:
        last.paint = paint


def content_of_first_page(pdf: pydyf.PDF) -> tuple[pydyf.Dictionary, bytes]:
    """The dictionary of the first page, and its operations one on a line."""
    pages = (o for o in pdf.objects if isinstance(o, dict) and o.get("Type") == "/Page")
    page = next(pages)
    contents = pdf.objects[int(page["Contents"].split()[0])]
    assert isinstance(contents, Stream), "a page is painted on one stream"  # noqa: S101
    return page, _operations(contents)


def _operations(stream: Any) -> bytes:
    return b"".join(pydyf._to_bytes(operation) + b"\n" for operation in stream.stream)
