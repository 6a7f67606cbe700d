"""Entering the meetings of the series and the documents of each."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration import text
from registration.db import Session
from registration.documents import symbols
from registration.errors import Conflict, NotFound, Refused
from registration.journal.service import record
from registration.meetings import rules
from registration.meetings.models import Meeting, MeetingDocument
from registration.meetings.rules import DateStatus, Funding
from registration.permissions import Permission, demand
from registration.words import LANGUAGES


@dataclass(frozen=True)
class MeetingFacts:
    """What is recorded of a meeting. `places` is the city by language; English must be there."""

    number: int
    year: int
    places: dict[str, str]
    country_code: str
    begins_on: date | None
    ends_on: date | None
    date_status: DateStatus
    symbol_prefix: str
    held_with: str = ""
    verification: str = ""
    source: str = ""
    funding: Funding = Funding.NONE
    funding_by: date | None = None
    asks_passports: bool = False


@dataclass(frozen=True)
class DocumentFacts:
    """What is recorded of a document; its symbol as it was typed."""

    symbol: str
    title: str
    kind: str
    languages: tuple[str, ...]
    source: str = ""


def open_meeting(session: Session, facts: MeetingFacts) -> Meeting:
    """Add a meeting to the series. Its name in addresses is made of the year and the city."""
    demand(session.actor, Permission.EDIT_MEETING)
    _check(session, facts, number_of=None)
    meeting = Meeting(slug=_free_slug(session, facts), documents=[])
    _write(meeting, facts)
    session.add(meeting)
    session.flush()
    record(session, "meeting.opened", "meeting", meeting.id, detail={"slug": meeting.slug})
    return meeting


def change_meeting(
    session: Session, meeting: Meeting, facts: MeetingFacts, version: int
) -> Meeting:
    """Record other facts; the address stays. Raises Conflict where `version` is an older one."""
    demand(session.actor, Permission.EDIT_MEETING)
    _refuse_older(meeting, version)
    _check(session, facts, number_of=meeting)
    before = _facts(meeting)
    _write(meeting, facts)
    session.flush()
    changed = sorted(name for name, value in before.items() if _facts(meeting)[name] != value)
    if changed:
        record(session, "meeting.changed", "meeting", meeting.id, detail={"changed": changed})
    return meeting


def add_document(session: Session, meeting: Meeting, facts: DocumentFacts) -> MeetingDocument:
    """List a document under its symbol in the one proper form. Raises Refused."""
    demand(session.actor, Permission.EDIT_MEETING)
    document = MeetingDocument(meeting_id=meeting.id)
    _list(session, meeting, document, facts)
    session.add(document)
    session.flush()
    _tell(session, meeting, "meeting.document_added", document)
    return document


def change_document(
    session: Session,
    meeting: Meeting,
    document: MeetingDocument,
    facts: DocumentFacts,
    version: int,
) -> MeetingDocument:
    """Record other facts about a document. Raises Conflict where `version` is an older one."""
    demand(session.actor, Permission.EDIT_MEETING)
    _refuse_older(document, version)
    _list(session, meeting, document, facts)
    session.flush()
    _tell(session, meeting, "meeting.document_changed", document)
    return document


def remove_document(session: Session, meeting: Meeting, document: MeetingDocument) -> None:
    """Take a document off the list; the journal keeps its symbol."""
    demand(session.actor, Permission.EDIT_MEETING)
    session.delete(document)
    session.flush()
    _tell(session, meeting, "meeting.document_removed", document)


def document_of(session: Session, meeting: Meeting, document_id: UUID) -> MeetingDocument:
    """One document of that meeting. Raises NotFound."""
    document = session.get(MeetingDocument, document_id)
    if document is None or document.meeting_id != meeting.id:
        raise NotFound("There is no such document at this meeting.")
    return document


def _refuse_older(thing: Meeting | MeetingDocument, version: int) -> None:
    if thing.version != version:
        raise Conflict("Somebody else has changed this while you were working on it.")


def _check(session: Session, facts: MeetingFacts, *, number_of: Meeting | None) -> None:
    if not facts.places.get("en"):
        raise Refused("Enter the city in English.", field="place_en")
    if not rules.days_fit(facts.date_status, facts.year, facts.begins_on, facts.ends_on):
        raise Refused(
            "Enter the first and the last day, in this order and in the year of the meeting; or"
            " leave both empty where they are not known to the week.",
            field="begins_on",
        )
    if facts.funding is not Funding.NONE and facts.funding_by is None:
        raise Refused("Enter the last day to ask for funding.", field="funding_by")
    other = session.scalar(sa.select(Meeting).where(Meeting.number == facts.number))
    if other is not None and other is not number_of:
        raise Refused("Another meeting of the series has this number.", field="number")


def _free_slug(session: Session, facts: MeetingFacts) -> str:
    slug = rules.slug(facts.year, facts.places["en"])
    taken = set(session.scalars(sa.select(Meeting.slug).where(Meeting.slug.startswith(slug))))
    if slug not in taken:
        return slug
    return next(
        name
        for name in (f"{slug}-{each}" for each in range(2, len(taken) + 3))
        if name not in taken
    )


def _write(meeting: Meeting, facts: MeetingFacts) -> None:
    meeting.number, meeting.year = facts.number, facts.year
    meeting.places = {
        language: text.line(facts.places[language])
        for language in LANGUAGES
        if facts.places.get(language)
    }
    meeting.country_code = facts.country_code
    meeting.begins_on, meeting.ends_on = facts.begins_on, facts.ends_on
    meeting.date_status = facts.date_status
    meeting.symbol_prefix = text.line(facts.symbol_prefix)
    meeting.held_with = text.line(facts.held_with)
    meeting.funding, meeting.funding_by = facts.funding, facts.funding_by
    meeting.asks_passports = facts.asks_passports
    meeting.verification = text.line(facts.verification)
    meeting.source = text.line(facts.source)


def _facts(meeting: Meeting) -> dict[str, object]:
    return {name: getattr(meeting, name) for name in MeetingFacts.__dataclass_fields__}


def _list(
    session: Session, meeting: Meeting, document: MeetingDocument, facts: DocumentFacts
) -> None:
    symbol = str(symbols.parse(text.line(facts.symbol)))
    with session.no_autoflush:
        other = session.scalar(
            sa.select(MeetingDocument.id).where(
                MeetingDocument.meeting_id == meeting.id, MeetingDocument.symbol == symbol
            )
        )
    if other is not None and other != document.id:
        raise Refused("This symbol is in the list already.", field="symbol")
    document.symbol, document.title = symbol, text.line(facts.title)
    document.kind, document.source = text.line(facts.kind), text.line(facts.source)
    document.languages = [each for each in LANGUAGES if each in facts.languages]


def _tell(session: Session, meeting: Meeting, kind: str, document: MeetingDocument) -> None:
    session.expire(meeting, ["documents"])
    record(session, kind, "meeting", meeting.id, detail={"symbol": document.symbol})
