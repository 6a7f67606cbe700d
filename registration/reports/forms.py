"""What can be chosen on a board and in a story, and the words for each choice."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from registration.designations.rules import DesignationKind
from registration.forms import Day, Form
from registration.reports.boards import Choice, Order
from registration.reports.entries import Kind
from registration.reports.rules import Missing, Road, Step
from registration.responses import forms as of_responses
from registration.responses.models import ResponseChannel
from registration.responses.rules import Outcome, ResponseKind, Standing
from registration.states.forms import INSTRUMENT_KINDS, REGIONAL_GROUPS, STATE_KINDS, STATUSES
from registration.states.models import InstrumentKind, RegionalGroup, StateKind
from registration.states.rules import TreatyStatus
from registration.web import page_language
from registration.words import LANGUAGES

Member = TypeVar("Member", bound=StrEnum)

STANDINGS = {**of_responses.STANDINGS, Standing.ANSWERED: _l("Answered in time")}
ROADS = {
    Road.HANDED_OVER: _l("Handed over"),
    Road.NOT_BY_MAIL: _l("Not by e-mail"),
    Road.UNCONFIRMED: _l("Waits for the dispatch to be confirmed"),
    Road.ON_ITS_WAY: _l("On its way"),
    Road.WITHHELD: _l("Withheld in a rehearsal"),
    Road.IN_THE_MAKING: _l("In the making"),
    Road.NO_ADDRESS: _l("Without an address"),
    Road.IN_DOUBT: _l("Handing over in doubt"),
    Road.NOT_ACCEPTED: _l("Not accepted"),
    Road.NOT_MADE: _l("Copy not made"),
}
MISSING = {
    Missing.COPY: _l("copy could not be made"),
    Missing.ADDRESS: _l("address of the mission"),
    Missing.CERTAINTY: _l("certainty that the mail server has the copy"),
    Missing.HANDING_OVER: _l("mail server did not accept the copy"),
    Missing.REPLY: _l("reply of the office"),
    Missing.RESPONSE: _l("response"),
    Missing.CORRECTED_RESPONSE: _l("corrected response"),
    Missing.MISSION_NOTE: _l("note of the mission"),
    Missing.HEAD_OF_DELEGATION: _l("head of delegation"),
    Missing.CENTRAL_AUTHORITY: _l("central authority"),
}
STEPS = {
    Step.LOOK_AT_COPY: _l("See why the copy was not made"),
    Step.ENTER_ADDRESS: _l("Enter an address"),
    Step.SETTLE_MESSAGE: _l("Settle the message"),
    Step.SETTLE_REQUEST: _l("Reply to the State"),
    Step.AWAIT_HANDING_OVER: _l("Wait for the handing over"),
    Step.AWAIT_RESPONSE: _l("Wait for the response"),
    Step.ASK_AGAIN: _l("Ask again"),
    Step.AWAIT_CORRECTION: _l("Wait for the corrected response"),
    Step.ASK_FOR_NOTE: _l("Ask for the note"),
    Step.ASK_FOR_THE_REST: _l("Ask for what is missing"),
}
KINDS = {
    Kind.NOTES: _l("Notes"),
    Kind.COPIES: _l("Copies"),
    Kind.RESPONSES: _l("Responses"),
    Kind.DESIGNATIONS: _l("Designations"),
    Kind.NOMINATIONS: _l("Nominations"),
    Kind.CORRECTIONS: _l("Corrections"),
    Kind.ATTENDANCE: _l("Attendance"),
    Kind.AUTHORITIES: _l("Register of authorities"),
    Kind.MAIL: _l("Mail"),
}
CHANNELS = {
    ResponseChannel.PORTAL: _l("These pages"),
    ResponseChannel.EMAIL: _l("E-mail"),
    ResponseChannel.PAPER: _l("Paper"),
}
DESIGNATION_KINDS = {
    DesignationKind.CENTRAL_AUTHORITY: _l("Central authority"),
    DesignationKind.LOCAL_AUTHORITY: _l("Local authority"),
    DesignationKind.GOVERNMENTAL_EXPERT: _l("Other governmental expert"),
}
# Members of different enumerations can have the same value, so each has its own table.
_WORDS: dict[type[StrEnum], Mapping[Any, Any]] = {
    Standing: STANDINGS,
    Road: ROADS,
    Missing: MISSING,
    Step: STEPS,
    ResponseChannel: CHANNELS,
    ResponseKind: of_responses.KINDS,
    Outcome: of_responses.OUTCOMES,
    DesignationKind: DESIGNATION_KINDS,
    RegionalGroup: REGIONAL_GROUPS,
    StateKind: STATE_KINDS,
    TreatyStatus: STATUSES,
    InstrumentKind: INSTRUMENT_KINDS,
    Kind: KINDS,
}

BOARD_COLUMNS = (
    _l("Code"),
    _l("State"),
    _l("Regional group"),
    _l("Language"),
    _l("Copy"),
    _l("Handed over (Vienna)"),
    _l("Standing"),
    _l("Extended until"),
    _l("Answered (Vienna)"),
    _l("Days"),
    _l("What is missing"),
    _l("Next step"),
)
RESPONSES_COLUMNS = (
    _l("Code"),
    _l("State"),
    _l("Kind"),
    _l("Channel"),
    _l("Received (Vienna)"),
    _l("Recorded (Vienna)"),
    _l("Recorded by"),
    _l("Reference of the mission"),
    _l("Date of the mission's note"),
    _l("Note kept (1 yes, 0 no)"),
    _l("Asked for until"),
    _l("Outcome"),
    _l("Granted until"),
    _l("Reason"),
    _l("Remark"),
)
DESIGNATIONS_COLUMNS = (
    _l("Code"),
    _l("State"),
    _l("Designated as"),
    _l("Name"),
    _l("Title"),
    _l("Institution"),
    _l("E-mail address"),
    _l("Telephone"),
    _l("Address"),
    _l("In force from (Vienna)"),
    _l("In force until (Vienna)"),
)
STORY_COLUMNS = (
    _l("When (Vienna)"),
    _l("About"),
    _l("What happened"),
    _l("Details"),
    _l("Note"),
    _l("Meeting"),
    _l("By whom"),
)
STATES_COLUMNS = (
    _l("Code"),
    _l("Name"),
    _l("Formal name"),
    _l("Kind"),
    _l("Regional group"),
    _l("Least developed country (1 yes, 0 no)"),
    _l("Small island developing State (1 yes, 0 no)"),
    _l("Landlocked developing country (1 yes, 0 no)"),
    _l("Status"),
    _l("Signature"),
    _l("Instrument of consent"),
    _l("Deposit"),
    _l("Correspondence language"),
)


def words(member: StrEnum) -> str:
    """What a member of an enumeration is called, in the language of the page."""
    return _words_in(page_language(), type(member), member)


@cache
def _words_in(language: str, kind: type[StrEnum], member: StrEnum) -> str:
    """The same, looked up once for each language; called where that is the page's own."""
    return str(_WORDS[kind][member])


def choice(asked: MultiDict[str, str]) -> Choice:
    """What the address of a board asks for. What makes no sense there chooses nothing."""
    order = asked.get("sort", "")
    language = asked.get("language", "")
    return Choice(
        standing=member(Standing, asked.get("standing")),
        road=member(Road, asked.get("road")),
        group=member(RegionalGroup, asked.get("group")),
        language=language if language in LANGUAGES else "",
        words=" ".join(asked.get("words", "")[:100].split()),
        order=member(Order, order.removeprefix("-")) or Order.STATE,
        descending=order.startswith("-"),
    )


def asked_for(choice: Choice) -> dict[str, str]:
    """The part of an address that asks for this choice; `choice` reads it back."""
    order = "" if choice.order is Order.STATE and not choice.descending else choice.order.value
    asked = {
        "standing": choice.standing or "",
        "road": choice.road or "",
        "group": choice.group or "",
        "language": choice.language,
        "words": choice.words,
        "sort": f"-{order}" if choice.descending else order,
    }
    return {name: str(value) for name, value in asked.items() if value}


def member(kind: type[Member], value: str | None) -> Member | None:
    """The member with that value, or None."""
    return kind(value) if value in set(kind) else None


class StatesOnADay(Form):
    """The day as at which the States are exported."""

    on = Day(_l("As at"), [InputRequired(message=_l("Enter a day."))])
