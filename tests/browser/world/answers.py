"""What States answer, ask for, leave half done or hand on to an expert."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration.db import Session, session_for
from registration.delegations import links, parts
from registration.delegations import service as delegations
from registration.delegations.models import Nomination
from registration.delegations.persons import Person
from registration.designations.rules import DesignationKind
from registration.documents import service as documents
from registration.documents.examination import Upload
from registration.documents.models import DocumentKind
from registration.meetings import queries as meetings
from registration.meetings.models import DateStatus, Funding, Meeting
from registration.notes import clearance, drafting
from registration.notes.audience import CHOICES, Audience
from registration.notes.models import Note
from registration.post.models import Message
from registration.responses import answering, asking, recording, service, settling
from registration.responses.models import Acknowledgement, Response, ResponseChannel
from registration.responses.rules import Outcome
from tests.browser.world.office import ANSWERED, BEGUN, MINISTRY, NEXT, SILENT, Office, let_it_be
from tests.notes.desk import unrehearsed
from tests.responses.samples import a_pdf, person

ON_PAPER = {"GBR": date(2013, 8, 1), "BOL": date(2013, 10, 2), "FRA": date(2013, 9, 30)}


def respond(office: Office) -> None:
    """One State by the portal and three on paper; then two that ask."""
    let_it_be(date(2013, 8, 20))
    with office.desk.acting(office.focal_points[ANSWERED]) as session:
        note = session.get_one(Note, office.note.id)
        nomination = _answer(session, note.id)
        words = {"needs": "Training.", "good_practices": "Early talks.", "networks": "Two."}
        parts.answer(session, nomination, words, version=0)
        service.submit(session, nomination, note)
    _confirm(office)
    let_it_be(date(2013, 10, 2))
    with office.desk.acting(office.desk.anna) as session:
        for code, day in ON_PAPER.items():
            recording.record_response(
                session,
                session.get_one(Note, office.note.id),
                code,
                channel=ResponseChannel.PAPER,
                received_on=day,
                mission_reference=f"Note 17/{code}",
                mission_note_date=day,
                scan=Upload("scan.pdf", a_pdf()),
                remark="The signature is on the second page.",
            )
    _ask(office)


def _ask(office: Office) -> None:
    """One State asks for more time; another one's question is settled."""
    with office.desk.acting(office.focal_points[SILENT]) as session:
        note = session.get_one(Note, office.note.id)
        office.asked_for_time = asking.ask_for_extension(
            session, note, until=date(2013, 10, 21), reason="The ministry is moving."
        ).id
    with office.desk.acting(office.focal_points[BEGUN]) as session:
        note = session.get_one(Note, office.note.id)
        office.question = asking.ask_question(session, note, question="May three come?").id
    with office.desk.acting(office.desk.otto) as session:
        settling.settle(session, office.question, Outcome.SETTLED, reason="They may.")


def _confirm(office: Office) -> None:
    """What the worker prints."""
    with office.desk.program() as session:
        response = session.scalars(sa.select(Response)).one()
        printed = documents.store(
            session,
            a_pdf(),
            kind=DocumentKind.LETTER,
            filename="acknowledgement.pdf",
            media_type="application/pdf",
            state_code=response.state_code,
        )
        session.add(
            Acknowledgement(
                response_id=response.id,
                state_code=response.state_code,
                language="en",
                document_id=printed.id,
            )
        )


def ask_again(office: Office) -> None:
    """A note to another meeting, to which one State answers and another has begun to."""
    let_it_be(date(2013, 10, 3))
    with office.desk.acting(office.ida) as session:
        meeting = meetings.by_slug(session, NEXT)
        meeting.begins_on, meeting.ends_on = date(2014, 10, 9), date(2014, 10, 10)
        meeting.date_status = DateStatus.VERIFIED
        meeting.funding, meeting.funding_by = Funding.ALL, date(2014, 6, 1)
        meeting.asks_passports = True
    with office.desk.acting(office.desk.anna) as session:
        note = drafting.draft(
            session,
            meeting=session.get_one(Meeting, meeting.id),
            title="Invitation to the third meeting",
            respond_by=date(2014, 9, 1),
            audience=Audience(frozenset(CHOICES)),
        )
    office.desk.do(office.desk.anna, note, unrehearsed)
    office.desk.do(office.desk.otto, note, clearance.clear)
    office.next_note = office.desk.issue(note, day=date(2013, 10, 3))
    with office.desk.acting(office.focal_points[BEGUN]) as session:
        office.begun = _answer(session, office.next_note.id)


def _answer(session: Session, note_id: UUID) -> Nomination:
    nomination = answering.begin(session, note_id)
    for kind in (
        DesignationKind.CENTRAL_AUTHORITY,
        DesignationKind.LOCAL_AUTHORITY,
        DesignationKind.LOCAL_AUTHORITY,
    ):
        answering.add_authority(session, nomination, kind, MINISTRY)
    delegations.add(session, nomination, list(_experts()))
    answering.lay_note_beside(
        session, nomination, Upload("note-verbale-of-the-mission.pdf", a_pdf()), "No. 17/2013"
    )
    return nomination


def send_link(office: Office) -> None:
    """A link that an expert got, and filled in."""
    with office.desk.acting(office.focal_points[ANSWERED]) as session:
        office.link = links.ask(
            session,
            answering.begin(session, office.note.id),
            name="Example Expert",
            email="expert@experts.example",
            language="en",
        )
    with office.desk.program() as session:
        letters = sa.select(Message).where(Message.purpose == "expert_link")
        text = session.scalars(letters).one().text
    office.token = text.partition("/particulars/")[2].partition("?")[0]
    with session_for(office.desk.engine, links.holder_of(office.token)) as session:
        links.fill(session, links.opened(session), person("Example"))


def _experts() -> Iterator[Person]:
    yield person("Huber", head=True)
    yield person("Abdelmoneim Zabihollah", given_names="Muhammad Abdurrahman")
    yield person("Gruber", given_names="")
