"""The pages: what they show and to whom, in a fixed number of queries, and that reading is all."""

import re
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient

from registration.journal.service import record
from registration.reports.views import boards as views
from registration.states.models import State
from registration.web import addresses
from tests.counting import counted_queries
from tests.reports.conftest import BY_PORTAL, HOSTILE_STATE, IN_DOUBT, Office

FOCAL_POINTS_NEVER_SEE = [
    "/work",
    "/notes/{note}/board",
    "/meetings/2013-panama-city/board",
    "/states/AUT/story",
    "/states/FRA/story",
]
EXPORTS = [
    "/notes/{note}/board/export",
    "/meetings/2013-panama-city/board/export",
    "/notes/{note}/responses/export",
    "/notes/{note}/designations/export",
    "/states/export",
]


def page(browser: FlaskClient, url: str) -> str:
    response = browser.get(url)
    assert response.status_code == 200, url
    return response.get_data(as_text=True)


def words_of(html: str) -> str:
    """What a person reads of a page, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def figures(html: str) -> dict[str, tuple[int, str]]:
    """The line of figures of a board: label -> (number, address of what it counts)."""
    found = re.findall(
        r'class="app-figures__link" href="([^"]+)">'
        r'\s*<span class="app-figures__number">(\d+)</span>'
        r'\s*<span class="app-figures__label">(.*?)</span>',
        html,
        re.DOTALL,
    )
    return {words_of(label): (int(number), unescape(url)) for url, number, label in found}


def test_the_first_page_sends_each_to_where_their_work_is(
    browsers: dict[str, FlaskClient],
) -> None:
    where = {name: browser.get("/").headers["Location"] for name, browser in browsers.items()}
    assert where == {
        "anna": "/work",
        "otto": "/work",
        "rosa": "/work",
        "focal_point": "/answer",
        "nobody": "/meetings",
    }


@pytest.mark.parametrize("url", FOCAL_POINTS_NEVER_SEE)
def test_a_focal_point_finds_no_report(
    office: Office, browsers: dict[str, FlaskClient], url: str
) -> None:
    answer = browsers["focal_point"].get(url.format(note=office.note_id))
    assert answer.status_code == 404
    assert "CU 2013/175" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("url", EXPORTS)
def test_a_focal_point_exports_nothing(
    office: Office, browsers: dict[str, FlaskClient], url: str
) -> None:
    browser = browsers["focal_point"]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(browser, "/meetings"))
    assert token
    answer = browser.post(
        url.format(note=office.note_id), data={"csrf_token": token[1], "on": "2013-07-01"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("url", FOCAL_POINTS_NEVER_SEE)
def test_a_stranger_is_asked_to_sign_in(
    office: Office, browsers: dict[str, FlaskClient], url: str
) -> None:
    answer = browsers["nobody"].get(url.format(note=office.note_id))
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=")


def test_the_board_shows_its_figures_and_each_leads_to_what_it_counts(
    office: Office, rosa: FlaskClient
) -> None:
    shown = figures(page(rosa, f"/notes/{office.note_id}/board"))
    assert {label: number for label, (number, _) in shown.items()} == {
        "Addressed": 175,
        "Handed over": 170,
        "Answered in time": 79,
        "Answered late": 20,
        "Answered in part": 1,
        "Awaited": 0,
        "Overdue": 75,
        "Copy not made": 1,
        "Without an address": 2,
        "Handing over in doubt": 1,
        "Not accepted": 1,
    }
    for number, url in shown.values():
        there = words_of(page(rosa, url.partition("#")[0]))
        assert f" {number} State" in there


def test_the_board_names_the_note_its_day_and_what_is_left_of_it(
    office: Office, rosa: FlaskClient
) -> None:
    shown = words_of(page(rosa, f"/notes/{office.note_id}/board"))
    assert "CU 2013/175 · Panama City, 2013" in shown
    assert "answer by 30 September 2013, 18:00 (Vienna) · 8 days ago" in shown
    second = words_of(page(rosa, f"/notes/{office.second_note_id}/board"))
    assert "answer by 1 November 2013, 18:00 (Vienna) · 24 days left" in second


def test_the_table_comes_in_pages_that_hold_every_state_once(
    office: Office, rosa: FlaskClient
) -> None:
    url = f"/notes/{office.note_id}/board"
    lines = re.compile(r'class="govuk-link" href="/states/(\w+)/story"')
    in_pages: list[str] = []
    for number in range(1, -(-175 // views.LINES_ON_A_PAGE) + 1):
        in_pages += lines.findall(page(rosa, f"{url}?page={number}"))
    assert len(in_pages) == len(set(in_pages)) == 175
    assert lines.findall(page(rosa, f"{url}?page=all")) == in_pages


@pytest.mark.parametrize("number", ["0", "-3", "99", "x", ""])
def test_a_page_that_is_not_there_is_the_nearest_that_is(
    office: Office, rosa: FlaskClient, number: str
) -> None:
    assert "States addressed" in page(rosa, f"/notes/{office.note_id}/board?page={number}")


def test_headings_sort_and_turn_the_order_around(office: Office, rosa: FlaskClient) -> None:
    url = f"/notes/{office.note_id}/board"
    days = re.search(r'href="([^"]+)">Days</a>', page(rosa, f"{url}?standing=late"))
    assert days
    assert unescape(days[1]).endswith("/board?standing=late&sort=days#states")
    sorted_by_days = page(rosa, f"{url}?sort=days")
    assert 'aria-sort="ascending"' in sorted_by_days
    assert f'href="{url}?sort=-days#states">Days</a>' in sorted_by_days


def test_filters_keep_what_was_chosen(office: Office, rosa: FlaskClient) -> None:
    html = page(rosa, f"/notes/{office.note_id}/board?standing=late&words=an&sort=-days")
    assert '<option value="late" selected>' in html
    assert 'name="words" value="an"' in html
    assert '<input type="hidden" name="sort" value="-days">' in html


def test_a_choice_that_takes_nobody_says_so(office: Office, rosa: FlaskClient) -> None:
    assert "No State matches." in page(rosa, f"/notes/{office.note_id}/board?words=atlantis")


def test_a_printed_board_says_where_it_is_found_and_keeps_its_days_whole(
    office: Office, rosa: FlaskClient
) -> None:
    html = page(rosa, f"/notes/{office.note_id}/board?standing=late")
    address = f"http://localhost/notes/{office.note_id}/board?standing=late"
    assert f'<p class="app-print-only">{address}</p>' in html
    assert "1\u00a0Jul\u00a02013" in html
    assert html.count("app-fold") == 2


def test_the_meetings_board_counts_a_response_to_any_note(rosa: FlaskClient) -> None:
    html = page(rosa, "/meetings/2013-panama-city/board")
    shown = {label: number for label, (number, _) in figures(html).items()}
    assert shown["Answered in time"] + shown["Answered in part"] == 82
    assert shown["Answered late"] == 20
    assert shown["Awaited"] + shown["Overdue"] == 73
    assert "2 notes issued" in words_of(html)
    assert 'href="/notes/' in html


def test_a_draft_has_a_board_that_says_what_is_to_come(office: Office, rosa: FlaskClient) -> None:
    shown = words_of(page(rosa, f"/notes/{office.draft_id}/board"))
    assert "This note has no addressees yet." in shown
    assert "Export CSV" not in shown


@pytest.mark.parametrize(
    "url",
    [
        "/notes/00000000-0000-7000-8000-000000000000/board",
        "/meetings/1900-nowhere/board",
        "/states/ZZZ/story",
        "/states/aut/story",
    ],
)
def test_what_is_not_there_is_not_found(rosa: FlaskClient, url: str) -> None:
    assert rosa.get(url).status_code == 404


@pytest.mark.parametrize("language", ["ar", "zh", "en", "fr", "ru", "es"])
def test_every_page_is_there_in_every_language(
    office: Office, rosa: FlaskClient, language: str
) -> None:
    for url in FOCAL_POINTS_NEVER_SEE:
        html = page(rosa, f"{url.format(note=office.note_id)}?lang={language}")
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in html


def test_names_of_states_are_in_the_language_of_the_page(office: Office, rosa: FlaskClient) -> None:
    url = f"/notes/{office.note_id}/board?words=AUT&lang="
    assert ">النمسا</a>" in page(rosa, f"{url}ar")
    assert ">Autriche</a>" in page(rosa, f"{url}fr")


@pytest.mark.parametrize(
    "url",
    [
        "/notes/{note}/board?words=GAB",
        "/meetings/2013-panama-city/board?words=GAB",
        f"/states/{HOSTILE_STATE}/story",
        "/work",
        "/notes/{note}/board?words=%3Cscript%3Ealert(1)%3C/script%3E",
        "/notes/{note}/board?sort=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_a_hostile_name_is_shown_as_text(office: Office, rosa: FlaskClient, url: str) -> None:
    html = page(rosa, url.format(note=office.note_id))
    assert "<script>alert" not in html
    assert not re.search(r"<script(?! src=)", html)


def test_a_hostile_remark_is_shown_as_text(office: Office, rosa: FlaskClient) -> None:
    code = next(iter(office.responded_on))
    html = page(rosa, f"/states/{code}/story")
    assert "&lt;script&gt;alert" in html
    assert "<script>alert" not in html


def test_a_board_without_an_earlier_meeting_says_why_it_forecasts_nothing(
    office: Office, rosa: FlaskClient
) -> None:
    html = page(rosa, f"/notes/{office.second_note_id}/board")
    assert "There is no earlier meeting yet" in html
    assert "0 earlier" not in html


def test_a_long_address_beside_a_story_breaks_at_its_joints_only(rosa: FlaskClient) -> None:
    html = page(rosa, f"/states/{BY_PORTAL}/story")
    assert re.search(r'<span lang="en" dir="ltr">[\w.<>-]+@<wbr>\w+\.<wbr>\w+</span>', html)


def test_a_board_takes_as_many_queries_for_eight_states_as_for_all(
    office: Office, app: Flask, rosa: FlaskClient
) -> None:
    counts = []
    for note_id in (office.second_note_id, office.note_id):
        with counted_queries(app.extensions["engine"]) as queries:
            page(rosa, f"/notes/{note_id}/board?page=all")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_a_meetings_board_takes_no_query_more_for_a_second_note(
    office: Office, app: Flask, rosa: FlaskClient
) -> None:
    with counted_queries(app.extensions["engine"]) as of_note:
        page(rosa, f"/notes/{office.note_id}/board")
    with counted_queries(app.extensions["engine"]) as of_meeting:
        page(rosa, "/meetings/2013-panama-city/board")
    assert len(of_meeting) <= len(of_note) + 1


@pytest.mark.parametrize("url", ["/work", f"/states/{BY_PORTAL}/story", "/states/SOM/story"])
def test_the_other_pages_take_a_score_of_queries_at_most(
    app: Flask, rosa: FlaskClient, url: str
) -> None:
    with counted_queries(app.extensions["engine"]) as queries:
        page(rosa, url)
    assert len(queries) <= 20


def test_hundreds_of_addresses_are_those_that_each_would_be_given_by_itself(
    office: Office, app: Flask
) -> None:
    with office.program() as session:
        codes = session.scalars(sa.select(State.code)).all()
    with app.test_request_context():
        story_of = addresses("reports.state_story", "code")
        assert {code: story_of(code) for code in codes} == {
            code: url_for("reports.state_story", code=code) for code in codes
        }


def test_reading_changes_nothing(office: Office, app: Flask, rosa: FlaskClient) -> None:
    page(rosa, "/work")  # a first page may note that the person was here
    with counted_queries(app.extensions["engine"]) as queries:
        for url in FOCAL_POINTS_NEVER_SEE:
            page(rosa, url.format(note=office.note_id))
    assert len(queries) > 20
    assert not [each for each in queries if re.match(r"(?i)\s*(insert|update|delete)", each)]


def test_each_sees_on_the_work_page_what_waits_for_them(
    office: Office, browsers: dict[str, FlaskClient]
) -> None:
    shown = {name: words_of(page(browsers[name], "/work")) for name in ("anna", "otto", "rosa")}
    waiting = {
        name: text.partition("Waits for you")[2].partition("Notes under way")[0]
        for name, text in shown.items()
    }
    assert "To clear" in waiting["otto"]
    assert "To clear" not in waiting["anna"]  # she drafted it
    assert "To clear" not in waiting["rosa"]
    for name in ("anna", "otto"):
        assert "Copies that could not be made CU 2013/175 1" in waiting[name]
        assert "Messages in doubt 1" in waiting[name]
    assert "Messages" not in waiting["rosa"]
    assert all("CU 2013/175 75 States" in text for text in waiting.values())
    assert "Write a note" in shown["anna"]
    assert "Write a note" not in shown["rosa"]


def test_the_work_page_shows_running_notes_the_next_meeting_and_what_happened(
    rosa: FlaskClient,
) -> None:
    shown = words_of(page(rosa, "/work"))
    assert "30 Sep 2013 175 79 20 1 0 0 75" in shown
    assert "1 Nov 2013 8 2 0 0 6 0 0" in shown
    assert "Panama City, 2013 · 25 November 2013" in shown


def test_what_happened_last_stands_on_the_work_page(office: Office, rosa: FlaskClient) -> None:
    with office.program() as session:
        for kind, subject in (("note.revised", "note"), ("response.received", "response")):
            record(session, kind, subject, office.note_id, state_code="DEU")
        detail = {"kind": "extension"}
        record(session, "response.received", "response", "1", state_code="AUT", detail=detail)
    shown = words_of(page(rosa, "/work")).partition("What happened last")[2]
    assert "Response received: Germany" in shown
    assert "Request received: Austria" in shown
    assert "Note revised: CU 2013/175" in shown


def test_who_only_reads_gets_no_way_to_act(
    office: Office, browsers: dict[str, FlaskClient]
) -> None:
    def table(name: str) -> str:
        html = page(browsers[name], f"/notes/{office.note_id}/board?page=all")
        return html.partition('id="states"')[2].partition("</section>")[0]

    acts = re.compile(r'<a class="govuk-link" href="[^"]+">(Settle|Enter)')
    assert len(acts.findall(table("anna"))) == 4
    assert not acts.search(table("rosa"))
    assert "Settle the message" in words_of(table("rosa"))
    assert 'method="post"' not in table("rosa")


def test_the_pages_of_other_slices_lead_to_the_reports(
    office: Office, browsers: dict[str, FlaskClient]
) -> None:
    rosa = browsers["rosa"]
    assert 'href="/meetings/2013-panama-city/board"' in page(rosa, "/meetings/2013-panama-city")
    assert "/board" not in page(browsers["nobody"], "/meetings/2013-panama-city")
    assert 'href="/states/AUT/story"' in page(rosa, "/states/AUT")
    assert 'action="/states/export"' in page(rosa, "/states?on=2013-07-01")
    assert f'href="/notes/{office.note_id}/board"' in page(rosa, f"/notes/{office.note_id}")


def test_every_link_of_the_reports_leads_somewhere(
    office: Office, browsers: dict[str, FlaskClient]
) -> None:
    anna = browsers["anna"]
    links: set[str] = set()
    for url in ("/work", "/notes/{note}/board?road=in_doubt", "/notes/{note}/board?road=not_made"):
        main = page(anna, url.format(note=office.note_id)).partition("<main")[2]
        links |= {unescape(link).partition("#")[0] for link in re.findall(r'href="(/[^"]+)"', main)}
    for code in (BY_PORTAL, IN_DOUBT):
        main = page(anna, f"/states/{code}/story").partition("<main")[2]
        links |= {unescape(link) for link in re.findall(r'href="(/[^"]+)"', main)}
    stories = sorted(link for link in links if link.endswith("/story"))
    for link in sorted(links - set(stories[3:])):
        assert anna.get(link).status_code == 200, link
    assert len(links) > 40
