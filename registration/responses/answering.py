"""What a focal point changes in its State's answer: the steps that touch more than one slice."""

from collections.abc import Collection
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from registration.db import Session
from registration.delegations import parts
from registration.delegations import queries as nomination_queries
from registration.delegations import service as nominations
from registration.delegations.models import Nomination
from registration.delegations.persons import person_of
from registration.designations import queries as designation_queries
from registration.designations import service as designations
from registration.designations.models import ProposedAuthority
from registration.designations.rules import DesignationKind
from registration.designations.service import Particulars
from registration.documents import service as documents
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
    known = designation_queries.proposed(session, nomination.state_code, nomination.meeting_id)
    authority = designations.propose(
        session,
        state_code=nomination.state_code,
        meeting_id=nomination.meeting_id,
        kind=kind,
        particulars=particulars,
    )
    if authority not in known:
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


def name_again(session: Session, nomination: Nomination, chosen: Collection[UUID]) -> int:
    """Name local authorities that answers for other meetings named; how many were added."""
    named = [
        each
        for each in designation_queries.named_before(
            session, nomination.state_code, nomination.meeting_id
        )
        if each.id in chosen
    ]
    for each in named:
        designations.propose(
            session,
            state_code=nomination.state_code,
            meeting_id=nomination.meeting_id,
            kind=each.kind,
            particulars=designations.particulars_of(each),
            continues_line_id=each.line_id,
        )
    if named:
        kind = DesignationKind.LOCAL_AUTHORITY.value
        nominations.changed(session, nomination, kind, "added", len(named))
    return len(named)


def put_forward_again(session: Session, nomination: Nomination, chosen: Collection[UUID]) -> int:
    """Put persons forward who came for other meetings; how many were added. None heads yet."""
    persons = [
        replace(person_of(each), head_of_delegation=False)
        for each in nomination_queries.met_before(
            session, nomination.state_code, nomination.meeting_id
        )
        if each.id in chosen
    ]
    return len(nominations.add(session, nomination, persons))


def lay_note_beside(
    session: Session,
    nomination: Nomination,
    upload: Upload | None,
    reference: str,
    *,
    version: int | None = None,
) -> None:
    """Put the mission's note beside the answer, or only its reference. Raises Refused.

    The same file once more, from a form that was sent twice, is not kept twice. Raises Conflict
    where `version` is given and somebody laid another note there since.
    """
    is_new = upload is not None and not _lies_there(session, nomination, upload)
    document = incoming.keep(session, upload, nomination.state_code) if upload and is_new else None
    parts.attach_note(
        session,
        nomination,
        document_id=document.id if document else None,
        reference=reference,
        version=version,
    )


def _lies_there(session: Session, nomination: Nomination, upload: Upload) -> bool:
    if nomination.mission_note_id is None:
        return False
    known = documents.find(session, nomination.mission_note_id)
    return known.sha256 == sha256(upload.content).hexdigest()
