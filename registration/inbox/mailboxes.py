"""How far each mailbox was read, and what was in the way."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from registration import clock
from registration.db import Session
from registration.inbox.models import ReadMailbox
from registration.inbox.rules import Mailbox

PROBLEM_LIMIT = 500


def last_uid(session: Session, mailbox: Mailbox, uid_validity: int) -> int:
    """The number of the last mail that was kept of this mailbox; 0 under another numbering."""
    read = session.get(ReadMailbox, mailbox)
    return read.last_uid if read is not None and read.uid_validity == uid_validity else 0


def read_up_to(session: Session, mailbox: Mailbox, uid_validity: int, uid: int) -> None:
    """Everything up to that mail is kept. Another reader may have come further already."""
    further = sa.case(
        (
            ReadMailbox.uid_validity == uid_validity,
            sa.func.greatest(ReadMailbox.last_uid, uid),
        ),
        else_=uid,
    )
    _write(session, mailbox, {"uid_validity": uid_validity, "last_uid": uid}, last_uid=further)


def read_to_the_end(session: Session, mailbox: Mailbox) -> None:
    """All that lay in the mailbox is kept, and nothing was in the way."""
    _write(session, mailbox, {"read_at": clock.now(), "problem": "", "problem_since": None})


def could_not_be_read(session: Session, mailbox: Mailbox, problem: str) -> None:
    """Shown to the office, with the time since when it lasts."""
    _write(
        session,
        mailbox,
        {"problem": problem[:PROBLEM_LIMIT], "problem_since": clock.now()},
        problem_since=sa.func.coalesce(ReadMailbox.problem_since, clock.now()),
    )


def _write(session: Session, mailbox: Mailbox, values: dict[str, object], **known: object) -> None:
    """Add the row, or change these values of it; `known` says how where there is one already."""
    fresh = {"uid_validity": 0, "last_uid": 0, "problem": ""} | values
    session.execute(
        insert(ReadMailbox)
        .values(mailbox=mailbox, **fresh)
        .on_conflict_do_update(index_elements=[ReadMailbox.mailbox], set_={**values, **known})
    )
