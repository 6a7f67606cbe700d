"""Files that came with a mail and are no PDF: held, looked at, saved, and never opened here."""

import io

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from registration import db
from registration.documents import passage
from registration.documents.models import DocumentKind, Examination
from registration.documents.rules import ExaminationStage
from registration.errors import IllegalMove
from registration.inbox import queries, rules
from registration.inbox.queries import Attached
from tests import builders as make
from tests.inbox import mails
from tests.inbox.conftest import PROGRAM, Office
from tests.inbox.test_pages import words_of

WORD = b"PK\x03\x04 a document of a word processor"


def photograph(kind: str = "JPEG", frames: int = 1) -> bytes:
    """A note laid on a table, from above, in red; turned by its camera."""
    pages = [Image.new("RGB", (400, 300), "red") for _ in range(frames)]
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    more = {"save_all": True, "append_images": pages[1:]} if frames > 1 else {"exif": exif}
    pages[0].save(into := io.BytesIO(), kind, **more)
    return into.getvalue()


def examined(office: Office, *files: tuple[str, bytes]) -> tuple[str, list[Attached]]:
    """A mail with those files after the worker has examined them, and what is known of them."""
    mail = office.take_in(mails.with_files(*files))
    with db.session_for(office.engine, PROGRAM) as session:
        for document_id in session.scalars(sa.select(Examination.document_id)).all():
            passage.examine(session, document_id)
    with db.open_session(office.engine, PROGRAM) as session:
        return f"/mail/incoming/{mail.id}", queries.files(session, mail)


def test_a_file_that_is_no_pdf_waits_in_the_quarantine_like_any_other(office: Office) -> None:
    mail = office.take_in(mails.with_files(("note.docx", WORD)))
    with db.open_session(office.engine, make.acting(office.rosa)) as session:
        (found,) = queries.files(session, mail)
        assert (found.stage, found.is_pdf) == (ExaminationStage.WAITING, False)
        assert found.document is not None
        with pytest.raises(IllegalMove):
            queries.documents.read(session, found.document.id)


def test_a_file_that_passed_is_saved_as_bytes_and_never_taken_for_a_note(
    app: Flask, office: Office
) -> None:
    address, (found,) = examined(office, ("note.docx", WORD))
    assert found.document is not None
    assert (found.document.kind, found.pages) == (DocumentKind.INCOMING_FILE, ())
    rosa = make.a_browser(app, office.rosa)
    answer = rosa.get(f"{address}/files/1")
    assert (answer.data, answer.mimetype) == (WORD, "application/octet-stream")
    assert answer.headers["Content-Disposition"] == "attachment; filename=note.docx"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    told = words_of(rosa.get(address).text)
    assert "This installation has no virus scanner" in told
    with db.open_session(office.engine, PROGRAM) as session:
        assert queries.scan(session, queries.by_id(session, found.file.incoming_id)) is None


@pytest.mark.parametrize(("kind", "frames"), [("JPEG", 1), ("PNG", 1), ("TIFF", 3)])
def test_a_photograph_or_fax_is_shown_as_pictures_made_of_it(
    app: Flask, office: Office, kind: str, frames: int
) -> None:
    content = photograph(kind, frames)
    address, (found,) = examined(office, ("scan.xyz", content))
    assert len(found.pages) == frames
    rosa = make.a_browser(app, office.rosa)
    assert rosa.get(address).text.count(f"{address}/files/1/pages/") == 2 * frames
    answer = rosa.get(f"{address}/files/1/pages/{frames}")
    assert answer.mimetype == "image/jpeg"
    assert answer.data != content
    with Image.open(io.BytesIO(answer.data)) as shown:
        assert shown.size == ((300, 400) if frames == 1 else (400, 300))
        assert not shown.getexif()
    assert rosa.get(f"{address}/files/1/pages/{frames + 1}").status_code == 404


def test_a_picture_that_breaks_what_draws_it_can_be_saved_all_the_same(office: Office) -> None:
    _, (found,) = examined(office, ("scan.jpg", photograph()[:200]))
    assert (found.stage, found.pages) == (ExaminationStage.PASSED, ())


@pytest.mark.parametrize(
    ("filename", "saved"),
    [
        ("Note verbale.docx", "Note verbale.docx"),
        ("note.PDF", "note.PDF"),
        ("note.pdf.exe", "note.pdf.exe.download"),
        ("page.html", "page.html.download"),
        ("docx", "docx.download"),
        ("../../etc/passwd", "_.._etc_passwd.download"),
        ("", "attachment.download"),
    ],
)
def test_what_a_double_click_would_start_is_saved_under_another_name(
    filename: str, saved: str
) -> None:
    assert rules.saved_as(filename) == saved
