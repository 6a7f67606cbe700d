"""What the invented office did with invented answers: compared names, and kept its registers.

Each step looks first whether it was done before, and may be run again.
"""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.authorities import service as register
from registration.authorities.models import Authority
from registration.authorities.rules import Category
from registration.authorities.service import Source
from registration.db import Session
from registration.delegations.models import Courtesy, Nomination
from registration.delegations.rules import NominationStage
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.meetings.models import Meeting
from registration.notes.models import Note
from registration.participants import observers
from registration.participants.rules import OrganizationKind
from registration.responses.models import Response
from registration.verification import service as verification
from registration.verification.queries import comparison
from registration.verification.rules import Verdict

CONFIRMED = 20
ENTERED = 14
# The second is in force for long, and nobody said lately that it still is right.
_CATEGORIES = (Category.MUTUAL_LEGAL_ASSISTANCE, Category.ASSET_RECOVERY)
_LONG_AGO = date(2012, 5, 2)

BANK = {
    "en": "Invented Bank for Observers",
    "fr": "Banque inventée des observateurs",
    "es": "Banco inventado de observadores",
    "ru": "Вымышленный банк наблюдателей",
    "ar": "مصرف مخترع للمراقبين",
    "zh": "虚构的观察员银行",
}


def to_compare(session: Session, note: Note) -> list[UUID]:
    """The nominations that came first with a note of the mission; the last of them has a flaw."""
    return list(
        session.scalars(
            sa.select(Nomination.id)
            .join(Response, Response.nomination_id == Nomination.id)
            .where(Response.note_id == note.id, Nomination.mission_note_id.is_not(None))
            .group_by(Nomination.id)
            .order_by(sa.func.min(Response.received_at), Nomination.id)
            .limit(CONFIRMED + 1)
        )
    )


def are_examined(session: Session, nominations: list[UUID]) -> bool:
    """Whether the notes of these passed, so that their names can be compared."""
    waiting = sa.select(sa.func.count()).where(
        Nomination.id.in_(nominations), Nomination.stage == NominationStage.NOMINATED
    )
    return session.scalar(waiting) == 0


def compare(session: Session, nominations: list[UUID]) -> None:
    """Confirm all but the last, in whose note one name is not to be found."""
    *right, doubtful = nominations
    for each in right:
        if _write(session, each, missing=0):
            verification.verify(session, each, version=comparison(session, each).version)
            verification.confirm(session, each, version=comparison(session, each).version)
    _write(session, doubtful, missing=1)


def _write(session: Session, nomination_id: UUID, *, missing: int) -> bool:
    """Whether names were compared now; the last `missing` ones are not in the note."""
    found = comparison(session, nomination_id)
    if found.nomination.stage is not NominationStage.NOTE_RECEIVED or found.review is not None:
        return False
    names = [each.designation.id for each in found.names]
    there = len(names) - missing
    verdicts = dict.fromkeys(names[:there], Verdict.MATCHES)
    verdicts |= dict.fromkeys(names[there:], Verdict.NOT_IN_NOTE)
    verification.compare(session, nomination_id, verdicts, (), version=found.version)
    return True


def enter_authorities(session: Session) -> None:
    """Enter the central authorities of the first States that named one."""
    if session.scalar(sa.select(Authority.id).limit(1)) is not None:
        return
    named = session.scalars(
        sa.select(Designation)
        .where(
            Designation.kind == DesignationKind.CENTRAL_AUTHORITY,
            Designation.in_force_until.is_(None),
        )
        .order_by(Designation.state_code)
        .limit(ENTERED)
    ).all()
    for place, each in enumerate(named):
        _enter(session, each, _CATEGORIES[0], clock.day_of(each.in_force_from))
        if place % 3 == 0:
            _enter(session, each, _CATEGORIES[1], _LONG_AGO)


def _enter(session: Session, named: Designation, category: Category, day: date) -> None:
    typed = {
        "authority_name": f"{named.name} ({named.state_code})",
        "organization_ministry": named.institution,
        "email": [named.email],
        "telephone": [named.telephone],
        "languages_accepted": ["en"],
    }
    source = Source(f"Demo note {named.state_code}/{day.year}", day, day)
    register.enter(session, named.state_code, category, typed, source)


def admit_observers(session: Session, meeting: Meeting) -> None:
    """Enter an organization, and two whom it sends."""
    if observers.organizations(session):
        return
    bank = observers.enter(session, OrganizationKind.INTERGOVERNMENTAL, BANK)
    for courtesy, given, title, head in (
        (Courtesy.MS, "Demo One", "Invented Director", True),
        (Courtesy.MR, "Demo Two", "Invented Adviser", False),
    ):
        sent = observers.Sent(
            bank.id, courtesy, given, "Observer", title=title, head_of_delegation=head
        )
        observers.add(session, meeting, sent)
