"""Tables of the people who sign in, and of their sign-ins."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration import clock
from registration.db import Base, new_id


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
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]


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
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    wrong_tries: Mapped[int] = mapped_column(default=0)


class SignIn(Base):
    """One signed-in browser. The browser holds the token; here is only its hash."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    token_sha256: Mapped[str] = mapped_column(unique=True)
    begun_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(default="")
    account: Mapped[Account] = relationship()
