"""The digest: a mail each morning with what waits, for whoever of the office wants it."""

from collections.abc import Sequence

import sqlalchemy as sa

from registration.accounts.models import Account
from registration.accounts.service import actor_of
from registration.db import Session
from registration.journal.service import record
from registration.permissions import Permission, demand
from registration.post.service import post
from registration.reports.waiting import SENTENCES, SILENT, Waiting, waiting_for
from registration.reports.work import running
from registration.words import say

PURPOSE = "digest"


def choose(session: Session, *, wanted: bool) -> Account:
    """Begin or end the digest of the person who acts. Twice is as once."""
    demand(session.actor, Permission.OWN_ACCOUNT)
    demand(session.actor, Permission.READ_REGISTER)
    account = session.scalars(
        sa.select(Account).where(Account.id == session.actor.id).with_for_update()
    ).one()
    if account.wants_digest is not wanted:
        account.wants_digest = wanted
        record(session, "account.digest_chosen", "account", account.id, detail={"wanted": wanted})
    return account


def post_digests(session: Session, address: str) -> int:
    """Post a digest to everybody who wants one and for whom something waits; how many.

    `session` acts for the program; `address` is where the pages are. The caller sees to it that
    this happens once a day.
    """
    posted = 0
    under_way = running(session)
    for account in _who_want_it(session):
        waiting = waiting_for(session, actor_of(account), under_way)
        if not waiting:
            continue
        post(
            session,
            purpose=PURPOSE,
            recipients=[account.email],
            subject=say(account.language, "What waits for you: %(number)s", number=len(waiting)),
            text=_text(account, waiting, address),
            language=account.language,
        )
        record(session, "digest.posted", "account", account.id, detail={"matters": len(waiting)})
        posted += 1
    return posted


def _who_want_it(session: Session) -> list[Account]:
    found = session.scalars(
        sa.select(Account)
        .where(Account.wants_digest, Account.state_code.is_(None), Account.ended_at.is_(None))
        .order_by(Account.id)
    )
    return [account for account in found if account.is_open]


def _text(account: Account, waiting: Sequence[Waiting], address: str) -> str:
    return say(
        account.language,
        "%(name)s,\n\nthis waits for you in the registration of meetings:\n\n%(matters)s\n\n"
        "%(work)s\n\n"
        "You get this mail on each morning on which something waits for you, because you asked"
        " for it. You can end it on the page of your account:\n%(account)s",
        name=account.name,
        matters="\n".join(_line(each, account.language, address) for each in waiting),
        work=f"{address}/work",
        account=f"{address}/account",
    )


def _line(each: Waiting, language: str, address: str) -> str:
    """A note by its title, its reference before it if it has one; a list by how long it is.

    Beneath a note to which States are silent, where they are listed.
    """
    matter = say(language, SENTENCES[each.matter])
    if each.note is None:
        return "- " + say(language, "%(what)s: %(about)s", what=matter, about=each.number)
    note = " · ".join(filter(None, (each.note.reference, each.note.title)))
    line = "- " + say(language, "%(what)s: %(about)s", what=matter, about=note)
    if silent := SILENT.get(each.matter):
        return f"{line} ({each.number})\n{address}/notes/{each.note.id}/board?standing={silent}"
    return f"{line} ({each.number})" if each.number > 1 else line
