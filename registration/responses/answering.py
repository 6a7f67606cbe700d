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
from registration.documents.examination import Upload
from registration.errors import Conflict
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


def name_central_authority(
    session: Session, nomination: Nomination, particulars: Particulars, *, version: int
) -> None:
    """Name the central authority, or change what is said of it.

    `version` is 0 where the page showed none. Raises Conflict where there was one meanwhile, where
    it was changed, or where it is gone.
    """
    central = designation_queries.proposed_central(
        session, nomination.state_code, nomination.meeting_id
    )
    if central is not None:
        reword_authority(session, nomination, central.id, particulars, version=version)
    elif version == 0:
        add_authority(session, nomination, DesignationKind.CENTRAL_AUTHORITY, particulars)
    else:
        raise Conflict("Somebody else took the central authority out after you opened this page.")


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
    if designations.reword(session, authority, particulars, version=version):
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
    session: Session, nomination: Nomination, upload: Upload | None, reference: str
) -> None:
    """Put the mission's note beside the answer, or only its reference. Raises Refused."""
    document = incoming.keep(session, upload, nomination.state_code) if upload else None
    nominations.attach_note(
        session,
        nomination,
        document_id=document.id if document else None,
        reference=reference,
    )
