"""Forms of the list of participants, and the words for its kinds and files."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from registration.forms import Day, Form, Line, SelectChoice, Versioned, required
from registration.participants.rules import FileForm, ListKind
from registration.states.rules import TreatyStatus
from registration.words import OWN_NAMES

KINDS = {
    ListKind.PROVISIONAL: _l("Provisional list"),
    ListKind.FINAL: _l("Final list"),
    ListKind.CORRIGENDUM: _l("Corrigendum to the last version"),
}
FORMS = {FileForm.PDF: _l("PDF"), FileForm.DOCX: _l("Word")}
GROUPS = {
    TreatyStatus.STATE_PARTY: _l("States parties"),
    TreatyStatus.CONTRACTING: _l("Contracting States"),
    TreatyStatus.SIGNATORY: _l("Signatories"),
    TreatyStatus.NEITHER: _l("Observer States"),
}


class ListForm(Versioned):
    """Another version of the list; `version` is the number of the newest one that was seen."""

    kind = RadioField(_l("What it is"), [InputRequired(_l("Choose what it is."))])
    symbol = Line(_l("Symbol"), [required(_l("Enter the symbol of the document."))])
    dated = Day(_l("Date of the document"), [InputRequired(_l("Enter the date of the document."))])
    languages = SelectMultipleField(
        _l("Languages"),
        [InputRequired(_l("Choose at least one language."))],
        choices=[SelectChoice(code, name) for code, name in OWN_NAMES.items()],
        default=["en", "fr"],
    )

    def __init__(self, kinds: list[ListKind], **values: Any):
        super().__init__(**values)
        self.kind.choices = [SelectChoice(each.value, KINDS[each]) for each in kinds]

    @property
    def day(self) -> date:
        """The date of the document, once the form was found valid."""
        assert self.dated.data is not None  # noqa: S101 - the field is required
        return self.dated.data


class StateForm(Form):
    """A State that was represented without a registered person."""

    state = SelectField(_l("State"), [InputRequired(_l("Choose a State."))])

    def __init__(self, states: list[tuple[str, str]]):
        super().__init__()
        self.state.choices = [
            SelectChoice("", _l("Choose a State")),
            *(SelectChoice(code, name) for code, name in states),
        ]
