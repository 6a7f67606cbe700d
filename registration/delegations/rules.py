"""The stages of a nomination and of an expert's link, its parts, and how a person is written."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from registration.workflow import Workflow


class NominationStage(StrEnum):
    """Where a State's answer for one meeting stands."""

    DRAFT = "draft"
    NOMINATED = "nominated"
    IN_CORRECTION = "in_correction"  # sent once, being changed by the State again
    NOTE_RECEIVED = "note_received"  # the note verbale that speaks for it is here, and is sound
    VERIFIED = "verified"  # every name was compared with the note
    CONFIRMED = "confirmed"  # the names that match stand in the list of participants
    RETURNED = "returned"  # to the State, with a remark
    DECLINED = "declined"  # the State said that it will not nominate
    WITHDRAWN = "withdrawn"  # the State took back what it had sent


class NominationAction(StrEnum):
    """What is done with the answer."""

    CHANGE = "change"
    SUBMIT = "submit"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    RECEIVE_NOTE = "receive_note"
    VERIFY = "verify"
    CONFIRM = "confirm"
    RETURN = "return"
    REOPEN = "reopen"


_S, _A = NominationStage, NominationAction
_COMPARED = (_S.NOTE_RECEIVED, _S.VERIFIED, _S.CONFIRMED)

NOMINATION = Workflow(
    "nomination",
    initial=_S.DRAFT,
    moves={
        (_S.DRAFT, _A.CHANGE): _S.DRAFT,
        (_S.DRAFT, _A.SUBMIT): _S.NOMINATED,
        (_S.DRAFT, _A.DECLINE): _S.DECLINED,
        (_S.NOMINATED, _A.CHANGE): _S.IN_CORRECTION,
        (_S.NOMINATED, _A.SUBMIT): _S.NOMINATED,  # as it is, to another note about the meeting
        (_S.NOMINATED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.IN_CORRECTION, _A.CHANGE): _S.IN_CORRECTION,
        (_S.IN_CORRECTION, _A.SUBMIT): _S.NOMINATED,
        (_S.IN_CORRECTION, _A.WITHDRAW): _S.WITHDRAWN,
        # A State may think again: nothing of it is in force, so it begins like any other.
        (_S.DECLINED, _A.CHANGE): _S.DRAFT,
        (_S.DECLINED, _A.SUBMIT): _S.NOMINATED,
        (_S.WITHDRAWN, _A.CHANGE): _S.DRAFT,
        (_S.WITHDRAWN, _A.SUBMIT): _S.NOMINATED,
        (_S.WITHDRAWN, _A.DECLINE): _S.DECLINED,
        # The office compares the names with the mission's note, which is the authority.
        (_S.NOMINATED, _A.RECEIVE_NOTE): _S.NOTE_RECEIVED,
        (_S.NOMINATED, _A.RETURN): _S.RETURNED,
        (_S.NOTE_RECEIVED, _A.VERIFY): _S.VERIFIED,
        (_S.NOTE_RECEIVED, _A.RETURN): _S.RETURNED,
        (_S.VERIFIED, _A.CONFIRM): _S.CONFIRMED,
        (_S.VERIFIED, _A.RETURN): _S.RETURNED,
        (_S.VERIFIED, _A.REOPEN): _S.NOTE_RECEIVED,
        (_S.CONFIRMED, _A.REOPEN): _S.NOTE_RECEIVED,
        # What is changed meanwhile is compared anew; sent once more as it is, it stays compared.
        **{(at, _A.CHANGE): _S.IN_CORRECTION for at in _COMPARED},
        **{(at, _A.SUBMIT): at for at in _COMPARED},
        **{(at, _A.WITHDRAW): _S.WITHDRAWN for at in (*_COMPARED, _S.RETURNED)},
        (_S.RETURNED, _A.CHANGE): _S.IN_CORRECTION,
        (_S.RETURNED, _A.SUBMIT): _S.NOMINATED,
    },
)

# The office has it, unchanged since it was sent.
SENT = frozenset({_S.NOMINATED, *_COMPARED})


class Part(StrEnum):
    """The parts of an answer that are kept with the nomination, in the order of the pages."""

    CENTRAL_AUTHORITY = "central_authority"
    LOCAL_AUTHORITIES = "local_authorities"
    DELEGATION = "delegation"
    FUNDING = "funding"
    VISA_LETTERS = "visa_letters"
    QUESTIONNAIRE = "questionnaire"
    MISSION_NOTE = "mission_note"


# The note is the authority: a State may send it later, and never without one.
NEVER_NEEDLESS = frozenset({Part.MISSION_NOTE})
# What is asked of some persons of the delegation, rather than of the State as a whole.
FOR_PERSONS = (Part.FUNDING, Part.VISA_LETTERS)
# What the five functions of resolution 4/2 let a State be asked besides names.
QUESTIONS = ("needs", "good_practices", "networks")


class Capacity(StrEnum):
    """As what a person comes; who heads the delegation is said apart."""

    REPRESENTATIVE = "representative"
    ALTERNATE = "alternate"
    ADVISER = "adviser"
    EXPERT = "expert"


class Area(StrEnum):
    """What a person works on, by the chapters of the Convention that these meetings treat."""

    EXTRADITION = "extradition"
    MUTUAL_LEGAL_ASSISTANCE = "mutual_legal_assistance"
    ASSET_RECOVERY = "asset_recovery"
    PREVENTION = "prevention"
    LAW_ENFORCEMENT = "law_enforcement"  # art. 48
    JOINT_INVESTIGATIONS = "joint_investigations"  # art. 49
    CRIMINALIZATION = "criminalization"
    TECHNICAL_ASSISTANCE = "technical_assistance"


class LinkStage(StrEnum):
    """Where an expert's own page stands; that its time is over is derived."""

    ASKED = "asked"
    FILLED = "filled"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


class LinkAction(StrEnum):
    """What the expert (fill) and the focal point (the others) do with it."""

    FILL = "fill"
    RETURN = "return"
    ACCEPT = "accept"
    REVOKE = "revoke"


_LS, _LA = LinkStage, LinkAction

LINK = Workflow(
    "expert's link",
    initial=_LS.ASKED,
    moves={
        (_LS.ASKED, _LA.FILL): _LS.FILLED,
        (_LS.ASKED, _LA.REVOKE): _LS.REVOKED,
        (_LS.FILLED, _LA.FILL): _LS.FILLED,  # corrected before anybody looked
        (_LS.FILLED, _LA.ACCEPT): _LS.ACCEPTED,
        (_LS.FILLED, _LA.RETURN): _LS.RETURNED,
        (_LS.FILLED, _LA.REVOKE): _LS.REVOKED,
        (_LS.RETURNED, _LA.FILL): _LS.FILLED,
        (_LS.RETURNED, _LA.REVOKE): _LS.REVOKED,
    },
)

LINK_LIFE = timedelta(days=14)
LINKS_A_DAY = 100  # of one State: each sends a mail to an address that somebody typed
FILLINGS = 20  # of one link: nobody corrects a page more often than that


def link_is_open(*, stage: LinkStage, expires_at: datetime, at: datetime) -> bool:
    """Whether the expert can still fill the page in."""
    return LinkAction.FILL in LINK.actions(stage) and at < expires_at


def new_head(heads: Sequence[bool]) -> int | None:
    """Which of several persons entered together heads the delegation: their place, if any.

    Raises ValueError where more than one is marked.
    """
    marked = [place for place, is_head in enumerate(heads) if is_head]
    if len(marked) > 1:
        raise ValueError("a delegation has one head")
    return marked[0] if marked else None


def printed(given_names: str, family_name: str) -> str:
    """How a name is printed unless its bearer says otherwise: given names, FAMILY NAME."""
    return f"{given_names} {capitals(family_name)}".strip()


def sorting(given_names: str, family_name: str) -> str:
    """Under what a name is filed unless its bearer says otherwise: family name, given names."""
    return ", ".join(part for part in (family_name, given_names) if part)


def capitals(name: str) -> str:
    """A name in capitals, where each letter has one of its own.

    Unicode's own mapping would write two letters for one (`ß`), or capitals that no list of
    participants uses (Georgian); such a letter stays as it is.
    """
    return "".join(_capital(letter) for letter in name)


def _capital(letter: str) -> str:
    capital = letter.upper()
    return capital if len(capital) == 1 and not "\u10a0" <= letter <= "\u10ff" else letter
