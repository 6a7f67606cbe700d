"""What is taken as a file from outside, why another is not, and the way out of the quarantine."""

from datetime import timedelta
from enum import StrEnum

from registration.workflow import Workflow


class Flaw(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NOT_PDF = "not_pdf"
    TWO_IN_ONE = "two_in_one"  # a PDF that is also an archive, a page or another PDF
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    SCRIPT = "script"
    LAUNCH = "launch"
    ATTACHMENT = "attachment"
    TOO_LONG = "too_long"
    BOMB = "bomb"  # far larger inside than it looks
    INFECTED = "infected"  # as the virus scanner says


SIZE_LIMIT = 20 * 2**20
PAGE_LIMIT = 200

# What one State may upload: several times what an answer with all its corrections needs.
QUOTA = 200 * 2**20
QUOTA_PERIOD = timedelta(hours=24)


class ExaminationStage(StrEnum):
    """Where a file from outside stands before others may see it."""

    WAITING = "waiting"
    PASSED = "passed"
    REFUSED = "refused"
    PARKED = "parked"  # could not be examined; somebody has to see why


class ExaminationAction(StrEnum):
    """What becomes of a file in quarantine."""

    PASS = "pass"  # noqa: S105 - a move, not a word to sign in with
    REFUSE = "refuse"
    PARK = "park"
    RETRY = "retry"


_S, _A = ExaminationStage, ExaminationAction

EXAMINATION = Workflow(
    "examination of a file",
    initial=_S.WAITING,
    moves={
        (_S.WAITING, _A.PASS): _S.PASSED,
        (_S.WAITING, _A.REFUSE): _S.REFUSED,
        (_S.WAITING, _A.PARK): _S.PARKED,
        (_S.PARKED, _A.RETRY): _S.WAITING,
    },
)
