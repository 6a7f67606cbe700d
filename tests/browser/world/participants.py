"""The list of participants: a person confirmed and seen, files, and an observer."""

import sqlalchemy as sa

from registration import clock
from registration.delegations.models import Courtesy
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.documents import service as documents
from registration.documents.models import DocumentKind
from registration.meetings import queries as meetings
from registration.participants import observers
from registration.participants import service as participants
from registration.participants.models import ListFile
from registration.participants.rules import ListKind, OrganizationKind
from registration.verification.models import NameCheck
from registration.verification.rules import Verdict
from tests.browser.world.office import ANSWERED, SECOND, Office
from tests.responses.samples import a_pdf


def list_participants(office: Office) -> None:
    """A person who is confirmed and seen, and a version of the list with a file and without."""
    with office.desk.program() as session:
        named = session.scalars(
            sa.select(Designation).where(
                Designation.state_code == ANSWERED,
                Designation.kind == DesignationKind.GOVERNMENTAL_EXPERT,
            )
        ).first()
        assert named is not None
        office.confirmed = named.line_id
        session.add(
            NameCheck(
                designation_id=named.id,
                state_code=ANSWERED,
                verdict=Verdict.MATCHES,
                checked_by_id=office.desk.otto.id,
                confirmed_at=clock.now(),
            )
        )
    with office.desk.acting(office.desk.otto) as session:
        meeting = meetings.by_slug(session, SECOND)
        version = participants.make_list(
            session,
            meeting,
            ListKind.PROVISIONAL,
            symbol=f"{meeting.symbol_prefix}INF/1",
            dated=clock.today(),
            languages=["en"],
            seen=0,
        )
        made = session.scalars(sa.select(ListFile).where(ListFile.version_id == version.id)).first()
        assert made is not None
        made.document_id = documents.store(
            session,
            a_pdf(),
            kind=DocumentKind.LIST,
            filename="INF-1-en.pdf",
            media_type="application/pdf",
        ).id
        office.file_of_list = made.id
        first_day = meeting.begins_on
        assert first_day is not None
        participants.mark_present(session, meeting, office.confirmed, first_day)
        participants.mark_represented(session, meeting, "BRB")
        names = {"en": "Example Bank for Observers", "ar": "مصرف المثال للمراقبين"}
        bank = observers.enter(session, OrganizationKind.INTERGOVERNMENTAL, names)
        who = observers.Sent(bank.id, Courtesy.MS, "Ada", "Example", title="Director")
        office.observer = observers.add(session, meeting, who)
        participants.mark_organization(session, meeting, bank.id)
