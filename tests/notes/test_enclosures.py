"""What goes along with a note: laid to a draft, cleared, named at its foot, sent with copies."""

import email
from email.policy import SMTP
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from letters.compose import Press
from registration.config import Settings, use
from registration.db import new_id
from registration.documents.examination import Upload
from registration.documents.models import Document
from registration.errors import Conflict, IllegalMove, NotAllowed, NotFound, Refused
from registration.meetings.models import Meeting, MeetingDocument
from registration.notes import (
    clearance,
    content,
    enclosing,
    enclosures,
    outputs,
    paper,
    queries,
    rendering,
)
from registration.notes.clearance import meeting_of
from registration.notes.enclosed import Enclosure
from registration.notes.models import Letter, Note
from registration.permissions import ANYBODY, Actor, Role, Scope
from registration.post import mime
from registration.post.models import Message
from registration.post.service import COPY_OF_A_NOTE
from registration.words import LANGUAGES
from tests.documents.scanner import WORDS, clamd
from tests.notes.desk import DAY, Desk, unrehearsed
from tests.notes.test_pages import browser_of, sent, shown

TITLES = {each: f"Guide ({each})" for each in LANGUAGES}
SYMBOL = "CAC/COSP/EG.1/2013/1"


def a_pdf(pages: int = 1, padding: int = 0) -> bytes:
    file = BytesIO()
    with pikepdf.new() as pdf:
        for _number in range(pages):
            pdf.add_blank_page()
        pdf.save(file, deterministic_id=True)
    return file.getvalue() + b"\n" * padding


def enclosed(desk: Desk, content: bytes | None = None, **values: object) -> tuple[Note, Enclosure]:
    """A draft with an enclosure that lacks nothing."""
    note = desk.draft()
    return note, added(desk, note, content, **values)


def added(desk: Desk, note: Note, content: bytes | None = None, **values: object) -> Enclosure:
    with desk.acting(desk.anna) as session:
        return enclosing.enclose_file(
            session,
            queries.by_id(session, note.id),
            Upload("Guide.pdf", a_pdf() if content is None else content),
            **{"titles": TITLES, "language": "all", **values},
        )


def test_an_enclosure_is_scanned_before_it_is_taken(desk: Desk, settings: Settings) -> None:
    infected = Upload("Guide.pdf", an_infected_pdf())
    with clamd() as address:
        use(settings.model_copy(update={"clamav": address}))
        with pytest.raises(Refused, match="virus scanner found") as refusal:
            enclosed(desk, infected.content)
        assert refusal.value.field == "file"
        note, enclosure = enclosed(desk)
        with desk.acting(desk.anna) as session:
            found = queries.by_id(session, note.id)
            one = enclosing.enclosure_of(found, enclosure.id)
            with pytest.raises(Refused, match="virus scanner found"):
                enclosing.lay(session, found, one, "fr", infected)


def an_infected_pdf() -> bytes:
    """A sound PDF that says what our scanner's one signature looks for."""
    file = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].Contents = pdf.make_stream(b"% " + WORDS + b"\n")
        pdf.save(file, compress_streams=False)
    return file.getvalue()


def test_nothing_is_enclosed_while_the_scanner_does_not_answer(
    desk: Desk, settings: Settings
) -> None:
    use(settings.model_copy(update={"clamav": "unix:/nowhere/clamd"}))
    with pytest.raises(Refused, match="does not answer"):
        enclosed(desk)


def a_paper_of_the_meeting(desk: Desk) -> None:
    with desk.program() as session:
        session.add(
            MeetingDocument(
                meeting_id=desk.meeting.id,
                symbol=SYMBOL,
                title="Annotated provisional agenda",
                kind="agenda",
                languages=["en"],
            )
        )


def lacking(desk: Desk, note: Note) -> dict[str, list[str]]:
    """What the enclosures of a draft lack, by language."""
    with desk.program() as session:
        found = queries.by_id(session, note.id)
        meeting = meeting_of(session, found)
        by_language = {
            each: [str(problem) for problem in enclosures.problems(found, meeting, each)]
            for each in LANGUAGES
        }
    return {each: problems for each, problems in by_language.items() if problems}


def issued(desk: Desk, note: Note) -> Note:
    desk.do(desk.anna, note, unrehearsed)
    desk.do(desk.otto, note, clearance.clear)
    return desk.issue(note, "CU 2013/175")


def test_a_title_that_is_missing_keeps_a_note_from_being_submitted(desk: Desk) -> None:
    note, _ = enclosed(desk, titles={"en": "Guide"})
    assert set(lacking(desk, note)) == set(LANGUAGES) - {"en"}
    with pytest.raises(Refused, match="no title"):
        desk.do(desk.anna, note, unrehearsed)


def test_a_language_without_a_file_keeps_a_note_from_being_submitted(desk: Desk) -> None:
    note, enclosure = enclosed(desk, language="fr")
    assert set(lacking(desk, note)) == set(LANGUAGES) - {"fr"}
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        ours = enclosing.enclosure_of(found, enclosure.id)
        enclosing.lay(session, found, ours, "all", Upload("g.pdf", a_pdf(2)))
    assert lacking(desk, note) == {}
    desk.do(desk.anna, note, unrehearsed)


def test_a_document_that_left_the_meetings_list_keeps_a_note_from_being_submitted(
    desk: Desk,
) -> None:
    a_paper_of_the_meeting(desk)
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        added = enclosing.enclose_document(session, found, meeting_of(session, found), SYMBOL)
        assert added.titles == {"en": "Annotated provisional agenda"}
        enclosing.entitle(session, found, added, TITLES, added.version)
    assert lacking(desk, note) == {}
    with desk.program() as session:
        session.execute(sa.delete(MeetingDocument))
    assert set(lacking(desk, note)) == set(LANGUAGES)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"%PDF-1.7\n"], ids=["nothing", "a page", "the mark alone"]
)
def test_only_a_plain_pdf_is_enclosed(desk: Desk, content: bytes) -> None:
    note = desk.draft()
    with pytest.raises(Refused) as refusal:
        added(desk, note, content)
    assert refusal.value.field == "file"


def test_each_copy_gets_the_file_in_its_language(desk: Desk) -> None:
    note, enclosure = enclosed(desk)
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        ours = enclosing.enclosure_of(found, enclosure.id)
        enclosing.lay(session, found, ours, "fr", Upload("Guide.fr.pdf", a_pdf(3)))
    with desk.program() as session:
        ours = enclosing.enclosure_of(queries.by_id(session, note.id), enclosure.id)
        names = {each: ours.file_in(each) for each in LANGUAGES}
        assert {each for each, file in names.items() if file and file.filename == "Guide.pdf"} == (
            set(LANGUAGES) - {"fr"}
        )
        assert names["fr"] is not None
        assert names["fr"].filename == "Guide.fr.pdf"


@pytest.mark.parametrize("change", ["title", "file", "order", "removal", "addition"])
def test_any_change_of_the_enclosures_voids_a_clearance(desk: Desk, change: str) -> None:
    note, first = enclosed(desk)
    second = added(desk, note, a_pdf(2))

    def digest() -> str:
        with desk.program() as session:
            found = queries.by_id(session, note.id)
            return content.digest(found, session.get_one(Meeting, desk.meeting.id))

    before = digest()
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        ours = enclosing.enclosure_of(found, second.id)
        match change:
            case "title":
                changed = {**TITLES, "ar": "دليل"}
                enclosing.entitle(session, found, ours, changed, ours.version)
            case "file":
                enclosing.lay(session, found, ours, "all", Upload("g.pdf", a_pdf(3)))
            case "order":
                enclosing.move_up(session, found, ours)
                assert [each.id for each in found.enclosures] == [second.id, first.id]
            case "removal":
                enclosing.remove(session, found, ours)
            case "addition":
                added(desk, note, a_pdf(4))
    assert digest() != before


def test_an_enclosure_is_laid_to_a_draft_alone_and_by_a_drafter(desk: Desk) -> None:
    note, enclosure = enclosed(desk)
    with desk.acting(desk.rosa) as session:
        found = queries.by_id(session, note.id)
        ours = enclosing.enclosure_of(found, enclosure.id)
        with pytest.raises(NotAllowed):
            enclosing.remove(session, found, ours)
    desk.do(desk.anna, note, unrehearsed)
    with pytest.raises(IllegalMove):
        added(desk, note)


def test_a_double_click_encloses_a_file_once(desk: Desk) -> None:
    content = a_pdf()
    note, once = enclosed(desk, content)
    assert added(desk, note, content).id == once.id
    assert added(desk, note, content, titles={"en": "Another guide"}).id != once.id


def test_whoever_enclosed_something_does_not_clear_the_note(desk: Desk) -> None:
    note, _ = enclosed(desk)
    with desk.program() as session:
        assert queries.by_id(session, note.id).written_by_ids == [desk.anna.id]


def test_of_two_officers_with_the_same_titles_open_the_second_is_told(desk: Desk) -> None:
    note, enclosure = enclosed(desk)
    for title in ("One", "Two"):
        with desk.acting(desk.anna) as session:
            found = queries.by_id(session, note.id)
            ours = enclosing.enclosure_of(found, enclosure.id)
            if title == "One":
                enclosing.entitle(session, found, ours, {"en": title}, enclosure.version)
            else:
                with pytest.raises(Conflict, match="Somebody else"):
                    enclosing.entitle(session, found, ours, {"en": title}, enclosure.version)


@pytest.mark.parametrize(
    "attempt",
    [
        "update enclosure set titles = '{}'",
        "delete from enclosure_file",
        "update enclosure_file set language = 'fr'",
        "insert into enclosure (id, note_id, place, titles, version)"
        " select gen_random_uuid(), note_id, 9, '{}', 1 from enclosure",
    ],
)
def test_the_database_itself_keeps_what_was_sent_along(desk: Desk, attempt: str) -> None:
    note, _ = enclosed(desk)
    issued(desk, note)
    with (
        pytest.raises(sa.exc.DatabaseError, match="only a draft can be changed"),
        desk.program() as session,
    ):
        session.execute(sa.text(attempt))


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
