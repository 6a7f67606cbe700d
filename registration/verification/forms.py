"""Forms of the comparison, and the words for what was found."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField

from registration.delegations.rules import NominationStage
from registration.forms import Paragraphs, SelectChoice, Versioned, required
from registration.verification.likeness import Likeness
from registration.verification.queries import Named
from registration.verification.rules import Bar, Fault, Verdict
from registration.verification.service import REMARK_LIMIT

VERDICTS = {
    Verdict.MATCHES: _l("Matches"),
    Verdict.NOT_IN_NOTE: _l("Not in the note"),
    Verdict.SPELLED_DIFFERENTLY: _l("Spelled differently"),
    Verdict.OTHER_POST: _l("Other title or institution"),
}
FAULTS = {
    Fault.ILLEGIBLE: _l("The note cannot be read"),
    Fault.NOT_A_NOTE: _l("This is not a note verbale of the mission"),
    Fault.OTHER_MEETING: _l("The note is about another meeting"),
    Fault.HEAD_MISSING: _l("The note does not say who heads the delegation"),
    Fault.NAMES_MISSING: _l("The note names persons who are not in the answer"),
}
STAGES = {
    NominationStage.NOMINATED: _l("Note awaited"),
    NominationStage.NOTE_RECEIVED: _l("To compare"),
    NominationStage.VERIFIED: _l("To confirm"),
    NominationStage.CONFIRMED: _l("Confirmed"),
    NominationStage.RETURNED: _l("Returned to the State"),
}
STAGE_TONES = {
    NominationStage.NOMINATED: "neutral",
    NominationStage.NOTE_RECEIVED: "waits",
    NominationStage.VERIFIED: "active",
    NominationStage.CONFIRMED: "done",
    NominationStage.RETURNED: "late",
}
COLUMNS = (
    _l("Code"),
    _l("State"),
    _l("Meeting"),
    _l("Note"),
    _l("Sent (Vienna)"),
    _l("Stage"),
    _l("Late (1 yes, 0 no)"),
    _l("Note kept (1 yes, 0 no)"),
    _l("Names"),
    _l("Names compared"),
    _l("Flags"),
)
BARS = {
    Bar.NOT_COMPARED: _l("not every name is compared"),
    Bar.FAULTY: _l("something is wrong with the note"),
    Bar.HEAD_NOT_MATCHING: _l("the head of the delegation does not match"),
    Bar.NOTHING_MATCHES: _l("no name matches"),
}
LIKENESSES = {
    Likeness.SAME: _l("the same name"),
    Likeness.SPELLED_DIFFERENTLY: _l("perhaps the same name"),
}


class ComparisonForm(Versioned):
    """A verdict for each name, and what is wrong with the note as a whole."""

    faults = SelectMultipleField(
        _l("Something is wrong with the note"),
        choices=[SelectChoice(each.value, label) for each, label in FAULTS.items()],
    )

    @property
    def chosen_faults(self) -> list[Fault]:
        return [Fault(each) for each in self.faults.data or []]

    @property
    def verdicts(self) -> dict[UUID, Verdict]:
        """The verdicts that were chosen, by designation."""
        return {
            UUID(field.name.removeprefix("name-")): Verdict(field.data)
            for field in self
            if field.name.startswith("name-") and field.data in set(Verdict)
        }


def comparison_form(names: Sequence[Named], **values: Any) -> ComparisonForm:
    """The form for just these names."""
    fields = {
        f"name-{each.designation.id}": RadioField(
            each.designation.name,
            validate_choice=False,  # none need be chosen; `verdicts` takes what is one
            choices=[SelectChoice(verdict.value, label) for verdict, label in VERDICTS.items()],
            default=each.check.verdict.value if each.check else None,
        )
        for each in names
    }
    form: ComparisonForm = type("NamesForm", (ComparisonForm,), fields)(**values)
    return form


class MoveForm(Versioned):
    """One act on a nomination, at the version that the page showed."""


class ReturnForm(Versioned):
    """What the State shall correct."""

    remark = Paragraphs(
        _l("What shall the State correct?"),
        [required(_l("Say what the State shall correct."))],
        limit=REMARK_LIMIT,
    )


def title_of(named: Named) -> str:
    """Title and institution in one line."""
    said = named.designation
    return ", ".join(each for each in (said.title, said.institution) if each) or str(
        _("no title given")
    )
