"""Mailboxes of the office over IMAP with TLS: what came, in order, and what lies there."""

import imaplib
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import MailBox
from imap_tools.query import A, H

SECONDS = 20.0  # for each step of the conversation
TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError)
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


@dataclass(frozen=True)
class Arrival:
    """A mail in a mailbox; of one that is too big `content` is its head. Sizes are in bytes."""

    uid: int
    size: int
    received_at: datetime
    content: bytes


class Box:
    """One open folder. Nothing is ever removed from it."""

    def __init__(self, opened: MailBox, folder: str) -> None:
        self._opened = opened
        self._folder = folder

    @property
    def uid_validity(self) -> int:
        """While this stays the same, the numbers of mails do."""
        return self._opened.folder.status(self._folder, ["UIDVALIDITY"])["UIDVALIDITY"]

    def after(self, uid: int, *, size_limit: int) -> Iterator[Arrival]:
        """The mails with higher numbers than that one, in their order."""
        # A range that begins behind the last mail means the last mail.
        for each in sorted(int(found) for found in self._opened.uids(f"UID {uid + 1}:*")):
            if each > uid and (arrival := self._fetched(each, size_limit)) is not None:
                yield arrival

    def mark_seen(self, up_to: int) -> None:
        """Show people who open the mailbox what was taken, up to that number."""
        unseen = self._opened.uids(f"UID 1:{up_to} UNSEEN")
        if unseen:  # by the plain command: the library's own would expunge what somebody deleted
            self._opened.client.uid("STORE", ",".join(unseen), "+FLAGS", r"(\Seen)")

    def holds(self, message_id: str) -> bool:
        """Whether a mail with that Message-ID lies here."""
        return bool(self._opened.uids(A(header=H("Message-ID", message_id))))

    def _fetched(self, uid: int, size_limit: int) -> Arrival | None:
        """The mail, or None where somebody removed it just now.

        By the plain command: the library's own would parse what strangers wrote, here and at once.
        """
        told = _line(self._asked(uid, "(UID RFC822.SIZE INTERNALDATE)"))
        size = _SIZE.search(told)
        if size is None:
            return None
        part = "BODY.PEEK[]" if int(size[1]) <= size_limit else "BODY.PEEK[HEADER]"
        content = next(
            (each[1] for each in self._asked(uid, f"({part})") if isinstance(each, tuple)), None
        )
        return None if content is None else Arrival(uid, int(size[1]), _when(told), content)

    def _asked(self, uid: int, what: str) -> Sequence[object]:
        status, answer = self._opened.client.uid("FETCH", str(uid), what)
        if status != "OK":
            raise imaplib.IMAP4.error(f"the mail {uid} cannot be fetched: {status}")
        return answer or []


def _line(answer: Sequence[object]) -> bytes:
    return next((each for each in answer if isinstance(each, bytes) and _UID.search(each)), b"")


def _when(told: bytes) -> datetime:
    """The instant at which the server took the mail in; now where it does not say."""
    local = imaplib.Internaldate2tuple(told)
    if local is None:
        return datetime.now(UTC)
    return datetime.fromtimestamp(time.mktime(local), UTC)


@contextmanager
def opened(url: str) -> Iterator[Box]:
    """The mailbox of `imaps://user:password@host:port/folder`, while the block runs.

    Raises what `TROUBLE` names.
    """
    parts = urlsplit(url)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    box = MailBox(
        parts.hostname or "",
        parts.port or 993,
        timeout=SECONDS,
        ssl_context=ssl.create_default_context(),  # the library's own believes any certificate
    )
    try:
        yield Box(box.login(user, password, initial_folder=folder), folder)
    finally:
        with suppress(*TROUBLE):
            box.logout()
        with suppress(OSError):
            box.client.shutdown()
