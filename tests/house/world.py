"""A small world with a canary in every row of another State: whoever shows one has leaked it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from registration import clock, db
from registration.accounts.models import SignIn
from registration.api.models import ApiKey
from registration.authorities.models import Authority, CorrectionRequest
from registration.authorities.rules import Category
from registration.db import Session
from registration.delegations.models import (
    Courtesy,
    Delegate,
    ExpertLink,
    Nomination,
    NominationPart,
)
from registration.delegations.rules import Part
from registration.designations.models import Designation, ProposedAuthority
from registration.designations.rules import DesignationKind
from registration.documents import service as documents
from registration.documents.models import DocumentKind
from registration.inbox.models import Incoming
from registration.inbox.rules import Evidence, IncomingStage, Kind, Mailbox
from registration.journal.service import record
from registration.meetings.models import Meeting, MeetingDocument
from registration.notes.enclosed import Enclosure
from registration.notes.models import Channel, Dispatch, Letter, TextRevision
from registration.notes.rules import LetterStage, NoteStage
from registration.participants.models import Observer, Organization
from registration.participants.rules import OrganizationKind
from registration.permissions import Actor, system
from registration.post.models import Message
from registration.responses.imports.models import UploadedTable
from registration.responses.models import Acknowledgement, Response, ResponseChannel
from tests import builders as make

MINE, THEIRS = "AUT", "NIU"
CANARY = "QUILLFEATHER"
A_PDF = b"%PDF-1.4\n%" + CANARY.encode() + b"\n%%EOF\n"


@dataclass
class World:
    """Identifiers by the name that routes give them, and the people who may come."""

    ids: dict[str, list[Any]]
    people: dict[str, Actor]
    tokens: dict[str, str]


def build(engine: Any) -> World:
    """Two States that both answered one note, with everything that can hang on an answer."""
    with db.session_for(engine, system("test")) as session:
        return _build(session)


def _build(session: Session) -> World:
    for code in (MINE, THEIRS, "PAN"):
        make.a_state(session, code)
    accounts = {
        "anna": make.anna(session),
        "otto": make.otto(session),
        "rosa": make.rosa(session),
        "ida": make.ida(session),
        "focal point": make.a_focal_point(session, MINE),
        "their focal point": make.a_focal_point(session, THEIRS),
    }
    accounts["their focal point"].name = f"{CANARY} person"
    meeting = make.a_meeting(session)
    paper = MeetingDocument(
        meeting_id=meeting.id,
        symbol="CAC/COSP/EG.1/2013/1",
        title="Agenda",
        kind="agenda",
        languages=["en"],
    )
    session.add(paper)
    note = make.a_note(
        session,
        meeting,
        accounts["anna"],
        stage=NoteStage.ISSUED,
        clearer=accounts["otto"],
    )
    draft = make.a_note(session, meeting, accounts["anna"], title=f"{CANARY} draft")
    enclosure = Enclosure(note_id=draft.id, place=1, titles={"en": f"{CANARY} guide"})
    earlier = TextRevision(
        note_id=draft.id,
        language="ar",
        subject="((deadline))",
        body=f"{CANARY} words",
        version=1,
        written_by_id=accounts["anna"].id,
        automatic=False,
    )
    session.add_all([enclosure, earlier])
    session.flush()
    world = World(
        ids={
            "slug": [meeting.slug],
            "note_id": [note.id, draft.id],
            "code": [MINE, THEIRS],
            "language": ["en", "ar"],
            "field": ["names.en", "regional_group"],
            "document_id": [paper.id],
            "part": ["funding"],
            "token": ["unknown.0"],
            "enclosure_id": [enclosure.id],
            "revision_id": [earlier.id],
            "number": [1],
            "page": [1],
            "key": ["reg_nothing"],
        },
        people={name: make.acting(account) for name, account in accounts.items()},
        tokens={name: make.signed_in(session, account) for name, account in accounts.items()},
    )
    world.ids["key_id"] = [_a_key(session, accounts["ida"]).id]
    observer = _an_observer(session, meeting, accounts["otto"])
    world.ids["observer_id"] = [observer.id]
    world.ids["organization_id"] = [observer.organization_id]
    world.ids["account_id"] = [accounts["their focal point"].id]
    world.ids["passkey_id"] = [make.new_id()]
    world.ids["sign_in_id"] = list(
        session.scalars(
            sa.select(SignIn.id).where(SignIn.account_id == accounts["their focal point"].id)
        )
    )
    for name in ("their focal point", "focal point"):
        mark = f"{accounts[name].name}'s"
        appointment = make.an_appointment(
            session, accounts[name], accounts["ida"], note_reference=mark
        )
        succession = make.a_succession(session, accounts[name], name=mark)
        world.ids.setdefault("appointment_id", []).append(appointment.id)
        world.ids.setdefault("succession_id", []).append(succession.id)
    for code in (THEIRS, MINE):
        for name, value in _an_answer(session, note, code, accounts).items():
            world.ids.setdefault(name, []).append(value)
    return world


def _a_key(session: Session, maker: Any) -> ApiKey:
    key = ApiKey(
        name="A chart",
        key_sha256="0" * 64,
        grants=["read_statistics"],
        expires_on=clock.today(),
        made_by_id=maker.id,
    )
    session.add(key)
    session.flush()
    return key


def _an_observer(session: Session, meeting: Meeting, officer: Any) -> Observer:
    bank = Organization(
        kind=OrganizationKind.ENTITY, names={"en": f"{CANARY} Bank"}, entered_by_id=officer.id
    )
    session.add(bank)
    session.flush()
    observer = Observer(
        meeting_id=meeting.id,
        organization_id=bank.id,
        courtesy=Courtesy.MS,
        given_names="Given",
        family_name=CANARY,
        entered_by_id=officer.id,
    )
    session.add(observer)
    session.flush()
    return observer


def _an_answer(session: Session, note: Any, code: str, accounts: dict[str, Any]) -> dict[str, Any]:
    mark = CANARY if code == THEIRS else "ours"
    focal_point = accounts["their focal point" if code == THEIRS else "focal point"]
    mission = make.a_mission(session, code, addresses=[f"{mark.lower()}@missions.example"])
    addressee = make.an_addressee(session, note, code)
    addressee.name = f"{mark} State"
    session.flush()
    document = documents.store(
        session,
        A_PDF if code == THEIRS else b"%PDF-1.4\n%%EOF\n",
        kind=DocumentKind.INCOMING_NOTE,
        filename=f"{mark}.pdf",
        media_type="application/pdf",
        state_code=code,
    )
    letter = session.query(Letter).filter_by(addressee_id=addressee.id).one()
    letter.code = f"{mark[:4].upper()}-{code}AA-2345"
    letter.stage, letter.document_id, letter.rendered_at = (
        LetterStage.RENDERED,
        document.id,
        clock.now(),
    )
    message = Message(
        purpose="note",
        state_code=code,
        recipients=[f"{mark.lower()}@missions.example"],
        subject=f"{mark} subject",
        text=f"{mark} text",
        message_id=f"<{mark}@registration.example>",
    )
    nomination = Nomination(
        state_code=code,
        meeting_id=note.meeting_id,
        mission_note_id=document.id,
        mission_reference=f"{mark} reference",
    )
    authority = ProposedAuthority(
        state_code=code,
        meeting_id=note.meeting_id,
        kind=DesignationKind.CENTRAL_AUTHORITY,
        name=f"{mark} authority",
        email=f"{mark.lower()}@authorities.example",
    )
    session.add_all([message, nomination, authority])
    session.flush()
    delegate = Delegate(
        nomination_id=nomination.id,
        state_code=code,
        position=1,
        courtesy=Courtesy.MS,
        given_names="Given",
        family_name=mark,
        title=f"{mark} title",
        institution=f"{mark} institution",
        email=f"{mark.lower()}@experts.example",
        head_of_delegation=True,
    )
    response = Response(
        note_id=note.id,
        addressee_id=addressee.id,
        state_code=code,
        channel=ResponseChannel.PORTAL,
        received_at=clock.now(),
        recorded_by_id=focal_point.id,
        mission_reference=f"{mark} reference",
        document_id=document.id,
        nomination_id=nomination.id,
        remark=f"{mark} remark",
    )
    dispatch = Dispatch(
        note_id=note.id,
        addressee_id=addressee.id,
        state_code=code,
        letter_id=letter.id,
        channel=Channel.EMAIL,
        message_pk=message.id,
    )
    session.add_all([delegate, response, dispatch])
    session.flush()
    link = ExpertLink(
        nomination_id=nomination.id,
        state_code=code,
        meeting_id=note.meeting_id,
        name=f"{mark} expert",
        email=f"{mark.lower()}@experts.example",
        language="en",
        holder=make.new_id(),
        asked_by_id=focal_point.id,
        answer_to=focal_point.email,
        answer_in="en",
        expires_at=clock.now() + timedelta(days=1),
        particulars={},
        fillings=0,
        remark=f"{mark} remark",
    )
    part = NominationPart(
        nomination_id=nomination.id,
        state_code=code,
        part=Part.QUESTIONNAIRE,
        answers={"needs": f"{mark} needs"},
    )
    letter_back = Acknowledgement(
        response_id=response.id, state_code=code, language="en", document_id=document.id
    )
    table = UploadedTable(
        note_id=note.id,
        state_code=code,
        uploaded_by_id=focal_point.id,
        cells={"headings": [f"{mark} heading"], "rows": [[2, [f"{mark} cell"]]]},
        columns=["family_name"],
    )
    session.add_all([link, part, letter_back, table])
    designation = Designation(
        state_code=code,
        kind=DesignationKind.CENTRAL_AUTHORITY,
        line_id=authority.id,
        response_id=response.id,
        name=f"{mark} authority",
        email=f"{mark.lower()}@authorities.example",
    )
    session.add(designation)
    session.flush()
    entry, request = _in_the_register(session, code, mark, focal_point)
    record(
        session,
        "response.received",
        "note",
        note.id,
        state_code=code,
        detail={"remark": f"{mark} detail"},
    )
    mail = _a_mail(session, code, mark)
    return {
        "incoming_id": mail.id,
        "document_id": document.id,
        "letter_id": letter.id,
        "delegate_id": delegate.id,
        "authority_id": authority.id,
        "nomination_id": nomination.id,
        "response_id": response.id,
        "designation_id": designation.id,
        "line_id": entry.line_id,
        "person_id": designation.line_id,
        "file_id": make.new_id(),
        "entry_id": entry.id,
        "request_id": request.id,
        "link_id": link.id,
        "table_id": table.id,
        "message_id": message.id,
        "address_id": mission.addresses[0].id if mission.addresses else None,
        "instrument_id": make.new_id(),
    }


def _a_mail(session: Session, code: str, mark: str) -> Incoming:
    mail = Incoming(
        mailbox=Mailbox.REPLIES,
        sha256=mark,
        size=1,
        received_at=clock.now(),
        stage=IncomingStage.MATCHED,
        kind=Kind.REPLY,
        evidence=Evidence.ADDRESS,
        state_code=code,
        sender=f"{mark.lower()}@missions.example",
        subject=f"{mark} subject",
        text=f"{mark} text",
    )
    session.add(mail)
    session.flush()
    return mail


def _in_the_register(
    session: Session, code: str, mark: str, person: Any
) -> tuple[Authority, CorrectionRequest]:
    """An entry, which every account holder may read, and a request, which only its State may."""
    entry = Authority(
        line_id=make.new_id(),
        state_code=code,
        category=Category.PREVENTION,
        name="An authority",
        particulars={"authority_name": "An authority", "email": ["a@authorities.example"]},
        searched="An authority",
        in_force_from=clock.today(),
        notified_by="Note verbale",
        recorded_by_id=person.id,
    )
    request = CorrectionRequest(
        line_id=entry.line_id,
        state_code=code,
        category=Category.PREVENTION,
        particulars={"authority_name": f"{mark} authority", "email": ["a@authorities.example"]},
        remark=f"{mark} remark",
        asked_by_id=person.id,
    )
    session.add_all([entry, request])
    session.flush()
    return entry, request
