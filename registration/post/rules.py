"""The stages of an outgoing message. What is uncertain is never sent again by itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from registration.workflow import Workflow


class MessageStage(StrEnum):
    """Where a message stands between us and the mail server."""

    READY = "ready"
    CLAIMED = "claimed"  # a worker holds a lease on it; nothing of the body has left
    UNCERTAIN = "uncertain"  # the body leaves or has left; nobody knows whether it was accepted
    HANDED_OVER = "handed_over"  # the mail server accepted it
    BOUNCED = "bounced"  # a delivery report said that it did not arrive
    FAILED = "failed"  # the mail server refused it for good
    PARKED = "parked"  # tried too often; waits for a person
    WITHHELD = "withheld"  # a rehearsal: none of its addresses is on the list of the settings
    VOID = "void"  # will not be sent


class MessageAction(StrEnum):
    """What can happen to a message."""

    CLAIM = "claim"
    LET_GO = "let_go"
    START_BODY = "start_body"
    ACCEPT = "accept"
    POSTPONE = "postpone"
    REFUSE = "refuse"
    FIND_ABSENT = "find_absent"
    BOUNCE = "bounce"
    PARK = "park"
    WITHHOLD = "withhold"
    RELEASE = "release"
    CANCEL = "cancel"


_S, _A = MessageStage, MessageAction

MESSAGE = Workflow(
    "message",
    initial=_S.READY,
    moves={
        (_S.READY, _A.CLAIM): _S.CLAIMED,
        (_S.READY, _A.PARK): _S.PARKED,
        (_S.READY, _A.CANCEL): _S.VOID,
        (_S.CLAIMED, _A.CLAIM): _S.CLAIMED,  # after the lease of a dead worker ran out
        (_S.CLAIMED, _A.LET_GO): _S.READY,
        (_S.CLAIMED, _A.REFUSE): _S.FAILED,
        (_S.CLAIMED, _A.PARK): _S.PARKED,
        (_S.CLAIMED, _A.WITHHOLD): _S.WITHHELD,
        (_S.CLAIMED, _A.START_BODY): _S.UNCERTAIN,
        (_S.UNCERTAIN, _A.LET_GO): _S.READY,  # its end has certainly not left
        (_S.UNCERTAIN, _A.ACCEPT): _S.HANDED_OVER,
        (_S.UNCERTAIN, _A.POSTPONE): _S.READY,
        (_S.UNCERTAIN, _A.REFUSE): _S.FAILED,
        (_S.UNCERTAIN, _A.FIND_ABSENT): _S.READY,
        (_S.HANDED_OVER, _A.BOUNCE): _S.BOUNCED,
        (_S.PARKED, _A.RELEASE): _S.READY,
        (_S.PARKED, _A.CANCEL): _S.VOID,
        (_S.FAILED, _A.RELEASE): _S.READY,
        (_S.FAILED, _A.CANCEL): _S.VOID,
        (_S.WITHHELD, _A.RELEASE): _S.READY,
        (_S.WITHHELD, _A.CANCEL): _S.VOID,
    },
)


class MailingStage(StrEnum):
    """Where the mailing of a note's copies stands."""

    UNDER_WAY = "under_way"
    PAUSED = "paused"
    STOPPED = "stopped"  # for good: what had not left by then does not leave


class MailingAction(StrEnum):
    """What officers do with a mailing that is confirmed."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


MAILING = Workflow(
    "mailing",
    initial=MailingStage.UNDER_WAY,
    moves={
        (MailingStage.UNDER_WAY, MailingAction.PAUSE): MailingStage.PAUSED,
        (MailingStage.UNDER_WAY, MailingAction.STOP): MailingStage.STOPPED,
        (MailingStage.PAUSED, MailingAction.RESUME): MailingStage.UNDER_WAY,
        (MailingStage.PAUSED, MailingAction.STOP): MailingStage.STOPPED,
    },
)

# A worker that holds a lease must reach the body, or let go, within it; the mark before the body
# renews it, and the body must end within that. A message whose worker died before is taken up again
# when it ends.
LEASE = timedelta(seconds=65)
# So long a worker may still be about to record the server's answer itself.
MOMENT = timedelta(seconds=20)
# No mail server's session lasts longer than this once its client is gone; only then can its log
# prove that it did not accept a message. That it did accept one, it proves at once.
GRACE = timedelta(minutes=10)
# The wait after the first, second … attempt; after the last one a person decides.
BACK_OFF = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 120, 240, 480))
ATTEMPTS = len(BACK_OFF) + 1
# As long as a server asks to come back for one address of several, wait this often for all of
# them; then the others need not wait any longer.
WAIT_FOR_ALL = 4

# How long the server is left alone when it asks to come back, for the first, second … time in a
# row; whoever comes first after that finds out whether it was long enough.
QUIET = tuple(timedelta(minutes=each) for each in (1, 2, 5, 10, 15))
# A turn that nobody took for so long is lost: the messages of a worker that was away would else
# all leave at once.
TURN_KEPT = timedelta(minutes=1)


def quiet_after(asked: int) -> timedelta:
    """How long nothing leaves after a server asked us to wait that often in a row."""
    return QUIET[min(asked, len(QUIET)) - 1]


def next_turn(
    free_at: datetime | None, now: datetime, per_minute: int
) -> tuple[datetime, datetime]:
    """The first turn that nobody has, and the one after it."""
    turn = max(free_at or now, now)
    return turn, turn + timedelta(minutes=1) / per_minute


def turn_holds(turn_at: datetime, now: datetime) -> bool:
    """Whether a turn is still to come, or came just now."""
    return now < turn_at + TURN_KEPT


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after that many attempts; None when the last one was made."""
    return BACK_OFF[attempts - 1] if attempts <= len(BACK_OFF) else None


def allowed(recipients: Sequence[str], only: Collection[str] | None) -> list[str]:
    """The addresses that may get mail: all, or in a rehearsal those in `only`.

    That holds addresses, and domains without an `@`.
    """
    return [
        each
        for each in recipients
        if only is None or each.lower() in only or each.lower().rpartition("@")[2] in only
    ]


@dataclass(frozen=True)
class Reply:
    """What a mail server answered: a code of three digits and a text."""

    code: int
    text: str

    @property
    def good(self) -> bool:
        return 200 <= self.code < 400

    @property
    def for_good(self) -> bool:
        """Whether the refusal is final: trying again would change nothing."""
        return 500 <= self.code < 600

    @property
    def asks_to_wait(self) -> bool:
        """Whether the server asks to come back later."""
        return 400 <= self.code < 500

    @property
    def closes(self) -> bool:
        """Whether the server ends the conversation with it (RFC 5321, 3.8)."""
        return self.code == 421

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Envelope(Enum):
    """What to do after the mail server has judged every address."""

    GO_ON = auto()
    COME_BACK = auto()
    REFUSED = auto()


def judge(replies: Mapping[str, Reply], attempts: int) -> Envelope:
    """Whether to send on, to come back later, or to give up, given each address's reply.

    A message goes to all addresses of a mission at once, because a second one for a late address
    would be a second copy of the note. So a server that asks to come back for one of them is
    humoured `WAIT_FOR_ALL` times; an address that is refused for good holds nobody up.
    """
    accepted = any(reply.good for reply in replies.values())
    waiting = any(not reply.good and not reply.for_good for reply in replies.values())
    if accepted and (not waiting or attempts > WAIT_FOR_ALL):
        return Envelope.GO_ON
    return Envelope.COME_BACK if waiting else Envelope.REFUSED
