"""What a mail from outside is, whose it is taken for, and how sure that is. It changes nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from registration.workflow import Workflow


class Mailbox(StrEnum):
    """The mailboxes that are read."""

    REPLIES = "replies"
    BOUNCES = "bounces"


class Kind(StrEnum):
    """What a mail from outside is, once it was read."""

    REPLY = "reply"  # somebody wrote it
    AUTOMATIC = "automatic"  # out of office, a list, a program: nobody answers it, nor do we
    DELIVERY_REPORT = "delivery_report"  # a mail server says what became of a message of ours
    UNREADABLE = "unreadable"  # kept whole; its head at most could be read


class IncomingStage(StrEnum):
    """Where a mail from outside stands in the office."""

    RECEIVED = "received"  # kept, not read yet
    UNMATCHED = "unmatched"  # nobody knows whose it is; a person looks
    MATCHED = "matched"  # lies beside a State; a person has still to act on it
    FILED = "filed"  # nothing is to be done any more
    PUT_ASIDE = "put_aside"  # it concerns no State and no note; a person said why


class IncomingAction(StrEnum):
    """What happens to a mail from outside."""

    MATCH = "match"
    LEAVE_OPEN = "leave_open"
    FILE = "file"
    PUT_ASIDE = "put_aside"
    TAKE_UP = "take_up"


_S, _A = IncomingStage, IncomingAction

INCOMING = Workflow(
    "mail from outside",
    initial=_S.RECEIVED,
    moves={
        (_S.RECEIVED, _A.MATCH): _S.MATCHED,
        (_S.RECEIVED, _A.LEAVE_OPEN): _S.UNMATCHED,
        (_S.RECEIVED, _A.FILE): _S.FILED,
        (_S.UNMATCHED, _A.MATCH): _S.MATCHED,
        (_S.UNMATCHED, _A.PUT_ASIDE): _S.PUT_ASIDE,
        (_S.MATCHED, _A.MATCH): _S.MATCHED,
        (_S.MATCHED, _A.FILE): _S.FILED,
        (_S.MATCHED, _A.PUT_ASIDE): _S.PUT_ASIDE,
        (_S.FILED, _A.TAKE_UP): _S.UNMATCHED,
        (_S.PUT_ASIDE, _A.TAKE_UP): _S.UNMATCHED,
    },
)


class Evidence(StrEnum):
    """By what a mail was matched."""

    BY_HAND = "by_hand"
    TOKEN = "token"  # noqa: S105 - it came to an address that only our message named
    THREAD = "thread"  # it answers a Message-ID of ours
    ADDRESS = "address"  # its sender is an address of a mission
    DOMAIN = "domain"  # its sender's domain is that of one State's mission


class Certainty(StrEnum):
    """How sure a match is."""

    SURE = "sure"
    LIKELY = "likely"
    WEAK = "weak"  # anybody can write any sender


CERTAINTY = {
    Evidence.BY_HAND: Certainty.SURE,
    Evidence.TOKEN: Certainty.SURE,
    Evidence.THREAD: Certainty.LIKELY,
    Evidence.ADDRESS: Certainty.WEAK,
    Evidence.DOMAIN: Certainty.WEAK,
}


# Of these anybody may have an address: they say nothing of a State.
PUBLIC_DOMAINS = frozenset(
    {
        "126.com",
        "163.com",
        "aol.com",
        "gmail.com",
        "gmx.at",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "laposte.net",
        "live.com",
        "mail.ru",
        "msn.com",
        "orange.fr",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "yahoo.com",
        "yahoo.fr",
        "yandex.ru",
    }
)


class Doubt(StrEnum):
    """What a person should know before believing a mail."""

    FORGED_TOKEN = "forged_token"  # noqa: S105 - an address like ours, which we did not make
    OTHER_SENDER = "other_sender"  # it answers our message, from an address of no mission of it
    OTHER_STATE = "other_state"  # … and from an address of another State's mission
    SEEN_BEFORE = "seen_before"  # another mail came under the same Message-ID
    TOO_BIG = "too_big"  # only its head was fetched; the rest is still in the mailbox
    CUT = "cut"  # the text is longer than what is kept of it


# What an office opens. Anything else is saved under a name that no double click starts.
OPENED_BY_AN_OFFICE = frozenset(
    {
        *("doc", "docx", "odt", "rtf", "txt", "pdf"),
        *("csv", "ods", "xls", "xlsx", "odp", "ppt", "pptx"),
        *("bmp", "gif", "heic", "jpeg", "jpg", "png", "tif", "tiff"),
        "zip",
    }
)
INERT = ".download"
_NOT_IN_A_NAME = re.compile(r'[<>:"/\\|?*]+')


def saved_as(filename: str) -> str:
    """The name under which a file that came with a mail is saved."""
    name = _NOT_IN_A_NAME.sub("_", filename).strip(" .") or "attachment"
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return name if ending in OPENED_BY_AN_OFFICE else f"{name}{INERT}"


@dataclass(frozen=True)
class Ours:
    """A message of ours that a mail is about: for which State, with a copy of which note."""

    message_pk: UUID
    state_code: str | None
    note_id: UUID | None


@dataclass(frozen=True)
class Clues:
    """What stands in a mail and is known to us.

    `referred` are notes whose references the mail names, with the codes of the States that they
    were addressed to.
    """

    token: Ours | None = None
    forged_token: bool = False
    thread: Ours | None = None
    state_of_address: str | None = None
    state_of_domain: str | None = None
    referred: Sequence[tuple[UUID, frozenset[str]]] = ()


@dataclass(frozen=True)
class Match:
    """Whose a mail is taken for. Without evidence it is nobody's yet; a note may be guessed."""

    evidence: Evidence | None = None
    message_pk: UUID | None = None
    state_code: str | None = None
    note_id: UUID | None = None
    doubts: tuple[Doubt, ...] = ()


def match(clues: Clues) -> Match:
    """Whose a mail is taken for, by the strongest clue.

    Whoever forged a token is believed nothing that could be known from a stolen copy either.
    """
    sender = clues.state_of_address or clues.state_of_domain
    if clues.token is not None:
        return _answering(clues.token, Evidence.TOKEN, sender)
    doubts = (Doubt.FORGED_TOKEN,) if clues.forged_token else ()
    if clues.thread is not None and not clues.forged_token:
        return _answering(clues.thread, Evidence.THREAD, sender)
    if sender is None:
        only = clues.referred[0][0] if len(clues.referred) == 1 else None
        return Match(note_id=only, doubts=doubts)
    to_it = [note_id for note_id, addressed in clues.referred if sender in addressed]
    return Match(
        evidence=Evidence.ADDRESS if clues.state_of_address else Evidence.DOMAIN,
        state_code=sender,
        note_id=to_it[0] if len(to_it) == 1 else None,
        doubts=doubts,
    )


def _answering(ours: Ours, evidence: Evidence, sender: str | None) -> Match:
    """What answers our message is its State's, whoever sent it on; another sender is told."""
    doubts: tuple[Doubt, ...] = ()
    if ours.state_code is not None and sender != ours.state_code:
        doubts = (Doubt.OTHER_SENDER if sender is None else Doubt.OTHER_STATE,)
    return Match(evidence, ours.message_pk, ours.state_code, ours.note_id, doubts)


def action_after_reading(kind: Kind, found: Match) -> IncomingAction:
    """What follows from reading by itself: nothing but where a mail lies.

    What a program wrote is filed beside what it is about; what a person wrote waits for a person,
    and so does all that is nobody's.
    """
    if kind is Kind.DELIVERY_REPORT:
        return _A.FILE if found.message_pk is not None else _A.LEAVE_OPEN
    if kind is Kind.AUTOMATIC and found.evidence is not None:
        return _A.FILE
    return _A.LEAVE_OPEN if found.state_code is None else _A.MATCH
