"""Files that come in as a mission's note: what is refused, what is kept, and under which name."""

from io import BytesIO

import pytest
import sqlalchemy as sa

from registration.delegations.models import Nomination
from registration.documents import passage
from registration.documents import service as documents
from registration.documents.examination import SENTENCES, examine, label
from registration.documents.models import Document, Examination
from registration.documents.models import DocumentKind as Kind
from registration.documents.rules import ExaminationStage, Flaw
from tests.responses import uploads
from tests.responses.browser import Browser, at, words
from tests.responses.conftest import World
from tests.responses.samples import a_pdf
from tests.responses.test_pages import CENTRAL


@pytest.mark.parametrize("name", uploads.HOSTILE)
def test_a_file_that_is_more_or_less_than_a_pdf_is_refused(name: str) -> None:
    content, flaw = uploads.HOSTILE[name]
    assert examine(content) is flaw


@pytest.mark.parametrize("name", uploads.HONEST)
def test_a_plain_pdf_is_taken(name: str) -> None:
    assert examine(uploads.HONEST[name]) is None


def test_every_flaw_has_a_sentence_that_says_what_to_do() -> None:
    assert set(SENTENCES) == set(Flaw)
    advice = ("Choose", "Scan", "Save", "Print", "Upload")
    assert all(any(word in sentence for word in advice) for sentence in SENTENCES.values())


@pytest.mark.parametrize(
    ("uploaded", "shown"),
    [
        ("Note verbale 17.pdf", "Note verbale 17.pdf"),
        ("مذكرة شفوية.pdf", "مذكرة شفوية.pdf"),
        ("照会.PDF", "照会.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\boot.ini.pdf", "boot.ini.pdf"),
        ("C:\\fakepath\\scan.pdf", "scan.pdf"),
        ("scan.pdf.html", "scan.pdf.html.pdf"),
        ("a.pdf\x00.html", "a.pdf.html.pdf"),
        ("evil\u202efdp.exe", "evilfdp.exe.pdf"),
        ('"><img src=x onerror=alert(1)>.pdf', "img src=x onerror=alert(1).pdf"),
        ("line\r\nSet-Cookie: a=b.pdf", "line Set-Cookie a=b.pdf"),
        (".pdf", "note verbale.pdf"),
        ("", "note verbale.pdf"),
        ("...", "note verbale.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_the_name_of_a_file_is_only_a_label(uploaded: str, shown: str) -> None:
    assert label(uploaded, otherwise="note verbale") == shown


def upload(browser: Browser, world: World, content: bytes, name: str = "note.pdf"):
    return browser.post(
        at(world.note_id, "mission-note"),
        {"reference": "No. 17/2013", "file": (BytesIO(content), name)},
    )


def test_a_refused_file_says_what_to_do_and_keeps_what_was_typed(
    world: World, browser: Browser
) -> None:
    for name in ("nothing", "21 megabytes", "a page renamed", "a script at opening"):
        content, flaw = uploads.HOSTILE[name]
        refused = upload(browser, world, content)
        assert refused.status_code == 422, name
        assert SENTENCES[flaw] in words(refused)
        assert 'value="No. 17/2013"' in refused.get_data(as_text=True)
    with world.office() as office:
        assert office.scalars(sa.select(Document)).all() == []


def test_a_file_beyond_all_limits_is_turned_away_at_the_door(
    world: World, browser: Browser
) -> None:
    assert upload(browser, world, b"%PDF-" + bytes(23 * 2**20)).status_code == 413


def test_a_note_comes_back_as_it_went_in_and_only_as_a_file_to_save(
    world: World, browser: Browser, niue: Browser, anna: Browser
) -> None:
    content = a_pdf(3)
    assert upload(browser, world, content, "../مذكرة.pdf").status_code == 303
    browser.post(at(world.note_id, "central-authority"), CENTRAL)
    sent = browser.post(at(world.note_id, "send"), {}).location
    response_id = sent.rsplit("/", 1)[1]
    assert anna.get(f"/responses/{response_id}/note").status_code == 409  # not examined yet
    with world.office() as office:
        passage.examine(office, office.scalars(sa.select(Document.id)).one())
        office.commit()
    for who, address in (
        (browser, at(world.note_id, "mission-note/file")),
        (browser, f"{sent}/note"),
        (anna, f"/responses/{response_id}/note"),
    ):
        file = who.get(address)
        assert file.data == content
        assert file.headers["Content-Type"] == "application/pdf"
        assert file.headers["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in file.headers["Content-Security-Policy"]
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert file.headers["Cache-Control"] == "no-store"
        file.close()
        assert niue.get(address).status_code == 404
    with world.office() as office:
        document = office.scalars(sa.select(Document)).one()
    assert (document.filename, document.kind, document.state_code) == (
        "مذكرة.pdf",
        Kind.INCOMING_NOTE,
        "AUT",
    )


def test_two_states_that_upload_the_same_file_each_have_their_own(
    world: World, browser: Browser, niue: Browser
) -> None:
    content = a_pdf()
    upload(browser, world, content)
    upload(niue, world, content)
    with world.office() as office:
        found = office.scalars(sa.select(Document)).all()
    assert {each.state_code for each in found} == {"AUT", "NIU"}
    assert len({each.sha256 for each in found}) == 1


def test_the_reference_can_be_changed_without_another_file_and_the_file_taken_away(
    world: World, browser: Browser
) -> None:
    path = at(world.note_id, "mission-note")
    refused = browser.post(path, {"reference": "No. 1"})
    assert refused.status_code == 422
    assert "Choose the note verbale as a PDF." in words(refused)
    upload(browser, world, a_pdf())
    assert browser.post(path, {"reference": "No. 18"}).status_code == 303
    assert "No. 18" in browser.page(at(world.note_id))
    assert browser.get(f"{path}/file").status_code == 200
    browser.post(f"{path}/remove", {})
    assert browser.get(f"{path}/file").status_code == 404
    assert "No. 18" not in browser.page(at(world.note_id))


def test_a_file_that_the_scanner_refused_is_shown_in_the_answer_and_beside_its_field(
    world: World, browser: Browser
) -> None:
    part, answer = at(world.note_id, "mission-note"), at(world.note_id)
    upload(browser, world, a_pdf())
    assert "Being examined" in browser.page(part)
    assert "Not accepted" not in browser.page(answer)
    with world.office() as office:
        examination = office.scalars(sa.select(Examination)).one()
        examination.stage, examination.flaw = ExaminationStage.REFUSED, Flaw.INFECTED
        office.commit()
    assert "Not accepted" in browser.page(answer)
    assert "Still missing" in browser.page("/answer")
    page = browser.get(part).get_data(as_text=True)
    assert page.count("The virus scanner found something") == 2  # on top, and beside the field
    assert 'href="#file"' in page
    upload(browser, world, a_pdf(2))
    for path in (part, answer):
        assert "Not accepted" not in browser.page(path)


def test_of_two_colleagues_who_lay_a_note_there_at_once_the_second_is_told(
    world: World, browser: Browser, colleague: Browser
) -> None:
    part = at(world.note_id, "mission-note")

    def note(reference: str, pages: int, token: str) -> dict[str, object]:
        file = (BytesIO(a_pdf(pages)), "note.pdf")
        return {"csrf_token": token, "version": "0", "reference": reference, "file": file}

    mine, theirs = browser.token(), colleague.token()
    content = note("No. 1", 1, mine)
    assert browser.send(part, content).status_code == 303
    again = note("No. 1", 1, mine)  # a second click
    again["file"] = (BytesIO(_bytes_of(world)), "note.pdf")
    assert browser.send(part, again).status_code == 303
    told = colleague.send(part, note("No. 2", 2, theirs))
    assert told.status_code == 409
    assert "Saved meanwhile" in words(told)
    assert "No. 1" in words(told)
    assert 'value="No. 2"' in told.get_data(as_text=True)
    assert colleague.send(f"{part}/remove", {"csrf_token": theirs, "version": "0"}).status_code == (
        409
    )
    meant = {**note("No. 2", 2, theirs), "version": "1"}
    assert colleague.send(part, meant).status_code == 303
    with world.office() as office:
        assert office.scalars(sa.select(Nomination)).one().mission_reference == "No. 2"
        assert office.scalar(sa.select(sa.func.count()).select_from(Document)) == 2


def _bytes_of(world: World) -> bytes:
    with world.office() as office:
        return documents.read(office, office.scalars(sa.select(Document.id)).one())
