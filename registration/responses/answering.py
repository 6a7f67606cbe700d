"""What a focal point changes in its State's answer: the steps that touch more than one slice."""

from uuid import UUID

from registration.db import Session
from registration.delegations import service as nominations
from registration.delegations.models import Nomination
from registration.designations import queries as designation_queries
from registration.designations import service as designations
from registration.designations.models import ProposedAuthority
from registration.designations.rules import DesignationKind
from registration.designations.service import Particulars
from registration.permissions import Permission, demand
from registration.responses import incoming, queries


def begin(session: Session, note_id: UUID) -> Nomination:
    """The answer of the actor's State to a note, locked. Raises NotFound for a note not its own."""
    demand(session.actor, Permission.ANSWER)
    asked = queries.asked(session, note_id, session.actor.state_code or "")
    return nominations.begin(session, asked.meeting.id)


def add_authority(
    session: Session, nomination: Nomination, kind: DesignationKind, particulars: Particulars
) -> ProposedAuthority:
    """Name an authority. Raises Refused and Conflict as `designations.service.propose`."""
    authority = designations.propose(
        session,
        state_code=nomination.state_code,
        meeting_id=nomination.meeting_id,
        kind=kind,
        particulars=particulars,
    )
    nominations.changed(session, nomination, kind.value, "added")
    return authority


def reword_authority(
    session: Session,
    nomination: Nomination,
    authority_id: UUID,
    particulars: Particulars,
    *,
    version: int,
) -> None:
    """Change what is said of an authority. Raises NotFound and Conflict."""
    authority = _authority(session, nomination, authority_id)
    designations.reword(session, authority, particulars, version=version)
    nominations.changed(session, nomination, authority.kind.value, "changed")


def drop_authority(session: Session, nomination: Nomination, authority_id: UUID) -> None:
    """Take an authority out of the answer. Raises NotFound."""
    authority = _authority(session, nomination, authority_id)
    kind = authority.kind
    designations.drop(session, authority)
    nominations.changed(session, nomination, kind.value, "removed")


def _authority(session: Session, nomination: Nomination, authority_id: UUID) -> ProposedAuthority:
    return designation_queries.proposed_one(
        session, nomination.state_code, nomination.meeting_id, authority_id
    )


def lay_note_beside(
    session: Session, nomination: Nomination, upload: incoming.Upload | None, reference: str
) -> None:
    """Put the mission's note beside the answer, or only its reference. Raises Refused."""
    document = incoming.keep(session, upload, nomination.state_code) if upload else None
    nominations.attach_note(
        session,
        nomination,
        document_id=document.id if document else None,
        reference=reference,
    )
