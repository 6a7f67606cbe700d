"""What a stranger learns from a code and a file: whether the office issued it, and nothing else."""

import html
import io
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from letters.compose import Press
from registration import config
from registration.config import Settings
from registration.documents import service as documents
from registration.documents.models import Document
from registration.notes import codes, rendering, verification
from registration.notes.models import Letter
from registration.notes.views.verification import QUESTIONS
from tests.letters.sealing import a_certificate
from tests.notes.desk import Desk
from tests.notes.test_pages import shown

SAME = "This is the very file that the office issued"
OTHER = "but not as this file"
UNKNOWN = "The office issued no copy with this code."


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


@pytest.fixture
def with_a_seal(app: Flask, settings: Settings, tmp_path: Path) -> None:
    kept = a_certificate()
    files = {"seal_key": tmp_path / "key.pem", "seal_certificate": tmp_path / "certificate.pem"}
    files["seal_key"].write_bytes(kept.key_file())
    files["seal_certificate"].write_bytes(kept.certificate_file)
    config.use(settings.model_copy(update=files))


def code_of(desk: Desk, state_code: str = "AUT") -> str:
    with desk.program() as session:
        code = session.scalar(sa.select(Letter.code).where(Letter.state_code == state_code))
    assert code is not None
    return code


def made(desk: Desk, press: Press, state_code: str = "AUT") -> bytes:
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter).where(Letter.state_code == state_code)).one()
        rendering.render(session, press, letter.id)
        assert letter.document_id is not None
        return documents.read(session, letter.document_id)


def said(browser: FlaskClient, code: str, status: int = 200, **fields: Any) -> str:
    where = f"/verify/{quote(code)}"
    environ = EnvironBuilder(
        where, method="POST", data=fields, base_url=config.current().base_url
    ).get_environ()
    answer = browser.open(environ)
    environ["wsgi.input"].close()
    assert answer.status_code == status, answer.text
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.text).split()))


def as_file(content: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), "copy.pdf"


# --- the code ---------------------------------------------------------------------------------


def test_anybody_may_ask_whether_a_copy_is_real(stranger: FlaskClient, desk: Desk) -> None:
    note, code = desk.issued(), code_of(desk)
    page = shown(stranger, f"/verify/{code}")
    assert "The office issued this copy." in page
    assert "CU 2013/175" in page
    assert "1 July 2013" in page
    assert "the Republic of AUT (en)" in page
    for secret in ("missions.example", "NIU", "Anna", "Otto", str(note.id), "Generic note"):
        assert secret not in page


def test_a_typed_code_leads_to_the_same_page(stranger: FlaskClient, desk: Desk) -> None:
    desk.issued()
    code = code_of(desk)
    typed = stranger.get("/verify", query_string={"code": code.lower().replace("-", " ")})
    assert typed.location.endswith(f"/verify/{code}")
    assert "The office issued this copy." in shown(stranger, f"/verify/{code.lower()}")


@pytest.mark.parametrize(
    "code", ["AAAA-BBBB-CCCC", "x", "%20", "'; select 1 --", "None", "A" * 900]
)
def test_a_wrong_code_is_answered_like_an_unknown_one(
    stranger: FlaskClient, desk: Desk, code: str
) -> None:
    desk.issued()
    unknown = stranger.get("/verify/ZZZZ-ZZZZ-ZZZZ")
    wrong = stranger.get(f"/verify/{code}")
    assert wrong.status_code == unknown.status_code == 404
    assert without_the_code(wrong.text, code) == without_the_code(unknown.text, "ZZZZ-ZZZZ-ZZZZ")
    assert UNKNOWN in without_the_code(wrong.text, code)
    assert {*wrong.headers.keys()} == {*unknown.headers.keys()}


def without_the_code(page: str, code: str) -> str:
    """The words of the page but for the code in them, of which no more is said than a code has."""
    main = page[page.index("<main") : page.index("</main>")]
    seen = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())
    return seen.replace(f"Code {codes.normal(unquote(code))[: codes.LONGEST] or 'none'} ", "Code ")


def test_a_wrong_code_costs_the_database_the_same_as_a_right_one(
    engine: sa.Engine, desk: Desk
) -> None:
    desk.issued()
    code = code_of(desk)
    counts = []
    for each in (code, "ZZZZ-ZZZZ-ZZZZ", "", "nonsense"):
        asked: list[str] = []

        def count(*event: Any, asked: list[str] = asked) -> None:
            asked.append(event[2])

        with desk.program() as session:
            sa.event.listen(engine, "before_cursor_execute", count)
            verification.verify(session, each)
            sa.event.remove(engine, "before_cursor_execute", count)
        counts.append(asked)
    assert all(asked == counts[0] for asked in counts)


def test_the_code_of_a_copy_can_be_asked_for_before_the_copy_is_made(
    stranger: FlaskClient, desk: Desk
) -> None:
    desk.issued()
    page = shown(stranger, f"/verify/{code_of(desk)}")
    assert "The office issued this copy." in page
    assert OTHER in said(stranger, code_of(desk), sha256="0" * 64)


def test_no_master_has_a_code(desk: Desk) -> None:
    desk.issued()
    with desk.program() as session:
        for nothing in ("", "None", "null"):
            assert verification.verify(session, nothing) is None


def test_who_asks_too_often_has_to_wait(stranger: FlaskClient, desk: Desk) -> None:
    desk.issued()
    code = code_of(desk)
    for _ in range(QUESTIONS - 1):
        assert stranger.get(f"/verify/{codes.new()}").status_code == 404
    assert stranger.get(f"/verify/{code}").status_code == 200
    for address in (f"/verify/{code}", "/verify/ZZZZ-ZZZZ-ZZZZ"):
        answer = stranger.get(address)
        assert answer.status_code == 429
        assert "asked too often" in answer.text
    assert stranger.post(f"/verify/{code}", data={"sha256": "0" * 64}).status_code == 429


# --- the file ---------------------------------------------------------------------------------


@pytest.fixture
def sent(desk: Desk, press: Press) -> Callable[[str], bytes]:
    """An issued note; the files of its copies by State."""
    desk.issued()
    return lambda code: made(desk, press, code)


def test_the_very_file_is_known_by_its_sum_and_by_its_bytes(
    stranger: FlaskClient, desk: Desk, sent: Callable[[str], bytes]
) -> None:
    pdf = sent("AUT")
    for fields in ({"sha256": sha256(pdf).hexdigest().upper()}, {"file": as_file(pdf)}):
        assert SAME in said(stranger, code_of(desk), **fields)


def test_another_file_is_not_it(
    stranger: FlaskClient, desk: Desk, sent: Callable[[str], bytes]
) -> None:
    pdf, other = sent("AUT"), sent("NIU")
    for content in (pdf + b"\n", other, b"not even a PDF"):
        for fields in ({"sha256": sha256(content).hexdigest()}, {"file": as_file(content)}):
            page = said(stranger, code_of(desk), **fields)
            assert OTHER in page
            assert SAME not in page
            assert "NIU" not in page


@pytest.mark.parametrize("nonsense", ["x", "0" * 5_000, "None", "' or ''='"])
def test_what_is_no_sum_is_the_sum_of_no_copy(
    stranger: FlaskClient, desk: Desk, sent: Callable[[str], bytes], nonsense: str
) -> None:
    sent("AUT")
    assert OTHER in said(stranger, code_of(desk), sha256=nonsense)


def test_a_file_is_looked_at_and_not_kept(
    stranger: FlaskClient, desk: Desk, sent: Callable[[str], bytes], settings: Settings
) -> None:
    sent("AUT")
    before = sorted(settings.store_dir.rglob("*"))
    said(stranger, code_of(desk), file=as_file(b"%PDF-1.7 of a stranger"))
    assert sorted(settings.store_dir.rglob("*")) == before
    with desk.program() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Document)) == 1


def test_a_file_that_is_missing_or_too_large_is_said_beside_its_field(
    stranger: FlaskClient, desk: Desk, sent: Callable[[str], bytes]
) -> None:
    sent("AUT")
    assert "Choose the PDF that you received." in said(stranger, code_of(desk), 422)
    large = bytes(verification.LARGEST_FILE + 1)
    page = said(stranger, code_of(desk), 422, file=as_file(large))
    assert "larger than any copy" in page


def test_a_file_under_an_unknown_code_is_answered_like_the_code(
    stranger: FlaskClient, desk: Desk, sent: Callable[[str], bytes]
) -> None:
    pdf = sent("AUT")
    for fields in ({"sha256": sha256(pdf).hexdigest()}, {"file": as_file(pdf)}, {}):
        assert UNKNOWN in said(stranger, "ZZZZ-ZZZZ-ZZZZ", 404, **fields)


# --- the seal ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("with_a_seal")
def test_the_page_names_the_seal_of_the_very_file_and_of_no_other(
    stranger: FlaskClient, desk: Desk, sent: Callable[[str], bytes]
) -> None:
    pdf = sent("AUT")
    owner = "CN=Seal of the Meetings (test)"
    assert owner in said(stranger, code_of(desk), file=as_file(pdf))
    assert owner not in shown(stranger, f"/verify/{code_of(desk)}")
    assert owner not in said(stranger, code_of(desk), sha256="0" * 64)


@pytest.mark.usefixtures("with_a_seal")
def test_the_page_says_what_a_file_shows_of_the_seal(
    stranger: FlaskClient, desk: Desk, sent: Callable[[str], bytes]
) -> None:
    pdf, other = sent("AUT"), sent("NIU")
    changed = pdf.replace(b"%PDF-1.7", b"%PDF-1.6")
    for content, words in (
        (other, "It is genuine, but it is not the copy with this code."),
        (pdf + b"% more", "something was added to it afterwards"),
        (changed, "the seal does not hold"),
        (b"%PDF-1.7 plain", "carries no electronic seal"),
        (b"%PDF-1.7 /ByteRange[0 1 2 3]", "signed by somebody else"),
    ):
        page = said(stranger, code_of(desk), file=as_file(content))
        assert OTHER in page
        assert words in page


@pytest.mark.usefixtures("with_a_seal")
def test_after_a_comparison_in_the_browser_the_file_can_be_sent_for_its_seal(
    stranger: FlaskClient, desk: Desk, sent: Callable[[str], bytes]
) -> None:
    sent("AUT")
    page = said(stranger, code_of(desk), sha256="0" * 64)
    assert "Look for the office's seal in the file" in page
    page = said(stranger, code_of(desk), file=as_file(b"%PDF-1.7 plain"))
    assert "Look for the office's seal" not in page
