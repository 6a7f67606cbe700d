"""A form that was not filled in as it should be says what is wrong, and loses nothing typed."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.looking import mistakes
from tests.browser.test_every_page import FILES, GETS, address
from tests.browser.world import World

pytestmark = pytest.mark.timeout(300)

# An invisible character that turns the direction of a text around: no field takes it.
WRONG = "Typed \u202e before"
FIELDS = (
    "main form[method=post] :is(input:not([type=hidden], [type=file], [type=radio],"
    " [type=checkbox]), textarea)"
)


def forms(app: Flask, world: World) -> list[tuple[str, str, str]]:
    """Every page with a form in which something is typed: endpoint, address, who types."""
    found = []
    for endpoint, access in GETS:
        if endpoint in FILES:
            continue
        rules = [each for each in app.url_map.iter_rules() if each.endpoint == endpoint]
        people = world.whoever_may(access.permission, access.scope)
        found += [
            (endpoint, address(app, endpoint, place), place.person or people[0])
            for place in world.places_of(access.scope, rules[0].arguments)
        ]
    return found


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("part", range(4))
def test_a_form_that_fails_says_why_and_keeps_what_was_typed(
    app: Flask, world: World, site: str, window: Open, language: str, part: int
) -> None:
    found: list[str] = []
    tried: set[str] = set()
    for endpoint, where, person in forms(app, world)[part::4]:
        opened = window(person, language)
        page = opened.page
        if endpoint in tried or not re.search("govuk-(input|textarea)", _text(page, site + where)):
            continue
        page.goto(where)
        if page.locator(FIELDS).count() == 0:
            continue
        tried.add(endpoint)
        typed = _fill(page)
        with page.expect_navigation() as sent:
            page.locator("main form[method=post] button[type=submit]").first.click()
        found += [
            f"{where} {language}: {each}" for each in _wrong(page, typed, sent.value.status)
        ] + [f"{where} {language}: {each}" for each in mistakes(opened, language, 422)]
    assert found == []
    assert tried


def _text(page: Page, address: str) -> str:
    """A page's text alone, which is quicker than the page."""
    answer = page.request.get(address)
    return answer.text() if answer.ok else ""


def _fill(page: Page) -> dict[str, list[str]]:
    """Type something wrong everywhere; what was typed, by the names of fields."""
    typed: dict[str, list[str]] = {}
    for field in page.locator(FIELDS).all():
        kind, limit = field.get_attribute("type"), field.get_attribute("maxlength")
        words = (
            "99"
            if kind == "number" or limit
            else WRONG.replace(" ", "")
            if kind == "email"
            else WRONG
        )
        field.fill(words)
        typed.setdefault(field.get_attribute("name") or "", []).append(field.input_value())
    return typed


def _wrong(page: Page, typed: dict[str, list[str]], status: int) -> list[str]:
    found = [] if status == 422 else [f"answered with {status}"]
    if page.evaluate("document.activeElement.className") != "govuk-error-summary":
        found.append("the list of mistakes has not the focus")
    links = page.locator(".govuk-error-summary a").all()
    if not links:
        found.append("no mistake leads to its field")
    for link in links:
        target = page.locator(f"[id='{(link.get_attribute('href') or '#')[1:]}']")
        if target.count() != 1 or not target.evaluate("it => it.matches('input,select,textarea')"):
            found.append(f"{link.inner_text()!r} leads nowhere")
    for name, values in typed.items():
        kept = [each.input_value() for each in page.locator(f"main form [name='{name}']").all()]
        if [each for each in kept if each] != values:
            found.append(f"{name}: {values!r} became {kept!r}")
    return found
