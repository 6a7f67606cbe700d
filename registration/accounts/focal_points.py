"""Who acts for a State: named by its note verbale, handed over, and ended.

Nobody appoints himself or herself: a focal point may propose a successor, and staff confirm it with
the new note in their hands.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration import clock, text
from registration.accounts import service
from registration.accounts.appointments import Appointment, Succession
from registration.accounts.models import Account
from registration.accounts.rules import Capacity, SuccessionStage
from registration.db import Session
from registration.documents import service as documents
from registration.documents.examination import Upload, label, refuse_flawed
from registration.documents.models import DocumentKind
from registration.errors import IllegalMove, NotFound, Refused
from registration.journal.service import record
from registration.permissions import Permission, Role, demand


@dataclass(frozen=True)
class Person:
    """Whom a note names, and as what."""

    name: str
    email: str
    language: str
    capacity: Capacity


@dataclass(frozen=True)
class NamingNote:
    """The State's note verbale that names a person."""

    reference: str
    day: date
    file: Upload


def appoint(
    session: Session,
    state_code: str,
    person: Person,
    note: NamingNote,
    *,
    address: str,
    ends_on: date | None = None,
    succeeds_id: UUID | None = None,
    succession_id: UUID | None = None,
) -> Appointment:
    """Record that a State named a person, and invite the person.

    `succeeds_id` is the appointment that ends with this one; `succession_id` the State's proposal
    that this confirms. `address` is where the pages are. Raises Refused for what is not in order.
    """
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    refuse_flawed(note.file, "file")
    if note.day > clock.today():
        raise Refused("This day is still to come.", field="note_date")
    former = _former(session, state_code, succeeds_id)
    proposal = _proposal(session, state_code, succession_id)
    account = service.invite(
        session,
        email=person.email,
        name=person.name,
        roles=[Role.FOCAL_POINT],
        state_code=state_code,
        language=person.language,
        address=address,
        ends_on=ends_on,
    )
    appointment = _appointment(session, state_code, account, person, note, former)
    if former is not None and former.in_force:
        _end(session, former, clock.today(), appointment.note_reference)
    if proposal is not None:
        _decide(session, proposal, SuccessionStage.CONFIRMED)
    return appointment


def _appointment(
    session: Session,
    state_code: str,
    account: Account,
    person: Person,
    note: NamingNote,
    former: Appointment | None,
) -> Appointment:
    appointment = Appointment(
        account_id=account.id,
        state_code=state_code,
        capacity=person.capacity,
        note_reference=text.line(note.reference),
        note_date=note.day,
        document_id=_keep(session, note.file, state_code),
        begins_on=clock.today(),
        ends_on=account.ends_on,
        succeeds_id=former.id if former else None,
        recorded_by_id=session.actor.id,
    )
    session.add(appointment)
    session.flush()
    record(
        session,
        "focal_point.appointed",
        "appointment",
        appointment.id,
        state_code=state_code,
        detail={"capacity": person.capacity.value, "note": appointment.note_reference},
    )
    return appointment


def _proposal(session: Session, state_code: str, succession_id: UUID | None) -> Succession | None:
    if succession_id is None:
        return None
    proposal = open_succession(session, succession_id)
    if proposal.state_code != state_code:
        raise Refused("This is the proposal of another State.", field="state")
    return proposal


def _former(session: Session, state_code: str, appointment_id: UUID | None) -> Appointment | None:
    if appointment_id is None:
        return None
    former = find(session, appointment_id)
    if former.state_code != state_code:
        raise Refused("This person acts for another State.", field="succeeds")
    return former


def _keep(session: Session, file: Upload, state_code: str) -> UUID:
    return documents.store(
        session,
        file.content,
        kind=DocumentKind.INCOMING_NOTE,
        filename=label(file.filename, otherwise="note verbale"),
        media_type="application/pdf",
        state_code=state_code,
    ).id


def find(session: Session, appointment_id: UUID) -> Appointment:
    """One appointment. Raises NotFound."""
    appointment = session.get(Appointment, appointment_id)
    if appointment is None:
        raise NotFound("There is no such appointment.")
    return appointment


def end(session: Session, appointment_id: UUID, *, on: date, source: str) -> Appointment:
    """Let a person act for the State until the day before `on`; with today, no longer at all.

    `source` says on whose word, for example the reference of the State's note. An appointment that
    has ended stays as it is; an end that is still to come may be moved.
    """
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    appointment = find(session, appointment_id)
    if not appointment.in_force:
        raise IllegalMove("This person does not act for the State any longer.")
    if on < clock.today():
        raise Refused("Enter today, or a day that is still to come.", field="ends_on")
    _end(session, appointment, on, text.line(source))
    return appointment


def _end(session: Session, appointment: Appointment, on: date, source: str) -> None:
    appointment.ends_on, appointment.end_source = on, source
    account = session.get_one(Account, appointment.account_id)
    account.ends_on = on
    session.flush()
    if not account.is_open:
        service.end_sign_ins(session, account)
    record(
        session,
        "focal_point.ended",
        "appointment",
        appointment.id,
        state_code=appointment.state_code,
        detail={"on": on.isoformat(), "source": source},
    )


def propose(session: Session, person: Person, *, succeeds_me: bool) -> Succession:
    """Propose a person for one's own State. It changes nothing until staff confirm it."""
    demand(session.actor, Permission.ANSWER)
    own_id, state_code = session.actor.id, session.actor.state_code
    if text.email(person.email) == session.get_one(Account, own_id).email:
        raise Refused("This is your own address. Enter the other person's.", field="email")
    succession = Succession(
        state_code=state_code,
        capacity=person.capacity,
        name=text.line(person.name),
        email=text.email(person.email),
        language=person.language,
        succeeds_account_id=own_id if succeeds_me else None,
        proposed_by_id=own_id,
    )
    session.add(succession)
    session.flush()
    record(
        session,
        "focal_point.proposed",
        "succession",
        succession.id,
        state_code=state_code,
        detail={"capacity": person.capacity.value},
    )
    return succession


def open_succession(session: Session, succession_id: UUID) -> Succession:
    """A proposal that waits for a decision, locked. Raises NotFound and IllegalMove."""
    succession = session.get(
        Succession, succession_id, with_for_update=True, populate_existing=True
    )
    if succession is None:
        raise NotFound("There is no such proposal.")
    if succession.stage is not SuccessionStage.PROPOSED:
        raise IllegalMove("This proposal was decided already.")
    return succession


def withdraw(session: Session, succession_id: UUID) -> None:
    """Take back a proposal of one's own State."""
    demand(session.actor, Permission.ANSWER)
    succession = open_succession(session, succession_id)
    _decide(session, succession, SuccessionStage.WITHDRAWN)


def decline(session: Session, succession_id: UUID, remark: str) -> Succession:
    """Say no to a proposal, and why: the State reads it."""
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    succession = open_succession(session, succession_id)
    succession.remark = text.paragraphs(remark)
    _decide(session, succession, SuccessionStage.DECLINED)
    return succession


def _decide(session: Session, succession: Succession, stage: SuccessionStage) -> None:
    succession.stage, succession.decided_at = stage, clock.now()
    record(
        session,
        f"focal_point.{stage.value}",
        "succession",
        succession.id,
        state_code=succession.state_code,
    )


def appointments(session: Session, state_code: str) -> list[Appointment]:
    """Whom a State has named, those in force first, the latest first in each part."""
    found = session.scalars(
        sa.select(Appointment)
        .where(Appointment.state_code == state_code)
        .order_by(Appointment.begins_on.desc(), Appointment.id.desc())
        .options(sa.orm.joinedload(Appointment.account))
    )
    return sorted(found, key=lambda each: not each.in_force)


def present_appointment(session: Session, account_id: UUID) -> Appointment | None:
    """The appointment by which a person acts for a State now, if one is recorded."""
    found = session.scalars(
        sa.select(Appointment)
        .where(Appointment.account_id == account_id)
        .order_by(Appointment.begins_on.desc(), Appointment.id.desc())
    )
    return next((each for each in found if each.in_force), None)


def successions(session: Session, state_code: str | None = None) -> list[Succession]:
    """Proposals of a State, newest first; without a State those of all that wait for staff."""
    of_whom = (
        Succession.stage == SuccessionStage.PROPOSED
        if state_code is None
        else Succession.state_code == state_code
    )
    return list(
        session.scalars(
            sa.select(Succession)
            .where(of_whom)
            .order_by(Succession.proposed_at.desc())
            .options(sa.orm.joinedload(Succession.proposed_by))
        )
    )
