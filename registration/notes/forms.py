"""Forms of the notes slice, and how its stages and choices are said."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField

from registration.forms import Day, Form, Line, Paragraphs, SelectChoice, Versioned, required
from registration.notes.audience import Circumstance
from registration.notes.clearance import REMARK_LIMIT
from registration.notes.models import NoteForm
from registration.notes.rules import LetterStage, NoteAction, NoteStage
from registration.notes.state_of_play import Came, Missing
from registration.post.rules import MailingStage
from registration.states.forms import REGIONAL_GROUPS
from registration.states.rules import TreatyStatus

STAGES = {
    NoteStage.DRAFT: (_l("Draft"), "neutral"),
    NoteStage.IN_CLEARANCE: (_l("In clearance"), "waits"),
    NoteStage.CLEARED: (_l("Cleared"), "active"),
    NoteStage.ISSUED: (_l("Issued"), "done"),
    NoteStage.WITHDRAWN: (_l("Withdrawn"), "none"),
}
NEXT_STEPS = {
    NoteStage.DRAFT: _l("Next: the drafter completes the texts and submits the note."),
    NoteStage.IN_CLEARANCE: _l(
        "Next: a clearing officer who did not write in it clears the note, or returns it."
    ),
    NoteStage.CLEARED: _l("Next: the note is issued. It can no longer be changed then."),
    NoteStage.ISSUED: _l("The note is final. What follows is another note."),
    NoteStage.WITHDRAWN: _l("The note was withdrawn before its issue. Nothing follows."),
}
ACTIONS = {
    NoteAction.SUBMIT: _l("Submit for clearance"),
    NoteAction.RETURN: _l("Return to the drafter"),
    NoteAction.CLEAR: _l("Clear the note"),
    NoteAction.REOPEN: _l("Make it a draft again"),
    NoteAction.ISSUE: _l("Issue the note"),
    NoteAction.WITHDRAW: _l("Withdraw the note"),
}
STATUSES = {
    TreatyStatus.STATE_PARTY: _l("States parties"),
    TreatyStatus.CONTRACTING: _l("States that have deposited, before entry into force"),
    TreatyStatus.SIGNATORY: _l("Signatories"),
}
CIRCUMSTANCES = {
    Circumstance.LEAST_DEVELOPED: _l("Least developed countries"),
    Circumstance.SMALL_ISLAND: _l("Small island developing States"),
    Circumstance.LANDLOCKED: _l("Landlocked developing countries"),
}
FORMS = {
    NoteForm.GENERIC: _l("To all missions at once: the same text in every copy"),
    NoteForm.ADDRESSED: _l("To each mission by the name of its State"),
}
GROUPS = REGIONAL_GROUPS
LETTER_STAGES = {
    LetterStage.PLANNED: (_l("To be made"), "neutral"),
    LetterStage.RENDERED: (_l("Made"), "done"),
    LetterStage.PARKED: (_l("Parked"), "stop"),
}
CAME = {
    Came.ANSWER: _l("answer"),
    Came.ACKNOWLEDGEMENT: _l("acknowledgement"),
    Came.REQUEST_FOR_TIME: _l("request for more time"),
    Came.QUESTION: _l("question"),
}
MISSING = {
    Missing.ANSWER: _l("answer"),
    Missing.NOTE: _l("note verbale of the mission"),
    Missing.HEAD: _l("head of delegation"),
    Missing.CENTRAL_AUTHORITY: _l("central authority"),
}
NO_ADDRESS = (_l("No address"), "doubt")
UNCONFIRMED = (_l("Waits for confirmation"), "waits")
LEFT_OUT = (_l("Not by e-mail"), "neutral")
MAILINGS = {
    MailingStage.UNDER_WAY: (_l("Confirmed"), "active"),
    MailingStage.PAUSED: (_l("Paused"), "late"),
    MailingStage.STOPPED: (_l("Stopped"), "stop"),
}
PLACES = {
    "opening": _l("the opening courtesy, up to “has the honour to”"),
    "closing": _l("the closing courtesy"),
    "series": _l("the name of the series of meetings"),
    "meeting_number": _l("the number of the meeting, in words"),
    "meeting_number_genitive": _l("the same in the genitive, where the language has one"),
    "dates": _l("the days of the meeting"),
    "first_day": _l("the first day of the meeting"),
    "place": _l("the city"),
    "deadline": _l("the deadline for responses"),
    "original_reference": _l("the reference of the note that this one follows"),
    "original_date": _l("the date of the note that this one follows"),
    "state": _l("the formal name of the State addressed"),
    "of_state": _l("the same after “of”, with its article or case"),
    "to_state": _l("the same after “to”, with its article or case"),
    "mission": _l("the mission addressed, with its article"),
    "state_of_play": _l("what this State has sent, and what is still missing"),
    "symbols": _l("how the symbols of the meeting's documents begin"),
    "address": _l("the e-mail address of the Secretariat"),
    "portal": _l("the address of this system"),
    "meeting_page": _l("the address of the meeting's page"),
}


class RemarkForm(Form):
    """Why a note goes back to its drafter."""

    remark = Paragraphs(
        _l("What should be changed"),
        [required(_l("Say what should be changed."))],
        limit=REMARK_LIMIT,
    )


class IssueForm(Versioned):
    """The reference and the date of a note."""

    reference = Line(_l("Reference"), [required(_l("Enter the reference."))], limit=60)
    issued_on = Day(_l("Date of the note"), [required(_l("Enter the date of the note."))])
    knowingly = BooleanField(_l("Issue it although the deadline for responses has passed"))

    @property
    def day(self) -> date:
        """The date that was typed; there is one once the form was found complete."""
        return cast(date, self.issued_on.data)


class ConfirmForm(Form):
    """Whose copies do not go by mail."""

    left_out = SelectMultipleField(_l("Not by e-mail"))

    def __init__(self, names: Mapping[str, str], by_another_road: Sequence[str]) -> None:
        """`names` are those of the States that have an address, by code.

        Those `by_another_road` are left out unless the officer decides otherwise.
        """
        super().__init__(left_out=by_another_road)
        self.left_out.choices = [SelectChoice(code, name) for code, name in names.items()]


class StopForm(Form):
    """Why a dispatch is stopped."""

    reason = Line(_l("Why is it stopped?"), [required(_l("Say why the dispatch is stopped."))])


class AgainForm(Form):
    """Why a copy is sent once more, and after which dispatch."""

    seen = HiddenField(default="")
    reason = Line(_l("Why is it sent again?"), [required(_l("Say why it is sent again."))])


class DeliveryForm(Form):
    """When a printed copy was delivered, and who took it."""

    delivered_on = Day(_l("Delivered on"), [required(_l("Enter the day of the delivery."))])
    received_by = Line(_l("Received by"), [required(_l("Enter who received it."))])

    @property
    def day(self) -> date:
        """The day that was typed; there is one once the form was found complete."""
        return cast(date, self.delivered_on.data)
