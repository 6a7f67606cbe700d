"""The bytes of a message: whole, the same every time, and no header that nobody meant."""

import email
import email.policy
import re
from email.message import EmailMessage

import pytest
import sqlalchemy as sa

from registration import db
from registration.config import Settings
from registration.documents import service as documents
from registration.documents.models import DocumentKind
from registration.documents.store import Store
from registration.errors import DomainError
from registration.permissions import system
from registration.post.mime import Attached, NotSendable, as_html, attached, compose
from registration.post.models import Message
from registration.post.service import post

PROGRAM = system("test")
SENDER = "secretariat@registration.example"
TEXTS = {
    "en": "Please find attached our note verbale.\n\n.\n\nFrom here on.",
    "ar": "تجدون طيه مذكرتنا الشفوية.",
    "zh": "请见所附普通照会。",
}


def a_message(session: db.Session, language: str = "en", pdf: bytes | None = None) -> Message:
    attachments = []
    if pdf is not None:
        document = documents.store(
            session,
            pdf,
            kind=DocumentKind.LETTER,
            filename="CU-2013-175.pdf",
            media_type="application/pdf",
        )
        attachments = [(document.id, document.filename)]
    message = post(
        session,
        purpose="note",
        recipients=["mission@missions.example", "registry@missions.example"],
        subject="邀请 · Réunion d’experts à participation non limitée " + "x" * 100,
        text=TEXTS[language],
        language=language,
        attachments=attachments,
    )
    message.message_id = f"<{message.id}@registration.example>"
    return message


def composed(session: db.Session, message: Message, sender: str) -> bytes:
    return compose(message, attached(session, message), sender)


def read(written: bytes) -> EmailMessage:
    return email.message_from_bytes(written, policy=email.policy.default)


@pytest.mark.parametrize("language", TEXTS)
def test_what_arrives_is_what_was_written(
    engine: sa.Engine, settings: Settings, language: str
) -> None:
    pdf = b"%PDF-1.7\n" + bytes(range(256)) * 40
    with db.session_for(engine, PROGRAM) as session:
        message = a_message(session, language, pdf)
        arrived = read(composed(session, message, SENDER))
    assert arrived["Subject"] == message.subject
    assert arrived["To"] == "mission@missions.example, registry@missions.example"
    assert arrived["Message-ID"] == message.message_id
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Content-Language"] == language
    text = arrived.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == TEXTS[language].splitlines()
    [attachment] = arrived.iter_attachments()
    assert attachment.get_filename() == "CU-2013-175.pdf"
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content() == pdf


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("zh", "ltr")])
def test_the_page_beside_the_text_says_the_same_in_its_direction(
    engine: sa.Engine, settings: Settings, language: str, direction: str
) -> None:
    with db.session_for(engine, PROGRAM) as session:
        arrived = read(composed(session, a_message(session, language), SENDER))
    page = arrived.get_body(("html",))
    assert page is not None
    assert f'<html lang="{language}" dir="{direction}">' in page.get_content()
    written = re.findall("<p>(.*)</p>", page.get_content())
    assert "\n\n".join(written) == TEXTS[language]


def test_a_link_can_be_followed_and_nothing_else_is_taken_for_markup() -> None:
    page = as_html("See https://reg.example/verify/AB-12.\n<b> & https://a.example/?a=1&b=2", "en")
    assert (
        '<a href="https://reg.example/verify/AB-12">https://reg.example/verify/AB-12</a>.' in page
    )
    assert "&lt;b&gt; &amp; " in page
    assert '<a href="https://a.example/?a=1&amp;b=2">' in page


def test_every_line_fits_every_server(engine: sa.Engine, settings: Settings) -> None:
    with db.session_for(engine, PROGRAM) as session:
        written = composed(session, a_message(session, "ar", b"%PDF" * 1000), SENDER)
    assert written.isascii()
    assert max(map(len, written.split(b"\r\n"))) <= 998
    assert written.replace(b"\r\n", b"").count(b"\n") == 0


def test_every_attempt_sends_the_same_bytes(engine: sa.Engine, settings: Settings) -> None:
    with db.session_for(engine, PROGRAM) as session:
        message = a_message(session, "en", b"%PDF-1.7")
        assert composed(session, message, SENDER) == composed(session, message, SENDER)


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?a=0ABcc:_evil@x.example?=",
        "=?utf-8?q?a=0D=0ABcc:_evil@x.example?=",
        "=?utf-8?b?YQpCY2M6IGV2aWxAeC5leGFtcGxl?=",
    ],
)
def test_a_header_that_slipped_past_the_gate_is_not_sent(
    engine: sa.Engine, settings: Settings, subject: str
) -> None:
    """The gate of `post` refuses these; what stands in the table all the same goes nowhere."""
    with db.session_for(engine, PROGRAM) as session:
        message = a_message(session)
        message.subject = subject
        try:
            written = composed(session, message, SENDER)
        except (NotSendable, ValueError):
            return
    assert not any(line.lower().startswith(b"bcc:") for line in written.splitlines())


@pytest.mark.parametrize("field", ["subject", "language"])
def test_a_line_break_in_the_table_is_not_sent(
    engine: sa.Engine, settings: Settings, field: str
) -> None:
    with db.session_for(engine, PROGRAM) as session:
        message = a_message(session)
        setattr(message, field, "en\r\nBcc: evil@x.example")
        with pytest.raises(ValueError, match="linefeed"):
            composed(session, message, SENDER)
        session.rollback()


@pytest.mark.parametrize(
    ("media_type", "filename"),
    [
        ("application/pdf", 'a.pdf"\r\nBcc: evil@x.example\r\nX: "'),
        ("application/pdf\r\nBcc: evil@x.example", "a.pdf"),
        ("", "a.pdf"),
        ("application/pdf", "مذكرة.pdf"),
    ],
)
def test_an_attachment_is_named_as_it_was_meant_or_not_sent(
    engine: sa.Engine, settings: Settings, media_type: str, filename: str
) -> None:
    with db.session_for(engine, PROGRAM) as session:
        message = a_message(session, "en", b"%PDF-1.7")
        [file] = attached(session, message)
        with pytest.raises(NotSendable):
            compose(message, [Attached(file.sha256, media_type, filename)], SENDER)


@pytest.mark.parametrize("size", [0, 1, 57, 58, 60_000])
def test_several_files_arrive_in_their_order_and_whole(
    engine: sa.Engine, settings: Settings, size: int
) -> None:
    contents = [b"%PDF-1.7 the note", bytes(range(256))[:size] * (1 + size // 256)]
    files = [
        Attached(Store(settings.store_dir).put(content), "application/pdf", f"{number}.pdf")
        for number, content in enumerate(contents)
    ]
    with db.session_for(engine, PROGRAM) as session:
        arrived = read(compose(a_message(session), files, SENDER))
    parts = list(arrived.iter_attachments())
    assert [part.get_content() for part in parts] == contents
    assert [part.get_filename() for part in parts] == ["0.pdf", "1.pdf"]
    assert not [defect for part in arrived.walk() for defect in part.defects]


def test_an_attachment_that_was_altered_is_not_sent(engine: sa.Engine, settings: Settings) -> None:
    with db.session_for(engine, PROGRAM) as session:
        message = a_message(session, "en", b"%PDF-1.7 the note as cleared")
        [file] = [path for path in settings.store_dir.rglob("*") if path.is_file()]
        assert Store(settings.store_dir).path(file.name) == file
        file.write_bytes(b"%PDF-1.7 another note")
        with pytest.raises(DomainError):
            composed(session, message, SENDER)
