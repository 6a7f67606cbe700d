"""Forms for the authorities and persons whom a State names."""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms import Form as Row
from wtforms.validators import DataRequired, Optional

from registration.delegations.models import Courtesy
from registration.delegations.persons import Person
from registration.delegations.rules import Capacity
from registration.designations.service import Particulars
from registration.forms import EmailAddress, Form, Line, Paragraphs, SelectChoice, Versioned
from registration.responses.forms.words import AREAS, CAPACITIES, COURTESIES
from registration.words import OWN_NAMES

ROWS_LIMIT = 20


class _AuthorityFields:
    """What is asked of an authority, on a page of its own or as one row of several."""

    name = Line(_l("Name of the authority"), [DataRequired(_l("Enter the name of the authority."))])
    institution = Line(_l("Ministry or body it belongs to"), [Optional()])
    title = Line(_l("Unit or post that requests are addressed to"), [Optional()])
    email = EmailAddress(_l("E-mail address"), [Optional()])
    telephone = Line(_l("Telephone"), [Optional()], limit=100)
    address = Paragraphs(_l("Postal address"), [Optional()], limit=1_000)

    @property
    def particulars(self) -> Particulars:
        return Particulars(
            name=self.name.data or "",
            institution=self.institution.data or "",
            title=self.title.data or "",
            email=self.email.data or "",
            telephone=self.telephone.data or "",
            address=self.address.data or "",
        )


class AuthorityForm(_AuthorityFields, Versioned):
    """A central or local authority."""


class _Particulars:
    """What somebody says of him- or herself, or a focal point of somebody."""

    courtesy = RadioField(
        _l("Form of address"),
        [DataRequired(_l("Choose Ms. or Mr."))],
        choices=[SelectChoice(each.value, label) for each, label in COURTESIES.items()],
    )
    given_names = Line(_l("Given names"), [Optional()])
    family_name = Line(_l("Family name"), [DataRequired(_l("Enter the family name."))])
    title = Line(_l("Title or post"), [DataRequired(_l("Enter the title or post."))])
    institution = Line(_l("Institution"), [DataRequired(_l("Enter the institution."))])
    email = EmailAddress(_l("E-mail address"), [Optional()])
    telephone = Line(_l("Telephone"), [Optional()], limit=100)
    areas = SelectMultipleField(
        _l("Works on"),
        choices=[SelectChoice(each.value, label) for each, label in AREAS.items()],
    )
    languages = SelectMultipleField(
        _l("Speaks"),
        choices=[SelectChoice(code, name) for code, name in OWN_NAMES.items()],
    )
    printed_name = Line(_l("Name as printed"), [Optional()])
    sorting_name = Line(_l("Name for sorting"), [Optional()])

    @property
    def person(self) -> Person:
        return Person(
            courtesy=Courtesy(self.courtesy.data),
            given_names=self.given_names.data or "",
            family_name=self.family_name.data or "",
            title=self.title.data or "",
            institution=self.institution.data or "",
            email=self.email.data or "",
            telephone=self.telephone.data or "",
            areas=tuple(self.areas.data or ()),
            languages=tuple(self.languages.data or ()),
            printed_name=self.printed_name.data or "",
            sorting_name=self.sorting_name.data or "",
        )


class _PersonFields(_Particulars):
    """What only the focal point says of a person."""

    capacity = SelectField(
        _l("Comes as"),
        default=Capacity.EXPERT.value,
        choices=[SelectChoice(each.value, label) for each, label in CAPACITIES.items()],
    )
    head_of_delegation = BooleanField(_l("Head of delegation"))

    @property
    def person(self) -> Person:
        return replace(
            super().person,
            capacity=Capacity(self.capacity.data),
            head_of_delegation=bool(self.head_of_delegation.data),
        )


class ExpertForm(_PersonFields, Versioned):
    """One person, to correct or to be replaced by."""


class ParticularsForm(_Particulars, Versioned):
    """One's own particulars, filled in by an expert; `version` is how often that was done."""


# What has a value although nobody chose one.
_SILENT = ("BooleanField", "SelectField")


class _Row(Row):
    """One of several; a row in which nothing was typed or chosen is nobody."""

    @property
    def is_blank(self) -> bool:
        typed = (field for field in self if field.type not in _SILENT)
        return not any(str(field.data or "").strip() for field in typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """A blank row is no mistake."""
        return self.is_blank or super().validate(extra_validators)


class AuthorityRow(_AuthorityFields, _Row):
    """One authority among several."""


class ExpertRow(_PersonFields, _Row):
    """One person among several."""

    @property
    def is_blank(self) -> bool:
        return super().is_blank and not self.head_of_delegation.data


class _Rows(Form):
    """Several at once, and those of earlier answers to be taken over by a tick."""

    rows: "FieldList[Any]"
    again = SelectMultipleField(_l("From earlier answers"), choices=[])

    def show_rows(self, count: int) -> None:
        """Let the page have at least that many rows."""
        while len(self.rows) < min(count, ROWS_LIMIT):
            self.rows.append_entry()

    def offer(self, earlier: Iterable[tuple[UUID, str]]) -> None:
        """Offer what earlier answers said, as (identifier, words)."""
        self.again.choices = [SelectChoice(str(each), words) for each, words in earlier]

    @property
    def chosen(self) -> set[UUID]:
        """Which of what was offered is taken over."""
        return {UUID(each) for each in self.again.data or ()}

    @property
    @abstractmethod
    def nobody(self) -> str:
        """What to say where nothing was entered."""

    @property
    def filled(self) -> list[Any]:
        return [entry.form for entry in self.rows if not entry.form.is_blank]

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each row: something was typed or ticked at all."""
        sound = bool(super().validate(extra_validators))
        if not self.filled and not self.again.data:
            first = next(each for each in self.rows[0].form if each.flags.required)
            first.errors = [self.nobody]
            return False
        return sound


class AuthoritiesForm(_Rows):
    """Several local authorities at once."""

    rows = FieldList(FormField(AuthorityRow), min_entries=1, max_entries=ROWS_LIMIT)

    @property
    def nobody(self) -> str:
        return str(_("Enter at least one authority."))

    @property
    def particulars(self) -> list[Particulars]:
        return [row.particulars for row in self.filled]


class ExpertsForm(_Rows):
    """Several persons at once; one at most heads the delegation."""

    rows = FieldList(FormField(ExpertRow), min_entries=1, max_entries=ROWS_LIMIT)

    @property
    def nobody(self) -> str:
        return str(_("Enter at least one person."))

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        heads = [row for row in self.filled if row.head_of_delegation.data]
        for row in heads[1:]:
            row.head_of_delegation.errors = [_("Mark one person only as head of delegation.")]
        return sound and len(heads) < 2

    @property
    def persons(self) -> list[Person]:
        return [row.person for row in self.filled]
