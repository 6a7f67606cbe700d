"""The pages of the States, as a browser gets them."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from registration import db
from registration.permissions import system
from registration.states import queries
from registration.states.models import Correction
from registration.states.rules import TreatyStatus
from tests import builders as make

pytestmark = pytest.mark.reference_data

PROGRAM = system("test")
WORD = {"source": "Note of the mission", "as_at": ["1", "3", "2025"]}


@pytest.fixture(autouse=True)
def _without_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def anna(app: Flask) -> FlaskClient:
    return make.a_browser(app, make.anna)


def test_the_list_shows_the_counts_as_at_the_chosen_day(anna: FlaskClient) -> None:
    page = anna.get("/states?on=2013-07-01").text
    assert "1 July 2013" in page
    for count in (">167<", ">8<", ">23<"):
        assert count in page
    assert "198 States" in page
    assert "Afghanistan" in page


def test_the_list_is_filtered_by_status_group_and_name(anna: FlaskClient) -> None:
    signatories = anna.get("/states?on=2013-07-01&status=signatory").text
    assert "8 States" in signatories
    assert "Barbados" in signatories
    assert "Afghanistan" not in signatories
    african = anna.get("/states?on=2013-07-01&group=African&status=neither").text
    assert "Afghanistan" not in african
    for words in ("côte", "COTE", "CIV", "科特迪瓦", "كوت ديفوار"):
        found = anna.get("/states", query_string={"name": words}).text
        assert "1 State<" in found, words
        assert "Côte" in found


def test_the_list_in_french_is_in_french_order(anna: FlaskClient) -> None:
    page = anna.get("/states?lang=fr").text
    names = ("Afghanistan", "Afrique du Sud", "Albanie", "Algérie", "Allemagne")
    places = [page.index(f">{name}</a>") for name in names]
    assert places == sorted(places)


def test_pages_of_the_list_hold_every_state_once(anna: FlaskClient) -> None:
    found = [
        code
        for number in range(1, 5)
        for code in _codes(anna.get(f"/states?on=2013-07-01&page={number}").text)
    ]
    assert len(found) == len(set(found)) == 198


def _codes(page: str) -> list[str]:
    return [each.split("?")[0] for each in page.split('href="/states/')[1:]]


@pytest.mark.parametrize("query", ["on=2013-02-30", "on=yesterday", "on=0", "on=2013-7-1x"])
def test_a_day_that_does_not_exist_is_answered_in_words(anna: FlaskClient, query: str) -> None:
    for path in ("/states", "/states/FRA"):
        answer = anna.get(f"{path}?{query}")
        assert answer.status_code == 422
        assert "Enter a day that exists" in answer.text


@pytest.mark.parametrize("query", ["page=0", "page=-3", "page=99", "page=x", "status=x", "group=x"])
def test_strange_filters_are_answered_calmly(anna: FlaskClient, query: str) -> None:
    assert anna.get(f"/states?{query}").status_code == 200


def test_the_status_of_barbados_is_said_to_be_unknown_within_the_bounds(
    anna: FlaskClient,
) -> None:
    page = anna.get("/states/BRB?on=2023-06-01").text
    assert "Date not known" in page
    assert "between 9 December 2022 and 31 December 2023" in page
    assert "State party" in anna.get("/states/BRB?on=2024-01-01").text
    assert "Signatory" in anna.get("/states/BRB?on=2022-12-08").text


def test_every_value_says_where_it_comes_from(anna: FlaskClient) -> None:
    page = anna.get("/states/FRA").text
    assert page.count("Where these values come from") == 3
    assert "UNTERM" in page
    assert "as at 2026-11-22" in page
    assert "UNTC status table" in page
    assert "article 68" in page


def test_a_name_is_corrected_through_the_form(anna: FlaskClient, engine: sa.Engine) -> None:
    form = {"value": "République française (la)", "seen": "France", **WORD}
    answer = anna.post("/states/FRA/correct/names.fr", data=form)
    assert (answer.status_code, answer.location) == (303, "/states/FRA")
    page = anna.get("/states/FRA").text
    assert "République française (la)" in page
    assert (
        "It said “<bdi>France</bdi>” and now says “<bdi>République française (la)</bdi>”." in page
    )
    assert "Note of the mission (as at 2025-03-01)" in page
    assert "Anna Drafter" in page
    with db.open_session(engine, PROGRAM) as session:
        assert len(session.scalars(sa.select(Correction)).all()) == 1


def test_a_choice_is_corrected_through_the_form(anna: FlaskClient) -> None:
    form = {"value": "no", "seen": "yes", **WORD}
    assert anna.post("/states/AFG/correct/least_developed", data=form).status_code == 303
    page = anna.get("/states/AFG").text
    assert "It said “<bdi>Yes</bdi>” and now says “<bdi>No</bdi>”." in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"value": ""}, "Enter the new value."),
        ({"source": ""}, "Say where the value comes from."),
        ({"as_at": ["31", "2", "2025"]}, "Enter a day that exists"),
        ({"as_at": ["1", "1", "2099"]}, "cannot be in the future"),
        ({"value": "x" * 301}, "301 characters"),
        ({"value": "abc\u202edef"}, "turns the direction"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    anna: FlaskClient, change: dict[str, Any], sentence: str
) -> None:
    form = {"value": "Nouvelle France", "seen": "France", **WORD, **change}
    answer = anna.post("/states/FRA/correct/names.fr", data=form)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert sentence in answer.text
    if "value" not in change:
        assert 'value="Nouvelle France"' in answer.text


def test_two_people_at_one_value_do_not_overwrite_each_other(anna: FlaskClient) -> None:
    first = {"value": "Une", "seen": "France", **WORD}
    assert anna.post("/states/FRA/correct/names.fr", data=first).status_code == 303
    second = {"value": "Deux", "seen": "France", **WORD}
    answer = anna.post("/states/FRA/correct/names.fr", data=second)
    assert answer.status_code == 409
    assert "Une" in answer.text
    assert 'value="Deux"' in answer.text


def test_barbados_gets_its_day_when_the_depositary_names_it(
    anna: FlaskClient, engine: sa.Engine
) -> None:
    with db.open_session(engine, PROGRAM) as session:
        consent = queries.by_code(session, "BRB").instruments[0]
        assert consent.day is None
        address = f"/states/BRB/instruments/{consent.id}"
    assert "9" in anna.get(address).text
    seen = "ratification 2022-12-09/2023-12-31"
    form = {"kind": "ratification", "day": ["1", "2", "2023"], "seen": seen, **WORD}
    assert anna.post(address, data=form).status_code == 303
    page = anna.get("/states/BRB").text
    assert "Ratification, between 9 December 2022 and 31 December 2023" in page
    assert "now says “<bdi>Ratification, 1 February 2023</bdi>”" in page
    with db.open_session(engine, PROGRAM) as session:
        barbados = queries.by_code(session, "BRB")
        assert queries.status_of(barbados, date(2023, 3, 3)) is TreatyStatus.STATE_PARTY
        assert queries.status_of(barbados, date(2023, 3, 2)) is TreatyStatus.CONTRACTING


def test_an_instrument_is_added_and_removed_through_the_forms(anna: FlaskClient) -> None:
    form = {"kind": "accession", "day": ["14", "1", "2026"], **WORD}
    assert anna.post("/states/AND/instruments/new", data=form).status_code == 303
    page = anna.get("/states/AND").text
    assert "It now says “<bdi>Accession, 14 January 2026</bdi>”." in page
    remove = page.split('/remove"')[0].rsplit('href="', 1)[1] + "/remove"
    assert "will be computed without it" in anna.get(remove).text
    form = {"seen": "accession 2026-01-14", **WORD}
    assert anna.post(remove, data=form).status_code == 303
    page = anna.get("/states/AND").text
    assert "Neither a signature nor a deposit is recorded." in page
    assert "It said “<bdi>Accession, 14 January 2026</bdi>” and was taken out." in page


def test_a_mission_is_recorded_with_its_addresses_through_the_forms(anna: FlaskClient) -> None:
    assert anna.get("/states/FRA/mission/addresses/new").status_code == 404
    assert "only a proposal" in anna.get("/states/FRA/mission").text
    form = {"language": "fr", "seen": "fr", **WORD}
    assert anna.post("/states/FRA/mission", data=form).status_code == 303
    assert "No address" in anna.get("/states/FRA").text
    for email in ("one@fra.example", "two@fra.example"):
        form = {"email": email, **WORD}
        assert anna.post("/states/FRA/mission/addresses/new", data=form).status_code == 303
    page = anna.get("/states/FRA").text
    end = page.split('/end"')[0].rsplit('href="', 1)[1] + "/end"
    assert anna.get(end).status_code == 200
    assert anna.post(end, data=WORD).status_code == 303
    page = anna.get("/states/FRA").text
    assert "no longer written to since" in page


def test_who_only_reads_sees_no_way_to_correct(app: Flask) -> None:
    rosa = make.a_browser(app, make.rosa)
    page = rosa.get("/states/FRA")
    assert page.status_code == 200
    assert "/correct/" not in page.text
    assert "/mission" not in page.text
    assert rosa.get("/states/FRA/correct/names.fr").status_code == 403
    form = {"value": "X", "seen": "France", **WORD}
    assert rosa.post("/states/FRA/correct/names.fr", data=form).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/states/ZZZ", "/states/fra", "/states/FRA/correct/code", "/states/FRA/correct/names.de"],
)
def test_what_does_not_exist_is_not_found(anna: FlaskClient, path: str) -> None:
    assert anna.get(path).status_code == 404


def test_the_administrator_is_led_to_invite_a_focal_point(app: Flask) -> None:
    ida = make.a_browser(app, make.ida)
    assert "/accounts/invite-focal-point?state=FRA" in ida.get("/states/FRA").text
    assert '<option selected value="FRA">' in ida.get("/accounts/invite-focal-point?state=FRA").text
