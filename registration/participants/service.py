"""What staff do with the list of participants and at the entrance of a meeting."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from registration import clock
from registration.db import Session
from registration.documents.symbols import DocumentSymbol
from registration.errors import Conflict, Refused
from registration.journal.service import Then, record
from registration.meetings.models import Meeting
from registration.participants import observers, queries, rules
from registration.participants.models import (
    ListFile,
    ListVersion,
    OrganizationRepresentation,
    Presence,
    Representation,
)
from registration.participants.printing import frozen
from registration.participants.rules import FileForm, ListKind
from registration.permissions import Permission, demand
from registration.states import queries as states
from registration.words import LANGUAGES

PRINT = "participants.print"


def make_list(
    session: Session,
    meeting: Meeting,
    kind: ListKind,
    *,
    symbol: str,
    dated: date,
    languages: Collection[str],
    seen: int,
) -> ListVersion:
    """Freeze who is confirmed now as another version, and promise its files.

    `seen` is the number of the newest version on the officer's page; Raises Conflict where there
    is a newer one meanwhile, and Refused where there is nothing to print.
    """
    demand(session.actor, Permission.KEEP_PARTICIPANTS, meeting)
    session.execute(sa.select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    earlier = queries.versions(session, meeting.id)
    if seen != (earlier[0].number if earlier else 0):
        raise Conflict("Somebody else made a version of the list after you opened the page.")
    now = queries.delegations(session, meeting)
    version = ListVersion(
        meeting_id=meeting.id,
        number=seen + 1,
        kind=kind,
        corrects_id=_corrected(kind, earlier, now),
        symbol=str(DocumentSymbol.parse(symbol)),
        dated=dated,
        delegations=[asdict(each) for each in now],
        made_at=clock.now(),
        made_by_id=session.actor.id,
    )
    if not now and kind is not ListKind.CORRIGENDUM:
        raise Refused("Nobody is confirmed for this meeting yet, and no observer is entered.")
    session.add(version)
    session.flush()
    files = [
        ListFile(version_id=version.id, language=language, form=form)
        for language in LANGUAGES
        if language in set(languages)
        for form in FileForm
    ]
    session.add_all(files)
    session.flush()
    record(
        session,
        "list_of_participants.made",
        "meeting",
        meeting.id,
        detail={"number": version.number, "kind": kind.value, "persons": version.count},
        then=[Then(PRINT, each.id) for each in files],
    )
    return version


def _corrected(
    kind: ListKind, earlier: list[ListVersion], now: list[rules.Delegation]
) -> UUID | None:
    """The version that a corrigendum corrects: the newest one, if anything changed since."""
    if kind is not ListKind.CORRIGENDUM:
        return None
    if not earlier:
        raise Refused("There is no list yet that could be corrected.", field="kind")
    if not rules.difference(frozen(earlier[0]), now):
        raise Refused("Nothing changed since the last version of the list.", field="kind")
    return earlier[0].id


def mark_present(session: Session, meeting: Meeting, line_id: UUID, day: date) -> None:
    """Say that a confirmed person or an observer was seen on that day. Twice is harmless."""
    demand(session.actor, Permission.KEEP_PARTICIPANTS, meeting)
    _refuse_other_days(meeting, day)
    person = queries.person(session, meeting, line_id)
    made = session.scalar(
        insert(Presence)
        .values(
            line_id=line_id,
            meeting_id=meeting.id,
            day=day,
            state_code=person.state_code,
            organization_id=person.organization_id,
            marked_at=clock.now(),
            marked_by_id=session.actor.id,
        )
        .on_conflict_do_nothing()
        .returning(Presence.line_id)
    )
    if made is not None:
        _tell(session, "presence.marked", meeting, person.state_code, line_id, day)


def mark_absent(session: Session, meeting: Meeting, line_id: UUID, day: date) -> None:
    """Take back that a person was seen. Where nobody said so, nothing happens."""
    demand(session.actor, Permission.KEEP_PARTICIPANTS, meeting)
    taken = session.execute(
        sa.delete(Presence)
        .where(Presence.meeting_id == meeting.id, Presence.line_id == line_id, Presence.day == day)
        .returning(Presence.state_code)
    ).first()
    if taken is not None:
        _tell(session, "presence.taken_back", meeting, taken.state_code, line_id, day)


def _refuse_other_days(meeting: Meeting, day: date) -> None:
    if day not in rules.days(meeting.begins_on, meeting.ends_on):
        raise Refused("The meeting is not held on that day.", field="day")


def _tell(
    session: Session,
    kind: str,
    meeting: Meeting,
    state_code: str | None,
    line_id: UUID,
    day: date,
) -> None:
    record(
        session,
        kind,
        "meeting",
        meeting.id,
        state_code=state_code,
        detail={"line": str(line_id), "day": day.isoformat()},
    )


def mark_represented(session: Session, meeting: Meeting, state_code: str) -> None:
    """Say that a State was represented though no registered person of it was seen."""
    demand(session.actor, Permission.KEEP_PARTICIPANTS, meeting)
    states.by_code(session, state_code)
    if _mark(session, Representation, meeting, state_code=state_code):
        record(session, "representation.marked", "meeting", meeting.id, state_code=state_code)


def mark_unrepresented(session: Session, meeting: Meeting, state_code: str) -> None:
    """Take back that a State was represented without a registered person."""
    demand(session.actor, Permission.KEEP_PARTICIPANTS, meeting)
    if _take_back(session, Representation, meeting, state_code=state_code):
        record(session, "representation.taken_back", "meeting", meeting.id, state_code=state_code)


def mark_organization(session: Session, meeting: Meeting, organization_id: UUID) -> None:
    """Say that an organization was represented though it named no observer. Twice is harmless."""
    demand(session.actor, Permission.KEEP_PARTICIPANTS, meeting)
    observers.organization(session, organization_id)
    if _mark(session, OrganizationRepresentation, meeting, organization_id=organization_id):
        _tell_of(session, "representation.marked", meeting, organization_id)


def unmark_organization(session: Session, meeting: Meeting, organization_id: UUID) -> None:
    """Take back that an organization was represented without a named observer."""
    demand(session.actor, Permission.KEEP_PARTICIPANTS, meeting)
    if _take_back(session, OrganizationRepresentation, meeting, organization_id=organization_id):
        _tell_of(session, "representation.taken_back", meeting, organization_id)


def _mark(
    session: Session,
    mark: type[Representation | OrganizationRepresentation],
    meeting: Meeting,
    **whose: object,
) -> bool:
    made = session.execute(
        insert(mark)
        .values(
            meeting_id=meeting.id,
            marked_at=clock.now(),
            marked_by_id=session.actor.id,
            **whose,
        )
        .on_conflict_do_nothing()
        .returning(mark.meeting_id)
    )
    return made.first() is not None


def _take_back(
    session: Session,
    mark: type[Representation | OrganizationRepresentation],
    meeting: Meeting,
    **whose: object,
) -> bool:
    taken = session.execute(
        sa.delete(mark).filter_by(meeting_id=meeting.id, **whose).returning(mark.meeting_id)
    )
    return taken.first() is not None


def _tell_of(session: Session, kind: str, meeting: Meeting, organization_id: UUID) -> None:
    record(session, kind, "meeting", meeting.id, detail={"organization": str(organization_id)})
