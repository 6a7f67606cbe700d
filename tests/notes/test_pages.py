"""The pages of notes, as officers, focal points and strangers meet them."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from letters.compose import Press
from registration import clock, db
from registration.accounts.models import Account
from registration.meetings.models import Meeting
from registration.notes import queries, rendering
from registration.notes.models import Addressee, Letter, Note
from registration.notes.rules import NoteStage
from registration.permissions import SIGNING_IN, Role
from tests import builders
from tests.notes.desk import Desk

FRAME = {
    "kind": "invitation",
    "title": "Generic note verbale",
    "respond_by": "2013-09-30",
    "statuses": ["state_party", "signatory"],
    "as_at": "",
}


@pytest.fixture
def app_without_tokens(app: Flask) -> Flask:
    """Forms need no token here; that every one carries it is tested elsewhere."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def anna(app_without_tokens: Flask, desk: Desk) -> FlaskClient:
    return browser_of(app_without_tokens, desk, desk.anna)


@pytest.fixture
def otto(app_without_tokens: Flask, desk: Desk) -> FlaskClient:
    return browser_of(app_without_tokens, desk, desk.otto)


def browser_of(app: Flask, desk: Desk, who: Account) -> FlaskClient:
    with db.session_for(desk.engine, SIGNING_IN) as session:
        token = builders.signed_in(session, session.get_one(Account, who.id))
    return builders.sign_in_client(app.test_client(), token)  # type: ignore[no-any-return]


def shown(browser: FlaskClient, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def sent(browser: FlaskClient, address: str, status: int = 303, **fields: object) -> str:
    answer = browser.post(address, data=fields)
    assert answer.status_code == status, answer.text
    return answer.location or " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_a_note_goes_from_the_first_form_to_its_issue(
    anna: FlaskClient, otto: FlaskClient, desk: Desk
) -> None:
    assert "There is no note yet" in shown(anna, "/notes")
    place = sent(anna, "/notes/new", meeting=desk.meeting.slug, **FRAME)
    assert "Rehearse and submit" in shown(anna, place)
    assert "What can be filled in" in shown(anna, f"{place}/texts/fr")
    sent(anna, f"{place}/submit", unrehearsed="yes")
    assert "Read and decide" in shown(otto, place)
    page = otto.get(f"{place}/read").text
    digest = re.search(r'name="digest" value="(\w{64})"', page)
    assert digest is not None
    assert "Missions permanentes" in page
    assert "البعثات الدائمة" in page
    sent(otto, f"{place}/clear", digest=digest[1])
    assert "CU 2013" not in shown(anna, place)
    confirmation = sent(
        anna,
        f"{place}/issue/check",
        200,
        reference="cu2013-175",
        issued_on="01 07 2013",
        knowingly="y",
    )
    assert "Issue the note to 3 States?" in confirmation
    assert "2 States have no address" in confirmation
    assert (
        sent(anna, f"{place}/issue", reference="CU 2013/175", issued_on="2013-07-01", knowingly="y")
        == place
    )
    page = shown(anna, place)
    assert "CU 2013/175" in page
    assert "Issued as CU 2013/175. Its copies are being made." in page


def test_whoever_issues_after_the_deadline_is_asked_beside_the_box(
    anna: FlaskClient, desk: Desk
) -> None:
    note = desk.cleared()
    assert "30 September 2013, has passed" in shown(anna, f"/notes/{note.id}/issue")
    fields = {"reference": "CU 2013/175", "issued_on": "2013-07-01"}
    refused = anna.post(f"/notes/{note.id}/issue/check", data=fields)
    assert refused.status_code == 422
    assert '<a href="#knowingly">The deadline for responses has passed.' in refused.text
    confirmed = anna.post(f"/notes/{note.id}/issue/check", data={**fields, "knowingly": "y"})
    assert 'name="knowingly" value="y"' in confirmed.text


def test_a_second_click_on_issue_shows_what_the_first_one_did(
    anna: FlaskClient, desk: Desk
) -> None:
    note = desk.cleared()
    fields = {"reference": "CU 2013/175", "issued_on": "2013-07-01", "knowingly": "y"}
    for _ in range(2):
        assert sent(anna, f"/notes/{note.id}/issue", **fields) == f"/notes/{note.id}"
    assert "issued already, as CU 2013/175" in shown(anna, f"/notes/{note.id}")
    with desk.program() as session:
        assert len(session.scalars(sa.select(Addressee)).all()) == 3


def test_a_second_click_on_submit_shows_what_the_first_one_did(
    anna: FlaskClient, desk: Desk
) -> None:
    note = desk.draft()
    for _ in range(2):
        sent(anna, f"/notes/{note.id}/submit", unrehearsed="yes")
    assert "done already" in shown(anna, f"/notes/{note.id}")


def test_a_taken_reference_is_said_beside_its_field(anna: FlaskClient, desk: Desk) -> None:
    desk.issued("CU 2013/175")
    note = desk.cleared()
    fields = {"reference": "CU 2013/175", "issued_on": "2013-07-01", "knowingly": "y"}
    for address in ("issue/check", "issue"):
        page = sent(anna, f"/notes/{note.id}/{address}", 422, **fields)
        assert "CU 2013/175 belongs to another note: “Generic note”." in page
    assert "CU 2013/176" not in shown(anna, f"/notes/{note.id}")


def test_a_note_whose_meeting_changed_comes_back_as_a_draft_with_the_reason(
    anna: FlaskClient, desk: Desk
) -> None:
    note = desk.cleared()
    with desk.program() as session:
        session.execute(sa.update(Meeting).values(ends_on=date(2013, 11, 27)))
    sent(
        anna,
        f"/notes/{note.id}/issue",
        reference="CU 2013/175",
        issued_on="2013-07-01",
        knowingly="y",
    )
    page = shown(anna, f"/notes/{note.id}")
    assert "Something changed since this note was cleared" in page
    assert "Why this is a draft again" in page
    with desk.program() as session:
        assert queries.by_id(session, note.id).stage is NoteStage.DRAFT


def test_a_return_is_read_by_the_drafter(anna: FlaskClient, otto: FlaskClient, desk: Desk) -> None:
    note = desk.submitted()
    assert "Say what should be changed" in sent(otto, f"/notes/{note.id}/return", 422, remark="")
    sent(otto, f"/notes/{note.id}/return", remark="Paragraph 3 is too long.")
    assert "Paragraph 3 is too long." in shown(anna, f"/notes/{note.id}")


def test_whoever_wrote_in_a_note_gets_no_button_to_clear_it_and_no_clearance(
    app_without_tokens: Flask, desk: Desk
) -> None:
    with desk.program() as session:
        session.get_one(Account, desk.anna.id).roles = [
            Role.DRAFTER.value,
            Role.CLEARING_OFFICER.value,
        ]
    browser = browser_of(app_without_tokens, desk, desk.anna)
    note = desk.submitted()
    page = shown(browser, f"/notes/{note.id}/read")
    assert "another officer has to clear it" in page
    assert "Clear the note" not in page
    sent(browser, f"/notes/{note.id}/clear", 403, digest="0" * 64)


def test_an_officer_who_was_slower_keeps_what_he_wrote(anna: FlaskClient, desk: Desk) -> None:
    note = desk.draft()
    address = f"/notes/{note.id}/texts/es"
    sent(anna, address, subject="((deadline))", body="Uno.", version=1)
    page = sent(anna, address, 409, subject="((deadline))", body="Dos, más largo.", version=1)
    assert "Two of you wrote at the same time" in page
    assert "Anna Drafter wrote in this text since" in page
    assert "Dos, más largo." in page
    assert f"/notes/{note.id}/texts/es" in sent(
        anna, address, subject="((deadline))", body="Uno y dos.", version=2
    )


def test_a_place_that_does_not_exist_is_said_with_its_paragraph(
    anna: FlaskClient, desk: Desk
) -> None:
    note = desk.draft()
    page = sent(
        anna,
        f"/notes/{note.id}/texts/ru",
        422,
        subject="((deadline))",
        body="Один.\n\nДва ((colour)).",
        version=1,
    )
    assert "Paragraph 2: there is nothing to fill in for ((colour))." in page


def test_markup_in_a_text_is_shown_as_text(anna: FlaskClient, desk: Desk) -> None:
    note = desk.draft()
    hostile = "<script>alert(1)</script> ((deadline))"
    sent(anna, f"/notes/{note.id}/texts/en", subject=hostile, body=hostile, version=1)
    for place in ("", "/read", "/texts/fr"):
        assert "<script>alert" not in anna.get(f"/notes/{note.id}{place}").text


def test_the_register_finds_a_reference_in_any_spelling(anna: FlaskClient, desk: Desk) -> None:
    desk.issued("CU 2013/175")
    desk.draft(title="Another one")
    assert "1 note " in shown(anna, "/notes?search=cu2013-0175")
    assert "Another one" in shown(anna, "/notes?search=another")
    assert "Nothing matches" in shown(anna, "/notes?search=CU+2013/17")
    assert "Another one" not in shown(anna, "/notes?stage=issued")


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


@pytest.fixture
def made(desk: Desk, press: Press) -> Note:
    """A note that is issued; its copies and its English master are made."""
    note = desk.issued()
    with desk.program() as session:
        for letter in session.scalars(sa.select(Letter)).all():
            if letter.state_code or letter.language == "en":
                rendering.render(session, press, letter.id)
    return note


def test_masters_and_copies_are_files_to_take_away(
    anna: FlaskClient, desk: Desk, made: Note
) -> None:
    with desk.program() as session:
        letters = session.scalars(sa.select(Letter).where(Letter.document_id.is_not(None))).all()
    assert len(letters) == 4
    for letter in letters:
        answer = anna.get(f"/notes/{made.id}/letters/{letter.id}.pdf")
        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=CU-2013-175")
    page = shown(anna, f"/notes/{made.id}/copies")
    assert "3 copies" in page
    assert page.count("No address") == 3  # two States, and the choice in the filter
    assert "1 copy" in shown(anna, f"/notes/{made.id}/copies?stage=ready&language=fr")


def test_a_letter_is_found_under_its_own_note_only(
    anna: FlaskClient, desk: Desk, made: Note
) -> None:
    other = desk.draft()
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter)).first()
    assert letter is not None
    shown(anna, f"/notes/{other.id}/letters/{letter.id}.pdf", 404)


def test_a_focal_point_gets_its_own_copy_and_no_other(
    app_without_tokens: Flask, desk: Desk, made: Note
) -> None:
    with desk.program() as session:
        person = builders.a_focal_point(session, "AUT")
        copies = {
            each.state_code: each.id
            for each in session.scalars(sa.select(Letter).where(Letter.state_code.is_not(None)))
        }
        master = session.scalars(sa.select(Letter.id).where(Letter.state_code.is_(None))).first()
    browser = browser_of(app_without_tokens, desk, person)
    assert browser.get(f"/copies/{copies['AUT']}.pdf").data.startswith(b"%PDF-")
    for other in (copies["NIU"], copies["EU"], master):
        shown(browser, f"/copies/{other}.pdf", 404)
    for address in (f"/notes/{made.id}", f"/notes/{made.id}/letters/{copies['AUT']}.pdf", "/notes"):
        shown(browser, address, 404)


def test_a_parked_copy_can_be_tried_again_from_the_page(anna: FlaskClient, desk: Desk) -> None:
    note = desk.issued()
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter).where(Letter.state_code == "AUT")).one()
        rendering.give_up(session, letter.id, "The printer of this test was out of ink.")
    page = shown(anna, f"/notes/{note.id}/copies")
    assert "out of ink" in page
    assert "Try again" in page
    for _ in range(2):
        sent(anna, f"/notes/{note.id}/letters/{letter.id}/release")
    assert "out of ink" not in shown(anna, f"/notes/{note.id}/copies")


def test_a_withdrawn_note_stays_in_the_register(anna: FlaskClient, desk: Desk) -> None:
    note = desk.draft()
    assert "cannot be taken up again" in shown(anna, f"/notes/{note.id}/withdraw")
    sent(anna, f"/notes/{note.id}/withdraw")
    assert "Withdrawn" in shown(anna, "/notes")
    with desk.program() as session:
        assert queries.by_id(session, note.id).stage is NoteStage.WITHDRAWN


def test_a_note_that_was_not_rehearsed_is_submitted_only_after_a_warning(
    anna: FlaskClient, otto: FlaskClient, desk: Desk
) -> None:
    note = desk.draft()
    asked = sent(anna, f"/notes/{note.id}/submit")
    assert asked == f"/notes/{note.id}/submit"
    assert "Nobody rehearsed this note" in shown(anna, asked)
    sent(anna, asked, unrehearsed="yes")
    assert "Nobody rehearsed this note" in shown(otto, f"/notes/{note.id}/read")
    assert "Not rehearsed" in shown(otto, f"/notes/{note.id}")


def test_a_void_clearance_is_seen_before_anybody_tries_to_issue(
    anna: FlaskClient, desk: Desk
) -> None:
    note = desk.cleared()
    assert "The clearance is void" not in shown(anna, f"/notes/{note.id}")
    with desk.program() as session:
        session.execute(sa.update(Meeting).values(number=4))
    page = shown(anna, f"/notes/{note.id}")
    assert "The clearance is void" in page
    assert "Issue the note" not in page


def test_a_reminder_begins_from_its_original_once(anna: FlaskClient, desk: Desk) -> None:
    note = desk.issued()
    with desk.program() as session:
        meeting_begins = clock.today() + timedelta(days=90)
        session.execute(sa.update(Meeting).values(begins_on=meeting_begins, ends_on=meeting_begins))
    page = f"/notes/{note.id}"
    assert "Corrigendum" in shown(anna, page)
    reminder = sent(anna, f"{page}/follow", kind="reminder")
    assert sent(anna, f"{page}/follow", kind="reminder") == reminder
    assert "Follows CU 2013/175" in shown(anna, reminder)
    assert "Followed by: Reminder" in shown(anna, page)
    assert "note verbale CU 2013/175 of 1 July 2013" in shown(anna, f"{reminder}/read")


def test_the_register_shows_every_number_of_a_year(anna: FlaskClient, desk: Desk) -> None:
    desk.issued("CU 2013/5")
    fields = {"reference": "cu2013-3", "reason": "Given to another office."}
    assert sent(anna, "/notes/numbers/void", **fields) == "/notes/numbers?year=2013"
    page = shown(anna, "/notes/numbers?year=2013")
    assert "CU 2013/1 – 2 Not used" in page
    assert "CU 2013/3 Void" in page
    assert "Given to another office. ( Anna Drafter" in page
    assert "CU 2013/4 Not used" in page
    assert "CU 2013/5 Issued" in page
    again = sent(anna, "/notes/numbers/void", 422, **fields)
    assert "CU 2013/3 is void: “Given to another office.”" in again
    assert "not reached yet" in sent(
        anna, "/notes/numbers/void", 422, reference="CU 2013/7", reason="Typed wrongly."
    )


@pytest.mark.parametrize("year", ["0", "-1", "10000", "9" * 30, "MMXIII"])
def test_a_year_that_is_none_shows_the_last_one(anna: FlaskClient, desk: Desk, year: str) -> None:
    desk.issued("CU 2013/5")
    assert "CU 2013/5 Issued" in shown(anna, f"/notes/numbers?year={year}")


@pytest.mark.parametrize(
    "search", ["cu 2013-175", "CU2013/175", "generic note", "note 2013", "2013-m"]
)
def test_a_note_is_found_by_what_somebody_remembers(
    anna: FlaskClient, desk: Desk, search: str
) -> None:
    desk.issued("CU 2013/175")
    assert "1 note " in shown(anna, f"/notes?search={search}")
    assert "0 notes" in shown(anna, f"/notes?search={search}9 reminder")
