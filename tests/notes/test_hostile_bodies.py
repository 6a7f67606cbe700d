"""What should never stand in a note: refused with a reason, or printed as the harmless text it is.

Every body goes the way of one that an officer types. What is accepted is printed by the real press,
and the file is searched for whatever could act: nothing is fetched, nothing embedded, and no link
leads anywhere but to a page or a mailbox.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

import pikepdf
import pytest

from letters import assets
from letters.compose import Press
from letters.letter import Letter, LetterError, Paragraph
from letters.text import proofread
from registration.errors import Refused
from registration.notes import markup, wording, writing
from registration.notes.models import NoteForm
from registration.notes.wording import Wording
from tests.letters.samples import a_letter

ADDRESSES: Final = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java&#115;cript:alert(1)",
    "java&Tab;script:alert(1)",
    "java\\script:alert(1)",
    "%6Aavascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml;base64,PHN2Zz4=",
    "file:///etc/passwd",
    "file://host.example/share",
    "ftp://host.example/x",
    "smb://host.example/x",
    "\\\\host.example\\share",
    "//host.example/x",
    "/etc/passwd",
    "../../secret",
    "#anchor",
    "?query",
    "blob:https://host.example/1",
    "about:blank",
    "view-source:https://host.example",
    "jar:https://host.example!/x",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict://127.0.0.1:11211/stat",
    "ldap://127.0.0.1/",
    "tel:+4310000000",
    "sms:+431",
    "urn:isbn:1",
    "cid:1",
    "ws://host.example",
    "https:host.example",
    "https:///host.example",
    "https://",
    "https://.",
    "https://user:password@host.example",
    "https://un.org@host.example",
    "https://host.example:99999/",
    "https://host.example:x/",
    "https://[::1",
    "https://host_name.example/",
    "https://-host.example/",
    "https://xn--/",
    "https://hоst.example/",
    "https://host。example/",
    "https://host.example/\u202egpj.exe",
    "https://host.example/\u200b",
    "https://host.example/" + "a" * 600,
    "http://127.0.0.1@host.example/",
    "mailto:",
    "mailto:a@b.example?bcc=c@d.example",
    "mailto:a@b.example,c@d.example",
    "mailto:a@b.example%0ABcc:c@d.example",
    'mailto:"a b"@c.example',
    "mailto://a@b.example",
    "((deadline))",
    "https://host.example/((deadline))",
    "mailto:((portal))",
    "((portal))/../x",
]
ELEMENTS: Final = [
    "<img src=file:///etc/passwd>",
    "<img src=http://host.example/x.png onerror=alert(1)>",
    "<image href='file:///etc/passwd'/>",
    "<link rel=attachment href=file:///etc/passwd>",
    "<link rel=stylesheet href=http://host.example/x.css>",
    "<base href=http://host.example/>",
    "<iframe src=http://host.example/></iframe>",
    "<object data=file:///etc/passwd></object>",
    "<embed src=http://host.example/x.pdf>",
    "<script>alert(1)</script>",
    "<style>@import url(http://host.example/x.css);</style>",
    "<style>@page{size:1000000cm}</style>",
    "<style>*{display:none}</style>",
    "<p style=background:url(http://host.example/x)>x</p>",
    "<p style='position:absolute;top:0;font-size:500pt'>x</p>",
    "<p style='color:white'>x</p>",
    "<svg><image xlink:href='http://host.example/x.svg'/></svg>",
    "<svg onload=alert(1)>",
    "<svg><use href='data:image/svg+xml,<svg/>#x'/></svg>",
    "<math><mtext></p><script>alert(1)</script>",
    "<table><tr><td colspan=1000000>x</td></tr></table>",
    "<a href=javascript:alert(1)>x</a>",
    "<a rel=attachment href=file:///etc/passwd>x</a>",
    "<meta http-equiv=refresh content='0;url=http://host.example/'>",
    "<form action=http://host.example/><input name=x></form>",
    "<input type=image src=http://host.example/x>",
    "<video src=http://host.example/x poster=http://host.example/y></video>",
    "<details open ontoggle=alert(1)>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    "<!DOCTYPE l [<!ENTITY a 'aaa'><!ENTITY b '&a;&a;'>]>&b;",
    "</main></body></html><h1>Forged</h1>",
    "</title><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "\uff1cscript\uff1e",
    "<scr<script>ipt>",
    "<IMG SRC=`javascript:alert(1)`>",
    "<<SCRIPT>alert(1)//<</SCRIPT>",
]
TEMPLATES: Final = [
    "{{ 7 * 7 }}",
    "{% import os %}{{ os.popen('id').read() }}",
    "{# comment #}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ config.items() }}",
    "{{ letter.__init__.__globals__ }}",
    "{0.__class__.__init__.__globals__}",
    "%(place)s %s %n %x",
    "${place} ${7+7} #{7+7}",
    "<%= 7 * 7 %>",
    "$(id) `id` ; rm -rf /",
    "\\input{/etc/passwd} \\write18{id}",
    "((colour))",
    "((deadline.__class__))",
    "((((deadline))))",
    "((deadline))((deadline",
    "))((",
    "(( ))",
    "((DEADLINE))",
    "((deadline|safe))",
]
PICTURES: Final = [
    f"![x]({address})"
    for address in (
        "http://host.example/x.png",
        "file:///etc/passwd",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
        "((portal))",
        "https://host.example/a 'title'",
        "",
    )
]
MARKDOWN: Final = [
    "<https://host.example/>",
    "<javascript:alert(1)>",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[y]: file:///etc/passwd",
    "[^1]\n\n[^1]: note",
    "# Forged heading",
    "Forged\n======",
    "> > > > quoted",
    "```\nfile\n```",
    "    code",
    "`code`",
    "***",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "~~gone~~ ==marked== ^up^ ~down~",
    ":smile: $E=mc^2$ $$x$$",
    '[x](https://host.example/ "title" onclick=1)',
    "[x](<https://host.example/ y>)",
    "[[x](https://a.example)](https://b.example)",
    "[![x](http://a.example/x.png)](https://b.example)",
    "[](https://host.example)",
    "[ ](https://host.example)",
    "[https://un.org](https://host.example)",
    "[x]\n(https://host.example)",
    "[x](https://host.example/\n)",
    "- [x](javascript:alert(1))",
    "1. ![x](http://host.example/x)",
    "999999999. x",
    "0. x",
    "1234567890. x",
    "-",
    "1.",
    "\\",
    "\\*\\_\\[",
]
ORDER: Final = [
    f"safe {chr(point)}txt.exe" for point in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
]
UNSEEN: Final = [
    f"a{character}b"
    for character in (
        "\x00", "\x07", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\ufffe",
        "\uffff", "\ufdd0", "\ud800", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad",
        "\u180e", "\u034f", "\u115f", "\u3164", "\ue000", "\U000e0041", "\U000f0000", "\ufff9",
        "\U0001f468\u200d\U0001f469", "\u0600", "\u061c", "\u200e", "\u200f",
    )
]  # fmt: skip
FLOODS: Final = [
    "a" + "\u0301" * 9,
    "a" + "\u0301" * 5_000,
    "ก" + "\u0e49" * 100,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "\u0301",
    "ﷺ" * 3_000,
    "\u0650" * 4_000,
]
BOMBS: Final = [
    "x" * 1_000_000,
    "x " * 500_000,
    "\n" * 1_000_000,
    "\n\nx" * 300_000,
    "x" * 19_990,
    "x " * 9_990,
    "国" * 19_990,
    "كلمة " * 3_990,
    "-" * 19_990,
    "- " * 9_990,
    "- x\n" * 4_990,
    "1. x\n" * 3_990,
    "1. " * 6_000,
    "> " * 9_990,
    "*" * 19_990,
    "*a " * 6_600,
    "*a* " * 4_990,
    "**a** *b* " * 1_990,
    "a**b" * 4_990,
    "_a" * 9_990,
    "*_" * 9_990,
    "[" * 19_990,
    "[a](" * 4_990,
    "![" * 9_990,
    "[x](https://a.example) " * 860,
    "[x](" + "(" * 9_000 + ")" * 9_000 + ")",
    "\\" * 19_990,
    "`" * 19_990,
    "&" * 19_990,
    "<" * 19_990,
    "((" * 9_990,
    "((deadline))" * 1_660,
    "x\n" * 9_990,
    "x\n\n" * 6_600,
    "https://a.example/" + "a" * 19_000,
    "CAC/" * 4_990,
    "A/1" * 6_600,
    "\u00ad" * 19_990,
    "a\u200d" * 9_990,
    "\t" * 19_990,
    "\n\n".join(["x\n" * 1_990] * 5),
    "\n\n".join(["x " * 1_990] * 5),
    "\n\n".join(["*a* " * 240] * 4),
    "\n\n".join(["x\n" * 59] * 80),
    "\n\n".join(["x"] * 150),
]
# As long as the rules let a text and a paragraph be.
BIGGEST: Final = ["\n\n".join(["国" * 3_990] * 5), "CAC/COSP/EG.1/2013/1 " * 180]
FAMILIES: Final[dict[str, list[str]]] = {
    "addresses": [f"See [the page]({address})." for address in ADDRESSES],
    "elements": ELEMENTS,
    "templates": TEMPLATES,
    "pictures": PICTURES,
    "other marks": MARKDOWN,
    "order of reading": ORDER,
    "unseen characters": UNSEEN,
    "floods of accents": FLOODS,
    "bombs": BOMBS,
    "the biggest": BIGGEST,
}
CORPUS: Final = [body for bodies in FAMILIES.values() for body in bodies]
BODIES_IN_A_LETTER: Final = 40


@cache
def judged(body: str) -> Wording | Refused:
    """What would be kept of a body, or why it is not."""
    try:
        return writing.clean(NoteForm.GENERIC, "((deadline))", body)
    except Refused as refusal:
        return refusal


def accepted(body: str) -> Wording | None:
    kept = judged(body)
    return kept if isinstance(kept, Wording) else None


def test_every_refusal_says_in_a_sentence_what_is_wrong() -> None:
    said = {str(judged(body)) for body in CORPUS if not accepted(body)}
    assert all(each.endswith(".") and 10 < len(each) < 300 for each in said)
    assert len(said) > 20


def test_the_corpus_is_wide_enough() -> None:
    assert len(set(CORPUS)) == len(CORPUS) >= 250


@pytest.mark.parametrize("family", ["order of reading"])
def test_what_turns_the_reading_around_is_always_refused(family: str) -> None:
    assert not any(accepted(body) for body in FAMILIES[family])


def test_no_address_but_of_a_page_or_a_mailbox_is_linked() -> None:
    linked = [
        link
        for body in CORPUS
        if (kept := accepted(body))
        for link in markup.links(markup.read(kept.body).paragraphs)
    ]
    assert set(linked) == {"https://a.example", "https://host.example", "https://host.example/"}


def test_every_hostile_address_is_refused_where_it_would_be_linked() -> None:
    """A few are no link at all to the parser: their brackets are words."""
    kept = [body for body in FAMILIES["addresses"] if accepted(body)]
    assert len(kept) <= 2
    for body in kept:
        (paragraph,) = markup.read(body).paragraphs
        assert paragraph.words == body


@pytest.mark.parametrize("family", ["elements", "templates"])
def test_what_looks_like_a_program_is_printed_as_the_words_it_is(family: str) -> None:
    for body in FAMILIES[family]:
        if kept := accepted(body):
            assert [each.words for each in markup.read(kept.body).paragraphs] == [kept.body]


def test_pictures_are_refused() -> None:
    kept = [body for body in FAMILIES["pictures"] if accepted(body)]
    assert [markup.read(body).paragraphs[0].words for body in kept] == kept


def test_a_value_that_carries_marks_is_words() -> None:
    values = dict.fromkeys(wording.PLACES, "**x** [y](javascript:alert(1)) ![z](http://a.example)")
    done = wording.complete(Wording("s", "((place)), 1. ((deadline))"), values)
    (paragraph,) = markup.read(done.body).paragraphs
    assert paragraph.runs[0].text == f"{values['place']}, 1. {values['deadline']}"
    assert paragraph.runs[0].link == ""


def _printable() -> Iterator[tuple[Paragraph, ...]]:
    """What is accepted and has a shape in our fonts; for the rest the press itself says no."""
    known = assets.checked_fonts()
    for body in CORPUS:
        if kept := accepted(body):
            try:
                yield proofread(wording.paragraphs(kept.body, "en"), known)
            except LetterError:
                continue


def _letters() -> Iterator[Letter]:
    """Small bodies many to a letter, each of the biggest alone."""
    small: list[Paragraph] = []
    for paragraphs in _printable():
        if sum(len(each.words) for each in paragraphs) > 2_000:
            continue
        small += paragraphs
    blank = a_letter("en")
    while small:
        yield replace(blank, paragraphs=tuple(small[:BODIES_IN_A_LETTER]))
        small = small[BODIES_IN_A_LETTER:]
    for body in BIGGEST:
        assert accepted(body)
        yield replace(blank, paragraphs=wording.paragraphs(body, "en"))


ACTIVE: Final = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/OpenAction")


def _keys(thing: pikepdf.Object) -> set[str]:
    return set(thing.keys()) if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream) else set()


def test_what_is_printed_fetches_nothing_embeds_nothing_and_links_only_pages() -> None:
    """A fetch would be an error of the press; the limit of every test bounds its time."""
    press, pages = Press(), 0
    for letter in _letters():
        with pikepdf.open(io.BytesIO(press.master(letter))) as printed:
            pages += len(printed.pages)
            keys = set().union(*(_keys(each) for each in printed.objects))
            assert not keys & set(ACTIVE)
            assert "/Names" not in printed.Root or "/EmbeddedFiles" not in printed.Root.Names
            notes = [note for page in printed.pages for note in page.get("/Annots", [])]
            assert {str(note.Subtype) for note in notes} <= {"/Link"}
            assert all(str(note.A.URI).startswith(("https://", "mailto:")) for note in notes)
    assert pages > 20
