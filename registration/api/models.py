"""Table of the keys with which other programs read."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registration import clock
from registration.db import Base, new_id


class ApiKey(Base):
    """A key for one program. The program holds the key; here is only its hash."""

    __tablename__ = "api_key"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(doc="which program has it, and whose that is")
    key_sha256: Mapped[str] = mapped_column(unique=True)
    grants: Mapped[list[str]] = mapped_column(doc="the permissions that it gives, by name")
    expires_on: Mapped[date] = mapped_column(doc="last day on which it opens")
    made_by_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("account.id"),
        doc="who answers for it, and is an administrator as long as it opens",
    )
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    used_on: Mapped[date | None] = mapped_column(doc="last day on which it opened")

    @property
    def is_open(self) -> bool:
        """Whether it opens today, as long as whoever answers for it is there."""
        return self.ended_at is None and clock.today() <= self.expires_on
