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
    first = page.locator(TYPED_IN).first.evaluate("it => it.form.action")
    for field in page.locator(TYPED_IN).all():
        if field.evaluate("it => it.form.action") != first:
            continue
        kind = field.get_attribute("type")
        if kind == "number" or field.get_attribute("maxlength"):
            field.fill("99")
        else:
            field.fill(WRONG.replace(" ", "") if kind == "email" else WRONG)
        typed.setdefault(field.get_attribute("name") or "", []).append(field.input_value())
    return typed


def _wrong(page: Page, typed: dict[str, list[str]]) -> list[str]:
    found = []
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
