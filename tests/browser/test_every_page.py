"""Every page, as whoever may see it, in English and in Arabic: nothing inaccessible or cut off."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from registration.app import SLICES
from registration.permissions import Scope
from tests.browser.conftest import Open
from tests.browser.looking import TYPED_IN, mistakes, violations
from tests.browser.world import AUSTRIA, Place, World

pytestmark = pytest.mark.timeout(300)

PLACES_IN_ARABIC = 2
# Answers that are no page: files, and a part of a page that fetches itself anew.
FILES = {
    "authorities.document": "application/pdf",
    "accounts.naming_note": "application/pdf",
    "inbox.attached": "application/pdf",
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


def address(app: Flask, endpoint: str, place: Place) -> str:
    return app.url_map.bind("").build(endpoint, place.arguments)


def visits(
    world: World, endpoint: str, access: Any, app: Flask
) -> Iterator[tuple[Place, str, str | None]]:
    """Each place of a route in English, the first ones in Arabic too, and who looks."""
    rule = next(each for each in app.url_map.iter_rules() if each.endpoint == endpoint)
    people = world.whoever_may(access.permission, access.scope)
    for number, place in enumerate(world.places_of(access.scope, rule.arguments)):
        yield place, "en", place.person or people[0]
        if number < PLACES_IN_ARABIC:
            yield place, "ar", place.person or people[-1]


@pytest.mark.parametrize(("endpoint", "access"), PAGES)
def test_a_page_can_be_read_by_everybody(
    endpoint: str, access: Any, app: Flask, world: World, window: Open
) -> None:
    found, statuses, forms = [], set(), 0
    for place, language, person in visits(world, endpoint, access, app):
        opened = window(person, language)
        where = address(app, endpoint, place)
        answer = opened.page.goto(where)
        assert answer is not None
        statuses.add(answer.status)
        if not opened.page.url.endswith(where):
            continue  # led on to the page of another route
        forms += opened.page.locator(TYPED_IN).count()
        found += [
            f"{where} {language} as {person} ({answer.status}): {each}"
            for each in mistakes(opened, language, answer.status)
        ]
    assert found == []
    assert 200 in statuses
    assert max(statuses) < 500
    assert not forms or endpoint in WITH_A_FORM


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
@pytest.mark.parametrize("language", ["en", "ar"])
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
    assert any("px wide on a screen of 360" in each for each in mistakes(window(None), "en", 200))
