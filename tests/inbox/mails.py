"""Mails as the world sends them: a reply, a delivery report, an out-of-office, and worse."""

import os
from email.message import EmailMessage

from tests.documents.making import plain

MISSION = "mission.aut@missions.example"


def written(
    sender: str = MISSION,
    *,
    to: str = "answers@registration.example",
    subject: str = "Your note verbale",
    text: str = "We shall take part.",
    **headers: str,
) -> EmailMessage:
    """A mail of one text; headers by name, `_` for `-`."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def in_arabic_with_a_scan(to: str, pdf: bytes | None = None) -> bytes:
    """A mission's reply in Arabic, its note as a scanned PDF beside it."""
    mail = written(
        f"البعثة الدائمة <{MISSION}>",
        to=to,
        subject="رد على المذكرة الشفوية \u200eCU 2013/175\u200f",
        text="تهدي البعثة الدائمة تحياتها وتتشرف بإرفاق مذكرتها.",
    )
    mail.add_attachment(
        pdf or plain(), maintype="application", subtype="pdf", filename="مذكرة شفوية.pdf"
    )
    return mail.as_bytes()


def delivery_report(
    to: str,
    address: str = MISSION,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = "",
) -> bytes:
    """A mail server's report about one address (RFC 3464); `returned` is our Message-ID."""
    return (
        "Return-Path: <>\r\n"
        "From: Mail Delivery System <MAILER-DAEMON@mx.missions.example>\r\n"
        f"To: {to}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="part"\r\n\r\n'
        "--part\r\nContent-Type: text/plain\r\n\r\nI am sorry to have to inform you.\r\n"
        "--part\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.missions.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user here\r\n\r\n"
        "--part\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {returned}\r\nSubject: Our note\r\n\r\n--part--\r\n"
    ).encode()


def with_files(*files: tuple[str, bytes], to: str = "answers@registration.example") -> bytes:
    """A mission's reply with files beside it, each under its name."""
    mail = written(to=to)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def out_of_office(to: str) -> bytes:
    """Nobody reads this before Monday."""
    return written(
        to=to, subject="Out of office", text="I am away.", Auto_Submitted="auto-replied"
    ).as_bytes()


def huge(megabytes: int = 50) -> bytes:
    """A mail of that size, nearly all of it one file."""
    mail = written(subject="The whole file")
    mail.add_attachment(
        os.urandom(megabytes * 2**20 * 20 // 27),
        maintype="application",
        subtype="zip",
        filename="everything.zip",
    )
    return mail.as_bytes()


def nested(depth: int = 1_000) -> bytes:
    """A part within a part within a part, with a text in the innermost."""
    head = f"From: {MISSION}\r\nSubject: Nested\r\n"
    opened = "".join(
        f'Content-Type: multipart/mixed; boundary="b{each}"\r\n\r\n--b{each}\r\n'
        for each in range(depth)
    )
    closed = "".join(f"--b{each}--\r\n" for each in reversed(range(depth)))
    return f"{head}{opened}Content-Type: text/plain\r\n\r\nDeep inside.\r\n{closed}".encode()


def forwarded(times: int) -> bytes:
    """A mail within a mail within a mail."""
    inner = "".join(
        f"Content-Type: message/rfc822\r\n\r\nSubject: {each}\r\n" for each in range(times)
    )
    head = f"From: {MISSION}\r\nSubject: Forwarded\r\n"
    return f"{head}{inner}Content-Type: text/plain\r\n\r\nDeep inside.\r\n".encode()


def broken_charsets() -> bytes:
    """Names of character sets that are none, bytes that are no text, and a NUL."""
    return (
        b"From: \xff\xfe\xe9 <mission.aut@missions.example>\r\n"
        b"Subject: =?x-unknown?b?!!!?= caf\xe9\r\n"
        b"Content-Type: text/plain; charset=x-broken\r\n\r\ncaf\xe9\x00 \xe2\x80\xaeturned"
    )
