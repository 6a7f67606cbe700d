"""The office's moves of a nomination: its note is here, it is verified, confirmed, returned."""

from registration.db import Session
from registration.delegations.models import Nomination
from registration.delegations.rules import NOMINATION, NominationAction
from registration.documents import quarantine
from registration.documents.rules import ExaminationStage
from registration.journal.service import record
from registration.permissions import Permission, demand

EVENTS = {
    NominationAction.RECEIVE_NOTE: "nomination.note_received",
    NominationAction.VERIFY: "nomination.verified",
    NominationAction.CONFIRM: "nomination.confirmed",
    NominationAction.RETURN: "nomination.returned",
    NominationAction.REOPEN: "nomination.reopened",
}


def receive_note(session: Session, nomination: Nomination) -> bool:
    """Let a nomination that was sent go on as soon as its note is here and has passed.

    False where it waits for something else. Both who sends an answer and who examines its note ask
    this, since either may come first.
    """
    if NominationAction.RECEIVE_NOTE not in NOMINATION.actions(nomination.stage):
        return False
    if nomination.mission_note_id is None:
        return False
    examination = quarantine.of(session, nomination.mission_note_id)
    if examination.stage is not ExaminationStage.PASSED:
        return False
    _move(session, nomination, NominationAction.RECEIVE_NOTE)
    return True


def move(session: Session, nomination: Nomination, action: NominationAction) -> None:
    """Verify, confirm, return or reopen a nomination. Raises IllegalMove and NotAllowed.

    What was found is kept elsewhere; the journal says that and when it moved, and no remark.
    """
    demand(session.actor, Permission.VERIFY_NOMINATION, nomination)
    _move(session, nomination, action)


def _move(session: Session, nomination: Nomination, action: NominationAction) -> None:
    nomination.stage = NOMINATION.after(nomination.stage, action)
    session.flush()
    record(
        session,
        EVENTS[action],
        "nomination",
        nomination.id,
        state_code=nomination.state_code,
    )


def possible(nomination: Nomination) -> tuple[NominationAction, ...]:
    """What may be done with a nomination at its stage."""
    return NOMINATION.actions(nomination.stage)
