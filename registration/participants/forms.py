"""Forms of the list of participants, and the words for its kinds and files."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional

from registration.delegations.models import Courtesy
from registration.forms import Day, Form, Line, SelectChoice, Versioned, required
from registration.participants.models import Organization
from registration.participants.observers import Sent
from registration.participants.rules import FileForm, ListKind, OrganizationKind
from registration.responses.forms.words import COURTESIES
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
ORGANIZATION_KINDS = {
    OrganizationKind.ENTITY: _l("Entities"),
    OrganizationKind.SECRETARIAT_UNIT: _l("United Nations Secretariat units"),
    OrganizationKind.UN_BODY: _l("United Nations bodies, funds and programmes"),
    OrganizationKind.SPECIALIZED_AGENCY: _l("Specialized agencies"),
    OrganizationKind.INTERGOVERNMENTAL: _l("Intergovernmental organizations"),
    OrganizationKind.NON_GOVERNMENTAL: _l("Non-governmental organizations"),
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

    def __init__(self, states: list[tuple[str, str]], **values: Any):
        super().__init__(**values)
        self.state.choices = [
            SelectChoice("", _l("Choose a State")),
            *(SelectChoice(code, name) for code, name in states),
        ]


class SenderForm(Form):
    """An organization that was represented without a named observer."""

    organization = SelectField(_l("Organization"), [InputRequired(_l("Choose the organization."))])

    def __init__(self, organizations: Iterable[tuple[str, str]], **values: Any):
        super().__init__(**values)
        self.organization.choices = [
            SelectChoice("", _l("Choose")),
            *(SelectChoice(each, name) for each, name in organizations),
        ]


class OrganizationForm(Versioned):
    """An organization that sends observers: what it is, and its names."""

    kind = RadioField(
        _l("Kind of organization"),
        [InputRequired(_l("Choose the kind of organization."))],
        choices=[SelectChoice(each.value, ORGANIZATION_KINDS[each]) for each in OrganizationKind],
    )
    name_en = Line(_l("Name in English"), [required(_l("Enter the name in English."))])
    name_fr = Line(_l("Name in French"), [Optional()])
    name_es = Line(_l("Name in Spanish"), [Optional()])
    name_ru = Line(_l("Name in Russian"), [Optional()])
    name_ar = Line(_l("Name in Arabic"), [Optional()])
    name_zh = Line(_l("Name in Chinese"), [Optional()])

    @classmethod
    def of(cls, organization: Organization) -> "OrganizationForm":
        """The form for an organization that is entered."""
        names = {f"name_{language}": name for language, name in organization.names.items()}
        return cls(kind=organization.kind.value, version=str(organization.version), **names)

    @property
    def names(self) -> dict[str, str]:
        """What was typed, by language."""
        return {language: self[f"name_{language}"].data or "" for language in OWN_NAMES}


class ObserverForm(Versioned):
    """A person whom an organization sends."""

    organization = SelectField(_l("Organization"), [InputRequired(_l("Choose the organization."))])
    courtesy = RadioField(
        _l("Form of address"),
        [InputRequired(_l("Choose Ms. or Mr."))],
        choices=[SelectChoice(each.value, COURTESIES[each]) for each in Courtesy],
    )
    given_names = Line(_l("Given names"), [Optional()])
    family_name = Line(_l("Family name"), [required(_l("Enter the family name."))])
    printed_name = Line(_l("Name as printed"), [Optional()])
    title = Line(_l("Title or post"), [Optional()])
    head_of_delegation = BooleanField(_l("Head of delegation"))

    def offer(self, organizations: Iterable[tuple[UUID, str]]) -> None:
        """Let the choice be among these organizations, as (identifier, name)."""
        self.organization.choices = [
            SelectChoice("", _l("Choose")),
            *(SelectChoice(str(each), name) for each, name in organizations),
        ]

    @property
    def sent(self) -> Sent:
        """What was typed, once the form was found valid."""
        return Sent(
            organization_id=UUID(self.organization.data),
            courtesy=Courtesy(self.courtesy.data),
            given_names=self.given_names.data or "",
            family_name=self.family_name.data or "",
            printed_name=self.printed_name.data or "",
            title=self.title.data or "",
            head_of_delegation=self.head_of_delegation.data,
        )
