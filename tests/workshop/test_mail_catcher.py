"""The mail catcher: what it accepts is kept, logged and shown, and nothing in it can do harm."""

import http.client
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from workshop.instance import LOOPBACK, Ports
from workshop.mail_catcher import Mailbox, MailCatcher
from workshop.mail_pages import serve_pages

ROOT = Path(__file__).resolve().parents[2]


def a_mail(*, subject: str = "邀请 Invitation", text: str = "Kind regards") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "secretariat@registration.example"
    mail["To"] = "mission@elbonia.example"
    mail["Subject"] = subject
    mail["Message-ID"] = "<1.one@registration.example>"
    mail.set_content(text)
    mail.add_attachment(
        b"%PDF-1.7", maintype="application", subtype="pdf", filename="دعوة CU-2013-175.pdf"
    )
    return mail


def send(catcher: MailCatcher, *mails: EmailMessage) -> None:
    with smtplib.SMTP(catcher.host, catcher.port) as client:
        for mail in mails:
            client.send_message(mail)


@pytest.fixture
def pages(mail_server: MailCatcher) -> Iterator[http.client.HTTPConnection]:
    server = serve_pages(mail_server.mailbox, LOOPBACK, 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    connection = http.client.HTTPConnection(LOOPBACK, server.server_address[1], timeout=60)
    yield connection
    connection.close()
    server.shutdown()
    thread.join()
    server.server_close()


def get(pages: http.client.HTTPConnection, path: str, **headers: str) -> tuple[int, str]:
    pages.request("GET", path, headers=headers)
    answer = pages.getresponse()
    return answer.status, answer.read().decode()


def test_a_message_is_kept_with_its_envelope_and_its_own_bytes(mail_server: MailCatcher):
    send(mail_server, a_mail())
    (caught,) = mail_server.messages
    assert caught.sender == "secretariat@registration.example"
    assert caught.recipients == ("mission@elbonia.example",)
    assert caught.message["Subject"] == "邀请 Invitation"
    assert caught.source.startswith(b"From: secretariat@registration.example")


def test_each_accepted_message_id_is_in_the_log_before_the_reply(mail_server: MailCatcher):
    with smtplib.SMTP(mail_server.host, mail_server.port) as client:
        client.send_message(a_mail())
        assert mail_server.mailbox.accepted_ids() == ["<1.one@registration.example>"]
        client.send_message(a_mail())
        assert len(mail_server.mailbox.accepted_ids()) == 2


def test_the_reply_names_the_number_of_the_message(mail_server: MailCatcher):
    with smtplib.SMTP(mail_server.host, mail_server.port) as client:
        client.ehlo()
        client.mail("a@registration.example")
        client.rcpt("b@elbonia.example")
        code, words = client.data(b"Subject: x\r\n\r\ny\r\n")
    (number,) = mail_server.mailbox.numbers()
    assert (code, words.decode()) == (250, f"2.0.0 Ok: queued as {number}")


def test_a_message_that_cannot_be_stored_is_refused_for_now_and_not_logged(
    mail_server: MailCatcher,
):
    (mail_server.mailbox.folder / "tmp").rmdir()
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(mail_server, a_mail())
    assert refused.value.smtp_code == 452
    assert mail_server.mailbox.accepted_ids() == []


def the_log_says(catcher: MailCatcher, what: str) -> bool:
    """Whether its last line comes to say that; the conversation ends when it likes."""
    for _ in range(6000):
        if catcher.mailbox.log.read_text().endswith(f"{what}\n"):
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (b".\r\n", "<1.one@registration.example>"),
        (b"", "<1.one@registration.example> not taken"),
    ],
)
def test_whoever_hangs_up_has_handed_over_with_the_final_dot_and_not_before(
    mail_server: MailCatcher, end: bytes, said: str
):
    address = (mail_server.host, mail_server.port)
    with socket.create_connection(address) as client, client.makefile("rb") as lines:
        for word in (b"", b"EHLO office", b"MAIL FROM:<a@x.example>", b"RCPT TO:<b@y.example>"):
            client.sendall(word and word + b"\r\n")
            while lines.readline()[3:4] == b"-":
                pass
        client.sendall(b"DATA\r\n")
        assert lines.readline().startswith(b"354")
        client.sendall(a_mail().as_bytes(policy=SMTP) + end)
    assert the_log_says(mail_server, said)


@pytest.mark.parametrize(
    "text", ["", ".", "..", ".x\n\n..\n.", "It ends.\nIt goes on.\n.\n", "Dots...\n" * 20_000]
)
def test_dots_arrive_as_they_were_written(mail_server: MailCatcher, text: str):
    written = "Subject: x\n\n" + text
    with smtplib.SMTP(mail_server.host, mail_server.port) as client:
        for _ in range(2):  # what follows is not taken for a part of it
            client.sendmail("a@registration.example", ["b@elbonia.example"], written)
    for caught in mail_server.messages:
        assert caught.source.decode().replace("\r\n", "\n").rstrip("\n") == written.rstrip("\n")


def test_a_message_of_nothing_but_the_dot_is_taken(mail_server: MailCatcher):
    with smtplib.SMTP(mail_server.host, mail_server.port) as client:
        client.ehlo()
        client.mail("a@registration.example")
        client.rcpt("b@elbonia.example")
        assert client.docmd("DATA")[0] == 354
        assert client.docmd(".")[0] == 250
    assert [caught.source for caught in mail_server.messages] == [b""]


def test_what_is_too_large_is_refused_and_the_conversation_goes_on(
    mail_server: MailCatcher, monkeypatch: pytest.MonkeyPatch
):
    with smtplib.SMTP(mail_server.host, mail_server.port) as client:
        client.ehlo()  # from here on the limit is another one than the server then said
        monkeypatch.setattr("workshop.mail_catcher._LARGEST_MESSAGE", 1000)
        for text, expected in (("One line. And a dot.\n" * 10_000, 552), ("Small", 250)):
            client.mail("a@registration.example")
            client.rcpt("b@elbonia.example")
            assert client.data(f"Subject: x\n\n{text}")[0] == expected
    [caught] = mail_server.messages
    assert caught.message.get_payload().strip() == "Small"


def test_messages_and_log_outlive_a_restart_of_the_catcher(tmp_path: Path):
    ports = Ports.any_free()
    command = [sys.executable, "-m", "workshop.mail_catcher", "--folder", str(tmp_path / "mail")]
    command += ["--smtp-port", str(ports.smtp), "--page-port", str(ports.mail_page)]
    for _ in range(2):
        with subprocess.Popen(command, cwd=ROOT) as catcher:
            _send_when_up(ports.smtp)
            catcher.terminate()
            assert catcher.wait(60) == 0
    mailbox = Mailbox(tmp_path / "mail")
    assert len(mailbox.numbers()) == len(mailbox.accepted_ids()) == 2


def _send_when_up(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with smtplib.SMTP(LOOPBACK, port) as client:
                client.send_message(a_mail())
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_the_list_shows_recipients_and_decoded_subjects_newest_first(
    mail_server: MailCatcher, pages: http.client.HTTPConnection
):
    send(mail_server, a_mail(subject="Первое"), a_mail(subject="ثانيا"))
    status, page = get(pages, "/")
    assert status == 200
    assert page.index("ثانيا") < page.index("Первое")
    assert "mission@elbonia.example" in page
    assert "nothing is\nsent on" in page


def test_a_search_leaves_out_what_does_not_match(
    mail_server: MailCatcher, pages: http.client.HTTPConnection
):
    send(mail_server, a_mail(subject="Code 123"), a_mail(subject="Invitation"))
    assert "Invitation" not in get(pages, "/?q=code")[1]


def test_markup_in_a_mail_is_shown_and_not_obeyed(
    mail_server: MailCatcher, pages: http.client.HTTPConnection
):
    evil = "<script>alert(1)</script>' onclick='x"
    send(mail_server, a_mail(subject=evil, text=evil))
    (number,) = mail_server.mailbox.numbers()
    for path in ("/", f"/messages/{number}", f"/?q={'%3Cscript%3E'}"):
        status, page = get(pages, path)
        assert status == 200
        assert "<script" not in page
        assert "' onclick='" not in page


def test_a_link_in_the_text_can_be_followed(
    mail_server: MailCatcher, pages: http.client.HTTPConnection
):
    send(mail_server, a_mail(text="See http://127.0.0.1:8000/a?b=1&c=2."))
    (number,) = mail_server.mailbox.numbers()
    page = get(pages, f"/messages/{number}")[1]
    assert "<a href='http://127.0.0.1:8000/a?b=1&amp;c=2'>" in page


def test_an_attachment_is_downloaded_under_its_name(
    mail_server: MailCatcher, pages: http.client.HTTPConnection
):
    send(mail_server, a_mail())
    (number,) = mail_server.mailbox.numbers()
    pages.request("GET", f"/messages/{number}/attachments/0")
    answer = pages.getresponse()
    assert answer.read() == b"%PDF-1.7"
    assert answer.headers["Content-Disposition"].endswith("CU-2013-175.pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/messages/1", "/messages/..%2faccepted.log", "/nothing", "/?page=x"]
)
def test_what_is_not_there_is_not_found(pages: http.client.HTTPConnection, path: str):
    assert get(pages, path)[0] == 404


def test_a_page_of_another_site_cannot_read_the_mails_by_another_name(
    pages: http.client.HTTPConnection,
):
    assert get(pages, "/", Host="evil.example")[0] == 400
