"""How long a code and a sign-in live, how often one may try, and who needs a second factor.

Idle and absolute limits follow OWASP ASVS 5.0 V7.3; codes follow NIST SP 800-63B for values sent
out of band (valid ten minutes at most, used once).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from registration.permissions import STAFF_ROLES, Role

CODE_LIFE = timedelta(minutes=10)
WRONG_TRIES = 5
WINDOW = timedelta(minutes=15)
CODES_PER_EMAIL = 5  # for browsers that nobody knows together, and for each known one by itself
LONG_WINDOW = timedelta(days=1)
CODES_PER_EMAIL_A_DAY = 20  # with five tries each, a hundred guesses at a million codes
CODES_PER_ADDRESS = 30  # a mission's whole staff may share one network address
IDLE_LIMIT = timedelta(hours=1)
ABSOLUTE_LIMIT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # how exactly the idle time is known
HALF_LIFE = timedelta(minutes=15)  # of a sign-in that waits for its second factor
DEVICE_LIFE = timedelta(days=365)  # how long a browser is known by an address
RECOVERY_CODES = 10


class Means(StrEnum):
    """By what a person proves who it is."""

    CODE = "code"  # from the mail, alone: who has and needs no second factor
    ONE_TIME_PASSWORD = "one_time_password"  # noqa: S105 - a word of the trade
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"


class Capacity(StrEnum):
    """As what a State names a person."""

    FOCAL_POINT = "focal_point"
    DEPUTY = "deputy"


class SuccessionStage(StrEnum):
    """What became of a proposal of the State's."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


def needs_second_factor(roles: Iterable[Role]) -> bool:
    """Whether a person with these roles must have one; all others may."""
    return not STAFF_ROLES.isdisjoint(roles)


def half_sign_in_is_open(*, begun_at: datetime, wrong_tries: int, at: datetime) -> bool:
    """Whether a sign-in may still be completed."""
    return wrong_tries < WRONG_TRIES and at - begun_at < HALF_LIFE


def code_is_open(
    *, expires_at: datetime, used_at: datetime | None, wrong_tries: int, at: datetime
) -> bool:
    """Whether a code can still be entered."""
    return used_at is None and wrong_tries < WRONG_TRIES and at < expires_at


def sign_in_is_open(
    *, begun_at: datetime, last_seen_at: datetime, ended_at: datetime | None, at: datetime
) -> bool:
    """Whether a sign-in still holds."""
    return ended_at is None and at - last_seen_at < IDLE_LIMIT and at - begun_at < ABSOLUTE_LIMIT
