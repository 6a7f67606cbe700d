"""Every page, as whoever may see it, in three languages: nothing inaccessible, nothing cut off.

Nor does anything wait for a script: each page is read as it was sent (markup.py). Each place is
looked at in English. In French, whose words are longer, and in Arabic, which runs the other way, a
page is looked at once, and once more where another place has other elements.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from registration.app import SLICES
from registration.permissions import Scope
from tests.browser.conftest import Open
from tests.browser.looking import TYPED_IN, look, mistakes, news_to_axe, violations
from tests.browser.markup import Answers, answers_of, waits_for_a_script
from tests.browser.shapes import Shaped, Shapes, shapes_of
from tests.browser.world import AUSTRIA, Place, World

pytestmark = pytest.mark.timeout(300)

PLACES_IN_FURTHER_LANGUAGES = 2
# Answers that are no page: files, and a part of a page that fetches itself anew.
FILES = {
    "authorities.document": "application/pdf",
    "accounts.naming_note": "application/pdf",
    "inbox.attached": "application/pdf",
    "inbox.picture": "image/jpeg",
    "notes.enclosed_file": "application/pdf",
    "notes.letter": "application/pdf",
    "notes.own_copy": "application/pdf",
    "notes.preview": "application/pdf",
    "notes.progress": "text/html",
    "notes.rehearsal_progress": "text/html",
    "notes.sent_along": "application/pdf",
    "participants.file": "application/pdf",
    "participants.persons_json": "application/json",
    "participants.report_text": "text/plain",
    "responses.mission_note_file": "application/pdf",
    "responses.sent_letter": "application/pdf",
    "responses.sent_note": "application/pdf",
    "responses.show_letter": "application/pdf",
    "responses.show_note": "application/pdf",
    "responses.table_template": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    "verification.note": "application/pdf",
    "verification.picture": "image/jpeg",
}
# Pages on which something is typed; test_failed_forms.py fills them in wrongly.
WITH_A_FORM = {
    "accounts.ask_for_code",
    "accounts.ask_to_decline",
    "accounts.ask_to_end_appointment",
    "accounts.decide",
    "accounts.invite_focal_point",
    "accounts.invite_staff",
    "accounts.propose",
    "accounts.show",
    "authorities.ask_accept",
    "authorities.ask_change",
    "authorities.ask_correction",
    "authorities.ask_end",
    "authorities.ask_new",
    "authorities.ask_refuse",
    "authorities.new",
    "authorities.show",
    "api_keys.new",
    "inbox.show",
    "meetings.edit",
    "meetings.edit_document",
    "meetings.new",
    "meetings.new_document",
    "notes.ask_to_issue",
    "notes.ask_to_void",
    "notes.dispatch",
    "notes.enclosed",
    "notes.enclosure",
    "notes.frame",
    "notes.ladder",
    "notes.new",
    "notes.road",
    "notes.read",
    "notes.text",
    "participants.observer",
    "participants.observing",
    "participants.organization",
    "participants.organizations",
    "participants.show",
    "post.show",
    "responses.ask_decline",
    "responses.ask_record",
    "responses.ask_replacement",
    "responses.ask_settle",
    "responses.ask_withdraw",
    "responses.central_authority",
    "responses.expert",
    "responses.extension",
    "responses.funding",
    "responses.link",
    "responses.links",
    "responses.local_authority",
    "responses.mission_note",
    "responses.new_experts",
    "responses.new_local_authorities",
    "responses.new_table",
    "responses.particulars",
    "responses.passport_numbers",
    "responses.question",
    "responses.questionnaire",
    "responses.visa_letters",
    "states.ask_channel",
    "states.ask_language",
    "states.ask_to_end_address",
    "states.ask_to_remove_instrument",
    "states.correct",
    "states.edit_instrument",
    "states.new_address",
    "states.new_instrument",
    "states.suspect",
    "verification.show",
}
GETS = [
    (endpoint, access)
    for pages in SLICES
    for (endpoint, method), access in pages.access.items()
    if method == "GET"
]
PAGES = [pytest.param(*each, id=each[0]) for each in GETS if each[0] not in FILES]


@dataclass(frozen=True)
class Visit:
    """An address, and the first and the last of those who may come there."""

    where: str
    first: str | None
    last: str | None


def address(app: Flask, endpoint: str, place: Place) -> str:
    return app.url_map.bind("").build(endpoint, place.arguments)


def visits(world: World, endpoint: str, access: Any, app: Flask) -> Iterator[Visit]:
    """Each place of a route, with one who may come from either end of the cast."""
    rule = next(each for each in app.url_map.iter_rules() if each.endpoint == endpoint)
    people = world.whoever_may(access.permission, access.scope)
    for place in world.places_of(access.scope, rule.arguments):
        yield Visit(
            address(app, endpoint, place), place.person or people[0], place.person or people[-1]
        )


@dataclass
class Walk:
    """Looks at the pages of one route, and keeps what was answered and what was wrong."""

    endpoint: str
    window: Open
    is_answered: Answers
    found: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    def look(self, where: str, language: str, person: str | None) -> Shapes | None:
        """Of what the page is made; None where one is led on to the page of another route."""
        opened = self.window(person, language)
        answer = opened.page.goto(where)
        assert answer is not None
        self.statuses.add(answer.status)
        if not opened.page.url.endswith(where):
            return None
        seen = look(opened, language, answer.status)
        wrong = seen.mistakes
        if language == "en" and answer.status == 200:
            wrong += waits_for_a_script(answer.text(), where, self.endpoint, self.is_answered)
        self.found += [
            f"{where} {language} as {person} ({answer.status}): {each}" for each in wrong
        ]
        return seen.shapes


@pytest.mark.parametrize(("endpoint", "access"), PAGES)
def test_a_page_can_be_read_by_everybody(
    endpoint: str, access: Any, app: Flask, world: World, window: Open
) -> None:
    walk = Walk(endpoint, window, answers_of(app))
    known, looked = set[int](), 0
    for visit in visits(world, endpoint, access, app):
        shapes = walk.look(visit.where, "en", visit.first)
        if shapes and endpoint not in WITH_A_FORM:
            assert window(visit.first, "en").page.locator(TYPED_IN).count() == 0
        if looked == 0 or (shapes and not shapes <= known and looked < PLACES_IN_FURTHER_LANGUAGES):
            walk.look(visit.where, "fr", visit.first)
            walk.look(visit.where, "ar", visit.last)
            looked += 1
        known |= shapes or set()
    assert walk.found == []
    assert 200 in walk.statuses
    assert max(walk.statuses) < 500


@pytest.mark.parametrize("endpoint", FILES)
def test_what_is_no_page_is_a_file(
    endpoint: str, app: Flask, world: World, site: str, window: Open
) -> None:
    access = app.extensions["access"][endpoint, "GET"]
    kinds = set()
    for visit in visits(world, endpoint, access, app):
        answer = window(visit.first).page.request.get(site + visit.where)
        kinds |= {answer.headers["content-type"].split(";")[0]} if answer.ok else set()
    assert kinds == {FILES[endpoint]}


def test_every_route_is_a_page_or_a_file_of_these(app: Flask) -> None:
    known = {endpoint for endpoint, _ in GETS} | {"healthz", "api-docs.openapi_json"}
    assert known == {
        endpoint
        for (endpoint, method), access in app.extensions["access"].items()
        if method == "GET" and access.scope is not Scope.KEY
    }


@pytest.mark.parametrize(
    ("person", "where", "status"),
    [
        (None, "/nowhere", 404),
        ("rosa", "/nowhere", 404),
        ("rosa", "/meetings/new", 403),
        (AUSTRIA, "/work", 404),
        ("anna", "/sign-out", 405),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_what_is_not_there_is_said_on_a_page_like_any_other(
    window: Open, person: str | None, where: str, status: int, language: str
) -> None:
    opened = window(person, language)
    answer = opened.page.goto(where)
    assert answer is not None
    assert answer.status == status
    assert mistakes(opened, language, status) == []


def test_the_looking_itself_finds_a_mistake(window: Open) -> None:
    page = window(None).page
    page.goto("/meetings")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    page.evaluate("document.querySelector('h1').style.width = '2000px'")
    assert any(each.startswith("label: <input") for each in violations(page))
    found = mistakes(window(None), "en", 200)
    assert any("px wide on a screen of 360" in each for each in found)
    assert any(each.startswith("label: <input") for each in found)


NO_NEWS = (
    "it.querySelector('h1').innerText = 'Other words'",
    "it.querySelector('tbody').append(it.querySelector('tbody tr').cloneNode(true))",
    "it.querySelector('a').href = '/elsewhere'",
    "document.documentElement.lang = 'fr'",
)
NEWS = (
    "document.documentElement.dir = 'rtl'",
    "it.querySelector('a').innerText = ''",
    "it.querySelector('a').className = 'another'",
    "it.querySelector('a').setAttribute('role', 'button')",
    "it.querySelector('a').style.cssText = 'display: block; height: 8px'",
    "it.querySelector('tbody td').append(document.createElement('input'))",
    "it.querySelector('h1').outerHTML = '<h2>A heading</h2>'",
    "it.querySelector('h1').id = it.id",
    "it.prepend(it.querySelector('table'))",
)


def test_axe_is_asked_again_where_a_page_has_other_elements_and_not_for_other_words(
    window: Open,
) -> None:
    page = window(None).page
    page.goto("/meetings")
    whole, before = page.evaluate("document.body.innerHTML"), shapes_of(page)
    for change in (*NO_NEWS, *NEWS):
        page.evaluate(f"() => {{ const it = document.querySelector('main'); {change} }}")
        assert (shapes_of(page) <= before) is (change in NO_NEWS), change
        page.evaluate("whole => { document.body.innerHTML = whole }", whole)
        page.evaluate("Object.assign(document.documentElement, {lang: 'en', dir: 'ltr'})")
        assert shapes_of(page) == before


MISTAKES = {
    "label": "it.querySelector('tbody td').append(document.createElement('input'))",
    "link-name": "it.querySelector('a').innerText = ''",
    "target-size": """for (const words of ["One", "Two"]) {
        const small = it.appendChild(document.createElement("button"));
        small.innerText = words;
        small.style.cssText = "display: block; height: 8px; width: 8px; padding: 0; border: 0";
    }""",
    "color-contrast": "it.querySelector('h1').style.color = '#eee'",
    "page-has-heading-one": "it.querySelector('h1').outerHTML = '<h2>A heading</h2>'",
    "landmark-no-duplicate-main": "it.after(it.cloneNode(false))",
    "landmark-no-duplicate-banner": "document.body.append(document.createElement('header'))",
    "region": "it.after('Words', it.querySelector('h1').cloneNode(true))",
}


@pytest.mark.parametrize("rule", MISTAKES)
def test_axe_finds_in_the_news_of_a_page_what_it_finds_on_the_whole(
    window: Open, rule: str
) -> None:
    page = window(None).page
    page.goto("/meetings")
    assert news_to_axe(page, Shaped.of(page)) == []
    page.evaluate(f"() => {{ const it = document.querySelector('main'); {MISTAKES[rule]} }}")
    found = news_to_axe(page, Shaped.of(page))
    assert any(each.startswith(f"{rule}: ") for each in found)
    assert {each.split(": ")[0] for each in found} == {
        each.split(": ")[0] for each in violations(page)
    }
