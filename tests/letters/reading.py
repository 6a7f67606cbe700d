"""Reads a letter's PDF the way its receivers do: its text, fonts, structure and QR code."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2
import zxingcpp


@dataclass(frozen=True)
class Mark:
    """A printed character and where its box lies, in points from the lower left of its page."""

    character: str
    left: float
    bottom: float
    right: float
    top: float


def texts(pdf: bytes) -> list[str]:
    """The text of each page, line ends as one line feed."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [_text(page).replace("\r\n", "\n") for page in document]


def _text(page: Any) -> str:
    return str(page.get_textpage().get_text_range())


def words(text: str) -> list[str]:
    """The words of a text, without punctuation; for scripts whose brackets extraction mirrors."""
    kept = (letter if letter.isalnum() else " " for letter in text)
    return "".join(kept).split()


def marks(pdf: bytes, page: int) -> list[Mark]:
    """Every visible character of a page."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[page].get_textpage()
        found = []
        for index in range(text.count_chars()):
            character = text.get_text_range(index, 1)
            if character.strip():
                found.append(Mark(character, *text.get_charbox(index)))
        return found


def lines_as_seen(pdf: bytes, page: int) -> list[str]:
    """The lines of a page in the order of the eye: from left to right, whatever the script."""
    lines: list[list[Mark]] = []
    for mark in sorted(marks(pdf, page), key=lambda mark: -(mark.bottom + mark.top)):
        middle = (mark.bottom + mark.top) / 2
        if not lines or not any(other.bottom <= middle <= other.top for other in lines[-1]):
            lines.append([])
        lines[-1].append(mark)
    return ["".join(m.character for m in sorted(line, key=lambda m: m.left)) for line in lines]


def where(pdf: bytes, page: int, text: str) -> Mark:
    """The box around the first occurrence of a text on a page, which must be there."""
    with pypdfium2.PdfDocument(pdf) as document:
        page_text = document[page].get_textpage()
        found = page_text.search(text, match_case=True).get_next()
        assert found is not None, f"{text!r} is not on page {page + 1}"
        first, count = found
        boxes = [page_text.get_charbox(index) for index in range(first, first + count)]
        left, bottom, right, top = zip(*boxes, strict=True)
        return Mark(text, min(left), min(bottom), max(right), max(top))


def fonts(pdf: bytes) -> Iterator[tuple[str, bool]]:
    """The name of each font in the file, and whether its program is embedded."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                yield str(thing.FontName), "/FontFile2" in thing


def structure(pdf: bytes) -> list[str]:
    """The kinds of all elements of the structure tree, in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return list(_kinds(document.Root.StructTreeRoot.K))


def _kinds(node: Any) -> Iterator[str]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _kinds(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield str(node.S).removeprefix("/")
        yield from _kinds(node.get("/K", pikepdf.Array()))


def descriptions(pdf: bytes) -> list[str]:
    """The alternative texts of all figures."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [
            str(thing.Alt)
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
        ]


def qr_codes(pdf: bytes, page: int = 0) -> list[tuple[str, tuple[int, int]]]:
    """What each QR code on a page says, and its upper left corner in pixels of 150 dpi."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[page % len(document)].render(scale=150 / 72).to_pil()
    return [
        (code.text, (code.position.top_left.x, code.position.top_left.y))
        for code in zxingcpp.read_barcodes(picture)
    ]


def languages(pdf: bytes) -> list[str]:
    """The languages that elements of the structure state beside that of the document."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        elements = (each for each in document.objects if isinstance(each, pikepdf.Dictionary))
        return [
            str(each.Lang)
            for each in elements
            if each.get("/Type") == "/StructElem" and "/Lang" in each
        ]
