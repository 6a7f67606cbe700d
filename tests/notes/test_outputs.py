"""Copies taken away together: in a ZIP, or in one run for the printer; and what is told of it."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from letters.compose import Press
from letters.letter import LANGUAGES, Copy, Language
from letters.print_run import page_count
from registration.config import Settings
from registration.documents import service as documents
from registration.documents.archive import zipped
from registration.documents.models import Document, DocumentKind
from registration.documents.store import Store, StoreError
from registration.errors import NotAllowed
from registration.journal.models import Event
from registration.notes import outputs, queries
from registration.notes.models import Letter, Note
from registration.notes.rules import LetterStage
from tests.letters.reading import texts, words
from tests.letters.samples import a_letter
from tests.notes.desk import Desk
from tests.notes.test_pages import browser_of, shown

DAY = date(2013, 7, 1)
WRITTEN_TO: dict[str, Language] = {"AUT": "fr", "EU": "en", "NIU": "en"}


@pytest.fixture
def rosa(app: Flask, desk: Desk) -> FlaskClient:
    """Rosa only reads, and may take files away."""
    app.config["WTF_CSRF_ENABLED"] = False
    return browser_of(app, desk, desk.rosa)


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    """The copies of the three States and the masters of all languages, printed once."""
    press = Press()
    masters = {language: press.master(a_letter(language)) for language in LANGUAGES}
    copies = {
        code: press.copy(a_letter(language), Copy(f"Mission of {code}", code, f"https://r/{code}"))
        for code, language in WRITTEN_TO.items()
    }
    return {**masters, **copies}


@pytest.fixture
def made(desk: Desk, printed: dict[str, bytes]) -> Note:
    """A note to three States, one with an address, with all its files."""
    note = desk.issued()
    with desk.program() as session:
        for letter in session.scalars(sa.select(Letter)):
            document = documents.store(
                session,
                printed[letter.state_code or letter.language],
                kind=DocumentKind.LETTER,
                filename="CU-2013-175.pdf",
                media_type="application/pdf",
                state_code=letter.state_code,
            )
            letter.stage, letter.document_id = LetterStage.RENDERED, document.id
    return note


def told(desk: Desk) -> list[dict[str, object]]:
    with desk.program() as session:
        return list(session.scalars(sa.select(Event.detail).where(Event.kind == "copies.taken")))


def test_the_page_counts_what_can_be_taken(rosa: FlaskClient, made: Note) -> None:
    page = shown(rosa, f"/notes/{made.id}/outputs")
    assert "Copies without an e-mail address 2" in page
    assert "All copies 3" in page
    assert "Français 1" in page
    assert "English 2" in page


def test_a_note_that_was_not_issued_has_nothing_to_take(rosa: FlaskClient, desk: Desk) -> None:
    draft = desk.draft()
    assert "no addressees yet" in shown(rosa, f"/notes/{draft.id}/outputs")
    for act in ("zip", "print"):
        assert rosa.post(f"/notes/{draft.id}/outputs/{act}").status_code == 422
    assert told(desk) == []


# --- in a ZIP ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("fr", {"fr/CU-2013-175-fr.pdf", "fr/CU-2013-175-AUT.pdf"}),
        ("ar", {"ar/CU-2013-175-ar.pdf"}),
    ],
)
def test_a_zip_has_the_copies_and_the_master_of_a_language(
    rosa: FlaskClient, desk: Desk, made: Note, language: str, names: set[str]
) -> None:
    answer = rosa.post(f"/notes/{made.id}/outputs/zip", data={"language": language})
    assert answer.headers["Content-Disposition"].endswith(f"CU-2013-175-{language}.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == names
        assert all(archive.read(name).startswith(b"%PDF-") for name in names)
    assert told(desk) == [{"form": "zip", "files": len(names), "language": language}]


def test_the_zip_of_all_languages_holds_every_file_as_it_is_kept(
    rosa: FlaskClient, desk: Desk, made: Note
) -> None:
    answer = rosa.post(f"/notes/{made.id}/outputs/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        found = {archive.read(name) for name in archive.namelist()}
    with desk.program() as session:
        kept = {documents.read(session, each) for each in session.scalars(sa.select(Document.id))}
    assert found == kept
    assert len(found) == 9
    assert told(desk) == [{"form": "zip", "files": 9}]


def test_a_language_that_is_none_is_refused(rosa: FlaskClient, desk: Desk, made: Note) -> None:
    assert rosa.post(f"/notes/{made.id}/outputs/zip", data={"language": "x"}).status_code == 422
    assert told(desk) == []


# --- for the printer --------------------------------------------------------------------------


def test_a_print_run_has_a_covering_list_and_the_copies_in_the_order_of_the_register(
    rosa: FlaskClient, desk: Desk, made: Note
) -> None:
    answer = rosa.post(f"/notes/{made.id}/outputs/print", data={"which": "all"})
    pages = texts(answer.data)
    assert len(pages) == 8
    first = " ".join(words(pages[0]))
    assert "CU 2013 175 copies for delivery" in first
    assert "3 copies on 3 sheets" in first
    order = [first.index(f"State {code} en") for code in ("AUT", "EU", "NIU")]
    assert order == sorted(order)
    assert pages[1] == ""
    for page, code in zip(pages[2::2], ("AUT", "EU", "NIU"), strict=True):
        assert f"Mission of {code}" in page
    assert told(desk) == [{"form": "print_run", "files": 3}]


def test_a_run_for_the_pouch_leaves_out_whoever_gets_mail(
    rosa: FlaskClient, desk: Desk, made: Note
) -> None:
    answer = rosa.post(f"/notes/{made.id}/outputs/print", data={"which": "pouch"})
    pages = texts(answer.data)
    assert len(pages) == 6
    assert "AUT" not in " ".join(pages)
    assert told(desk) == [{"form": "print_run", "files": 2, "only_pouch": True}]


@pytest.mark.parametrize("act", ["zip", "print"])
def test_a_bundle_with_a_copy_missing_is_refused(
    rosa: FlaskClient, desk: Desk, made: Note, act: str
) -> None:
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter).where(Letter.state_code == "NIU")).one()
        letter.stage, letter.document_id = LetterStage.PARKED, None
    answer = rosa.post(f"/notes/{made.id}/outputs/{act}")
    assert answer.status_code == 422
    assert "1 of these are not made yet" in answer.text
    assert told(desk) == []


def test_a_damaged_file_is_found_before_a_print_run_begins(
    rosa: FlaskClient, desk: Desk, made: Note, settings: Settings
) -> None:
    with desk.program() as session:
        digest = session.scalars(
            sa.select(Document.sha256).where(Document.state_code == "NIU")
        ).one()
    Store(settings.store_dir).path(digest).write_bytes(b"%PDF-1.7 damaged")
    assert rosa.post(f"/notes/{made.id}/outputs/print").status_code == 500
    assert told(desk) == []


def test_a_copy_that_is_no_pdf_is_said_before_a_print_run_begins(
    rosa: FlaskClient, desk: Desk, made: Note
) -> None:
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter).where(Letter.state_code == "NIU")).one()
        letter.document_id = documents.store(
            session,
            b"%PDF-1.7 of no use",
            kind=DocumentKind.LETTER,
            filename="CU-2013-175.pdf",
            media_type="application/pdf",
            state_code="NIU",
        ).id
    answer = rosa.post(f"/notes/{made.id}/outputs/print")
    assert answer.status_code == 422
    assert "A file of the run cannot be read as a PDF." in answer.text
    assert told(desk) == []


def test_nobody_but_staff_takes_copies_away(desk: Desk, made: Note) -> None:
    with desk.program() as session:
        note = queries.by_id(session, made.id)
        with pytest.raises(NotAllowed):
            outputs.take_zip(session, note)
        with pytest.raises(NotAllowed):
            outputs.take_print_run(session, note, only_pouch=False)


# --- as they are sent -------------------------------------------------------------------------

SIZE = 200_000


def test_a_zip_of_193_copies_takes_the_memory_of_one() -> None:
    asked = 0

    def entries() -> Iterator[tuple[str, bytes]]:
        nonlocal asked
        for number in range(193):
            asked += 1
            yield f"en/{number}.pdf", bytes([number]) * SIZE

    tracemalloc.start()
    try:
        total = 0
        for pieces, piece in enumerate(zipped(entries(), DAY), start=1):
            assert asked <= pieces  # none is asked for before the one before it has been taken
            total += len(piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total > 193 * SIZE
    assert peak < 8 * SIZE


def test_the_same_zip_has_the_same_bytes_and_no_name_gets_out_of_it() -> None:
    entries = [("fr/CU-2013-175-AUT.pdf", b"1"), ("ar/مذكرة.pdf", b"2")]
    made = b"".join(zipped(entries, DAY))
    assert made == b"".join(zipped(entries, DAY))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert [(info.filename, archive.read(info)) for info in archive.infolist()] == entries
        assert {info.date_time[:3] for info in archive.infolist()} == {(2013, 7, 1)}


@pytest.mark.parametrize("act", ["zip", "print"])
def test_files_are_read_while_they_are_sent(
    rosa: FlaskClient, desk: Desk, made: Note, settings: Settings, act: str
) -> None:
    with desk.program() as session:
        last = session.scalars(sa.select(Document).where(Document.state_code == "NIU")).one()
        assert last.kind is DocumentKind.LETTER
        assert page_count(documents.read(session, last.id))
    answer = rosa.post(f"/notes/{made.id}/outputs/{act}", buffered=False)
    pieces = answer.iter_encoded()
    next(pieces)
    Store(settings.store_dir).path(last.sha256).unlink()
    with pytest.raises(StoreError):
        for _ in pieces:
            pass
