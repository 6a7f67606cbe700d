"""Every page, as whoever may see it, in English and in Arabic: nothing inaccessible or cut off."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from registration.app import SLICES
from tests.browser.conftest import Open, Window
from tests.browser.world import Place, World

pytestmark = pytest.mark.timeout(300)

KIBIBYTES_OF_A_FIRST_VISIT = 200
PLACES_IN_ARABIC = 2
# Answers that are no page: files, and a part of a page that fetches itself anew.
FILES = {
    "notes.letter": "application/pdf",
    "notes.own_copy": "application/pdf",
    "notes.preview": "application/pdf",
    "notes.progress": "text/html",
    "responses.mission_note_file": "application/pdf",
    "responses.sent_note": "application/pdf",
    "responses.show_note": "application/pdf",
}
GETS = [
    (endpoint, access)
    for pages in SLICES
    for (endpoint, method), access in pages.access.items()
    if method == "GET"
]
PAGES = [pytest.param(*each, id=each[0]) for each in GETS if each[0] not in FILES]
# The sizes of targets are part of WCAG 2.2 AA, and axe leaves them off unless asked.
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
# Faces that a page fetches only for words in another script than its own.
OF_OTHER_SCRIPTS = re.compile(r"/fonts/(names-|noto-sans-(arabic|cyrillic|greek)|chinese/)")
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


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    found = axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['html'][:300]}" for each in found for node in each["nodes"]]


def address(app: Flask, endpoint: str, place: Place) -> str:
    return app.url_map.bind("").build(endpoint, place.arguments)


def visits(
    world: World, endpoint: str, access: Any, app: Flask
) -> Iterator[tuple[Place, str, str]]:
    """Each place of a route in English and in Arabic, and who looks."""
    rule = next(each for each in app.url_map.iter_rules() if each.endpoint == endpoint)
    people = world.whoever_may(access.permission, access.scope)
    for number, place in enumerate(world.places_of(access.scope, rule.arguments)):
        yield place, "en", place.person or people[0]
        if number < PLACES_IN_ARABIC:
            yield place, "ar", place.person or people[-1]


def mistakes(window: Window, language: str, status: int) -> list[str]:
    """Everything that is wrong with the page in the window, one line each."""
    page = window.page
    facts = page.evaluate(MEASURE)
    found = []
    if (facts["lang"], facts["dir"]) != (language, "rtl" if language == "ar" else "ltr"):
        found.append(f"language {facts['lang']}, direction {facts['dir']}")
    if facts["headings"] != 1 or not facts["heading"].strip():
        found.append(f"{facts['headings']} main headings, {facts['heading']!r}")
    if not facts["title"].split("–")[0].strip():
        found.append(f"title {facts['title']!r}")
    size = sum(size for name, size in facts["fetched"] if not OF_OTHER_SCRIPTS.search(name))
    if language == "en" and size > KIBIBYTES_OF_A_FIRST_VISIT * 1024:
        found.append(f"{size / 1024:.0f} KiB: {facts['fetched']}")
    for width in (1024, 360):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{wide} px wide on a screen of {width}")
    found += violations(page)
    found += [each for each in window.complaints() if status < 400 or str(status) not in each]
    return found


@pytest.mark.parametrize(("endpoint", "access"), PAGES)
def test_a_page_can_be_read_by_everybody(
    endpoint: str, access: Any, app: Flask, world: World, window: Open
) -> None:
    found, statuses = [], set()
    for place, language, person in visits(world, endpoint, access, app):
        opened = window(person, language)
        where = address(app, endpoint, place)
        answer = opened.page.goto(where)
        assert answer is not None
        statuses.add(answer.status)
        found += [
            f"{where} {language} as {person} ({answer.status}): {each}"
            for each in mistakes(opened, language, answer.status)
        ]
    assert found == []
    assert 200 in statuses
    assert max(statuses) < 500


@pytest.mark.parametrize("endpoint", FILES)
def test_what_is_no_page_is_a_file(
    endpoint: str, app: Flask, world: World, site: str, window: Open
) -> None:
    access = app.extensions["access"][endpoint, "GET"]
    kinds = set()
    for place, language, person in visits(world, endpoint, access, app):
        answer = window(person, language).page.request.get(site + address(app, endpoint, place))
        kinds |= {answer.headers["content-type"].split(";")[0]} if answer.ok else set()
    assert kinds == {FILES[endpoint]}


def test_every_route_is_a_page_or_a_file_of_these(app: Flask) -> None:
    known = {endpoint for endpoint, _ in GETS} | {"healthz"}
    assert known == {endpoint for endpoint, method in app.extensions["access"] if method == "GET"}
