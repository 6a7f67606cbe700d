"""The pages of the register, of the office and of States."""

import re
from io import BytesIO

import pytest
import sqlalchemy as sa

from registration.authorities.models import CorrectionRequest
from registration.designations.rules import DesignationKind
from registration.documents import passage
from registration.documents.models import Document
from registration.responses import answering
from registration.responses import service as responses
from tests.authorities.test_register import entered
from tests.responses.browser import Browser, words
from tests.responses.conftest import AUSTRIA, World
from tests.responses.samples import MINISTRY, a_pdf

FORM = {
    "state": AUSTRIA,
    "category": "central_authority_mla",
    "authority_name": "Ministry of Justice",
    "email": "central@justice.example\nsecond@justice.example",
    "formats_accepted": ["post", "email"],
    "uncac_as_legal_basis": "yes",
    "website": "https://justice.example/",
    "notified_by": "Note verbale 5/2013",
    "notified_on": ["1", "8", "2013"],
}


def test_an_officer_enters_changes_and_ends_an_authority(
    world: World, anna: Browser, rosa: Browser
) -> None:
    saved = anna.post("/authorities/new", {**FORM, "file": (BytesIO(a_pdf()), "note.pdf")})
    assert saved.status_code == 303
    page = rosa.page(saved.location)
    for each in (
        "Ministry of Justice",
        "second@justice.example",
        "Post E-mail",
        "In force since 1 August 2013",
        "Note verbale 5/2013 , 1 August 2013",
        "Missing",
    ):
        assert each in page
    raw = rosa.get(saved.location).get_data(as_text=True)
    note = re.search(r'href="([^"]+/documents/[^"]+)"', raw)
    assert note is not None
    assert rosa.get(note[1]).status_code == 409  # not examined yet
    with world.office() as office:
        passage.examine(office, office.scalars(sa.select(Document.id)).one())
        office.commit()
    file = rosa.get(note[1])
    assert file.status_code == 200
    file.close()
    changed = {
        "authority_name": "Ministry of Law",
        "email": "a@b.example",
        "notified_by": "Note verbale 6/2013",
        "notified_on": ["15", "8", "2013"],
    }
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', _text(anna, f"{saved.location}/change"))
    assert seen is not None
    done = anna.post(f"{saved.location}/change", {**changed, "seen": seen[1]})
    assert done.status_code == 303
    assert "Ministry of Justice" in rosa.page(saved.location)  # in the history
    again = anna.post(f"{saved.location}/change", {**changed, "seen": seen[1], "unit": "X"})
    assert again.status_code == 409
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', _text(anna, f"{saved.location}/end"))
    assert seen is not None
    ended = anna.post(
        f"{saved.location}/end", {"seen": seen[1], "notified_by": "Note verbale 7/2013"}
    )
    assert ended.status_code == 303
    assert "No authority matches." in rosa.page("/authorities")


def _text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    world: World, anna: Browser
) -> None:
    refused = anna.post("/authorities/new", {**FORM, "website": "ftp://x", "notified_by": ""})
    assert refused.status_code == 422
    assert "Say which document says so." in words(refused)
    refused = anna.post("/authorities/new", {**FORM, "website": "ftp://x"})
    assert "begin with https://" in words(refused)
    assert 'value="Ministry of Justice"' in refused.get_data(as_text=True)


def test_a_focal_point_finds_confirms_and_asks_for_a_correction(
    world: World, anna: Browser, browser: Browser, niue: Browser
) -> None:
    entry = entered(world)
    assert "Ministry of Justice" in niue.page("/directory?words=JUSTICE")
    assert "No authority matches." in niue.page("/directory?words=nobody")
    other = niue.page(f"/directory/{entry.line_id}")
    assert "central@justice.example" in other
    assert "History" not in other
    assert niue.get(f"/directory/{entry.line_id}/correct").status_code == 404
    assert (
        browser.post(f"/directory/{entry.line_id}/confirm", {}, seen="/directory/own").status_code
        == 303
    )
    assert "2 September 2013" in browser.page("/directory/own")
    sent = browser.post(
        f"/directory/{entry.line_id}/correct",
        {"authority_name": "Ministry of Law", "email": "a@b.example", "remark": "New name"},
    )
    assert sent.status_code == 303
    assert "Correction asked" in browser.page("/directory/own")
    assert "1 correction is asked for" in anna.page("/authorities")
    with world.office() as office:
        request = office.scalars(sa.select(CorrectionRequest)).one()
    page = anna.page(f"/authorities/requests/{request.id}")
    for each in ("New name", "Ministry of Justice", "Ministry of Law"):
        assert each in page
    refused = anna.post(
        f"/authorities/requests/{request.id}/refuse",
        {"answer": ""},
    )
    assert refused.status_code == 422
    accepted = anna.post(
        f"/authorities/requests/{request.id}/accept",
        {"notified_by": "Request of the focal point"},
    )
    assert accepted.status_code == 303
    assert "Accepted" in browser.page("/directory/own")
    assert "Ministry of Law" in niue.page("/directory")


def test_the_home_of_a_state_leads_to_its_own_entries(
    world: World, browser: Browser, niue: Browser
) -> None:
    entry = entered(world)
    home = _text(browser, "/answer")
    for act in ("confirm", "correct"):
        assert f"/directory/{entry.line_id}/{act}" in home
    confirmed = browser.post(f"/directory/{entry.line_id}/confirm", {}, seen="/answer")
    assert confirmed.status_code == 303
    assert "2 September 2013" in browser.page("/answer").split("register of authorities")[1]
    assert "The register says nothing of your State yet" in niue.page("/answer")


def test_a_new_entry_is_asked_for_and_taken_back(
    world: World, browser: Browser, anna: Browser
) -> None:
    sent = browser.post(
        "/directory/ask",
        {"category": "prevention_authority", "authority_name": "Bureau", "email": "a@b.example"},
    )
    assert sent.status_code == 303
    with world.office() as office:
        request = office.scalars(sa.select(CorrectionRequest)).one()
    assert "Bureau" in anna.page(f"/authorities/requests/{request.id}")
    path = f"/directory/requests/{request.id}/take-back"
    assert browser.post(path, {}, seen="/directory/own").status_code == 303
    assert "Taken back" in browser.page("/directory/own")


def test_what_an_answer_named_is_offered_for_the_register(world: World, anna: Browser) -> None:
    with world.acting(world.austria) as session:
        nomination = answering.begin(session, world.note_id)
        answering.add_authority(session, nomination, DesignationKind.CENTRAL_AUTHORITY, MINISTRY)
        responses.submit(session, nomination, world.note(session))
        session.commit()
    offered = re.search(
        r'href="(/authorities/new\?designation=[^"]+)"', _text(anna, "/authorities")
    )
    assert offered is not None
    form = _text(anna, offered[1])
    assert 'value="Ministry of Justice, Department IV"' in form
    assert anna.get("/authorities/new?designation=nonsense").status_code == 200


def test_the_table_is_taken_away_without_formulas(world: World, anna: Browser) -> None:
    entered(world, "=cmd()", unit="+1")
    token = {"csrf_token": anna.token()}
    table = anna.send("/authorities/export", token).get_data(as_text=True)
    assert '"\'=cmd()"' in table
    workbook = anna.send("/authorities/export", {**token, "format": "xlsx"})
    assert workbook.data.startswith(b"PK")


@pytest.mark.parametrize("page", ["99", "0", "-1", "9" * 20, "x"])
def test_a_page_that_there_is_none_of_shows_one_that_there_is(
    world: World, rosa: Browser, page: str
) -> None:
    entered(world)
    assert "Ministry of Justice" in rosa.page(f"/authorities?page={page}")
