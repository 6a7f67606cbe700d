"""A mail server on loopback that fails in the phase, and in the way, that a test asks for.

It remembers what it accepted, as a real one does in its log: before the reply to the final dot.
"""

import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Phase(StrEnum):
    """Where in the conversation the server fails."""

    BANNER = "banner"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    EHLO_UNDER_TLS = "ehlo_under_tls"
    AUTH = "auth"
    MAIL = "mail"
    FIRST_RCPT = "first_rcpt"
    LAST_RCPT = "last_rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"
    QUIT = "quit"


class Way(StrEnum):
    """How it fails: by going away, by asking to come back, by refusing, by saying nothing."""

    DROP = "drop"
    LATER = "4xx"
    NEVER = "5xx"
    STALL = "stall"


class _Gone(Exception):
    """The conversation is over."""


@dataclass
class FailingServer:
    """Listens from its making; `close()` it. Works properly where no phase is given."""

    phase: Phase | None = None
    way: Way = Way.DROP
    recipients: int = 1
    tls: ssl.SSLContext | None = None
    log: Path | None = None
    later: str = "451 4.3.0 come back later"
    offers: tuple[str, ...] = ("STARTTLS", "AUTH PLAIN")
    accepted: list[bytes] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)
    conversations: int = 0

    def __post_init__(self) -> None:
        if self.log is not None:
            _append(self.log, f"{time.time():.3f} -")
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._closing.set()
        # Closing alone would leave the port open while the thread waits in accept.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    @property
    def accepted_ids(self) -> list[str]:
        """The Message-IDs of what was accepted, in order."""
        return [
            line.split(b":", 1)[1].strip().decode()
            for content in self.accepted
            for line in content.splitlines()
            if line.lower().startswith(b"message-id:")
        ]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.conversations += 1
            threading.Thread(target=self._converse, args=[connection], daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        conversation = _Conversation(self, connection)
        with suppress(_Gone, OSError):
            conversation.run()
        conversation.cut()

    def accept(self, content: bytes, recipients: list[str]) -> None:
        """Take a message, and say so in the log before saying so to the client."""
        self.accepted.append(content)
        self.envelopes.append(recipients)
        if self.log is not None:
            _append(self.log, f"{time.time():.3f} {self.accepted_ids[-1]}")

    def wait_until_closed(self) -> None:
        """Say nothing until the test is over."""
        self._closing.wait(30)


class _Conversation:
    def __init__(self, server: FailingServer, connection: socket.socket) -> None:
        self.server = server
        self.use(connection)
        self.recipients: list[str] = []
        self.asked = 0
        self.under_tls = False

    def use(self, connection: socket.socket) -> None:
        self.connection = connection
        self.lines = connection.makefile("rb")

    def cut(self) -> None:
        """Cut the line, whether it is under TLS by now or not."""
        self.lines.close()
        self.connection.close()

    def run(self) -> None:
        self.answer(Phase.BANNER, "220 failing.example")
        while line := self.lines.readline():
            verb = line[:4].upper().strip().decode("ascii", "replace")
            getattr(self, f"on_{verb.lower()}", self.on_other)(line)

    def say(self, text: str) -> None:
        self.connection.sendall(text.encode() + b"\r\n")

    def answer(self, phase: Phase, good: str) -> bool:
        """Say what is good, or fail if this is the phase. Whether it was good."""
        if self.server.phase is not phase:
            self.say(good)
            return True
        match self.server.way:
            case Way.DROP:
                self.connection.shutdown(socket.SHUT_RDWR)
                raise _Gone
            case Way.STALL:
                self.server.wait_until_closed()
                raise _Gone
            case Way.LATER:
                self.say(self.server.later)
            case Way.NEVER:
                self.say("554 5.7.1 never")
        return False

    def on_ehlo(self, line: bytes) -> None:
        offers = [each for each in self.server.offers if each != "STARTTLS" or not self.under_tls]
        lines = ["failing.example", *offers]
        text = "\r\n".join(
            f"250{'-' if place < len(lines) - 1 else ' '}{each}" for place, each in enumerate(lines)
        )
        self.answer(Phase.EHLO_UNDER_TLS if self.under_tls else Phase.EHLO, text)

    def on_star(self, line: bytes) -> None:
        if self.answer(Phase.STARTTLS, "220 go ahead"):
            assert self.server.tls is not None
            self.lines.close()
            self.use(self.server.tls.wrap_socket(self.connection, server_side=True))
            self.under_tls = True

    def on_auth(self, line: bytes) -> None:
        self.answer(Phase.AUTH, "235 welcome")

    def on_mail(self, line: bytes) -> None:
        self.answer(Phase.MAIL, "250 ok")

    def on_rcpt(self, line: bytes) -> None:
        self.asked += 1
        first, last = self.asked == 1, self.asked == self.server.recipients
        if self.server.phase is Phase.FIRST_RCPT and not first:
            phase = Phase.LAST_RCPT
        else:
            phase = Phase.LAST_RCPT if last and not first else Phase.FIRST_RCPT
        if self.server.recipients == 1 and self.server.phase is Phase.LAST_RCPT:
            phase = Phase.LAST_RCPT
        if self.answer(phase, "250 ok"):
            self.recipients.append(line.split(b"<")[1].split(b">")[0].decode())

    def on_data(self, line: bytes) -> None:
        if not self.answer(Phase.DATA, "354 go ahead"):
            return
        content = b""
        failed = False
        while (line := self.lines.readline()) != b".\r\n":
            if not line:
                raise _Gone
            content += line
            if self.server.phase is Phase.BODY and not failed:
                failed = True
                self.answer(Phase.BODY, "")
        if failed:
            return
        if self.server.phase is Phase.DOT and self.server.way in (Way.LATER, Way.NEVER):
            self.answer(Phase.DOT, "")
            return
        self.server.accept(content, self.recipients)
        self.answer(Phase.DOT, "250 2.0.0 queued")

    def on_quit(self, line: bytes) -> None:
        self.answer(Phase.QUIT, "221 bye")
        raise _Gone

    def on_other(self, line: bytes) -> None:
        self.say("250 ok")


class Tarpit:
    """A server whose first line never ends: one byte every tenth of a second. `close()` it."""

    def __init__(self) -> None:
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Stop listening and dripping."""
        self._closing.set()
        # Closing alone would leave the port open while the thread waits in accept.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, suppress(OSError):
            while not self._closing.wait(0.1):
                connection.sendall(b"2")


def _append(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(f"{line}\n")
