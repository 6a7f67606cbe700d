"""Files that missions upload: more than a hundred, in the shapes that honest programs write."""

import io
from collections.abc import Callable, Iterator
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String
from PIL import Image, ImageDraw
from weasyprint import HTML

from tests.documents.making import raw, saved

VERSIONS = ("1.3", "1.4", "1.5", "1.6", "1.7", "2.0")
WAYS: dict[str, dict[str, object]] = {
    "plain": {},
    "objects in streams": {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
    "no objects in streams": {"object_stream_mode": pikepdf.ObjectStreamMode.disable},
    "linearized": {"linearize": True},
    "not packed": {"compress_streams": False},
    "packed anew": {"recompress_flate": True},
    "laid open": {"qdf": True},
}


@cache
def everything() -> dict[str, bytes]:
    """The whole collection, by name; the same files at every call."""
    families = (_words, _scans, _printed, _written_by_hand, _updated)
    return {name: content for family in families for name, content in family()}


def names() -> list[str]:
    return list(everything())


Made = Iterator[tuple[str, bytes]]


def _words() -> Made:
    """A page of words with what word processors put around it, in every version and way."""
    for version in VERSIONS:
        for way, how in WAYS.items():
            if version < "1.5" and way == "objects in streams":
                continue
            with _a_letter() as pdf:
                yield f"{version}, {way}", saved(pdf, force_version=version, **how)
    for name, add in _FEATURES.items():
        for way in ("plain", "objects in streams"):
            with _a_letter() as pdf:
                add(pdf)
                yield f"{name}, {way}", saved(pdf, **WAYS[way])


def _a_letter(pages: int = 2) -> Pdf:
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for number in range(1, pages + 1):
        page = pdf.add_blank_page(page_size=(595.28, 841.89))
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        words = f"BT /F1 12 Tf 72 760 Td (Note verbale, page {number}) Tj ET"
        page.obj.Contents = pdf.make_stream(words.encode())
    return pdf


def _title(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = "Note verbale — مذكرة شفوية"
    pdf.docinfo["/Producer"] = "A word processor"


def _metadata(pdf: Pdf) -> None:
    with pdf.open_metadata() as meta:
        meta["dc:title"] = "Note verbale"
        meta["pdf:Producer"] = "A scanner"


def _bookmarks(pdf: Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.extend([OutlineItem("First", 0), OutlineItem("Second", 1)])


def _link(pdf: Pdf, act: Dictionary) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 99, 99]), A=act)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def _address(pdf: Pdf) -> None:
    _link(pdf, Dictionary(S=Name.URI, URI=String("https://mfa.example/")))


def _mail_address(pdf: Pdf) -> None:
    _link(pdf, Dictionary(S=Name.URI, URI=String("mailto:mission@mfa.example")))


def _cross_reference(pdf: Pdf) -> None:
    _link(pdf, Dictionary(S=Name.GoTo, D=Array([pdf.pages[1].obj, Name.Fit])))


def _opening_at_a_page(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.XYZ, 0, 842, 1])


def _form(pdf: Pdf) -> None:
    field = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T=String("name"),
        V=String("Eva Huber"),
        Rect=Array([72, 700, 300, 720]),
    )
    field = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=True)


def _stamp(pdf: Pdf) -> None:
    drawn = pdf.make_stream(
        b"1 0 0 RG 0 0 80 30 re S", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 80, 30])
    )
    stamp = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Stamp,
        Rect=Array([72, 100, 152, 130]),
        AP=Dictionary(N=drawn),
        Contents=String("Received"),
    )
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(stamp)])


def _signature(pdf: Pdf) -> None:
    value = Dictionary(
        Type=Name.Sig,
        Filter=Name("/Adobe.PPKLite"),
        SubFilter=Name("/adbe.pkcs7.detached"),
        Contents=String("0" * 100),
        ByteRange=Array([0, 1, 2, 3]),
    )
    field = Dictionary(FT=Name.Sig, T=String("s"), V=pdf.make_indirect(value))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]), SigFlags=3)


def _layers(pdf: Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Letterhead")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(Order=Array([layer])))


def _labels(pdf: Pdf) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r)]))


def _rotated(pdf: Pdf) -> None:
    pdf.pages[0].obj.Rotate = 90


def _cropped(pdf: Pdf) -> None:
    pdf.pages[0].obj.CropBox = Array([20, 20, 500, 800])


def _viewer(pdf: Pdf) -> None:
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True, Direction=Name.R2L)
    pdf.Root.PageMode = Name.UseOutlines
    pdf.Root.Lang = String("ar")


def _tags(pdf: Pdf) -> None:
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    paragraph = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, P=root))
    root.K = Array([paragraph])
    pdf.Root.StructTreeRoot, pdf.Root.MarkInfo = root, Dictionary(Marked=True)


def _print_named(pdf: Pdf) -> None:
    _link(pdf, Dictionary(S=Name.Named, N=Name.NextPage))


_FEATURES: dict[str, Callable[[Pdf], None]] = {
    "title": _title,
    "metadata": _metadata,
    "bookmarks": _bookmarks,
    "address": _address,
    "mail address": _mail_address,
    "cross reference": _cross_reference,
    "opening at a page": _opening_at_a_page,
    "form": _form,
    "stamp": _stamp,
    "signature": _signature,
    "layers": _layers,
    "labels": _labels,
    "rotated": _rotated,
    "cropped": _cropped,
    "viewer": _viewer,
    "tags": _tags,
    "turning": _print_named,
}


def _scans() -> Made:
    """Pages as a scanner or a telephone makes them."""
    for mode, kind, dots in (
        ("1", "CCITT", 200),
        ("L", "JPEG", 100),
        ("L", "JPEG", 200),
        ("RGB", "JPEG", 100),
        ("RGB", "JPEG", 200),
        ("CMYK", "JPEG", 100),
        ("P", "flate", 100),
        ("LA", "flate", 72),
    ):
        for pages in (1, 3):
            yield f"scan: {mode} {kind} {dots} of {pages}", _scanned(mode, dots, pages)


def _scanned(mode: str, dots: int, pages: int) -> bytes:
    size = (int(8.27 * dots), int(11.69 * dots))
    picture = Image.new("L", size, 255)
    ImageDraw.Draw(picture).multiline_text((dots, dots), "NOTE VERBALE\n17/2013", fill=0)
    pictures = [picture.convert(mode if mode != "LA" else "L") for _ in range(pages)]
    into = io.BytesIO()
    pictures[0].save(into, "PDF", resolution=dots, save_all=pages > 1, append_images=pictures[1:])
    return into.getvalue()


def _printed() -> Made:
    """What a browser or a layout program prints."""
    words = {
        "en": "The Permanent Mission presents its compliments",
        "ar": "تهدي البعثة الدائمة تحياتها",
        "ru": "Постоянное представительство свидетельствует своё уважение",
    }
    for language, sentence in words.items():
        page = HTML(string=f"<html lang={language}><h1>{sentence}</h1><p>{sentence}. " * 3)
        yield f"printed: {language}", page.write_pdf()
        yield f"printed, tagged: {language}", page.write_pdf(pdf_variant="pdf/ua-1")
    table = "<table>" + "<tr><td>Eva Huber<td>Prosecutor" * 120 + "</table>"
    yield "printed: a long table", HTML(string=table).write_pdf()
    link = "<p><a href='https://mfa.example/'>a</a><p id=b><a href='#b'>c</a>"
    yield "printed: links", HTML(string=link).write_pdf()


def _written_by_hand() -> Made:
    """What old or thrifty programs write."""
    catalogue, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    whole = {1: catalogue, 2: pages, 3: page}
    for version in VERSIONS:
        yield f"by hand: {version}", raw(whole, version)
    body = raw(whole)
    yield "by hand: other ends of lines", body.replace(b"\nendobj\n", b"\rendobj\r")
    yield "by hand: blanks behind", body + b"\r\n\x00\x00\r\n"
    yield "by hand: no end of line", body.rstrip(b"\n")
    yield (
        "by hand: comment of a scanner",
        body.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"),
    )
    yield (
        "by hand: a page tree of two levels",
        raw(
            {
                1: catalogue,
                2: b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
                3: b"<</Type/Page/Parent 4 0 R/MediaBox[0 0 595 842]>>",
                4: b"<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 1>>",
            }
        ),
    )
    yield (
        "by hand: size from the tree",
        raw(
            {
                1: catalogue,
                2: b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>",
                3: b"<</Type/Page/Parent 2 0 R>>",
            }
        ),
    )


def _updated() -> Made:
    """What was changed after it was made, by writing the change behind it."""
    whole = raw(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        }
    )
    for times in (1, 2, 5):
        updated = whole
        for _ in range(times):
            before = updated.rindex(b"xref\n0 ")
            at = len(updated)
            change = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>\nendobj\n"
            table = b"xref\n3 1\n%010d 00000 n \n" % at
            end = b"trailer\n<</Size 4/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
            updated += change + table + end % (before, at + len(change))
        yield f"updated: {times} times", updated
