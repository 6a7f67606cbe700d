"""Whether two letters are the same to the eye, to a search and to one who has them read aloud."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2

from tests.letters.reading import texts

DOTS_PER_INCH = 90


def differences(one: bytes, other: bytes) -> list[str]:
    """In which of pixels, text, structure and metadata two letters differ."""
    views = {
        "pixels": _pixels,
        "text": texts,
        "structure": _structure,
        "metadata": _metadata,
    }
    return [name for name, view in views.items() if view(one) != view(other)]


def _pixels(pdf: bytes) -> list[bytes]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=DOTS_PER_INCH / 72).to_pil().tobytes() for page in document]


def _structure(pdf: bytes) -> list[object]:
    """The structure tree with kinds, descriptions, places and numbers of marked content."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return list(_elements(document.Root.StructTreeRoot.K))


def _elements(node: Any) -> Iterator[object]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _elements(child)
    elif isinstance(node, pikepdf.Dictionary):
        own = {key: repr(node[key]) for key in ("/S", "/Alt", "/A", "/Lang") if key in node}
        yield own, list(_elements(node.get("/K", pikepdf.Array())))
    else:
        yield int(node)


def _metadata(pdf: bytes) -> tuple[dict[str, str], bytes, str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        info = {key: str(value) for key, value in document.docinfo.items()}
        return info, document.Root.Metadata.read_bytes(), str(document.Root.Lang)
