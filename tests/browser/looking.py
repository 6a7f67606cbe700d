"""How a page is looked at: by axe, by its width, by what the browser's console said of it."""

import re
from dataclasses import dataclass
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import JSHandle, Page

from tests.browser.conftest import Window
from tests.browser.shapes import Shaped, Shapes

KIBIBYTES_OF_A_FIRST_VISIT = 200
WIDE, NARROW = 1024, 360
# The sizes of targets are part of WCAG 2.2 AA, and axe leaves them off unless asked.
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
# Faces that a page fetches only for words in another script than its own.
OF_OTHER_SCRIPTS = re.compile(r"/fonts/(names-|noto-sans-(arabic|cyrillic|greek)|chinese/)")
# Pictures of a letter's pages: they come after the page, and each is as heavy as it must be.
OF_A_PREVIEW = re.compile(r"/preview/")
# Fields in which somebody types, in a form that does something.
TYPED_IN = (
    "main form[method=post] :is(textarea, input:not([type=hidden], [type=file], [type=radio],"
    " [type=checkbox]))"
)
ASK = """async ({exclude, options}) => {
    const {violations} = await axe.run(exclude ? {exclude} : document, options);
    return violations.flatMap(
        ({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 300)}`));
}"""
MEASURE = """() => ({
    lang: document.documentElement.lang,
    dir: document.documentElement.dir,
    title: document.title,
    headings: document.querySelectorAll("h1").length,
    heading: document.querySelector("h1")?.innerText ?? "",
    fetched: performance.getEntries()
        .filter(each => ["navigation", "resource"].includes(each.entryType))
        .map(each => [each.name, each.encodedBodySize]),
})"""


@cache
def axe() -> Axe:
    return Axe()


def violations(page: Page, passed_over: JSHandle | None = None) -> list[str]:
    """What axe finds, one line each, of an element of the page that is not in those parts."""
    page.evaluate(axe().axe_script)
    found: list[str] = page.evaluate(ASK, {"exclude": passed_over, "options": RULES})
    return found


# Of pages on which axe found nothing, in this process.
_seen_well: set[int] = set()


def news_to_axe(page: Page, shaped: Shaped) -> list[str]:
    """What axe finds of that which it has not looked at (shapes.py says what that is)."""
    if shaped.shapes <= _seen_well:
        return []
    found = violations(page, shaped.known(_seen_well))
    if not found:
        _seen_well.update(shaped.shapes)
    return found


@dataclass(frozen=True)
class Look:
    """What is wrong with a page, one line each, and of which elements it is made."""

    mistakes: list[str]
    shapes: Shapes


def look(window: Window, language: str, status: int) -> Look:
    """Look at the page in the window, at both widths."""
    found = _said_wrongly(window.page, language)
    page, shapes = window.page, frozenset[int]()
    # First as wide as the page was laid out: once more costs as much as to fetch it.
    assert page.viewport_size is not None
    begun = page.viewport_size["width"]
    for width in (begun, WIDE if begun == NARROW else NARROW):
        if width != begun:
            page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{wide} px wide on a screen of {width}")
        if width == NARROW:
            shaped = Shaped.of(page)
            shapes = shaped.shapes
            found += news_to_axe(page, shaped)
    found += [each for each in window.complaints() if status < 400 or str(status) not in each]
    return Look(found, shapes)


def mistakes(window: Window, language: str, status: int) -> list[str]:
    """Everything that is wrong with the page in the window, one line each."""
    return look(window, language, status).mistakes


def _said_wrongly(page: Page, language: str) -> list[str]:
    """What the page says wrongly of itself, and whether too much was fetched for it."""
    facts = page.evaluate(MEASURE)
    found = []
    if (facts["lang"], facts["dir"]) != (language, "rtl" if language == "ar" else "ltr"):
        found.append(f"language {facts['lang']}, direction {facts['dir']}")
    if facts["headings"] != 1 or not facts["heading"].strip():
        found.append(f"{facts['headings']} main headings, {facts['heading']!r}")
    if not facts["title"].split("–")[0].strip():
        found.append(f"title {facts['title']!r}")
    size = sum(
        size
        for name, size in facts["fetched"]
        if not OF_OTHER_SCRIPTS.search(name) and not OF_A_PREVIEW.search(name)
    )
    if language == "en" and size > KIBIBYTES_OF_A_FIRST_VISIT * 1024:
        found.append(f"{size / 1024:.0f} KiB: {facts['fetched']}")
    return found
