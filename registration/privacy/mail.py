"""Mail from outside that is kept no longer: how it came, and what stray mail said.

That a mail came, when, and what became of it stays.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.inbox.models import Incoming, IncomingFile
from registration.inbox.rules import IncomingStage, Kind
from registration.privacy.files import forget

_DEALT_WITH: Final = Incoming.stage.in_((IncomingStage.FILED, IncomingStage.PUT_ASIDE))
_WORDS: Final = (
    Incoming.sender,
    Incoming.sender_name,
    Incoming.subject,
    Incoming.text,
    Incoming.remark,
)
# What concerned no State, and what no person wrote.
_STRAY: Final = sa.or_(
    Incoming.stage == IncomingStage.PUT_ASIDE,
    sa.and_(_DEALT_WITH, Incoming.kind.in_((Kind.AUTOMATIC, Kind.DELIVERY_REPORT))),
)


def raw_mail(session: Session, before: datetime) -> int:
    """Take away mails as they came, where they came before an instant and were dealt with.

    What was read in them stays, and so do the files that were taken out of them.
    """
    old = sa.and_(_DEALT_WITH, Incoming.received_at < before, Incoming.raw_gone_at.is_(None))
    digests = set(session.scalars(sa.select(Incoming.sha256).where(old)))
    forget(session, digests, mails=~old)
    gone = session.execute(
        sa.update(Incoming).where(old).values(raw_gone_at=clock.now()).returning(Incoming.id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())


def stray_mail(session: Session, before: datetime) -> int:
    """Let stray mail that came before an instant lose its words, and the files that it brought.

    The files themselves are then such that nothing refers to, and go with those.
    """
    says_something = sa.or_(*(words != "" for words in _WORDS))
    gone = session.execute(
        sa.update(Incoming)
        .where(_STRAY, Incoming.received_at < before, says_something)
        .values(dict.fromkeys(_WORDS, ""))
        .returning(Incoming.id),
        execution_options={"synchronize_session": False},
    ).scalars()
    mails = gone.all()
    session.execute(
        sa.update(IncomingFile)
        .where(IncomingFile.incoming_id.in_(mails))
        .values(filename="", document_id=None),
        execution_options={"synchronize_session": False},
    )
    return len(mails)
