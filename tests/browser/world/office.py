"""What the parts of the office in October 2013 share: its people, its notes, what was made of them.

The instance's own clock is moved; the computer's is not, so that a browser keeps its cookies.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from registration import clock
from registration.accounts.models import Account
from registration.authorities.models import Authority, CorrectionRequest
from registration.delegations.models import ExpertLink, Nomination
from registration.designations.service import Particulars
from registration.notes.models import Note
from registration.participants.models import Observer
from tests.notes.desk import Desk

SECOND, NEXT = "2013-panama-city", "2014-vienna"
ANSWERED, BEGUN, SILENT = "AUT", "CIV", "SAU"
AUSTRIA, IVORY_COAST, SAUDI_ARABIA = (f"focal point {code}" for code in (ANSWERED, BEGUN, SILENT))
MISSIONS = {
    ANSWERED: "en",
    BEGUN: "fr",
    "BOL": "es",
    "RUS": "ru",
    SILENT: "ar",
    "CHN": "zh",
    "EU": "en",
    "GBR": "en",
    "VCT": "en",
}
MINISTRY = Particulars(
    name="Federal Ministry of Constitutional Affairs, Reforms, Deregulation and Justice",
    institution="Department IV 1 (International Criminal Matters and Mutual Legal Assistance)",
    title="Head of Department",
    email="central.authority.with.a.long.address@justice.example",
    telephone="+43 1 0000 0000",
    address="Museumstraße 7\n1070 Wien\nAustria",
)


@dataclass
class Office:
    """The desk at which everything is done, and what the parts made, in the order of `build`."""

    desk: Desk
    ida: Account = field(init=False)
    focal_points: dict[str, Account] = field(init=False)
    # Notes, each in the stage that it is named after; `note` is issued, `next_note` to the next
    # meeting.
    note: Note = field(init=False)
    draft: Note = field(init=False)
    submitted: Note = field(init=False)
    cleared: Note = field(init=False)
    returned: Note = field(init=False)
    withdrawn: Note = field(init=False)
    next_note: Note = field(init=False)
    # Responses that are not complete: a request for more time, a question, a nomination.
    asked_for_time: UUID = field(init=False)
    question: UUID = field(init=False)
    begun: Nomination = field(init=False)
    link: ExpertLink = field(init=False)
    token: str = field(init=False)
    entry: Authority = field(init=False)
    request: CorrectionRequest = field(init=False)
    incoming: list[UUID] = field(default_factory=list)
    confirmed: UUID = field(init=False)
    file_of_list: UUID = field(init=False)
    observer: Observer = field(init=False)


def let_it_be(day: date, *, hour: int = 9) -> None:
    """Move the instance's clock to an hour of that day at the duty station."""
    clock.move_to(
        datetime.combine(day, datetime.min.time(), clock.DUTY_STATION) + timedelta(hours=hour)
    )
