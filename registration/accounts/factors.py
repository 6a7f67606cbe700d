"""The second factors of a person: an authenticator app, passkeys, and recovery codes on paper.

A person adds factors for himself or herself alone; the database refuses it to everybody else.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

import pyotp
import sqlalchemy as sa

from registration import clock
from registration.accounts import rules
from registration.accounts.models import Account, OneTimePassword, Passkey, RecoveryCode
from registration.accounts.rules import Means
from registration.db import Session, one_at_a_time
from registration.errors import NotFound, Refused
from registration.journal.service import record
from registration.post.service import post
from registration.words import say, sentence

STEP = 30  # seconds for which a password is shown (RFC 6238)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another
_GROUPS, _GROUP = 3, 4  # K7QF-3MXT-9WPB: 60 bits


@dataclass(frozen=True)
class Factors:
    """What a person can prove who it is with, besides the mail."""

    one_time_password: OneTimePassword | None
    passkeys: list[Passkey]
    recovery_codes: int

    @property
    def any(self) -> bool:
        """Whether there is a factor; recovery codes are none by themselves."""
        return self.one_time_password is not None or bool(self.passkeys)


def of(session: Session, account_id: UUID) -> Factors:
    """The factors of that person."""
    return Factors(
        session.get(OneTimePassword, account_id),
        list(
            session.scalars(
                sa.select(Passkey)
                .where(Passkey.account_id == account_id)
                .order_by(Passkey.added_at, Passkey.id)
            )
        ),
        session.scalar(
            sa.select(sa.func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
        )
        or 0,
    )


def new_key() -> str:
    """A key for an authenticator app, in Base32."""
    return pyotp.random_base32()


def key_address(key: str, account: Account, issuer: str) -> str:
    """The address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(key).provisioning_uri(name=account.email, issuer_name=issuer)


def add_app(session: Session, account: Account, key: str, typed: str) -> bool:
    """Keep the key of an app that shows the right password; False where it shows another.

    An app that the person had before is forgotten.
    """
    step = _step_of(key, typed, after=0)
    if step is None:
        return False
    former = session.get(OneTimePassword, account.id)
    if former is not None:
        session.delete(former)
        session.flush()
    session.add(OneTimePassword(account_id=account.id, key=key, last_step=step))
    session.flush()
    added(session, account, Means.ONE_TIME_PASSWORD)
    return True


def accept_password(session: Session, account: Account, typed: str) -> bool:
    """Whether this is the password that the person's app shows; each one is good once."""
    app = session.get(OneTimePassword, account.id, with_for_update=True, populate_existing=True)
    step = _step_of(app.key, typed, after=app.last_step) if app else None
    if app is None or step is None:
        return False
    app.last_step = step
    session.flush()
    return True


def _step_of(key: str, typed: str, *, after: int) -> int | None:
    """The half minute to which a password belongs: this one, or one beside it for a bad clock."""
    this = _present_step()
    for step in (this, this + 1, this - 1):
        if step > after and hmac.compare_digest(_password(key, step).encode(), typed.encode()):
            return step
    return None


def _present_step() -> int:
    return int(clock.on_peoples_devices().timestamp()) // STEP


def _password(key: str, step: int) -> str:
    return pyotp.TOTP(key, interval=STEP).generate_otp(step)


def shown_by_app(session: Session, account: Account) -> str | None:
    """What the person's app shows now, or next where that was used: for invented persons only."""
    app = session.get(OneTimePassword, account.id)
    return _password(app.key, max(_present_step(), app.last_step + 1)) if app else None


def make_recovery_codes(session: Session, account: Account) -> list[str]:
    """New codes in place of all former ones; only their hashes are kept.

    Whoever asks twice at one moment waits for himself, and only the codes of one answer hold.
    """
    one_at_a_time(session, f"recovery codes {account.id}")
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [_random_code() for _ in range(rules.RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(account_id=account.id, code_sha256=_hash(account.id, code)) for code in codes
    )
    session.flush()
    record(
        session,
        "sign_in.recovery_codes_made",
        "account",
        account.id,
        state_code=account.state_code,
    )
    return codes


def _random_code() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _hash(account_id: UUID, code: str) -> str:
    plain = "".join(each for each in code.upper() if each in _LETTERS)
    return hashlib.sha256(f"{account_id}:{plain}".encode()).hexdigest()


def accept_recovery_code(session: Session, account: Account, typed: str) -> bool:
    """Whether this is one of the person's codes; it is used up with that."""
    code = session.scalar(
        sa.select(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_sha256 == _hash(account.id, typed),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )
    if code is None:
        return False
    code.used_at = clock.now()
    session.flush()
    record(
        session,
        "sign_in.recovery_code_used",
        "account",
        account.id,
        state_code=account.state_code,
    )
    return True


def added(session: Session, account: Account, means: Means) -> None:
    """Write down that a factor was added, and tell the person: it may have been somebody else."""
    _tell(
        session,
        "sign_in.factor_added",
        account,
        means,
        sentence("A second factor was added to your sign-in."),
    )


def remove_app(session: Session, account: Account) -> None:
    """Forget the authenticator app. Harmless where there is none."""
    app = session.get(OneTimePassword, account.id)
    if app is not None:
        _refuse_the_last(session, account)
        session.delete(app)
        _removed(session, account, Means.ONE_TIME_PASSWORD)


def remove_passkey(session: Session, account: Account, passkey_id: UUID) -> None:
    """Forget one passkey. Raises NotFound where it is not this person's."""
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey.account_id != account.id:
        raise NotFound("There is no such passkey.")
    _refuse_the_last(session, account)
    session.delete(passkey)
    _removed(session, account, Means.PASSKEY)


def _refuse_the_last(session: Session, account: Account) -> None:
    found = of(session, account.id)
    if account.must_have_second_factor and len(found.passkeys) + bool(found.one_time_password) < 2:
        raise Refused("Your role needs a second factor. Add another one before you remove this.")


def _removed(session: Session, account: Account, means: Means) -> None:
    session.flush()
    if not of(session, account.id).any:
        session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    _tell(
        session,
        "sign_in.factor_removed",
        account,
        means,
        sentence("A second factor was removed from your sign-in."),
    )


def _tell(session: Session, kind: str, account: Account, means: Means, what: str) -> None:
    record(
        session,
        kind,
        "account",
        account.id,
        state_code=account.state_code,
        detail={"means": means.value},
    )
    post(
        session,
        purpose="sign_in_change",
        recipients=[account.email],
        subject=say(account.language, what),
        text=say(account.language, what)
        + "\n\n"
        + say(account.language, "If it was not you, write to the secretariat at once."),
        language=account.language,
        state_code=account.state_code,
    )


def forget_all(session: Session, account_id: UUID) -> None:
    """Take away every factor of a person."""
    for table in (OneTimePassword, Passkey, RecoveryCode):
        session.execute(sa.delete(table).where(table.account_id == account_id))
