"""The part of a State's story that tells of its entries in the register of authorities."""

from collections.abc import Iterator
from functools import cache

import sqlalchemy as sa

from registration import clock
from registration.accounts.models import Account
from registration.authorities.models import Authority, Confirmation, CorrectionRequest
from registration.db import Session
from registration.reports.entries import Entry, What


def registered(session: Session, code: str) -> Iterator[Entry]:
    """What was entered, confirmed and ended, and the corrections that the State asked for."""
    yield from _entries(session, code)
    for confirmation, who in session.execute(_confirmed(), {"state": code}):
        facts = {"source": confirmation.source}
        yield Entry(What.AUTHORITY_CONFIRMED, confirmation.confirmed_at, who=who, facts=facts)
    for request, who in session.execute(_asked(), {"state": code}):
        facts = {"category": request.category, "source": request.remark}
        yield Entry(What.CORRECTION_ASKED, request.asked_at, who=who, facts=facts)


def _entries(session: Session, code: str) -> Iterator[Entry]:
    """Each wording when it was recorded. An entry has ended when no wording follows its last."""
    rows = session.execute(_entered(), {"state": code}).all()
    last = {authority.line_id: authority for authority, _ in rows}
    for authority, who in rows:
        facts = {
            "category": authority.category,
            "name": authority.name,
            "source": authority.notified_by,
            "line_id": authority.line_id,
        }
        yield Entry(What.AUTHORITY_ENTERED, authority.recorded_at, who=who, facts=facts)
    for authority in last.values():
        if authority.in_force_until is not None:
            facts = {
                "category": authority.category,
                "name": authority.name,
                "source": authority.ended_by,
                "line_id": authority.line_id,
            }
            yield Entry(What.AUTHORITY_ENDED, clock.closing(authority.in_force_until), facts=facts)


@cache
def _entered() -> sa.Select[Authority, str]:
    return (
        sa.select(Authority, Account.name)
        .join(Account, Account.id == Authority.recorded_by_id)
        .where(Authority.state_code == sa.bindparam("state"))
        .order_by(Authority.recorded_at, Authority.id)
    )


@cache
def _confirmed() -> sa.Select[Confirmation, str]:
    return (
        sa.select(Confirmation, Account.name)
        .join(Account, Account.id == Confirmation.confirmed_by_id)
        .where(Confirmation.state_code == sa.bindparam("state"))
    )


@cache
def _asked() -> sa.Select[CorrectionRequest, str]:
    return (
        sa.select(CorrectionRequest, Account.name)
        .join(Account, Account.id == CorrectionRequest.asked_by_id)
        .where(CorrectionRequest.state_code == sa.bindparam("state"))
    )
