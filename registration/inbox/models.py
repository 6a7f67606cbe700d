"""Tables of what came by e-mail: the mail as it was kept, what was read in it, its files."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registration import clock
from registration.db import Base, new_id, one_of
from registration.inbox.rules import (
    CERTAINTY,
    INCOMING,
    Certainty,
    Evidence,
    IncomingStage,
    Kind,
    Mailbox,
)


class ReadMailbox(Base):
    """How far a mailbox was read. What was kept once is known again by its bytes."""

    __tablename__ = "read_mailbox"

    mailbox: Mapped[Mailbox] = mapped_column(one_of(Mailbox), primary_key=True)
    uid_validity: Mapped[int] = mapped_column(
        sa.BigInteger, doc="the server's word for the numbering; another one begins anew"
    )
    last_uid: Mapped[int] = mapped_column(sa.BigInteger)
    read_at: Mapped[datetime | None] = mapped_column(doc="when it was last read to its end")
    problem: Mapped[str] = mapped_column(default="", doc="why it could not be read")
    problem_since: Mapped[datetime | None]


class Incoming(Base):
    """One mail from outside. The bytes lie in the store under their hash; each is kept once.

    Everything but the bytes is what a confined process read in them: it may be anything that
    somebody chose to write. `state_code`, `note_id` and `message_pk` are whose it is taken for.
    """

    __tablename__ = "incoming"
    __table_args__ = (
        sa.CheckConstraint(
            "stage not in ('matched', 'filed') or evidence is not null", name="matched_by_evidence"
        ),
        sa.CheckConstraint("(kind is null) = (stage = 'received')", name="read_has_kind"),
        sa.Index("ix_incoming_stage_received_at", "stage", "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    mailbox: Mapped[Mailbox] = mapped_column(one_of(Mailbox))
    sha256: Mapped[str] = mapped_column(unique=True, doc="of the whole mail")
    size: Mapped[int]
    whole: Mapped[bool] = mapped_column(default=True, doc="False: only the head was fetched")
    received_at: Mapped[datetime] = mapped_column(doc="as the mailbox says")
    kept_at: Mapped[datetime] = mapped_column(default=clock.now)
    stage: Mapped[IncomingStage] = mapped_column(one_of(IncomingStage), default=INCOMING.initial)
    kind: Mapped[Kind | None] = mapped_column(one_of(Kind))
    message_id: Mapped[str] = mapped_column(default="", index=True, doc="its own; not unique")
    sender: Mapped[str] = mapped_column(default="", doc="the address that it says it is from")
    sender_name: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="", doc="plain; HTML is reduced to text")
    evidence: Mapped[Evidence | None] = mapped_column(one_of(Evidence))
    doubts: Mapped[list[str]] = mapped_column(default=list, doc="values of rules.Doubt")
    state_code: Mapped[str | None] = mapped_column(sa.ForeignKey("state.code"), index=True)
    note_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("note.id"), index=True)
    message_pk: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("message.id"), index=True, doc="our message that it is about"
    )
    raw_gone_at: Mapped[datetime | None] = mapped_column(
        doc="when the mail as it came was taken away after its period; the row stays"
    )
    remark: Mapped[str] = mapped_column(
        default="", doc="what a delivery report says, why it is unreadable, or an officer's reason"
    )
    version: Mapped[int] = mapped_column()
    files: Mapped[list["IncomingFile"]] = relationship(order_by="IncomingFile.position")
    __mapper_args__ = {"version_id_col": version}

    @property
    def certainty(self) -> Certainty | None:
        """How sure it is that this is whose it is taken for; None where it is nobody's."""
        return CERTAINTY[self.evidence] if self.evidence else None


class IncomingFile(Base):
    """A file that came with a mail and is held in quarantine; too big a one is only named."""

    __tablename__ = "incoming_file"

    incoming_id: Mapped[UUID] = mapped_column(sa.ForeignKey("incoming.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    filename: Mapped[str] = mapped_column(doc="label for people; never a path")
    media_type: Mapped[str] = mapped_column(doc="as the mail says")
    size: Mapped[int]
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))
