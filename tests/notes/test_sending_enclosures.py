"""What goes along with a note: named at its foot, sent with copies, read by whom it went to."""

import email
from email.policy import SMTP
from io import BytesIO

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from letters.compose import Press
from registration.db import new_id
from registration.documents.examination import Upload
from registration.documents.models import Document
from registration.errors import NotFound
from registration.notes import (
    clearance,
    enclosing,
    enclosures,
    outputs,
    paper,
    queries,
    rendering,
)
from registration.notes.clearance import meeting_of
from registration.notes.enclosed import Enclosure
from registration.notes.models import Letter
from registration.permissions import ANYBODY, Actor, Role, Scope
from registration.post import mime
from registration.post.models import Message
from registration.post.service import COPY_OF_A_NOTE
from registration.words import LANGUAGES
from tests.notes.desk import DAY, Desk, unrehearsed
from tests.notes.enclosures import (
    SYMBOL,
    TITLES,
    a_paper_of_the_meeting,
    a_pdf,
    enclosed,
    issued,
)
from tests.notes.test_pages import browser_of, sent, shown


def test_the_foot_of_the_note_counts_and_names_its_enclosures(desk: Desk) -> None:
    a_paper_of_the_meeting(desk)
    note, _ = enclosed(desk)
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        paper_of_meeting = enclosing.enclose_document(
            session, found, meeting_of(session, found), SYMBOL
        )
        enclosing.entitle(session, found, paper_of_meeting, TITLES, paper_of_meeting.version)
    with desk.program() as session:
        letter = paper.text_of(session, queries.by_id(session, note.id), "es")
    assert [(each.title, each.symbol) for each in letter.enclosures] == [
        ("Guide (es)", None),
        ("Guide (es)", SYMBOL),
    ]


def test_small_files_travel_with_the_mail_and_big_ones_by_a_link(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, _ = enclosed(desk)
    note = issued(desk, note)
    with desk.program() as session:
        found = queries.by_id(session, note.id)
        [(document_id, name)] = enclosures.attached(found, "fr")
        assert session.get_one(Document, document_id).filename == "Guide.pdf"
        assert name == "CU-2013-175-enclosure-1.pdf"
        said = enclosures.told(found, "en", code="AAAA-BBBB-CCCC", meeting_page="https://x.example")
        assert said == "Enclosures:\n1. Guide (en) (attached)"
        monkeypatch.setattr(enclosures, "MAIL_LIMIT", len(a_pdf()) - 1)
        assert enclosures.attached(found, "fr") == []
        said = enclosures.told(found, "en", code="AAAA-BBBB-CCCC", meeting_page="https://x.example")
    assert said.endswith("/enclosures/AAAA-BBBB-CCCC/1.pdf")


def test_a_document_of_the_meeting_is_named_with_the_meetings_page(desk: Desk) -> None:
    a_paper_of_the_meeting(desk)
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        enclosing.enclose_document(session, found, meeting_of(session, found), SYMBOL)
        said = enclosures.told(found, "en", code="", meeting_page="https://x.example/meeting")
        assert enclosures.attached(found, "en") == []
    assert said.endswith(f"1. Annotated provisional agenda ({SYMBOL}): https://x.example/meeting")


def test_whoever_holds_a_copy_finds_what_was_sent_along_and_nobody_else(desk: Desk) -> None:
    note, _ = enclosed(desk)
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        enclosing.lay(session, found, found.enclosures[0], "fr", Upload("fr.pdf", a_pdf(5)))
    issued(desk, note)
    with desk.program() as session:
        code = session.scalars(sa.select(Letter.code).where(Letter.state_code == "AUT")).one()
        assert code is not None
        assert queries.sent_along(session, code.lower(), 1)[1].filename == "fr.pdf"
        for wrong in ((code, 2), (code, 0), ("AAAA-BBBB-CCCC", 1)):
            with pytest.raises(NotFound):
                queries.sent_along(session, *wrong)
    with desk.program() as session:
        session.act_as(ANYBODY)
        assert session.scalars(sa.select(Enclosure)).all() == []
        assert session.scalars(sa.select(Document)).all() == []


@pytest.fixture
def anna(app: Flask, desk: Desk) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return browser_of(app, desk, desk.anna)


def test_an_officer_encloses_orders_names_and_removes(
    desk: Desk, app: Flask, anna: FlaskClient
) -> None:
    a_paper_of_the_meeting(desk)
    note = desk.draft()
    here = f"/notes/{note.id}/enclosures"
    assert "Nothing is enclosed" in shown(anna, here)
    said = sent(anna, f"{here}/files", 422, title="Guide", language="all")
    assert "This file is empty" in said
    one = sent(
        anna, f"{here}/files", title="Guide", language="all", file=(BytesIO(a_pdf()), "Führer.pdf")
    )
    page = shown(anna, one)
    assert "Führer.pdf" in page
    assert "Enclosed. Write its title" in page
    titles = {f"title_{each}": title for each, title in TITLES.items()}
    assert "Somebody else" in sent(anna, one, 409, version="0", **titles)
    assert sent(anna, one, version="1", **titles) == here
    two = sent(anna, f"{here}/documents", symbol=SYMBOL)
    assert "enclosed already" in sent(anna, f"{here}/documents", 422, symbol=SYMBOL)
    assert "Enclosure 2 has no title in this language." in shown(anna, here)
    sent(anna, f"{two}/up")
    assert shown(anna, here).index(SYMBOL) < shown(anna, here).index("Guide (en)")
    assert anna.get(f"{one}/en.pdf").data == a_pdf()
    assert anna.get(f"{two}/en.pdf").status_code == 404
    sent(anna, f"{one}/files", language="ar", file=(BytesIO(a_pdf(2)), "دليل.pdf"))
    assert "دليل.pdf" in shown(anna, one)
    for _click in range(2):
        sent(anna, f"{one}/files/ar/take-away")
    assert "دليل.pdf" not in shown(anna, one)
    for _click in range(2):
        assert sent(anna, f"{two}/remove") == here
    desk.do(desk.anna, note, unrehearsed)
    assert "Upload a file" not in shown(anna, here)
    desk.do(desk.otto, note, clearance.clear)
    desk.issue(note, "CU 2013/175", DAY)
    with desk.program() as session:
        code = session.scalars(sa.select(Letter.code).where(Letter.state_code == "AUT")).one()
    file = app.test_client().get(f"/enclosures/{code}/1.pdf")
    assert file.data == a_pdf()
    assert "CU-2013-175-enclosure-1.pdf" in file.headers["Content-Disposition"]
    assert app.test_client().get("/enclosures/AAAA-BBBB-CCCC/1.pdf").status_code == 404


def made(desk: Desk, press: Press) -> None:
    """All letters, as the workers make them."""
    with desk.program() as session:
        for master in session.scalars(sa.select(Letter.id).where(Letter.addressee_id.is_(None))):
            rendering.run(session, press, master)


def test_a_copy_is_mailed_with_its_enclosures_and_says_so(desk: Desk) -> None:
    note, _ = enclosed(desk)
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        upload = Upload("fr.pdf", a_pdf(5))
        enclosing.lay(session, found, found.enclosures[0], "fr", upload)
    note = issued(desk, note)
    made(desk, Press())
    with desk.program() as session:
        message = session.scalars(sa.select(Message).where(Message.purpose == COPY_OF_A_NOTE)).one()
        assert message.text.endswith("Pièces jointes :\n1. Guide (fr) (fichier joint)")
        assert [each["filename"] for each in message.attachments] == [
            "CU-2013-175.pdf",
            "CU-2013-175-enclosure-1.pdf",
        ]
        message.message_id = "<test@registration.example>"
        sent = email.message_from_bytes(
            mime.compose(message, mime.attached(session, message), "office@registration.example"),
            policy=SMTP,
        )
        files = [part.get_content() for part in sent.iter_attachments()]
        assert files[1] == upload.content
        copy = page_text(files[0])
    assert "Pièce(s) jointe(s) : 1" in copy
    assert "Guide (fr)" in copy
    with desk.acting(desk.rosa) as session:
        found = queries.by_id(session, note.id)
        files_of_zip = outputs.take_zip(session, found)
        [copy_for_pouch, *_] = outputs.take_print_run(session, found, only_pouch=True)
    names = {f"{each.language}/{each.filename}" for each in files_of_zip}
    assert {f"{each}/CU-2013-175-enclosure-1.pdf" for each in LANGUAGES} <= names
    by_language = {
        each.language: each.sha256 for each in files_of_zip if "enclosure" in each.filename
    }
    assert by_language["fr"] != by_language["en"] == copy_for_pouch.enclosed[0].sha256


def page_text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())


def test_only_the_addressed_state_may_read_what_was_enclosed(desk: Desk) -> None:
    note, _ = enclosed(desk)

    def seen(code: str) -> tuple[int, int]:
        actor = Actor(
            name="Focal Point",
            scope=Scope.STATE,
            id=new_id(),
            roles=frozenset({Role.FOCAL_POINT}),
            state_code=code,
        )
        with desk.program() as session:
            session.act_as(actor)
            return (
                len(session.scalars(sa.select(Enclosure)).all()),
                len(session.scalars(sa.select(Document)).all()),
            )

    assert seen("AUT") == (0, 0)
    issued(desk, note)
    assert seen("AUT") == (1, 1)
    assert seen("PAN") == (0, 0)
