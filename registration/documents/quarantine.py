"""The quarantine: what came from outside is shown to nobody else before it was examined.

At the door a file is looked into at once (`examination.py`), so that who sends it reads beside the
field what is wrong with it. Here it is held until a worker has asked the virus scanner, and drawn
its pages as pictures (`passage.py`).
"""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from registration import clock, config
from registration.db import Session
from registration.documents.models import FROM_OUTSIDE, Document, Examination, PagePicture
from registration.documents.rules import (
    EXAMINATION,
    QUOTA,
    QUOTA_PERIOD,
    ExaminationAction,
    ExaminationStage,
)
from registration.documents.store import Store
from registration.errors import IllegalMove, NotFound, Refused
from registration.journal.service import Then, promise, record
from registration.permissions import Actor, Permission, Scope, demand
from registration.words import sentence

EXAMINE = "documents.examine"
NOT_YET = sentence(
    "This file is still being examined, which takes a few moments. Reload the page to see it."
)
NEVER = sentence("This file did not pass the examination, so nobody is given it.")


def hold(session: Session, document: Document) -> None:
    """Let a new file wait for its examination, which is promised."""
    session.add(
        Examination(
            document_id=document.id,
            state_code=document.state_code,
            uploaded_by=_who(session.actor),
        )
    )
    session.flush()
    promise(session, [Then(EXAMINE, document.id)])


def _who(actor: Actor) -> str:
    return str(actor.id or actor.name)


def refuse_too_much(session: Session, size: int) -> None:
    """Raise Refused, for the field `file`, where a State's files would be too many in one day."""
    if session.actor.scope is not Scope.STATE:
        return
    sent = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Document.size), 0)).where(
            Document.state_code == session.actor.state_code,
            Document.kind.in_(FROM_OUTSIDE),
            Document.stored_at > clock.now() - QUOTA_PERIOD,
        )
    )
    if (sent or 0) + size > QUOTA:
        raise Refused(
            "Your State sent files of %(limit)s MB within a day, which is all that is taken."
            " Send this one tomorrow, or write to the secretariat.",
            field="file",
            limit=QUOTA // 2**20,
        )


def of(session: Session, document_id: UUID) -> Examination:
    """The examination of a file from outside. Raises NotFound where the actor may not see it."""
    return of_all(session, [document_id])[document_id]


def of_all(session: Session, document_ids: Collection[UUID]) -> dict[UUID, Examination]:
    """The same for several files. One query. Raises NotFound where the actor may not see one."""
    rows = session.scalars(sa.select(Examination).where(Examination.document_id.in_(document_ids)))
    found = {each.document_id: each for each in rows}
    if len(found) < len({*document_ids}):
        raise NotFound("There is no such file, or it is not yours to see.")
    return found


def let_through(session: Session, document: Document) -> None:
    """Raise IllegalMove where the actor may not have that file (yet).

    Who sent it may have it back at any time, and the program works with it.
    """
    if document.kind not in FROM_OUTSIDE or session.actor.scope is Scope.SYSTEM:
        return
    examination = of(session, document.id)
    if examination.stage is ExaminationStage.PASSED:
        return
    if examination.uploaded_by != _who(session.actor):
        waits = examination.stage in (ExaminationStage.WAITING, ExaminationStage.PARKED)
        raise IllegalMove(NOT_YET if waits else NEVER)


def pictures(session: Session, document_id: UUID) -> list[PagePicture]:
    """The pages of a file that passed, in their order."""
    return list(
        session.scalars(
            sa.select(PagePicture)
            .where(PagePicture.document_id == document_id)
            .order_by(PagePicture.number)
        )
    )


def show(session: Session, document_id: UUID, number: int) -> bytes:
    """One page of a file that passed, as a JPEG. Raises NotFound and StoreError."""
    found = session.get(PagePicture, (document_id, number))
    if found is None:
        raise NotFound("There is no such page, or it is not yours to see.")
    return Store(config.current().store_dir).get(found.sha256)


def try_again(session: Session, document_id: UUID) -> None:
    """Examine a file that could not be examined once more. Raises IllegalMove."""
    demand(session.actor, Permission.VERIFY_NOMINATION)
    examination = of(session, document_id)
    examination.stage = EXAMINATION.after(examination.stage, ExaminationAction.RETRY)
    examination.remark = ""
    session.flush()
    record(
        session,
        "document.tried_again",
        "document",
        document_id,
        state_code=examination.state_code,
        then=[Then(EXAMINE, document_id, key=f"{EXAMINE}:{document_id}:{examination.version}")],
    )
