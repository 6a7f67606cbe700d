"""One message to one mail server, phase by phase, so that we always know whether it can have it.

Up to the end of the body every failure is harmless: a server acts on a message when the dot after
it has come, and not before (RFC 5321, 4.1.1.4). From then on only a clear reply tells; anything
else leaves the message in doubt (RFC 1047), and this module says so instead of guessing.
"""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Self
from urllib.parse import unquote, urlsplit

from registration.killpoint import killpoint
from registration.post.rules import Envelope, Reply, judge
from workers.watch import Watch

# Each step of the conversation, and all of them together up to the body. A server that sends one
# byte a minute keeps no lease and no other message waiting.
STEP_SECONDS = 20.0
OPENING_SECONDS = 45.0
BODY_SECONDS = 25.0
# From the dot after the body to the reply. RFC 5321 (4.5.3.2.6) would wait ten minutes; we speak to
# the office's own server, which answers at once, and a message that it takes longer for is settled
# by its log.
ANSWER_SECONDS = 35.0
# Between two messages: whether the connection of the one before still serves.
AGAIN_SECONDS = 5.0


class Fate(Enum):
    """What became of one attempt."""

    NOT_SENT = auto()  # nothing of the body has left; it may be tried again
    REFUSED = auto()  # the server refused it for good before the body
    BROKEN_OFF = auto()  # the end of the body has not left; it may be tried again
    ACCEPTED = auto()  # the server took it
    POSTPONED = auto()  # the server had all of it and asks to come back
    TURNED_DOWN = auto()  # the server had all of it and refused it for good
    IN_DOUBT = auto()  # the whole body may have left, and no clear reply came


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt, in the server's words, and which addresses it did not take."""

    fate: Fate
    reply: str
    refused: Mapping[str, str] = field(default_factory=dict)
    # It asked to come back, and not because of an address: that is for all messages.
    asks_to_wait: bool = False


@dataclass(frozen=True)
class Server:
    """A mail server: where it listens, and what it demands."""

    host: str
    port: int
    starttls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def at(cls, url: str) -> "Server":
        """Read `smtp://host:port` or `smtp+starttls://user:password@host:port`.

        Raises ValueError for anything else, a password without TLS included.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtp+starttls") or not parts.hostname:
            raise ValueError("the mail server must be smtp://host:port or smtp+starttls://…")
        starttls = parts.scheme == "smtp+starttls"
        if parts.username and not starttls:
            raise ValueError("a password is only sent to a mail server under TLS")
        return cls(
            parts.hostname,
            parts.port or (587 if starttls else 25),
            starttls,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


@dataclass(frozen=True)
class Limits:
    """Seconds that a step, the opening, the body and the answer to it may take."""

    step: float = STEP_SECONDS
    opening: float = OPENING_SECONDS
    body: float = BODY_SECONDS
    answer: float = ANSWER_SECONDS


LIMITS = Limits()


class _Stopped(Exception):
    """The conversation ended before the body, with this outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reply)
        self.outcome = outcome


class Line:
    """A line to one mail server. A message that it accepted leaves it open for the next one.

    `with` closes it. Nothing that a server said about one message counts for another.
    """

    def __init__(self, server: Server, *, our_name: str) -> None:
        self._server = server
        self._our_name = our_name
        self._client: smtplib.SMTP | None = None  # open, and between two messages
        self._watch = Watch()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            _hang_up(self._client)
            self._client = None
        self._watch.end()

    @property
    def is_open(self) -> bool:
        """Whether the server accepted a message and may take the next one."""
        return self._client is not None

    def deliver(
        self,
        *,
        sender: str,
        recipients: Sequence[str],
        content: bytes,
        attempts: int,
        before_body: Callable[[], None],
        before_end: Callable[[], None],
        meanwhile: Callable[[], None],
        archive: str | None = None,
    ) -> Outcome:
        """Make one attempt and say what became of it. No error of the network is raised.

        `archive` gets the same bytes in the same transaction, and is no addressee: whether the
        server takes it for that address changes nothing.

        `before_body` is called once the server waits for the body and before its first byte,
        `before_end` before the dot after its last one: from then on the message is in doubt. If one
        of them raises, nothing more leaves and the error is passed on. `meanwhile` is called when
        all has been sent and the server thinks; it must not raise. `attempts` counts this one (it
        decides how patient we are with one address of several).
        """
        limits, kept = LIMITS, self._kept(sender)
        client = kept or smtplib.SMTP(local_hostname=self._our_name, timeout=limits.step)
        try:
            with self._watch.no_longer_than(limits.opening, client):
                if kept is None:
                    _greet(client, self._server)
                    _go_on(_reply(client.mail(sender)))
                refused = _address(client, recipients, attempts, archive)
        except _Stopped as stopped:
            _hang_up(client)
            return stopped.outcome
        except (OSError, smtplib.SMTPException) as failure:
            client.close()
            return Outcome(Fate.NOT_SENT, _in_words(failure))
        _asked(before_body, client)
        killpoint("post.marked")
        try:
            with self._watch.no_longer_than(limits.body, client):
                _send_body(client, content, limits.body)
        except OSError as failure:
            client.close()
            return Outcome(Fate.BROKEN_OFF, _in_words(failure), refused)
        _asked(before_end, client)
        killpoint("post.end_marked")
        try:
            with self._watch.no_longer_than(limits.answer, client):
                reply = _end_body(client, limits.answer, meanwhile)
        except (OSError, smtplib.SMTPException) as failure:
            client.close()
            return Outcome(Fate.IN_DOUBT, _in_words(failure), refused)
        killpoint("post.answered")
        fate = _fate_after_body(reply)
        if fate is Fate.ACCEPTED:
            self._client = client
        else:
            _hang_up(client)
        return Outcome(fate, str(reply), refused, asks_to_wait=reply.asks_to_wait)

    def _kept(self, sender: str) -> smtplib.SMTP | None:
        """The connection of the message before, if it takes this sender as well.

        Whatever else is said there concerns that connection (a server may end it, or take only so
        many messages over it): a new one is made, and what is said there counts.
        """
        client, self._client = self._client, None
        if client is None or client.sock is None:
            return None
        seconds = min(AGAIN_SECONDS, LIMITS.step)
        try:
            client.sock.settimeout(seconds)
            with self._watch.no_longer_than(seconds, client):
                reply = _reply(client.mail(sender))
            if reply.good:
                client.sock.settimeout(LIMITS.step)
                return client
        except (OSError, smtplib.SMTPException):
            client.close()
        else:
            _hang_up(client)
        return None


def _send_at_once(client: smtplib.SMTP) -> None:
    """Let no piece of a message wait until the server has acknowledged the one before.

    Else the dot after the body stays here for the 40 ms that a server may put its acknowledgement
    off (RFC 1122, 4.2.3.2 and 4.2.3.4), for each message.
    """
    if client.sock is not None:
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _greet(client: smtplib.SMTP, server: Server) -> None:
    """Everything up to the envelope."""
    # What is refused before the envelope says something of the server or of our settings, and
    # nothing of this message: even a refusal for good is tried again, and then shown to a person.
    _go_on(_reply(client.connect(server.host, server.port)))
    _send_at_once(client)
    killpoint("post.connected")
    _go_on(_reply(client.ehlo()))
    if server.starttls:
        _go_on(_reply(client.docmd("STARTTLS")))
        _encrypt(client, server.host)
        _go_on(_reply(client.ehlo()))
    if server.user:
        try:
            client.login(server.user, server.password)
        except smtplib.SMTPAuthenticationError as refusal:
            _go_on(_reply((refusal.smtp_code, refusal.smtp_error)))


def _address(
    client: smtplib.SMTP,
    recipients: Sequence[str],
    attempts: int,
    archive: str | None,
) -> dict[str, str]:
    """From the addresses to "send the body now". Returns those that were not taken."""
    replies = {each: _addressed(client, each) for each in recipients}
    killpoint("post.addressed")
    refused = {each: str(reply) for each, reply in replies.items() if not reply.good}
    verdict = judge(replies, attempts)
    if verdict is not Envelope.GO_ON:
        fate = Fate.NOT_SENT if verdict is Envelope.COME_BACK else Fate.REFUSED
        raise _Stopped(Outcome(fate, "; ".join(f"{to}: {why}" for to, why in refused.items())))
    if archive is not None and archive not in recipients:
        client.rcpt(archive)
    _go_on(_reply(client.docmd("DATA")), refusal=Fate.REFUSED)
    killpoint("post.before_mark")
    return refused


def _addressed(client: smtplib.SMTP, address: str) -> Reply:
    """What the server says of an address, unless it ends the conversation there."""
    reply = _reply(client.rcpt(address))
    if reply.closes:
        _go_on(reply)
    return reply


def _encrypt(client: smtplib.SMTP, host: str) -> None:
    """Put the connection under TLS, against the system's certificates and the server's name."""
    assert client.sock is not None  # noqa: S101 - STARTTLS was just answered on it
    client.sock = ssl.create_default_context().wrap_socket(client.sock, server_hostname=host)
    client.file = None
    # What was said in the clear counts for nothing (RFC 3207, 4.2).
    client.ehlo_resp = client.helo_resp = None
    client.esmtp_features = {}
    client.does_esmtp = False


def _asked(mark: Callable[[], None], client: smtplib.SMTP) -> None:
    """Let the caller write down what comes next. If that fails, nothing more is said."""
    try:
        mark()
    except BaseException:
        client.close()
        raise


def _send_body(client: smtplib.SMTP, content: bytes, seconds: float) -> None:
    assert client.sock is not None  # noqa: S101 - the server has just asked for the body on it
    client.sock.settimeout(seconds)
    lines = _as_lines(content)
    client.sock.sendall(lines[: len(lines) // 2])
    killpoint("post.body_begun")
    client.sock.sendall(lines[len(lines) // 2 :])
    killpoint("post.body_sent")


def _end_body(client: smtplib.SMTP, seconds: float, meanwhile: Callable[[], None]) -> Reply:
    assert client.sock is not None  # noqa: S101 - the body has just left on it
    client.sock.settimeout(seconds)
    client.sock.sendall(b".\r\n")
    killpoint("post.dot_sent")
    meanwhile()
    return _reply(client.getreply())


def _as_lines(content: bytes) -> bytes:
    """The bytes as SMTP wants them: lines end with CRLF, and a dot at their head is doubled."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return (b"\r\n" + lines).replace(b"\r\n.", b"\r\n..").removeprefix(b"\r\n")


def _fate_after_body(reply: Reply) -> Fate:
    if 200 <= reply.code < 300:
        return Fate.ACCEPTED
    if 400 <= reply.code < 500:
        return Fate.POSTPONED
    return Fate.TURNED_DOWN if reply.for_good else Fate.IN_DOUBT


def _go_on(reply: Reply, *, refusal: Fate = Fate.NOT_SENT) -> None:
    if not reply.good:
        fate = refusal if reply.for_good else Fate.NOT_SENT
        raise _Stopped(Outcome(fate, str(reply), asks_to_wait=reply.asks_to_wait))


def _reply(said: tuple[int, bytes | str]) -> Reply:
    code, text = said
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Reply(code, " ".join(words.split())[:500])


def _in_words(failure: Exception) -> str:
    return " ".join(f"{type(failure).__name__}: {failure}".split())[:500]


def _hang_up(client: smtplib.SMTP) -> None:
    """Say good-bye, and do not wait for the answer: it changes nothing any more."""
    with contextlib.suppress(OSError):
        if client.sock is not None:
            client.sock.sendall(b"QUIT\r\n")
    client.close()
