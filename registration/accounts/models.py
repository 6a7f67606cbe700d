"""Tables of the people who sign in, by what they prove who they are, and of their sign-ins."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration import clock
from registration.accounts.rules import Means, needs_second_factor
from registration.db import Base, new_id, one_of
from registration.encrypted import Encrypted
from registration.permissions import Role


class Account(Base):
    """A person of the office, or the focal point of one State; never both."""

    __tablename__ = "account"
    __table_args__ = (
        sa.CheckConstraint(
            "('focal_point' = any(roles)) = (state_code is not null)"
            " and (state_code is null or cardinality(roles) = 1)",
            name="focal_point_of_one_state",
        ),
        sa.CheckConstraint("email = lower(email)", name="email_in_lower_case"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    roles: Mapped[list[str]]
    state_code: Mapped[str | None] = mapped_column(sa.ForeignKey("state.code"))
    language: Mapped[str] = mapped_column(default="en")
    wants_digest: Mapped[bool] = mapped_column(
        default=False, doc="of what waits, each morning; for the office only"
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ends_on: Mapped[date | None] = mapped_column(
        doc="from this day at the duty station on the person cannot sign in"
    )
    ended_at: Mapped[datetime | None]
    anonymized_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    @property
    def is_open(self) -> bool:
        """Whether the person may sign in today."""
        return self.ended_at is None and (self.ends_on is None or clock.today() < self.ends_on)

    @property
    def must_have_second_factor(self) -> bool:
        """Whether the code from the mail alone is not enough for this person."""
        return needs_second_factor(Role(role) for role in self.roles)


class SignInCode(Base):
    """A code sent by e-mail: works once, for a few minutes, for one browser.

    A row is written for an unknown address too (without an account), so that asking looks the same.
    """

    __tablename__ = "sign_in_code"
    __table_args__ = (
        sa.Index("ix_sign_in_code_email", "email", "asked_at"),
        sa.Index("ix_sign_in_code_asked_from", "asked_from", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    email: Mapped[str]
    code_sha256: Mapped[str]
    asked_from: Mapped[str] = mapped_column(doc="network address of the browser")
    device: Mapped[str | None] = mapped_column(
        doc="the browser, where this address has signed in with it before"
    )
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    wrong_tries: Mapped[int] = mapped_column(default=0)


class SignIn(Base):
    """One signed-in browser. The browser holds the token; here is only its hash.

    Until `completed_at` the person has proved to read the mail of the address, and nothing more.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        sa.Index("ix_sign_in_account_id", "account_id"),
        sa.CheckConstraint(
            "(completed_at is null) = (completed_by is null)", name="completed_by_something"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    token_sha256: Mapped[str] = mapped_column(unique=True)
    begun_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[Means | None] = mapped_column(one_of(Means))
    wrong_tries: Mapped[int] = mapped_column(default=0, doc="of the second factor")
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(default="")
    account: Mapped[Account] = relationship()


class OneTimePassword(Base):
    """The key that a person's authenticator app shares with us (RFC 6238)."""

    __tablename__ = "one_time_password"

    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Encrypted, doc="160 bits in Base32")
    last_step: Mapped[int] = mapped_column(
        sa.BigInteger, default=0, doc="the half minute of the last password: none works twice"
    )
    added_at: Mapped[datetime] = mapped_column(default=clock.now)


class Passkey(Base):
    """The public half of a key that a device or a security key of a person holds (WebAuthn)."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    transports: Mapped[list[str]]
    name: Mapped[str] = mapped_column(doc="what the person calls it")
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code on paper that opens the door once, when the telephone is lost."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    code_sha256: Mapped[str]
    used_at: Mapped[datetime | None]
