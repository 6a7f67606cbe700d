"""A form that was not filled in as it should be says what is wrong, and loses nothing typed."""

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.conftest import Open, Window
from tests.browser.looking import TYPED_IN, mistakes
from tests.browser.test_every_page import WITH_A_FORM, address
from tests.browser.world import World

pytestmark = pytest.mark.timeout(300)

# An invisible character that turns the direction of a text around: no field takes it.
WRONG = "Typed \u202e before"
# All at once: a form has many fields, and each question is a way to the browser and back.
TYPE = """(all, wrong) => all.filter(it => it.form === all[0].form).map(it => {
    const short = it.type === "number" || it.hasAttribute("maxlength");
    it.value = short ? "99" : it.type === "email" ? wrong.replaceAll(" ", "") : wrong;
    it.dispatchEvent(new Event("input", {bubbles: true}));
    return [it.name, it.value];
})"""
KEPT = "all => all.map(it => [it.name, it.value])"
LINKS = """() => [...document.querySelectorAll(".govuk-error-summary a")].map(link => {
    const name = CSS.escape((link.getAttribute("href") || "#").slice(1));
    const led = document.querySelectorAll(`[id='${name}']`);
    return [link.innerText, led.length === 1 && led[0].matches("input, select, textarea")];
})"""
# Whoever may do it first is not always whoever finds the form on the page.
WHO = {"notes.read": "otto"}


@pytest.mark.parametrize("endpoint", sorted(WITH_A_FORM))
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_form_that_fails_says_why_and_keeps_what_was_typed(
    app: Flask, world: World, window: Open, language: str, endpoint: str
) -> None:
    opened = _open(app, world, window, endpoint, language)
    typed = _fill(opened.page)
    with opened.page.expect_navigation() as sent:
        opened.page.locator(TYPED_IN).first.evaluate(
            "it => it.form.querySelector('button[type=submit]').click()"
        )
    assert sent.value.status == 422
    assert _wrong(opened.page, typed) + mistakes(opened, language, 422) == []


def _open(app: Flask, world: World, window: Open, endpoint: str, language: str) -> Window:
    """The first page of that kind on which somebody may type."""
    access = app.extensions["access"][endpoint, "GET"]
    rule = next(each for each in app.url_map.iter_rules() if each.endpoint == endpoint)
    for place in world.places_of(access.scope, rule.arguments):
        person = place.person or world.whoever_may(access.permission, access.scope)[0]
        opened = window(WHO.get(endpoint, person), language)
        opened.page.goto(address(app, endpoint, place))
        opened.complaints()
        if opened.page.locator(TYPED_IN).count():
            return opened
    raise AssertionError(f"{endpoint} has no form for {person}")


def _fill(page: Page) -> dict[str, list[str]]:
    """Type something wrong into the whole of the first form; what, by the names of fields."""
    page.evaluate("document.querySelectorAll('main details').forEach(it => { it.open = true })")
    typed: dict[str, list[str]] = {}
    for name, value in page.locator(TYPED_IN).evaluate_all(TYPE, WRONG):
        typed.setdefault(name, []).append(value)
    return typed


def _wrong(page: Page, typed: dict[str, list[str]]) -> list[str]:
    found = []
    if page.evaluate("document.activeElement.className") != "govuk-error-summary":
        found.append("the list of mistakes has not the focus")
    links = page.evaluate(LINKS)
    if not links:
        found.append("no mistake leads to its field")
    found += [f"{words!r} leads nowhere" for words, leads in links if not leads]
    fields = page.locator("main form :is(input, select, textarea)").evaluate_all(KEPT)
    for name, values in typed.items():
        kept = [value for field, value in fields if field == name and value]
        if kept != values:
            found.append(f"{name}: {values!r} became {kept!r}")
    return found
