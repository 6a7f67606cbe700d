"""The preview: the real pages, before anything is issued, of what is saved or only typed."""

import io

import pikepdf
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from registration.errors import Refused, TooMany
from registration.notes import preview, queries
from registration.notes.wording import Wording
from registration.states.models import State
from tests.notes.desk import Desk
from tests.notes.test_pages import browser_of, sent

TYPED = Wording("((deadline))", "((opening)) the marker 4711.\n\n((closing))")


def words_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.split())


def test_a_preview_shows_what_is_typed_and_not_saved(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        shown = preview.pdf(session, queries.by_id(session, note.id), "en", words=TYPED)
        saved = preview.pdf(session, queries.by_id(session, note.id), "en")
    assert "marker 4711" in words_of(shown)
    assert "marker 4711" not in words_of(saved)


def test_a_preview_for_a_state_is_its_copy(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        draft = queries.by_id(session, note.id)
        shown = words_of(preview.pdf(session, draft, "fr", session.get_one(State, "AUT")))
    assert "Republic of AUT (fr)" in shown
    assert preview.SAMPLE_CODE in shown


def test_the_pictures_are_of_all_pages_of_the_same_pdf(desk: Desk) -> None:
    note = desk.draft()
    long = Wording("((deadline))", "\n\n".join(["A paragraph of some words. " * 12] * 12))
    with desk.acting(desk.anna) as session:
        draft = queries.by_id(session, note.id)
        pictures = preview.pictures(session, draft, "en", words=long)
        pdf = preview.pdf(session, draft, "en", words=long)
        assert preview.pictures(session, draft, "en", words=long) is pictures
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == len(pictures) > 1
    assert all(each.png.startswith(b"\x89PNG") for each in pictures)
    assert {(each.width, each.height) for each in pictures} == {(910, 1287)}


def test_what_cannot_be_printed_is_said_in_words(desk: Desk) -> None:
    note = desk.draft()
    strange = Wording("((deadline))", "A sign of old: \U00012000.")
    with desk.acting(desk.anna) as session, pytest.raises(Refused, match="cannot be printed"):
        preview.pictures(session, queries.by_id(session, note.id), "en", words=strange)


def test_an_officers_previews_wait_for_each_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "_PATIENCE", 0)
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        draft = queries.by_id(session, note.id)
        with preview._one_at_a_time(desk.anna.id), pytest.raises(TooMany):
            preview.pictures(session, draft, "en", words=TYPED)
        with preview._one_at_a_time(desk.otto.id):
            assert preview.pictures(session, draft, "en", words=TYPED)


@pytest.fixture
def anna(app: Flask, desk: Desk) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return browser_of(app, desk, desk.anna)


def test_the_page_shows_pictures_with_words_beside_them(anna: FlaskClient, desk: Desk) -> None:
    note = desk.draft()
    page = anna.get(f"/notes/{note.id}/preview/fr?state=AUT").text
    assert 'src="data:image/png;base64,' in page
    assert "Page 1 of " in page
    assert f"/notes/{note.id}/preview/fr.pdf?state=AUT" in page
    assert anna.get(f"/notes/{note.id}/preview/fr?state=ZZZ").status_code == 404
    assert anna.get(f"/notes/{note.id}/preview/la").status_code == 404


def test_what_is_typed_is_shown_and_changes_nothing(anna: FlaskClient, desk: Desk) -> None:
    note = desk.draft()
    before = anna.get(f"/notes/{note.id}/preview/en.pdf").data
    place = f"/notes/{note.id}/preview/en"
    assert "cannot be printed" in sent(anna, place, 200, subject="S", body="\U00012000")
    typed = anna.post(place, data={"subject": "S", "body": ["First.", "Second."]}).text
    assert "data:image/png" in typed
    shorter = anna.post(place, data={"subject": "S", "body": ["First.", ""]}).text
    assert shorter not in (typed, anna.get(place).text)
    assert anna.get(f"/notes/{note.id}/preview/en.pdf").data == before
