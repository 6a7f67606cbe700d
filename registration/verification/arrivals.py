"""What follows when a mission's note has been examined: the nomination goes on, or is told why."""

from uuid import UUID

import sqlalchemy as sa

from registration.accounts.models import Account
from registration.db import Session
from registration.delegations import reviewing
from registration.delegations.models import Nomination
from registration.documents.examination import SENTENCES
from registration.documents.models import Examination
from registration.documents.rules import PAGE_LIMIT, ExaminationStage
from registration.documents.service import find
from registration.post.service import post
from registration.words import say


def examined(session: Session, examination: Examination) -> None:
    """Let the nomination whose note passed go on; tell who uploaded one that did not."""
    if examination.stage is ExaminationStage.PASSED:
        for nomination in session.scalars(
            sa.select(Nomination)
            .where(Nomination.mission_note_id == examination.document_id)
            .with_for_update()
        ):
            reviewing.receive_note(session, nomination)
    elif examination.stage is ExaminationStage.REFUSED:
        _tell(session, examination)


def _tell(session: Session, examination: Examination) -> None:
    person = _uploader(session, examination)
    if person is None or examination.flaw is None:
        return
    filename = find(session, examination.document_id).filename
    language = person.language
    post(
        session,
        purpose="refused_file",
        recipients=[person.email],
        subject=say(language, "A file that you uploaded was not accepted"),
        text="\n\n".join(
            [
                say(language, "The file “%(filename)s” was not accepted.", filename=filename),
                say(language, SENTENCES[examination.flaw], pages=PAGE_LIMIT),
            ]
        ),
        language=language,
        state_code=examination.state_code,
    )


def _uploader(session: Session, examination: Examination) -> Account | None:
    try:
        return session.get(Account, UUID(examination.uploaded_by))
    except ValueError:  # the program itself
        return None
