"""The stages of an outgoing message. What is uncertain is never sent again by itself."""

from enum import StrEnum

from registration.workflow import Workflow


class MessageStage(StrEnum):
    """Where a message stands between us and the mail server."""

    READY = "ready"
    CLAIMED = "claimed"  # a worker holds a lease on it; nothing of the body has left
    UNCERTAIN = "uncertain"  # the body may have left; nobody knows whether it was accepted
    HANDED_OVER = "handed_over"  # the mail server accepted it
    BOUNCED = "bounced"  # a delivery report said that it did not arrive
    FAILED = "failed"  # the mail server refused it for good
    PARKED = "parked"  # tried too often; waits for a person
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
        (_S.CLAIMED, _A.START_BODY): _S.UNCERTAIN,
        (_S.UNCERTAIN, _A.ACCEPT): _S.HANDED_OVER,
        (_S.UNCERTAIN, _A.POSTPONE): _S.READY,
        (_S.UNCERTAIN, _A.REFUSE): _S.FAILED,
        (_S.UNCERTAIN, _A.FIND_ABSENT): _S.READY,
        (_S.HANDED_OVER, _A.BOUNCE): _S.BOUNCED,
        (_S.PARKED, _A.RELEASE): _S.READY,
        (_S.PARKED, _A.CANCEL): _S.VOID,
        (_S.FAILED, _A.RELEASE): _S.READY,
        (_S.FAILED, _A.CANCEL): _S.VOID,
    },
)
