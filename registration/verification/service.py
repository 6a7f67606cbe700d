"""What an officer does with a nomination: compare, verify, confirm, return, reopen.

Every verb takes the version that the officer's page showed: whoever comes second is told so, and
overwrites nothing.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

import sqlalchemy as sa

from registration import clock, text
from registration.accounts.models import Account
from registration.db import Session
from registration.delegations import reviewing
from registration.delegations.models import Nomination
from registration.delegations.rules import SENT, NominationAction
from registration.errors import Conflict, Refused
from registration.journal.service import record
from registration.permissions import Permission, demand
from registration.verification import telling
from registration.verification.models import NameCheck, Review
from registration.verification.queries import Comparison, comparison
from registration.verification.rules import Bar, Fault, Verdict
from registration.words import sentence
from registration.workflow import not_now

REMARK_LIMIT = 2_000
BARRED = {
    Bar.NOT_COMPARED: sentence("Compare every name with the note first."),
    Bar.FAULTY: sentence("Something is wrong with the note: return the nomination instead."),
    Bar.HEAD_NOT_MATCHING: sentence(
        "The head of the delegation does not match the note: return the nomination instead."
    ),
    Bar.NOTHING_MATCHES: sentence("No name matches the note: return the nomination instead."),
}


def compare(
    session: Session,
    nomination_id: UUID,
    verdicts: Mapping[UUID, Verdict],
    faults: Collection[Fault],
    *,
    version: int,
) -> None:
    """Write down what comparing showed: a verdict for each designation, faults of the whole.

    A name without a verdict stays as it is. Raises Conflict unless `version` is the present one,
    and IllegalMove once the nomination was confirmed or is with the State.
    """
    found = _opened(session, nomination_id, version)
    if found.nomination.stage not in SENT or _is_settled(found):
        raise not_now()
    _write(session, found, verdicts)
    review = _touched(session, found)
    review.faults = [each.value for each in Fault if each in set(faults)]
    session.flush()
    record(
        session,
        "nomination.compared",
        "review",
        review.id,
        state_code=found.state.code,
        detail={"names": len(verdicts), "faults": review.faults},
    )


def _is_settled(found: Comparison) -> bool:
    """Whether comparing is over until somebody reopens it."""
    return NominationAction.REOPEN in reviewing.possible(found.nomination)


def _opened(session: Session, nomination_id: UUID, version: int) -> Comparison:
    """The nomination, locked, as the officer's page showed it."""
    session.execute(
        sa.select(Nomination.id).where(Nomination.id == nomination_id).with_for_update()
    )
    found = comparison(session, nomination_id)
    demand(session.actor, Permission.VERIFY_NOMINATION, found.nomination)
    if version != found.version:
        raise Conflict(
            "Somebody else worked on this nomination after you opened the page. It shows now what"
            " was found meanwhile."
        )
    return found


def _write(session: Session, found: Comparison, verdicts: Mapping[UUID, Verdict]) -> None:
    for named in found.names:
        verdict = verdicts.get(named.designation.id)
        if verdict is None or (named.check is not None and named.check.verdict is verdict):
            continue
        session.merge(
            NameCheck(
                designation_id=named.designation.id,
                state_code=found.state.code,
                verdict=verdict,
                checked_at=clock.now(),
                checked_by_id=session.actor.id,
                confirmed_at=None,
            )
        )


def _touched(session: Session, found: Comparison) -> Review:
    """What was found as a whole, at its next version."""
    review = found.review
    if review is None:
        review = Review(
            response_id=found.response.id,
            nomination_id=found.nomination.id,
            state_code=found.state.code,
            faults=[],
        )
        session.add(review)
    review.changed_at = clock.now()
    review.changed_by_id = session.actor.id  # type: ignore[assignment]  # an officer is signed in
    session.flush()
    return review


def take_note_in(session: Session, nomination_id: UUID, *, version: int) -> None:
    """Say that the note came another way than the names: on paper, or by e-mail."""
    found = _opened(session, nomination_id, version)
    reviewing.move(session, found.nomination, NominationAction.RECEIVE_NOTE)
    _touched(session, found)


def verify(session: Session, nomination_id: UUID, *, version: int) -> None:
    """Say that every name was compared with the note. Raises Refused where something is open."""
    found = _opened(session, nomination_id, version)
    if NominationAction.VERIFY not in reviewing.possible(found.nomination):
        raise not_now()
    for bar in found.bars:
        raise Refused(BARRED[bar])
    reviewing.move(session, found.nomination, NominationAction.VERIFY)
    _touched(session, found)


def confirm(session: Session, nomination_id: UUID, *, version: int) -> None:
    """Let the names that match stand in the list of participants, and tell the focal points."""
    found = _opened(session, nomination_id, version)
    reviewing.move(session, found.nomination, NominationAction.CONFIRM)
    _touched(session, found)
    for named in found.names:
        if named.check is not None and named.check.verdict is Verdict.MATCHES:
            named.check.confirmed_at = named.check.confirmed_at or clock.now()
    session.flush()
    telling.confirmed(session, found, _focal_points(session, found))


def send_back(session: Session, nomination_id: UUID, remark: str, *, version: int) -> None:
    """Return a nomination to the State with a remark, which its focal points get by mail.

    Raises Refused, for the field `remark`, where there is none.
    """
    found = _opened(session, nomination_id, version)
    words = text.paragraphs(remark, limit=REMARK_LIMIT)
    if not words.strip():
        raise Refused("Say what the State shall correct.", field="remark")
    reviewing.move(session, found.nomination, NominationAction.RETURN)
    review = _touched(session, found)
    review.remark, review.returned_at = words, clock.now()
    session.flush()
    telling.returned(session, found, words, _focal_points(session, found))


def reopen(session: Session, nomination_id: UUID, *, version: int) -> None:
    """Compare a nomination anew that was verified or confirmed.

    Who was confirmed stays in the list until found not to match.
    """
    found = _opened(session, nomination_id, version)
    reviewing.move(session, found.nomination, NominationAction.REOPEN)
    _touched(session, found)


def _focal_points(session: Session, found: Comparison) -> list[Account]:
    open_accounts = session.scalars(
        sa.select(Account).where(Account.state_code == found.state.code, Account.ended_at.is_(None))
    )
    return [each for each in open_accounts if each.is_open]
