"""What there is to look at: the arguments of every route, and who may look."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from registration import clock
from registration.accounts.models import Account
from registration.accounts.rules import SuccessionStage
from registration.api import keys
from registration.db import Session
from registration.delegations.models import Nomination
from registration.delegations.rules import SENT
from registration.designations.models import ProposedAuthority
from registration.designations.rules import DesignationKind
from registration.documents import service as documents
from registration.documents.models import DocumentKind
from registration.meetings.models import MeetingDocument
from registration.notes.enclosed import Enclosure
from registration.notes.models import Letter
from registration.permissions import GRANTS, Permission, Scope
from registration.post.models import Message
from registration.responses.imports import keeping, parsing
from registration.responses.models import Response
from registration.states import queries as missions
from registration.states.models import Instrument
from tests import builders
from tests.browser.world.office import (
    ANSWERED,
    AUSTRIA,
    BEGUN,
    IVORY_COAST,
    NEXT,
    SAUDI_ARABIA,
    SECOND,
    Office,
)
from tests.responses.samples import a_pdf

A_TABLE = (
    "Form of address\tGiven names\tFamily name\tTitle\tInstitution\n"
    "Ms.\tخوسيه\tعبد الرحمن\tJudge\tSupreme Court\n"
    "Mr.\tOtto\tEnzenberger\tProsecutor\tPublic Prosecutor's Office\n"
)


@dataclass(frozen=True)
class Place:
    """Arguments of a route; `person` where it must be somebody in particular."""

    arguments: dict[str, Any] = field(default_factory=dict)
    person: str | None = None


@dataclass
class World:
    """The people who can sign in, and what routes may be asked for."""

    actors: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[Scope, tuple[str, ...]], list[Place]] = field(default_factory=dict)

    def add(self, scope: Scope, person: str | None = None, **arguments: Any) -> None:
        """Let routes of that scope with these arguments be looked at there, by that person."""
        known = self.places.setdefault((scope, tuple(sorted(arguments))), [])
        known.append(Place(arguments, person))

    def places_of(self, scope: Scope, arguments: set[str]) -> list[Place]:
        """What to fill the arguments of a route with, and who is to look."""
        wanted = tuple(sorted(arguments))
        if not wanted and scope is not Scope.STATE:
            return [Place()]
        assert (scope, wanted) in self.places, (
            f"tests/browser/world/places.py has no {scope} {wanted}"
        )
        return self.places[scope, wanted]

    def whoever_may(self, permission: Permission, scope: Scope) -> list[str | None]:
        """The people of that scope who may do it; nobody in particular for a public page."""
        if scope in (Scope.PUBLIC, Scope.SIGN_IN):
            return [None]
        return [
            name
            for name, actor in self.actors.items()
            if scope in (actor.scope, Scope.PERSON) and actor.may(permission)
        ]


def list_places(office: Office, session: Session, world: World) -> None:
    """Every place that was made, and the few things that only places need."""
    _list_places_of_staff(office, session, world)
    _list_places_of_states(office, session, world)
    received = session.scalars(sa.select(Response).order_by(Response.received_at)).all()
    by_portal = next(each.id for each in received if each.state_code == ANSWERED)
    world.add(Scope.STAFF, response_id=by_portal)
    world.add(Scope.STAFF, response_id=received[-1].id)
    world.add(Scope.STAFF, response_id=office.asked_for_time)
    world.add(Scope.STAFF, response_id=office.question)
    world.add(Scope.STATE, IVORY_COAST, note_id=office.note.id, response_id=office.question)
    world.add(Scope.STATE, AUSTRIA, note_id=office.note.id, response_id=by_portal)
    letter = session.scalars(
        sa.select(Letter).where(Letter.note_id == office.note.id, Letter.state_code == ANSWERED)
    ).one()
    world.add(Scope.STAFF, note_id=office.note.id, letter_id=letter.id)
    world.add(Scope.STATE, AUSTRIA, letter_id=letter.id)
    world.add(Scope.PUBLIC, code=letter.code)
    world.add(Scope.PUBLIC, code="AAAA-AAAA-AAAA")
    world.add(Scope.PUBLIC, code=letter.code, number=1)
    world.add(Scope.PUBLIC, token=office.token)
    world.add(Scope.PUBLIC, token="nonsense")
    for slug in (SECOND, NEXT):
        world.add(Scope.PUBLIC, slug=slug)
        world.add(Scope.STAFF, slug=slug)


def _list_places_of_staff(office: Office, session: Session, world: World) -> None:
    staff = Scope.STAFF
    for note in (
        office.note,
        office.draft,
        office.submitted,
        office.returned,
        office.cleared,
        office.withdrawn,
        office.next_note,
    ):
        world.add(staff, note_id=note.id)
    for language in ("en", "ar", "zh"):
        world.add(staff, note_id=office.draft.id, language=language)
    enclosure = session.scalars(
        sa.select(Enclosure).where(Enclosure.note_id == office.draft.id)
    ).one()
    for on_page in ({}, {"language": "all"}):
        world.add(staff, note_id=office.draft.id, enclosure_id=enclosure.id, **on_page)
    paper = session.scalars(
        sa.select(MeetingDocument).where(MeetingDocument.meeting_id == office.desk.meeting.id)
    ).first()
    assert paper is not None
    world.add(staff, slug=SECOND, document_id=paper.id)
    for code in (ANSWERED, "BRB", "EU", "NIU"):
        world.add(staff, code=code)
    for name in ("names.ar", "regional_group"):
        world.add(staff, code=ANSWERED, field=name)
    instrument = session.scalars(
        sa.select(Instrument).where(Instrument.state_code == ANSWERED)
    ).first()
    assert instrument is not None
    world.add(staff, code=ANSWERED, instrument_id=instrument.id)
    mission = missions.mission_of(session, ANSWERED)
    assert mission is not None
    world.add(staff, code=ANSWERED, address_id=mission.addresses[0].id)
    world.add(staff, account_id=office.desk.rosa.id)
    austrian = session.get_one(Account, office.focal_points[ANSWERED].id)
    with office.desk.acting(office.ida) as theirs:
        key, _secret = keys.make(
            theirs, name="Wall calendar", grants=GRANTS, expires_on=clock.today()
        )
        world.add(staff, key_id=key.id)
        note = documents.store(
            theirs,
            a_pdf(),
            kind=DocumentKind.INCOMING_NOTE,
            filename="note.pdf",
            media_type="application/pdf",
            state_code=ANSWERED,
        )
    appointment = builders.an_appointment(session, austrian, office.ida, document_id=note.id)
    proposal = builders.a_succession(session, austrian)
    builders.a_succession(
        session, austrian, stage=SuccessionStage.DECLINED, remark="The note names another."
    )
    world.add(staff, account_id=austrian.id)
    world.add(staff, appointment_id=appointment.id)
    world.add(staff, succession_id=proposal.id)
    nominations = session.scalars(
        sa.select(Nomination).where(Nomination.stage.in_(SENT)).order_by(Nomination.begun_at)
    ).all()
    for nomination in nominations:
        world.add(staff, nomination_id=nomination.id)
    world.add(staff, nomination_id=nominations[0].id, number=1)
    world.add(staff, line_id=office.entry.line_id)
    world.add(staff, line_id=office.entry.line_id, entry_id=office.entry.id)
    world.add(staff, request_id=office.request.id)
    world.add(staff, person_id=office.confirmed)
    world.add(staff, slug=SECOND, file_id=office.file_of_list)
    world.add(staff, slug=SECOND, observer_id=office.observer.id)
    world.add(staff, organization_id=office.observer.organization_id)
    for language in ("en", "ar"):
        world.add(staff, slug=SECOND, language=language)
    one_of_each = {each.stage: each.id for each in session.scalars(sa.select(Message))}
    for message_id in one_of_each.values():
        world.add(staff, message_id=message_id)
    for incoming_id in office.incoming:
        world.add(staff, incoming_id=incoming_id)
    world.add(staff, incoming_id=office.incoming[0], number=1)
    world.add(staff, incoming_id=office.incoming[0], number=1, page=1)


def _list_places_of_states(office: Office, session: Session, world: World) -> None:
    state = Scope.STATE
    for person_of in (AUSTRIA, IVORY_COAST, SAUDI_ARABIA):
        world.add(state, person_of)
    world.add(state, AUSTRIA, note_id=office.note.id)
    world.add(state, AUSTRIA, line_id=office.entry.line_id)
    own = session.scalars(sa.select(Nomination).where(Nomination.state_code == ANSWERED)).one()
    world.add(state, AUSTRIA, nomination_id=own.id)
    world.add(state, AUSTRIA, note_id=office.note.id, link_id=office.link.id)
    world.add(state, IVORY_COAST, note_id=office.next_note.id)
    for pasted in (A_TABLE, A_TABLE.replace("Ms.", "Dr.")):
        with office.desk.acting(office.focal_points[ANSWERED]) as theirs:
            kept = keeping.keep(theirs, office.note.id, parsing.from_paste(pasted))
        world.add(state, AUSTRIA, note_id=office.note.id, table_id=kept.id)
    world.add(state, SAUDI_ARABIA, note_id=office.note.id)
    nomination = session.get_one(Nomination, office.begun.id)
    local = session.scalars(
        sa.select(ProposedAuthority).where(
            ProposedAuthority.state_code == BEGUN,
            ProposedAuthority.kind == DesignationKind.LOCAL_AUTHORITY,
        )
    ).first()
    assert local is not None
    world.add(state, IVORY_COAST, note_id=office.next_note.id, authority_id=local.id)
    world.add(
        state,
        IVORY_COAST,
        note_id=office.next_note.id,
        delegate_id=nomination.delegates[1].id,
    )
