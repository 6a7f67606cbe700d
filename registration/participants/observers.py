"""Organizations besides States, and the persons whom they send to a meeting: staff enter both."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from registration import text
from registration.db import Session
from registration.delegations.models import Courtesy
from registration.errors import Conflict, NotFound, Refused
from registration.journal.service import record
from registration.meetings.models import Meeting
from registration.participants.models import (
    Observer,
    Organization,
    OrganizationRepresentation,
    Presence,
)
from registration.participants.rules import Delegation, Listed, OrganizationKind
from registration.permissions import Permission, demand
from registration.states.rules import alphabetical
from registration.words import LANGUAGES


def organizations(session: Session) -> list[Organization]:
    """All organizations, in the order of a list of participants."""
    kinds = list(OrganizationKind)
    found = session.scalars(sa.select(Organization))
    return sorted(found, key=lambda each: (kinds.index(each.kind), alphabetical(each.names["en"])))


def organization(session: Session, organization_id: UUID) -> Organization:
    """One organization. Raises NotFound."""
    found = session.get(Organization, organization_id)
    if found is None:
        raise NotFound("There is no such organization.")
    return found


def of_meeting(session: Session, meeting: Meeting) -> list[Observer]:
    """The observers of a meeting as a list names them: by organization, its head first."""
    order = {each.id: place for place, each in enumerate(organizations(session))}
    found = session.scalars(
        sa.select(Observer)
        .where(Observer.meeting_id == meeting.id)
        .options(orm.joinedload(Observer.organization))
    )
    return sorted(
        found,
        key=lambda each: (
            order[each.organization_id],
            not each.head_of_delegation,
            alphabetical(each.sorting),
            each.id,
        ),
    )


def observer(session: Session, meeting: Meeting, observer_id: UUID) -> Observer:
    """One observer of a meeting. Raises NotFound."""
    found = session.get(Observer, observer_id)
    if found is None or found.meeting_id != meeting.id:
        raise NotFound("There is no such observer at this meeting.")
    return found


def delegations(session: Session, meeting: Meeting) -> list[Delegation]:
    """The observers of a meeting, as a version of the list freezes them."""
    persons: dict[Organization, list[Listed]] = {}
    for each in of_meeting(session, meeting):
        persons.setdefault(each.organization, []).append(_listed(each))
    return [
        Delegation(
            code=str(sender.id),
            status=sender.kind,
            sort_key=alphabetical(sender.names["en"]),
            names={language: sender.name(language) for language in LANGUAGES},
            persons=tuple(sent),
        )
        for sender, sent in persons.items()
    ]


def _listed(each: Observer) -> Listed:
    return Listed(
        line=str(each.id),
        courtesy=each.courtesy.value,
        name=each.printed,
        title=each.title,
        institution="",
        head=each.head_of_delegation,
    )


def marked(session: Session, meeting: Meeting) -> list[Organization]:
    """The organizations that were marked as represented without a named observer."""
    found = _marked_ids(session, meeting)
    return [each for each in organizations(session) if each.id in found]


def _marked_ids(session: Session, meeting: Meeting) -> set[UUID]:
    mark = OrganizationRepresentation
    return set(
        session.scalars(sa.select(mark.organization_id).where(mark.meeting_id == meeting.id))
    )


def represented(session: Session, meeting: Meeting) -> dict[OrganizationKind, list[Organization]]:
    """The organizations of which somebody was seen on any day, or which were marked so."""
    seen = set(
        session.scalars(
            sa.select(Presence.organization_id).where(
                Presence.meeting_id == meeting.id, Presence.organization_id.is_not(None)
            )
        )
    )
    there = seen | _marked_ids(session, meeting)
    present = [each for each in organizations(session) if each.id in there]
    return {
        kind: of_kind
        for kind in OrganizationKind
        if (of_kind := [each for each in present if each.kind is kind])
    }


def enter(session: Session, kind: OrganizationKind, names: Mapping[str, str]) -> Organization:
    """Enter an organization. Raises Refused without an English name, or where that is known."""
    demand(session.actor, Permission.KEEP_PARTICIPANTS)
    cleaned = _cleaned(session, names, None)
    entered = Organization(kind=kind, names=cleaned, entered_by_id=session.actor.id)
    session.add(entered)
    session.flush()
    record(session, "organization.entered", "organization", entered.id)
    return entered


def rename(
    session: Session,
    organization: Organization,
    kind: OrganizationKind,
    names: Mapping[str, str],
    *,
    version: int,
) -> None:
    """Change its kind or its names. Versions that were made keep theirs. Raises Conflict."""
    demand(session.actor, Permission.KEEP_PARTICIPANTS)
    said = (kind, _cleaned(session, names, organization))
    if said == (organization.kind, organization.names):
        return
    _refuse_older(organization, version)
    organization.kind, organization.names = said
    session.flush()
    record(session, "organization.changed", "organization", organization.id)


def _cleaned(
    session: Session, names: Mapping[str, str], itself: Organization | None
) -> dict[str, str]:
    cleaned = {
        language: name for language in LANGUAGES if (name := text.line(names.get(language, "")))
    }
    if "en" not in cleaned:
        raise Refused("Enter the name in English.", field="name_en")
    for other in organizations(session):
        if other is not itself and alphabetical(other.names["en"]) == alphabetical(cleaned["en"]):
            raise Refused("This organization is entered already.", field="name_en")
    return cleaned


def _refuse_older(thing: Organization | Observer, version: int) -> None:
    if thing.version != version:
        raise Conflict("Somebody else has changed this while you were working on it.")


@dataclass(frozen=True)
class Sent:
    """What is said of an observer; names as they are typed."""

    organization_id: UUID
    courtesy: Courtesy
    given_names: str
    family_name: str
    printed_name: str = ""
    title: str = ""
    head_of_delegation: bool = False


def add(session: Session, meeting: Meeting, sent: Sent) -> Observer:
    """Enter a person whom an organization sends. The same once more changes nothing."""
    demand(session.actor, Permission.KEEP_PARTICIPANTS, meeting)
    said = _gated(session, sent)
    for known in of_meeting(session, meeting):
        if all(getattr(known, name) == value for name, value in said.items()):
            return known
    entered = Observer(meeting_id=meeting.id, entered_by_id=session.actor.id, **said)
    session.add(entered)
    session.flush()
    _tell(session, meeting, "observer.entered", entered)
    return entered


def reword(
    session: Session, meeting: Meeting, observer: Observer, sent: Sent, *, version: int
) -> None:
    """Correct what is said of an observer. Raises Conflict; Refused for another organization.

    Whoever was seen was seen for that organization.
    """
    demand(session.actor, Permission.KEEP_PARTICIPANTS, meeting)
    said = _gated(session, sent)
    if all(getattr(observer, name) == value for name, value in said.items()):
        return
    _refuse_older(observer, version)
    if sent.organization_id != observer.organization_id:
        _refuse_who_was_seen(session, meeting, observer, field="organization")
    for name, value in said.items():
        setattr(observer, name, value)
    session.flush()
    _tell(session, meeting, "observer.changed", observer)


def remove(session: Session, meeting: Meeting, observer: Observer) -> None:
    """Take an observer out again. Raises Refused where he or she was seen at the meeting."""
    demand(session.actor, Permission.KEEP_PARTICIPANTS, meeting)
    _refuse_who_was_seen(session, meeting, observer)
    _tell(session, meeting, "observer.removed", observer)
    session.delete(observer)
    session.flush()


def _gated(session: Session, sent: Sent) -> dict[str, object]:
    organization(session, sent.organization_id)
    family_name = text.line(sent.family_name)
    if not family_name:
        raise Refused("Enter the family name.", field="family_name")
    return {
        "organization_id": sent.organization_id,
        "courtesy": sent.courtesy,
        "given_names": text.line(sent.given_names),
        "family_name": family_name,
        "printed_name": text.line(sent.printed_name),
        "title": text.line(sent.title),
        "head_of_delegation": sent.head_of_delegation,
    }


def _refuse_who_was_seen(
    session: Session, meeting: Meeting, observer: Observer, field: str = ""
) -> None:
    was_seen = sa.select(Presence.day).where(
        Presence.meeting_id == meeting.id, Presence.line_id == observer.id
    )
    if session.scalar(was_seen.limit(1)) is not None:
        raise Refused(
            "This person was marked as present. Take that back first, on the page of attendance.",
            field=field,
        )


def _tell(session: Session, meeting: Meeting, kind: str, observer: Observer) -> None:
    record(session, kind, "meeting", meeting.id, detail={"observer": str(observer.id)})
