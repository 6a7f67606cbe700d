"""Mail from outside, and what the worker does with the files that came."""

import sqlalchemy as sa

from registration import clock
from registration.documents import passage
from registration.documents.models import Examination
from registration.inbox import service as inbox
from registration.inbox.models import IncomingFile
from registration.inbox.rules import Mailbox
from registration.states import suspects
from registration.verification import arrivals
from tests.browser.world.office import ANSWERED, Office
from tests.inbox import mails
from tests.responses.samples import a_pdf


def take_in(office: Office) -> None:
    """Mail from outside: of a mission with its note, and of nobody; an address in doubt."""
    address = f"mission.{ANSWERED.lower()}@missions.example"
    of_mission = mails.written(address, subject=f"Re: {office.note.reference}")
    of_mission.add_attachment(a_pdf(), maintype="application", subtype="pdf", filename="note.pdf")
    of_nobody = mails.written("somebody@elsewhere.example", subject="بطاقة", text="تحية طيبة")
    with office.desk.program() as session:
        for mail in (of_mission, of_nobody):
            kept = inbox.keep(
                session, mail.as_bytes(), mailbox=Mailbox.REPLIES, received_at=clock.now()
            )
            assert kept is not None
            inbox.read(session, kept)
            office.incoming.append(kept)
        note = session.scalars(sa.select(IncomingFile.document_id)).one()
        assert note is not None
        passage.examine(session, note)
        suspects.suspect(session, address, reason="550 5.1.1 no such user here")


def examine(office: Office) -> None:
    """What the worker does with files from outside; the last one still waits."""
    with office.desk.program() as session:
        waiting = sa.select(Examination.document_id).order_by(Examination.begun_at)
        for document_id in session.scalars(waiting).all()[:-1]:
            arrivals.examined(session, passage.examine(session, document_id))
