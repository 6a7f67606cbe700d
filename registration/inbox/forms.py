"""Forms with which a person deals with mail from outside, and what its stages are called."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from wtforms import RadioField, SelectField

from registration.documents.rules import ExaminationStage
from registration.forms import Line, SelectChoice, Versioned, required
from registration.inbox.models import Incoming
from registration.inbox.rules import (
    INCOMING,
    Certainty,
    Doubt,
    Evidence,
    IncomingAction,
    IncomingStage,
    Kind,
    Mailbox,
)
from registration.inbox.service import DELAYED, FAILED, REASON_LIMIT
from registration.web import told

STAGES = {
    IncomingStage.RECEIVED: (_l("Being read"), "active"),
    IncomingStage.UNMATCHED: (_l("Unmatched"), "doubt"),
    IncomingStage.MATCHED: (_l("To act on"), "waits"),
    IncomingStage.FILED: (_l("Filed"), "done"),
    IncomingStage.PUT_ASIDE: (_l("Put aside"), "none"),
}
KINDS = {
    None: _l("Not read yet"),
    Kind.REPLY: _l("Mail of a person"),
    Kind.AUTOMATIC: _l("Automatic answer"),
    Kind.DELIVERY_REPORT: _l("Delivery report"),
    Kind.UNREADABLE: _l("Cannot be read"),
}
MAILBOXES = {
    Mailbox.REPLIES: _l("Mailbox of answers"),
    Mailbox.BOUNCES: _l("Mailbox of delivery reports"),
}
CERTAINTIES = {
    Certainty.SURE: (_l("Sure"), "done"),
    Certainty.LIKELY: (_l("Likely"), "active"),
    Certainty.WEAK: (_l("Weak"), "doubt"),
}
EVIDENCE = {
    Evidence.BY_HAND: _l("Somebody of the office said so."),
    Evidence.TOKEN: _l("It came to an address that only our message to this State named."),
    Evidence.THREAD: _l("It answers the Message-ID of our message to this State."),
    Evidence.ADDRESS: _l(
        "The sender gives an address of this State. Anybody can write any sender: compare it with"
        " the note verbale before you act on it."
    ),
    Evidence.DOMAIN: _l(
        "The sender's address has the domain of this State's mission, and is none of its addresses."
        " Anybody can write any sender: compare it with the note verbale before you act on it."
    ),
}
DOUBTS = {
    Doubt.FORGED_TOKEN: _l("It came to an address that looks like one of ours and is forged."),
    Doubt.OTHER_SENDER: _l("It was sent from an address that is not known to be of this State."),
    Doubt.OTHER_STATE: _l("It was sent from an address of another State's mission."),
    Doubt.SEEN_BEFORE: _l("Another mail came under the same Message-ID."),
    Doubt.TOO_BIG: _l("It is too big: only its head was fetched. The rest is in the mailbox."),
    Doubt.CUT: _l("Its text is longer than what is shown here."),
}
REPORTED = {
    FAILED: _l("Not delivered: %(said)s"),
    DELAYED: _l("Delayed, and tried again by that mail server: %(said)s"),
}
FILE_STAGES = {
    None: (_l("Not kept apart: it is in the mailbox"), "none"),
    ExaminationStage.WAITING: (_l("Being examined"), "active"),
    ExaminationStage.PASSED: (_l("Passed the examination"), "done"),
    ExaminationStage.REFUSED: (_l("Did not pass the examination"), "stop"),
    ExaminationStage.PARKED: (_l("Could not be examined"), "doubt"),
}
# What may be done with a file that passed: of one that is no PDF, by whether it was scanned.
USE_OF_A_PDF = _l("It can be looked at here, saved, and taken as the scan of a response.")
USES = {
    True: _l("It is no PDF: it can be saved. The virus scanner found nothing in it."),
    False: _l(
        "It is no PDF: it can be saved. This installation has no virus scanner, so open it only"
        " where that does no harm."
    ),
}

COLUMNS = (
    _l("Received (Vienna)"),
    _l("Subject"),
    _l("Sender"),
    _l("Kind"),
    _l("Code"),
    _l("State"),
    _l("Note"),
    _l("Stage"),
    _l("How sure"),
    _l("Files"),
)
DECISIONS = {
    IncomingAction.FILE: _l("It is dealt with"),
    IncomingAction.PUT_ASIDE: _l("It concerns no State and no note: put it aside"),
}


def remarks(incoming: Incoming) -> list[Markup]:
    """What a delivery report says of each address, or why a mail stands where it does."""
    if incoming.kind is not Kind.DELIVERY_REPORT:
        return [told(incoming.remark)] if incoming.remark else []
    return [_remark(line) for line in incoming.remark.splitlines()]


def _remark(line: str) -> Markup:
    """A line of a delivery report, or the reason that an officer gave when it was dealt with."""
    what, _, said = line.partition(": ")
    return escape(str(REPORTED[what])) % {"said": told(said)} if what in REPORTED else told(line)


class MatchForm(Versioned):
    """Whose a mail is, and which note it is about."""

    state = SelectField(_l("State"), [required(_l("Choose the State."))])
    note = SelectField(_l("Note verbale"))

    def __init__(
        self,
        states: Iterable[tuple[str, str]],
        notes: Iterable[tuple[str, str]],
        **values: Any,
    ) -> None:
        super().__init__(**values)
        self.state.choices = [SelectChoice("", ""), *(SelectChoice(*each) for each in states)]
        self.note.choices = [
            SelectChoice("", str(_l("None, or not known"))),
            *(SelectChoice(*each) for each in notes),
        ]

    @property
    def note_id(self) -> UUID | None:
        """The note that was chosen, if any."""
        return UUID(self.note.data) if self.note.data else None


class DecideForm(Versioned):
    """What is done with a mail, and why."""

    decision = RadioField(_l("What is to be recorded?"), [required(_l("Choose one."))])
    reason = Line(_l("Why, or what was done?"), [required(_l("Say why."))], limit=REASON_LIMIT)

    def __init__(self, stage: IncomingStage, **values: Any) -> None:
        super().__init__(**values)
        self.decision.choices = [
            SelectChoice(action.value, str(DECISIONS[action]))
            for action in INCOMING.actions(stage)
            if action in DECISIONS
        ]
