"""A file's way out of the quarantine: scanned for viruses, its pages drawn, passed or refused."""

from uuid import UUID

import sqlalchemy as sa

from registration import clock, config
from registration.db import Session
from registration.documents import antivirus, confinement, quarantine
from registration.documents.confinement import NotDrawn
from registration.documents.examination import examine as look_inside
from registration.documents.models import Document, DocumentKind, Examination, PagePicture
from registration.documents.rules import EXAMINATION, ExaminationAction, ExaminationStage, Flaw
from registration.documents.service import find, put, the_store
from registration.journal.service import record


def examine(session: Session, document_id: UUID) -> Examination:
    """Examine a file that waits, and let it pass or refuse it; a file that does not wait is left.

    Raises `antivirus.Unreachable` where the scanner does not answer, and NotDrawn where the machine
    was too slow: both are for another try.
    """
    examination = session.get_one(Examination, document_id, with_for_update=True)
    if examination.stage is not ExaminationStage.WAITING:
        return examination
    document = find(session, document_id)
    content = the_store().get(document.sha256)
    if scanner := config.current().clamav:
        report = antivirus.scan(scanner, content)
        examination.scanner = report.scanner
        if report.found:
            return _refuse(session, examination, Flaw.INFECTED, report.found)
    must_be_a_pdf = document.kind is not DocumentKind.INCOMING_FILE
    if must_be_a_pdf and (flaw := look_inside(content)):
        return _refuse(session, examination, flaw)
    return _pass(session, examination, document, content)


def _pass(
    session: Session, examination: Examination, document: Document, content: bytes
) -> Examination:
    known = _drawn_before(session, document)
    if known is None:
        try:
            drawn = confinement.drawn(content)
        except NotDrawn as problem:
            if problem.slow:
                raise
            if document.kind is not DocumentKind.INCOMING_FILE:
                return _refuse(session, examination, Flaw.BROKEN)
            drawn = confinement.Pictures(0, ())  # no picture, and to be saved only
        pages, pictures = drawn.pages, _kept(session, drawn)
    else:
        pages, pictures = known
    session.add_all(
        PagePicture(
            document_id=document.id,
            state_code=document.state_code,
            number=number,
            sha256=digest,
            width=width,
            height=height,
        )
        for number, (digest, width, height) in enumerate(pictures, start=1)
    )
    examination.pages = pages
    return _end(session, examination, ExaminationAction.PASS)


def _kept(session: Session, drawn: confinement.Pictures) -> list[tuple[str, int, int]]:
    return [(put(session, each.content), each.width, each.height) for each in drawn.pictures]


def _drawn_before(
    session: Session, document: Document
) -> tuple[int, list[tuple[str, int, int]]] | None:
    """The pages of the same bytes, where somebody sent them before."""
    same = session.execute(
        sa.select(Examination.document_id, Examination.pages)
        .join(Document, Document.id == Examination.document_id)
        .where(Document.sha256 == document.sha256, Examination.stage == ExaminationStage.PASSED)
        .limit(1)
    ).first()
    if same is None or same.pages is None:
        return None
    pictures = quarantine.pictures(session, same.document_id)
    return same.pages, [(each.sha256, each.width, each.height) for each in pictures]


def _refuse(
    session: Session, examination: Examination, flaw: Flaw, remark: str = ""
) -> Examination:
    examination.flaw = flaw
    examination.remark = remark
    return _end(session, examination, ExaminationAction.REFUSE)


def _end(session: Session, examination: Examination, action: ExaminationAction) -> Examination:
    examination.stage = EXAMINATION.after(examination.stage, action)
    examination.ended_at = clock.now()
    session.flush()
    record(
        session,
        f"document.{examination.stage.value}",
        "document",
        examination.document_id,
        state_code=examination.state_code,
        detail={"flaw": examination.flaw.value} if examination.flaw else {},
    )
    return examination


def give_up(session: Session, document_id: UUID, problem: str) -> None:
    """Park a file that could not be examined, where staff find it."""
    examination = session.get_one(Examination, document_id, with_for_update=True)
    if examination.stage is ExaminationStage.WAITING:
        examination.remark = problem[:500]
        _end(session, examination, ExaminationAction.PARK)
