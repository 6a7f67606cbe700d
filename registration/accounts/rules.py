"""How long a code and a sign-in live, and how often one may try.

Idle and absolute limits follow OWASP ASVS 5.0 V7.3; codes follow NIST SP 800-63B for values sent
out of band (valid ten minutes at most, used once).
"""

from datetime import datetime, timedelta

CODE_LIFE = timedelta(minutes=10)
WRONG_TRIES = 5
WINDOW = timedelta(minutes=15)
CODES_PER_EMAIL = 5
LONG_WINDOW = timedelta(days=1)
CODES_PER_EMAIL_A_DAY = 20  # with five tries each, a hundred guesses at a million codes
CODES_PER_ADDRESS = 30  # a mission's whole staff may share one network address
IDLE_LIMIT = timedelta(hours=1)
ABSOLUTE_LIMIT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # how exactly the idle time is known


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
