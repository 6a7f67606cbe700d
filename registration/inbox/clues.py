"""What stands in a mail and is known to us: its token, its thread, its sender, our references."""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

import sqlalchemy as sa

from registration.accounts.models import Account
from registration.db import Session
from registration.documents.reference import Reference
from registration.errors import Refused
from registration.inbox.reading import Mail
from registration.inbox.rules import PUBLIC_DOMAINS, Clues, Kind, Ours
from registration.notes import numbering
from registration.notes.models import Addressee, Dispatch
from registration.notes.rules import NoteStage
from registration.post import tokens
from registration.post.models import Message
from registration.post.tokens import Forged, Road
from registration.states.models import MissionAddress

REFERENCES_LIMIT = 20
# Where somebody writes right to left, marks of direction stand between the parts.
_DIRECTIONS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
_REFERENCE = re.compile(r"\b([A-Z]{2})[ \u00a0-]{0,3}(\d{4})\s?[/-]\s?(\d{1,5})\b", re.IGNORECASE)


def clues(session: Session, mail: Mail) -> Clues:
    """Everything by which this mail may be matched."""
    named, forged = _named(mail)
    return Clues(
        token=_ours(session, Message.id == named) if named else None,
        forged_token=forged,
        thread=_thread(session, mail.answered),
        state_of_address=_state_of_address(session, mail.sender),
        state_of_domain=_state_of_domain(session, mail.sender),
        referred=_referred(session, f"{mail.subject}\n{mail.text}"),
    )


def references(text: str) -> list[Reference]:
    """The references of notes that a text names, each once, in their order."""
    found: dict[Reference, None] = {}
    for series, year, number in _REFERENCE.findall(text.translate(_DIRECTIONS)):
        with suppress(Refused):
            found[Reference.parse(f"{series} {_digits(year)}/{_digits(number)}")] = None
    return list(found)[:REFERENCES_LIMIT]


def _digits(written: str) -> str:
    """The digits of any script as ours."""
    return "".join(str(unicodedata.digit(each)) for each in written)


def _named(mail: Mail) -> tuple[UUID | None, bool]:
    """The message that an address names to which the mail came, and whether one was forged.

    What mail servers report comes to the sender on the envelope, and nowhere else.
    """
    roads = (Road.BOUNCE,) if mail.kind is Kind.DELIVERY_REPORT else tuple(Road)
    forged = False
    for address in mail.written_to:
        for road in roads:
            try:
                if (found := tokens.named(address, road)) is not None:
                    return found, False
            except Forged:
                forged = True
    return None, forged


def _ours(session: Session, which: sa.ColumnElement[bool]) -> Ours | None:
    row = session.execute(
        sa.select(Message.id, Message.state_code, Dispatch.note_id)
        .outerjoin(Dispatch, Dispatch.message_pk == Message.id)
        .where(which)
    ).first()
    return Ours(*row) if row else None


def _thread(session: Session, answered: Iterable[str]) -> Ours | None:
    for message_id in answered:
        if found := _ours(session, Message.message_id == message_id):
            return found
    return None


def _state_of_address(session: Session, sender: str) -> str | None:
    """The State whose mission or focal point has that address."""
    if not sender:
        return None
    missions = sa.select(MissionAddress.state_code).where(MissionAddress.email == sender)
    persons = sa.select(Account.state_code).where(Account.email == sender)
    found = {*session.scalars(missions), *session.scalars(persons)} - {None}
    return _the_only(filter(None, found))


def _state_of_domain(session: Session, sender: str) -> str | None:
    """The one State whose missions have addresses of the sender's domain."""
    domain = sender.rpartition("@")[2]
    if not domain or domain in PUBLIC_DOMAINS:
        return None
    return _the_only(
        session.scalars(
            sa.select(MissionAddress.state_code)
            .where(sa.func.split_part(MissionAddress.email, "@", 2) == domain)
            .distinct()
        )
    )


def _the_only(codes: Iterable[str]) -> str | None:
    found = list(codes)
    return found[0] if len(found) == 1 else None


def _referred(session: Session, text: str) -> list[tuple[UUID, frozenset[str]]]:
    notes = filter(None, (numbering.find(session, each) for each in references(text)))
    return [
        (note.id, frozenset(session.scalars(_addressed(note.id))))
        for note in notes
        if note.stage is NoteStage.ISSUED
    ]


def _addressed(note_id: UUID) -> sa.Select[str]:
    return sa.select(Addressee.state_code).where(Addressee.note_id == note_id)
