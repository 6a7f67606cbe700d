"""With which flaws a hostile file may be refused, and what several families are made of."""

import io
import zipfile
from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Pdf

from registration.documents.rules import Flaw

BROKEN = frozenset({Flaw.BROKEN, Flaw.BOMB})
SCRIPT, LAUNCH = frozenset({Flaw.SCRIPT}), frozenset({Flaw.LAUNCH})
INSIDE = frozenset({Flaw.ATTACHMENT})
TWO = frozenset({Flaw.TWO_IN_ONE})
NOT_PDF = frozenset({Flaw.NOT_PDF})
ANY = frozenset(Flaw)
HARMLESS = frozenset({*Flaw, None})  # a parser mends it, and nothing in it acts
Made = Iterator[tuple[str, bytes, frozenset[Flaw | None]]]


def archive(name: str = "payload.js", size: int = 8) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, "a" * size)
    return into.getvalue()


def pages(number: int) -> Pdf:
    pdf = pikepdf.new()
    for _ in range(number):
        pdf.add_blank_page()
    return pdf


def lay(pdf: Pdf, stream: pikepdf.Stream, place: str) -> None:
    page = pdf.pages[0].obj
    if place == "contents":
        page.Contents = pdf.make_indirect(stream)
    elif place == "picture":
        page.Resources = Dictionary(XObject=Dictionary(A=pdf.make_indirect(stream)))
        page.Contents = pdf.make_stream(b"/A Do")
    else:
        pdf.Root.Nothing = pdf.make_indirect(stream)
