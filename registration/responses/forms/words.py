"""What the stages, kinds and choices of an answer are called on the pages."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _pl

from registration.delegations.models import Courtesy
from registration.delegations.rules import Area, Capacity, LinkStage, NominationStage, Part
from registration.journal.models import Event
from registration.responses.models import ResponseChannel
from registration.responses.rules import Lack, Outcome, PartStage, ResponseKind, Standing

COURTESIES = {Courtesy.MS: _l("Ms."), Courtesy.MR: _l("Mr.")}
STANDINGS = {
    Standing.ANSWERED: _l("Answered"),
    Standing.LATE: _l("Answered late"),
    Standing.PARTIAL: _l("Answered in part"),
    Standing.AWAITED: _l("Awaited"),
    Standing.EXTENDED: _l("Extended"),
    Standing.OVERDUE: _l("Overdue"),
}
STANDING_TONES = {
    Standing.ANSWERED: "done",
    Standing.LATE: "late",
    Standing.PARTIAL: "active",
    Standing.AWAITED: "neutral",
    Standing.EXTENDED: "longer",
    Standing.OVERDUE: "stop",
}
LACKS = {
    Lack.NAMES: _l("Name a central authority or at least one expert."),
    Lack.HEAD: _l("Mark one of the experts as head of delegation."),
    Lack.NOTE: _l("The note verbale of the mission is missing; it may follow."),
    Lack.CENTRAL_AUTHORITY: _l("No central authority is named."),
}
PARTS = {
    Part.CENTRAL_AUTHORITY: _l("Central authority"),
    Part.LOCAL_AUTHORITIES: _l("Local authorities"),
    Part.DELEGATION: _l("Experts and delegation"),
    Part.FUNDING: _l("Funding of travel"),
    Part.VISA_LETTERS: _l("Letters for visas"),
    Part.QUESTIONNAIRE: _l("Needs, practices and networks"),
    Part.MISSION_NOTE: _l("Note verbale of the mission"),
}
LACKED = {
    Lack.NOTE: PARTS[Part.MISSION_NOTE],
    Lack.HEAD: _l("Head of delegation"),
    Lack.CENTRAL_AUTHORITY: PARTS[Part.CENTRAL_AUTHORITY],
}
CHANNELS = {
    ResponseChannel.PORTAL: _l("Through these pages"),
    ResponseChannel.PAPER: _l("On paper"),
    ResponseChannel.EMAIL: _l("By e-mail"),
}
_ACTS = {
    ("central_authority", "added"): _l("Central authority named"),
    ("central_authority", "changed"): _l("Central authority changed"),
    ("central_authority", "removed"): _l("Central authority taken out"),
    ("local_authority", "added"): _l("Local authority named"),
    ("local_authority", "changed"): _l("Local authority changed"),
    ("local_authority", "removed"): _l("Local authority taken out"),
    ("experts", "added"): _l("Experts added"),
    ("experts", "changed"): _l("Expert changed"),
    ("experts", "removed"): _l("Expert taken out"),
    ("experts", "headed"): _l("Head of delegation marked"),
    ("experts", "moved"): _l("Order of the experts changed"),
    ("experts", "replaced"): _l("Expert replaced by another"),
    ("note", "attached"): _l("Note verbale of the mission saved"),
    ("note", "removed"): _l("Note verbale of the mission taken away"),
    ("funding", "answered"): _l("Funding asked for"),
    ("visa_letters", "answered"): _l("Letters for visas asked for"),
    ("questionnaire", "answered"): _l("Questions answered"),
}
PART_STAGES = {
    PartStage.NOT_STARTED: _l("Not started"),
    PartStage.IN_PROGRESS: _l("In progress"),
    PartStage.DONE: _l("Done"),
    PartStage.NOT_NEEDED: _l("Not needed"),
}
PART_TONES = {
    PartStage.NOT_STARTED: "neutral",
    PartStage.IN_PROGRESS: "active",
    PartStage.DONE: "done",
    PartStage.NOT_NEEDED: "none",
}
STAGES = {
    NominationStage.DRAFT: _l("Begun, not sent"),
    NominationStage.NOMINATED: _l("Sent"),
    NominationStage.IN_CORRECTION: _l("Changed, not sent again yet"),
    NominationStage.NOTE_RECEIVED: _l("Note verbale received"),
    NominationStage.VERIFIED: _l("Compared with the note verbale"),
    NominationStage.CONFIRMED: _l("Confirmed"),
    NominationStage.RETURNED: _l("Returned to you"),
    NominationStage.DECLINED: _l("Will not nominate"),
    NominationStage.WITHDRAWN: _l("Withdrawn"),
}
STAGE_TONES = {
    NominationStage.DRAFT: "active",
    NominationStage.NOMINATED: "done",
    NominationStage.IN_CORRECTION: "waits",
    NominationStage.NOTE_RECEIVED: "done",
    NominationStage.VERIFIED: "done",
    NominationStage.CONFIRMED: "done",
    NominationStage.RETURNED: "waits",
    NominationStage.DECLINED: "none",
    NominationStage.WITHDRAWN: "none",
}
CAPACITIES = {
    Capacity.REPRESENTATIVE: _l("Representative"),
    Capacity.ALTERNATE: _l("Alternate representative"),
    Capacity.ADVISER: _l("Adviser"),
    Capacity.EXPERT: _l("Expert"),
}
AREAS = {
    Area.EXTRADITION: _l("Extradition"),
    Area.MUTUAL_LEGAL_ASSISTANCE: _l("Mutual legal assistance"),
    Area.ASSET_RECOVERY: _l("Asset recovery"),
    Area.PREVENTION: _l("Prevention"),
    Area.LAW_ENFORCEMENT: _l("Law enforcement cooperation"),
    Area.JOINT_INVESTIGATIONS: _l("Joint investigations"),
    Area.CRIMINALIZATION: _l("Criminalization"),
    Area.TECHNICAL_ASSISTANCE: _l("Technical assistance"),
}
KINDS = {
    ResponseKind.NOMINATION: _l("Nomination"),
    ResponseKind.WILL_NOT_NOMINATE: _l("Will not nominate"),
    ResponseKind.WITHDRAWAL: _l("Withdrawn"),
    ResponseKind.EXTENSION: _l("Asks for an extension"),
    ResponseKind.ACKNOWLEDGES: _l("Acknowledges receipt"),
    ResponseKind.QUESTION: _l("Question"),
}
OUTCOMES = {
    Outcome.GRANTED: _l("Granted"),
    Outcome.REFUSED: _pl("a request", "Refused"),
    Outcome.SETTLED: _l("Settled"),
}
DECISIONS = {
    Outcome.GRANTED: _l("Grant a later day"),
    Outcome.REFUSED: _l("Leave the date as it is"),
    Outcome.SETTLED: _l("The question is settled"),
}
OUTCOME_TONES = {Outcome.GRANTED: "done", Outcome.REFUSED: "none", Outcome.SETTLED: "done"}
REQUESTS_COLUMNS = (
    _l("Code"),
    _l("State"),
    _l("What it asks"),
    _l("Asked for until"),
    _l("Note"),
    _l("Received (Vienna)"),
    _l("Channel"),
)
LINK_STAGES = {
    LinkStage.ASKED: _l("Sent, not filled in yet"),
    LinkStage.FILLED: _l("Filled in: look at it"),
    LinkStage.RETURNED: _l("Sent back to be corrected"),
    LinkStage.ACCEPTED: _l("Accepted"),
    LinkStage.REVOKED: _l("Revoked"),
}
LINK_TONES = {
    LinkStage.ASKED: "neutral",
    LinkStage.FILLED: "waits",
    LinkStage.RETURNED: "active",
    LinkStage.ACCEPTED: "done",
    LinkStage.REVOKED: "none",
}
_EVENTS = {
    "nomination.begun": _l("Answer begun"),
    "nomination.note_received": _l("Note verbale of the mission received by the office"),
    "nomination.verified": _l("Names compared with the note verbale"),
    "nomination.confirmed": _l("Names confirmed"),
    "nomination.returned": _l("Returned by the office with a remark"),
    "nomination.reopened": _l("Comparison taken up again"),
    "expert_link.sent": _l("Link sent to an expert"),
    "expert_link.filled": _l("Particulars filled in by an expert"),
    "expert_link.returned": _l("Particulars sent back to an expert"),
    "expert_link.accepted": _l("Particulars of an expert accepted"),
    "expert_link.revoked": _l("Link of an expert revoked"),
}
BY_STAFF = (ResponseChannel.PAPER, ResponseChannel.EMAIL)


_OF_THE_STATE = frozenset(
    {
        "nomination.begun",
        "nomination.changed",
        *(each for each in _EVENTS if each.startswith("expert_link.")),
    }
)


def is_own_act(event: Event) -> bool:
    """Whether the State itself did this, whose people may see which of them it was."""
    return event.kind in _OF_THE_STATE or event.detail.get("channel") == "portal"


def what_happened(event: Event) -> str:
    """An event of an answer or a response in a few words, in the language of the page."""
    if event.kind in _EVENTS:
        return str(_EVENTS[event.kind])
    detail = event.detail
    if event.kind == "response.settled":
        about = {"reference": detail["note"], "outcome": OUTCOMES[Outcome(detail["outcome"])]}
        return str(_("Request on %(reference)s: %(outcome)s", **about))
    if event.kind == "response.received":
        return _received(ResponseKind(detail.get("kind", ResponseKind.NOMINATION)), detail["note"])
    if detail["act"] in ("not_needed", "needed"):
        return _needed(PARTS[Part(detail["part"])], is_needed=detail["act"] == "needed")
    return str(_ACTS[detail["part"], detail["act"]])


_RECEIVED = {
    ResponseKind.WILL_NOT_NOMINATE: _l("Answer to %(reference)s: will not nominate"),
    ResponseKind.WITHDRAWAL: _l("Answer to %(reference)s withdrawn"),
    ResponseKind.EXTENSION: _l("Extension asked for: %(reference)s"),
    ResponseKind.ACKNOWLEDGES: _l("Receipt of %(reference)s acknowledged"),
    ResponseKind.QUESTION: _l("Question about %(reference)s"),
}


def _received(kind: ResponseKind, reference: str) -> str:
    if kind in _RECEIVED:
        return str(_RECEIVED[kind]) % {"reference": reference}
    return str(_("Answer to %(reference)s received", reference=reference))


def _needed(part: str, *, is_needed: bool) -> str:
    if is_needed:
        return str(_("%(part)s: needed after all", part=part))
    return str(_("%(part)s: not needed", part=part))
