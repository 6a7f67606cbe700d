"""Tables of outgoing messages, of mailings that are paused and stopped, and of mail servers."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from registration import clock
from registration.db import Base, new_id, one_of
from registration.post.rules import MAILING, MESSAGE, MailingStage, MessageStage

_UNSENT = (MessageStage.READY, MessageStage.CLAIMED)


class Mailing(Base):
    """The mailing of a note's copies, which an officer confirmed; its identifier is the note's.

    Without one nothing of a note leaves. A copy that is sent again on purpose belongs to none.
    """

    __tablename__ = "mailing"

    id: Mapped[UUID] = mapped_column(primary_key=True, doc="the note's")
    stage: Mapped[MailingStage] = mapped_column(one_of(MailingStage), default=MAILING.initial)
    left_out: Mapped[list[str]] = mapped_column(
        default=list, doc="codes of States whose copies go by another road than the mail"
    )
    confirmed_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    confirmed_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Message(Base):
    """One message to one State's mission or one person, kept until and after it is handed over.

    `message_id` is given at the first attempt and stays the same over all that follow, so that
    mail servers and archives can tell.
    `fence` grows with every claim: a worker whose lease ran out writes nothing any more.
    """

    __tablename__ = "message"
    __table_args__ = (
        sa.CheckConstraint(
            "message_id is not null or stage in ('ready', 'void')", name="attempted_has_message_id"
        ),
        sa.Index("ix_message_stage_due_at", "stage", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    mailing_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("mailing.id"), index=True)
    purpose: Mapped[str] = mapped_column(doc="e.g. note, sign_in_code, invitation, acknowledgement")
    state_code: Mapped[str | None] = mapped_column(sa.ForeignKey("state.code"))
    recipients: Mapped[list[str]]
    subject: Mapped[str]
    text: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, doc='[{"document_id": "…", "filename": "…"}]'
    )
    confidential: Mapped[bool] = mapped_column(
        default=False, doc="the text is erased once the message is handed over or given up"
    )
    refused: Mapped[dict[str, str]] = mapped_column(
        default=dict, doc="addresses that the mail server refused while it accepted others, and why"
    )
    message_id: Mapped[str | None] = mapped_column(unique=True, doc="given at the first attempt")
    stage: Mapped[MessageStage] = mapped_column(one_of(MessageStage), default=MESSAGE.initial)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    attempts: Mapped[int] = mapped_column(default=0)
    turn_at: Mapped[datetime | None] = mapped_column(
        doc="when the next attempt has its turn, where the mail server is spared"
    )
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    body_started_at: Mapped[datetime | None]
    body_open: Mapped[bool] = mapped_column(
        default=False,
        doc="its last line has certainly not left, so no server took it (RFC 5321, 4.1.1.4)",
    )
    handed_over_at: Mapped[datetime | None]
    reply: Mapped[str | None] = mapped_column(doc="what the mail server last said")

    @hybrid_property
    def is_unsent(self) -> bool:
        """Whether no mail server can have it, and an attempt may still be made."""
        return self.stage in _UNSENT or self.body_open

    @is_unsent.inplace.expression
    @classmethod
    def _is_unsent(cls) -> sa.ColumnElement[bool]:
        return sa.or_(cls.stage.in_(_UNSENT), cls.body_open)


class MailServer(Base):
    """A mail server that we hand over to, by host and port, and when it may get the next message.

    `asked` counts how often in a row it asked us to wait, since it last took a message.
    """

    __tablename__ = "mail_server"
    __table_args__ = (
        sa.CheckConstraint("(asked = 0) = (wait_until is null)", name="waits_when_asked"),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[datetime | None] = mapped_column(doc="the first turn that nobody has")
    wait_until: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(default=0)
    reply: Mapped[str] = mapped_column(default="", doc="what it said when it asked us to wait")
