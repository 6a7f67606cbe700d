"""The pages of the mail catcher: the list of messages, one message, one attachment."""

from __future__ import annotations

import html
import re
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import parse_qs, quote, unquote, urlsplit

_PAGE_LENGTH = 50
# A page of another site must not read the mails by pointing its own name at this machine.
_OWN_NAMES = {"127.0.0.1", "localhost"}
# The last character is no punctuation, so that a sentence's full stop stays outside the link.
_ADDRESS = re.compile(r"(https?://[^\s<>\"']*[\w/=&#-])")
_CONTENT_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"

_STYLE = """
:root { color-scheme: light; --ink: #1b2733; --soft: #56636f; --line: #d5dbe1; --link: #1d4f91 }
* { box-sizing: border-box }
body { margin: 0; font: 1rem/1.5 "Noto Sans", "DejaVu Sans", sans-serif; color: var(--ink);
  background: #f6f7f9 }
header { background: #24384d; color: #fff; padding: 1rem max(1rem, calc(50% - 30rem)) }
header p { margin: 0 } header a { color: inherit; text-decoration: none }
header .name { font-size: 1.25rem; font-weight: 600 }
main { max-width: 62rem; margin: 1.5rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; line-height: 1.3 }
a { color: var(--link) } a:focus { outline: 3px solid #f2b632; outline-offset: 2px }
table { width: 100%; border-collapse: collapse; background: #fff }
th, td { text-align: start; padding: .5rem .75rem; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: anywhere }
th { color: var(--soft); font-weight: 600 }
td.when { white-space: nowrap; color: var(--soft) }
form { margin: 1rem 0; display: flex; gap: .5rem; flex-wrap: wrap; align-items: center }
input, button { font: inherit; padding: .35rem .6rem; border: 1px solid var(--soft) }
button { background: var(--link); color: #fff; border-color: var(--link) }
.text { background: #fff; border: 1px solid var(--line); padding: 1rem; white-space: pre-wrap;
  overflow-wrap: anywhere; font: inherit }
nav { display: flex; gap: 1.5rem; margin: 1rem 0 }
"""


class Caught(Protocol):
    """One message with its envelope."""

    @property
    def id(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def recipients(self) -> tuple[str, ...]: ...
    @property
    def message(self) -> EmailMessage: ...
    @property
    def source(self) -> bytes: ...


class Messages(Protocol):
    """Where the pages read the messages."""

    def numbers(self) -> list[str]:
        """The numbers of all messages, oldest first."""

    def read(self, number: str) -> Caught:
        """One message; KeyError when there is none."""


def serve_pages(mailbox: Messages, host: str, port: int) -> ThreadingHTTPServer:
    """A server of the pages, listening already; the caller runs and closes it."""

    class Pages(_Pages):
        messages = mailbox

    return ThreadingHTTPServer((host, port), Pages)


class _Pages(BaseHTTPRequestHandler):
    messages: Messages
    server_version = "mail-catcher"
    sys_version = ""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        words = [unquote(word) for word in address.path.strip("/").split("/") if word]
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        if urlsplit(f"//{self.headers['Host']}").hostname not in _OWN_NAMES:
            self._answer(400, "text/plain; charset=utf-8", b"This server has another name.")
            return
        try:
            self._route(words, query)
        except (KeyError, IndexError, ValueError):
            self._page(404, "Not found", "<h1>There is no such message</h1>")

    do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

    def _route(self, words: list[str], query: dict[str, str]) -> None:
        match words:
            case []:
                self._page(200, "Mail", self._list(query))
            case ["style.css"]:
                self._answer(200, "text/css; charset=utf-8", _STYLE.encode())
            case ["healthz"]:
                self._answer(200, "text/plain; charset=utf-8", b"ok")
            case ["messages", number]:
                caught = self.messages.read(number)
                self._page(200, str(caught.message["Subject"]), _one_message(caught))
            case ["messages", number, "source"]:
                source = self.messages.read(number).source
                self._answer(200, "text/plain; charset=utf-8", source)
            case ["messages", number, "attachments", place]:
                self._attachment(_attachments(self.messages.read(number).message)[int(place)])
            case _:
                raise KeyError(self.path)

    def _list(self, query: dict[str, str]) -> str:
        sought = query.get("q", "").strip()
        caught = [self.messages.read(number) for number in reversed(self.messages.numbers())]
        if sought:
            caught = [one for one in caught if sought.casefold() in _searched_text(one)]
        page = max(1, int(query.get("page", "1")))
        shown = caught[(page - 1) * _PAGE_LENGTH : page * _PAGE_LENGTH]
        return _list_page(shown, total=len(caught), page=page, sought=sought)

    def _attachment(self, part: EmailMessage) -> None:
        content = part.get_content()
        body = content.encode() if isinstance(content, str) else bytes(content)
        name = quote(part.get_filename() or "attachment", safe="")
        self._answer(
            200,
            "application/octet-stream",
            body,
            {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    def _page(self, status: int, title: str, body: str) -> None:
        page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)} - mail catcher</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/style.css"></head><body>
<header><p class="name"><a href="/">Mail catcher</a></p>
<p>A local mail server for trying things out. Every message stays on this machine; nothing is
sent on.</p></header>
<main>{body}</main></body></html>"""
        self._answer(status, "text/html; charset=utf-8", page.encode("utf-8", "replace"))

    def _answer(
        self, status: int, kind: str, body: bytes, more: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": _CONTENT_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        for name, value in (headers | (more or {})).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: the page asks for nothing worth a line in the log."""


def _searched_text(caught: Caught) -> str:
    words = (caught.message["Subject"], caught.message["To"], *caught.recipients)
    return " ".join(str(word) for word in words).casefold()


def _list_page(shown: list[Caught], *, total: int, page: int, sought: str) -> str:
    rows = "".join(
        f"<tr><td class='when'>{_when(one.message)}</td>"
        f"<td>{html.escape(', '.join(one.recipients))}</td>"
        f"<td><a href='/messages/{quote(one.id)}' dir='auto'>"
        f"{html.escape(str(one.message['Subject'] or '(no subject)'))}</a></td></tr>"
        for one in shown
    )
    table = (
        "<table><thead><tr><th scope='col'>Date</th><th scope='col'>To</th>"
        f"<th scope='col'>Subject</th></tr></thead><tbody>{rows}</tbody></table>"
        if shown
        else "<p>No message here.</p>"
    )
    return (
        f"<h1>{total} message{'' if total == 1 else 's'}</h1>"
        "<form method='get' action='/' role='search'>"
        "<label for='q'>Recipient or subject contains</label>"
        f"<input id='q' name='q' type='search' value='{html.escape(sought)}'>"
        f"<button>Search</button></form>{table}{_other_pages(total, page, sought)}"
    )


def _other_pages(total: int, page: int, sought: str) -> str:
    def link(number: int, words: str) -> str:
        return f"<a href='/?page={number}&amp;q={quote(sought, safe='')}'>{words}</a>"

    links = [link(page - 1, "Newer")] if page > 1 else []
    links += [link(page + 1, "Older")] if page * _PAGE_LENGTH < total else []
    return f"<nav aria-label='Pages'>{''.join(links)}</nav>" if links else ""


def _one_message(caught: Caught) -> str:
    message = caught.message
    headers = [
        (name, str(message[name]))
        for name in ("From", "To", "Cc", "Reply-To", "Date", "Message-ID")
        if message[name] is not None
    ]
    envelope = ("Envelope", f"from {caught.sender} to {', '.join(caught.recipients)}")
    rows = "".join(
        f"<tr><th scope='row'>{name}</th><td dir='auto'>{html.escape(value)}</td></tr>"
        for name, value in [*headers, envelope]
    )
    attachments = "".join(
        f"<li><a href='/messages/{quote(caught.id)}/attachments/{place}'>"
        f"{html.escape(part.get_filename() or 'attachment')}</a> "
        f"({html.escape(part.get_content_type())})</li>"
        for place, part in enumerate(_attachments(message))
    )
    listed = f"<h2>Attachments</h2><ul>{attachments}</ul>" if attachments else ""
    return (
        f"<h1 dir='auto'>{html.escape(str(message['Subject'] or '(no subject)'))}</h1>"
        f"<table><tbody>{rows}</tbody></table>{listed}<h2>Text</h2>"
        f"<div class='text' dir='auto'>{_with_links(_text_of(message))}</div>"
        f"<nav><a href='/'>All messages</a>"
        f"<a href='/messages/{quote(caught.id)}/source'>Source</a></nav>"
    )


def _attachments(message: EmailMessage) -> list[EmailMessage]:
    return list(message.iter_attachments())


def _text_of(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    return "" if part is None else str(part.get_content())


def _with_links(text: str) -> str:
    """The text, escaped, its http addresses made into links."""
    pieces = _ADDRESS.split(text)  # text, address, text, address, … text
    return "".join(
        f"<a href='{html.escape(piece)}'>{html.escape(piece)}</a>"
        if place % 2
        else html.escape(piece)
        for place, piece in enumerate(pieces)
    )


def _when(message: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(str(message["Date"])).strftime("%Y-%m-%d %H:%M:%S %z")
    except ValueError:  # no date, or none that can be read
        return ""
