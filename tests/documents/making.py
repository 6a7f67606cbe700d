"""Small PDFs in a few bytes, for what is made of them."""

import io
from collections.abc import Mapping

import pikepdf


def plain(pages: int = 1) -> bytes:
    """A plain PDF of blank pages."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        return saved(pdf)


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    into = io.BytesIO()
    pdf.save(into, deterministic_id="encryption" not in how, **how)
    return into.getvalue()


def raw(objects: Mapping[int, bytes], version: str = "1.4") -> bytes:
    """A PDF of just these objects, the first of them its catalogue, whatever they say."""
    body = f"%PDF-{version}\n".encode()
    places = {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    size = max(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        table += b"%010d 00000 %c \n" % (places.get(number, 0), b"n" if number in places else b"f")
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + table + end
