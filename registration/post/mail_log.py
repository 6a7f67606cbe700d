"""Asking the mail server's log whether it accepted a message."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Protocol


class Answer(Enum):
    """What a log can say about one message."""

    FOUND = auto()
    TURNED_AWAY = auto()  # it came, it was not taken, and that conversation is over
    SURELY_ABSENT = auto()
    UNKNOWN = auto()


class MailLog(Protocol):
    """Something that remembers which messages the mail server accepted."""

    def answer(self, message_id: str, since: datetime) -> Answer:
        """Whether the server accepted that Message-ID at or after `since`.

        SURELY_ABSENT only where everything accepted since then would be in the log.
        """
        ...


class NoLog:
    """No log can be read here: people decide."""

    def answer(self, message_id: str, since: datetime) -> Answer:
        """Nothing is known."""
        return Answer.UNKNOWN


_OURS = re.compile(
    r"(?:(?P<epoch>\d{9,}(?:\.\d+)?) +)?(?P<message_id><[^<>\s]+>|-)(?P<not_taken> not taken)?"
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
# Postfix names a message when its head has come, and queues it when its body has come whole.
_NAMED = re.compile(
    r"postfix\S*/cleanup\S*: (?P<queue_id>\w+): message-id=(?P<message_id><[^<>\s]+>)"
)
_QUEUED = re.compile(r"postfix\S*/qmgr\S*: (?P<queue_id>\w+): from=.*\(queue active\)")
# A client that breaks off within the body. After its end Postfix would write END-OF-MESSAGE here.
_COMING = re.compile(r"postfix\S*/smtpd\[(?P<pid>\d+)\]: (?P<queue_id>\w+): client=")
_BROKEN_OFF = re.compile(
    r"postfix\S*/smtpd\[(?P<pid>\d+)\]: (?:lost connection|timeout) after DATA \(\d+ bytes\)"
)


class FileMailLog:
    """A log in a file, read once when this is made. Two forms are understood, line by line.

    Ours: `<seconds since 1970> <Message-ID>`, where `-` for the Message-ID marks the beginning of
    the log, and ` not taken` after it says that the message came and is gone; without the seconds a
    message can be found, but none can be known to be absent.
    Postfix's: a message counts as accepted when `qmgr` queued what `cleanup` had named, and as
    turned away when `smtpd` lost its client before the end of the body. Only dates that carry their
    year and zone (RFC 3339) say how far back the log reaches.
    """

    def __init__(self, path: Path) -> None:
        self._accepted: set[str] = set()
        self._turned_away: dict[str, datetime] = {}
        self._named: dict[str, str] = {}
        self._coming: dict[str, str] = {}  # by the number of the `smtpd`
        self._begins: datetime | None = None
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.endswith("\n"):  # the server may be writing the last one just now
                    self._read(line.strip())

    def answer(self, message_id: str, since: datetime) -> Answer:
        """Whether the server accepted that Message-ID, as far as this log can tell."""
        if message_id in self._accepted:
            return Answer.FOUND
        if message_id in self._turned_away and since <= self._turned_away[message_id]:
            return Answer.TURNED_AWAY
        if message_id in self._named.values() or self._begins is None or since < self._begins:
            return Answer.UNKNOWN
        return Answer.SURELY_ABSENT

    def _read(self, line: str) -> None:
        if ours := _OURS.fullmatch(line):
            epoch = ours["epoch"]
            instant = self._at(datetime.fromtimestamp(float(epoch), UTC) if epoch else None)
            if ours["not_taken"]:
                self._turn_away(ours["message_id"], instant)
            else:
                self._accepted.add(ours["message_id"])
            return
        dated = _INSTANT.match(line)
        instant = self._at(datetime.fromisoformat(dated[0]) if dated else None)
        if named := _NAMED.search(line):
            self._named[named["queue_id"]] = named["message_id"]
        elif queued := _QUEUED.search(line):
            self._accepted.add(self._named.pop(queued["queue_id"], "-"))
        elif coming := _COMING.search(line):
            self._coming[coming["pid"]] = coming["queue_id"]
        elif broken_off := _BROKEN_OFF.search(line):
            queue_id = self._coming.pop(broken_off["pid"], "-")
            self._turn_away(self._named.pop(queue_id, "-"), instant)

    def _at(self, instant: datetime | None) -> datetime | None:
        """The time of a line, if it says one: so far back reaches the log."""
        if instant is not None:
            self._begins = instant if self._begins is None else min(self._begins, instant)
        return instant

    def _turn_away(self, message_id: str, instant: datetime | None) -> None:
        if instant is not None:
            self._turned_away[message_id] = instant


class Several:
    """Several witnesses. What one of them saw has happened, whatever the others know."""

    def __init__(self, witnesses: Sequence[MailLog]) -> None:
        self._witnesses = witnesses

    def answer(self, message_id: str, since: datetime) -> Answer:
        """FOUND by any; else what any knows of its absence."""
        answers = {Answer.UNKNOWN}
        for witness in self._witnesses:
            answers.add(witness.answer(message_id, since))
            if Answer.FOUND in answers:
                break
        return next(each for each in Answer if each in answers)


def open_log(path: Path | None) -> MailLog:
    """The log of the settings. One that is configured and not there yet knows nothing."""
    return FileMailLog(path) if path is not None and path.exists() else NoLog()
