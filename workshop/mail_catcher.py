"""A real SMTP server that keeps every message in a folder and sends nothing on.

Run it with `python -m workshop.mail_catcher`; it also serves the page on which the messages are
read. A message is on disk, and its Message-ID in the log, before the 250 reply: what the log says
was accepted can be shown. The log also says of what came and was not taken that it is gone.
"""

from __future__ import annotations

import argparse
import asyncio
import email
import email.policy
import os
import signal
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from workshop.mail_pages import serve_pages

LOOPBACK = "127.0.0.1"
_LARGEST_MESSAGE = 32 * 1024 * 1024
_END = b".\r\n"  # alone on the last line of a message


@dataclass(frozen=True)
class CaughtMail:
    """One message with the envelope it came in: parsed, and `source` as it was handed over."""

    id: str
    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    source: bytes


class Mailbox:
    """A folder of messages in the Maildir layout, so that any mail program can open it as well.

    The envelope is kept as a delivering mail server does: Return-Path and Delivered-To above the
    message's own headers.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "accepted.log"
        self._numbers = count(1)
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        if not self.log.exists():
            self._note("-")  # the log begins here: what is not in it was never accepted

    def keep(self, sender: str, recipients: list[str], content: bytes) -> str:
        """Store one message and log its Message-ID, both flushed to disk; returns its number here.

        Raises OSError when the disk does not take it, and then nothing is logged.
        """
        number = f"{time.time_ns()}.{os.getpid()}_{next(self._numbers)}.catcher"
        envelope = [f"Return-Path: <{sender}>", *(f"Delivered-To: {to}" for to in recipients)]
        unfinished = self.folder / "tmp" / number
        _write_to_disk(unfinished, "\r\n".join([*envelope, ""]).encode() + content)
        unfinished.rename(self.folder / "new" / number)
        _flush_folder(self.folder / "new")
        message_id = _message_id_of(content)
        if message_id is not None:
            self._note(message_id)
        return number

    def turn_away(self, content: bytes) -> None:
        """Log that a message, or as much of it as came, was not taken and is not here any more."""
        message_id = _message_id_of(content)
        if message_id is not None:
            self._note(f"{message_id} not taken")

    def _note(self, what: str) -> None:
        _write_to_disk(self.log, f"{time.time():.3f} {what}\n".encode())

    def numbers(self) -> list[str]:
        """The numbers of all messages, in the order of their coming."""
        return sorted(path.name for path in (self.folder / "new").iterdir())

    def read(self, number: str) -> CaughtMail:
        """One message. Raises KeyError when there is none of that number."""
        if number not in self.numbers():
            raise KeyError(number)
        return _opened(number, (self.folder / "new" / number).read_bytes())

    def accepted_ids(self) -> list[str]:
        """The Message-IDs of the log, one for each message that was accepted."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [words[1] for words in map(str.split, lines) if len(words) == 2 and words[1] != "-"]


def _write_to_disk(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _message_id_of(content: bytes) -> str | None:
    head, end, _ = content.partition(b"\r\n\r\n")
    if not end:
        return None
    found = email.message_from_bytes(head + b"\r\n\r\n", policy=email.policy.compat32)["Message-ID"]
    return None if found is None else str(found).strip()


def _opened(number: str, content: bytes) -> CaughtMail:
    message = email.message_from_bytes(content, policy=email.policy.default)
    envelope_lines = 1 + len(message.get_all("Delivered-To", []))
    return CaughtMail(
        id=number,
        sender=str(message["Return-Path"] or "").strip("<>"),
        recipients=tuple(str(to) for to in message.get_all("Delivered-To", [])),
        message=message,
        source=content.split(b"\r\n", envelope_lines)[-1],
    )


class Acceptance:
    """What the SMTP server does with a message when its final dot has come."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd looks for
        self, server: SMTP, session: SmtpSession, envelope: Envelope
    ) -> str:
        content = envelope.content
        if not isinstance(content, bytes):
            return "500 5.6.0 The message did not arrive as bytes"
        try:
            # In a thread: while it waits for the disk, the others are listened to.
            number = await asyncio.to_thread(
                self.mailbox.keep,
                envelope.mail_from or "",
                [str(to) for to in envelope.rcpt_tos],
                content,
            )
        except OSError as failure:
            return f"452 4.3.1 The message could not be stored: {failure.strerror}"
        return f"250 2.0.0 Ok: queued as {number}"


class _Conversation(SMTP):
    """Takes a message as a whole; the library would look at each of its lines.

    Whoever hangs up after the final dot has handed over all the same.
    """

    line_length_limit = _LARGEST_MESSAGE  # of what is waited for at once

    def __init__(self, acceptance: Acceptance, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            acceptance,
            loop=loop,
            hostname="mail-catcher.localhost",
            ident="registration mail catcher",
            data_size_limit=_LARGEST_MESSAGE,
            enable_SMTPUTF8=True,
        )
        self._mailbox = acceptance.mailbox

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the name of the command
        """Answer DATA as the library does."""
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Say to whom first")
            return
        await self.push("354 End the message with a dot alone on a line")
        # The library ends the task of this conversation as soon as the client has hung up.
        status = await asyncio.shield(self._judged(self.envelope))
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(status)

    async def _judged(self, envelope: Envelope) -> str:
        """What to answer to the message that comes now."""
        try:
            content = await self._until_the_end()
        except (asyncio.IncompleteReadError, ConnectionError):
            return "421 4.4.2 The connection broke"
        if content is None:
            return "552 5.3.4 The message is too large"
        envelope.content = envelope.original_content = content
        status = str(await self._call_handler_hook("DATA"))
        if not status.startswith("2"):
            self._mailbox.turn_away(content)
        return status

    async def _until_the_end(self) -> bytes | None:
        """What was meant before the last dot; None where that was more than is taken."""
        content, size = bytearray(), 0
        while content != _END and not content.endswith(b"\r\n" + _END):
            try:
                piece = await self._reader.readuntil(_END)
            except asyncio.LimitOverrunError as waiting:
                piece = await self._reader.readexactly(waiting.consumed)
            except asyncio.IncompleteReadError as broken_off:
                self._mailbox.turn_away(bytes(content + broken_off.partial))
                raise
            size += len(piece)
            if size > _LARGEST_MESSAGE:
                content = content[-len(b"\r\n" + _END) :]
            content += piece
        if size > _LARGEST_MESSAGE:
            return None
        lines = b"\r\n" + content.removesuffix(_END)
        return lines.replace(b"\r\n.", b"\r\n").removeprefix(b"\r\n")  # RFC 5321, 4.5.2


class MailCatcher:
    """The SMTP server in a thread of its own. `port` 0 lets the system choose; `port` then says."""

    def __init__(self, mailbox: Mailbox, *, host: str = LOOPBACK, port: int = 0) -> None:
        self.mailbox = mailbox
        self.host = host
        self.port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The address for REGISTRATION_SMTP_URL."""
        return f"smtp://{self.host}:{self.port}"

    @property
    def messages(self) -> list[CaughtMail]:
        """All messages that were accepted, in the order of their coming."""
        return [self.mailbox.read(number) for number in self.mailbox.numbers()]

    def acceptance(self) -> Acceptance:
        """What judges the messages of one conversation."""
        return Acceptance(self.mailbox)

    def is_idle(self) -> bool:
        """Whether nobody speaks to it."""
        return bool(self._run(self._conversations()) == 0)

    def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._thread.start()
        self._server = self._run(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Stop listening and end the thread."""
        if self._server is not None:
            self._run(self._close(self._server))
            self._server = None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(
            lambda: _Conversation(self.acceptance(), self._loop), self.host, self.port
        )

    @staticmethod
    async def _conversations() -> int:
        return len(asyncio.all_tasks()) - 1  # this question is a task as well

    async def _close(self, server: asyncio.Server) -> None:
        server.close()
        await server.wait_closed()
        conversations = asyncio.all_tasks() - {asyncio.current_task()}
        for conversation in conversations:
            conversation.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
        await self._loop.shutdown_default_executor()  # what is being written is written


def main() -> None:
    """Serve SMTP and the pages until SIGTERM or Ctrl-C."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", type=Path, required=True, help="where messages are kept")
    arguments.add_argument("--host", default=LOOPBACK)
    arguments.add_argument("--smtp-port", type=int, default=8026)
    arguments.add_argument("--page-port", type=int, default=8025)
    chosen = arguments.parse_args()
    mailbox = Mailbox(chosen.folder)
    catcher = MailCatcher(mailbox, host=chosen.host, port=chosen.smtp_port)
    catcher.start()
    pages = serve_pages(mailbox, chosen.host, chosen.page_port)
    for farewell in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for the loop that this very thread runs, hence a thread for it.
        signal.signal(farewell, lambda *_: threading.Thread(target=pages.shutdown).start())
    pages.serve_forever()
    pages.server_close()
    catcher.stop()


if __name__ == "__main__":
    main()
