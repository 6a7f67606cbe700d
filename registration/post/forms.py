"""The form in which a person settles a message, and the words for its stages."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from registration.forms import Form, Line, SelectChoice, required
from registration.post import settling
from registration.post.models import Message
from registration.post.rules import MessageAction, MessageStage

STAGES = {
    MessageStage.READY: (_l("Waits to be sent"), "neutral"),
    MessageStage.CLAIMED: (_l("Being sent"), "active"),
    MessageStage.UNCERTAIN: (_l("Uncertain"), "doubt"),
    MessageStage.HANDED_OVER: (_l("Handed over"), "done"),
    MessageStage.BOUNCED: (_l("Came back"), "stop"),
    MessageStage.FAILED: (_l("Refused"), "stop"),
    MessageStage.PARKED: (_l("Waits for a person"), "stop"),
    MessageStage.WITHHELD: (_l("Withheld in a rehearsal"), "doubt"),
    MessageStage.VOID: (_l("Not sent"), "none"),
}
PURPOSES = {
    "note": _l("Copy of a note verbale"),
    "invitation": _l("Invitation to sign in"),
    "sign_in_code": _l("Sign-in code"),
    "sign_in_change": _l("Change of a sign-in"),
    "acknowledgement": _l("Acknowledgement"),
    "authority_request": _l("Decision on a correction of the register"),
    "digest": _l("What waits, of a morning"),
    "expert_link": _l("Link for an expert"),
    "expert_link_filled": _l("Word that an expert filled in the particulars"),
    "office": _l("Word to an officer about a note"),
    "refused_file": _l("Word that a file was not accepted"),
    "settlement": _l("Decision on what a State asked for"),
    "verification": _l("Word of the comparison with the mission's note"),
}
COLUMNS = (
    _l("Written (Vienna)"),
    _l("Subject"),
    _l("Purpose"),
    _l("Code"),
    _l("State"),
    _l("To"),
    _l("Stage"),
    _l("Handed over (Vienna)"),
    _l("Attempts"),
    _l("Last word"),
    _l("Address that was refused"),
    _l("Message-ID"),
)
DECISIONS = {
    MessageAction.ACCEPT: _l("It was handed over"),
    MessageAction.FIND_ABSENT: _l("It was not handed over: send it again"),
    MessageAction.RELEASE: _l("Send it again"),
    MessageAction.CANCEL: _l("Do not send it"),
}


class SettleForm(Form):
    """What became of the message, and how the person knows."""

    decision = RadioField(_l("What is to be recorded?"))
    reason = Line(_l("How do you know?"), [required(_l("Say how you know."))])

    def __init__(self, message: Message) -> None:
        super().__init__()
        self.decision.choices = [
            SelectChoice(action.value, DECISIONS[action]) for action in settling.choices(message)
        ]
