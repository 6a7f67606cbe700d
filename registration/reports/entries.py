"""What can stand in a State's story, and by what it can be filtered."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from registration.meetings.models import Meeting
from registration.notes.models import Note


class Kind(StrEnum):
    """What the story can be filtered by."""

    NOTES = "notes"
    COPIES = "copies"
    RESPONSES = "responses"
    DESIGNATIONS = "designations"
    NOMINATIONS = "nominations"
    CORRECTIONS = "corrections"
    ATTENDANCE = "attendance"
    AUTHORITIES = "authorities"
    MAIL = "mail"


class What(StrEnum):
    """What can happen in a State's story, in the order in which it does at one instant."""

    ADDRESSED = "addressed"
    COPY_MADE = "copy_made"
    COPY_PARKED = "copy_parked"
    HANDED_OVER = "handed_over"
    DELIVERED_BY_HAND = "delivered_by_hand"
    NOMINATION_BEGUN = "nomination_begun"
    MISSION_NOTE_RECEIVED = "mission_note_received"
    NAMES_COMPARED = "names_compared"
    NAMES_CONFIRMED = "names_confirmed"
    NOMINATION_RETURNED = "nomination_returned"
    MAIL_RECEIVED = "mail_received"
    RESPONDED = "responded"
    SETTLED = "settled"
    DESIGNATED = "designated"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    PRESENT = "present"
    REPRESENTED = "represented"
    AUTHORITY_ENTERED = "authority_entered"
    AUTHORITY_CONFIRMED = "authority_confirmed"
    AUTHORITY_ENDED = "authority_ended"
    CORRECTION_ASKED = "correction_asked"
    CORRECTED = "corrected"
    MAIL_IN_DOUBT = "mail_in_doubt"
    MAIL_REFUSED = "mail_refused"
    MAIL_RETURNED = "mail_returned"
    MAIL_PARKED = "mail_parked"


KIND_OF = {
    What.ADDRESSED: Kind.NOTES,
    What.COPY_MADE: Kind.COPIES,
    What.COPY_PARKED: Kind.COPIES,
    What.HANDED_OVER: Kind.COPIES,
    What.DELIVERED_BY_HAND: Kind.COPIES,
    What.RESPONDED: Kind.RESPONSES,
    What.SETTLED: Kind.RESPONSES,
    What.DESIGNATED: Kind.DESIGNATIONS,
    What.SUPERSEDED: Kind.DESIGNATIONS,
    What.WITHDRAWN: Kind.DESIGNATIONS,
    What.NOMINATION_BEGUN: Kind.NOMINATIONS,
    What.MISSION_NOTE_RECEIVED: Kind.NOMINATIONS,
    What.NAMES_COMPARED: Kind.NOMINATIONS,
    What.NAMES_CONFIRMED: Kind.NOMINATIONS,
    What.NOMINATION_RETURNED: Kind.NOMINATIONS,
    What.PRESENT: Kind.ATTENDANCE,
    What.REPRESENTED: Kind.ATTENDANCE,
    What.AUTHORITY_ENTERED: Kind.AUTHORITIES,
    What.AUTHORITY_CONFIRMED: Kind.AUTHORITIES,
    What.AUTHORITY_ENDED: Kind.AUTHORITIES,
    What.CORRECTION_ASKED: Kind.AUTHORITIES,
    What.CORRECTED: Kind.CORRECTIONS,
    What.MAIL_RECEIVED: Kind.MAIL,
    What.MAIL_IN_DOUBT: Kind.MAIL,
    What.MAIL_REFUSED: Kind.MAIL,
    What.MAIL_RETURNED: Kind.MAIL,
    What.MAIL_PARKED: Kind.MAIL,
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened, with what a sentence about it needs."""

    what: What
    at: datetime
    who: str = ""
    note: Note | None = None
    meeting: Meeting | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return KIND_OF[self.what]
